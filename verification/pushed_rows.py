"""Each row of a pushed list judged by itself: who it means, where they live, or why it is set aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from accounts import regions
from accounts.crypto import keys
from accounts.models import Region
from accounts.roles import Level
from households.identity import IdentityError, read_id_number
from households.models import Person
from households.names import NameRefused, match_key, read_name
from verification.models import PushedPerson
from verification.pushed_files import Line

LONGEST_PHONE = 20


@dataclass(frozen=True, slots=True)
class Read:
    """A row as it will be kept. `fault` says why it is set aside; `known` is the same person already on file.

    `waits` is the row of an earlier list under which this person waits for a visit.
    """

    line: Line
    region_code: str
    name: str = ""
    number: str | None = None
    birth: date | None = None
    sex: str = ""
    phone: str | None = None
    known: Person | None = None
    waits: PushedPerson | None = None
    fault: str = ""


class Places:
    """The townships and villages of a county by the names offices write."""

    def __init__(self, county: Region) -> None:
        self.county = county.code
        below = Region.objects.filter(code__startswith=county.prefix).exclude(pk=county.pk)
        rows = list(below.values_list("code", "name", "level"))
        self.townships = {name: code for code, name, level in rows if level == Level.TOWNSHIP}
        self.villages: dict[str, list[str]] = {}
        for code, name, level in rows:
            if level == Level.VILLAGE:
                self.villages.setdefault(name, []).append(code)

    def find(self, township: str, village: str) -> str:
        """The village where the names say which, else the township, else the county: somebody there will know."""
        above = self.townships.get(township, self.county)
        prefix = above[:9] if above != self.county else above[:6]
        named = self.villages.get(village, []) + self.villages.get(regions.place(village), [])
        fitting = {code for code in named if code.startswith(prefix)}
        return fitting.pop() if len(fitting) == 1 else above


def judge(lines: Iterable[Line], county: Region, on: date) -> list[Read]:
    """Every row, in order; of a person who stands there twice the first. Three queries for any number."""
    places = Places(county)
    read = [_read(line, places, on) for line in lines]
    indexes = {keys.index(one.number, "id_number"): one.number for one in read if one.number}
    on_file = _on_file(indexes)
    waiting = _waiting(indexes, county.code[:6])
    seen: set[str] = set()
    judged = []
    for one in read:
        is_again = one.number in seen
        if one.number and not one.fault:
            seen.add(one.number)
        number = one.number or ""
        judged.append(_settled(replace(one, known=on_file.get(number), waits=waiting.get(number)), is_again))
    return judged


def _read(line: Line, places: Places, on: date) -> Read:
    cells = line.cells
    where = places.find(cells.get("township", ""), cells.get("village", ""))
    phone = cells.get("phone", "") or None
    if not line.is_typed:
        return Read(line, where, fault="身份证号是数字格式，末几位已丢失，改成文本再报")
    try:
        name = read_name(cells.get("name", ""))
        number = read_id_number(cells.get("number", "").lstrip("'"), on=on)
    except NameRefused as refused:
        return Read(line, where, fault=str(refused))
    except IdentityError as refused:
        return Read(line, where, name=name, fault=str(refused))
    if phone and len(phone) > LONGEST_PHONE:
        return Read(line, where, name=name, fault=f"联系电话最多 {LONGEST_PHONE} 位")
    return Read(line, where, name, number.number, number.birth_date, number.sex, phone)


def _on_file(indexes: dict[bytes, str]) -> dict[str, Person]:
    rows = Person.objects.filter(id_index__in=list(indexes), id_shared_reason="")
    return {indexes[bytes(row.id_index or b"")]: row for row in rows}


def _waiting(indexes: dict[bytes, str], county_code: str) -> dict[str, PushedPerson]:
    rows = PushedPerson.objects.to_visit().filter(county_code=county_code, id_index__in=list(indexes))
    return {indexes[bytes(row.id_index or b"")]: row for row in rows}


def _settled(one: Read, is_again: bool) -> Read:
    names = [row.name for row in (one.known, one.waits) if row is not None]
    if one.fault:
        fault = one.fault
    elif is_again:
        fault = "这份名单里前面已有这个人"
    elif any(match_key(name) != match_key(one.name) for name in names):
        fault = "姓名与这个身份证号登记的不同，核对后再报"
    elif one.known is not None and one.known.died_on:
        fault = "已登记死亡"
    else:
        return one
    return replace(one, known=None, waits=None, fault=fault)
