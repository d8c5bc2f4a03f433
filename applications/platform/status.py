"""What a department may know of the people it asks about: which status is confirmed, since when, until when, by whom.

Confirmed status is recognised by the other departments (社会救助法 art. 42). Only the numbers asked about are answered;
no name, no sum, no household is told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts import regions
from accounts.crypto import keys
from accounts.errors import Invalid
from accounts.integrity import in_chunks
from accounts.models import Region
from applications.models import ConfirmingBody
from applications.platform.rows import AREAS, CHUNK, CONFIRMED, NUMBER, STATUS, Written, check_by, statuses
from applications.workflow import delegates
from eligibility.programmes import Programme
from households.identity import IdentityError, read_id_number, squeeze
from households.models import Membership, Person
from payments.ledger import NOT_PRICES
from payments.models import AwardCover, LedgerEntry

HEADINGS = ("行号", NUMBER, "认定", "项目代码", "项目", "状态代码", "自", "复核或有效期至", "城乡", "确认机关", "截至")
YES, NO, UNREADABLE, SHARED = "是", "否", "号码有误", "重号，由人核对"
MOST = 20_000
LONGEST_PURPOSE = 100
_DEPARTMENT = re.compile(r"[\w一-鿿]{2,30}")
_OTHER = re.compile(r"[A-Z]{1,3}[0-9]{6,14}")
# Who is confirmed for one of these is no edge or rigid family any more.
ABOVE = frozenset({Programme.DIBAO.value, Programme.TEKUN.value})


@dataclass(frozen=True, slots=True)
class Status:
    """One confirmed status of one person."""

    programme: str
    code: str
    starts: date
    until: date
    area: str
    body: str


def refused(department: str, purpose: str) -> dict[str, str]:
    """What is missing of the question, by field."""
    errors = {}
    if not _DEPARTMENT.fullmatch(department):
        errors["department"] = "写明部门名称，2 至 30 个汉字、字母或数字"
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        errors["purpose"] = f"写明用途，{LONGEST_PURPOSE} 字以内"
    return errors


def asked(raw: bytes) -> list[str]:
    """The numbers of a list, one a line, as written, each once. Raises Invalid by `asked`."""
    try:
        lines = raw.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as broken:
        raise Invalid({"asked": "名单另存为 UTF-8 文本，每行一个号码"}) from broken
    cells = [line.split(",")[0].strip().strip('"') for line in lines]
    numbers = list(dict.fromkeys(cell for cell in cells if cell and cell != NUMBER))
    if not numbers:
        raise Invalid({"asked": "名单里没有号码"})
    if len(numbers) > MOST:
        raise Invalid({"asked": f"一次最多 {MOST:,} 个号码，分几次办"})
    return numbers


def rows(county: Region, numbers: Sequence[str], on: date) -> Iterator[Written]:
    """An answer for each number, in the order asked; several lines where several statuses stand."""
    bodies = list(ConfirmingBody.objects.filter(effective_from__lte=on))
    for chunk in in_chunks(numbers, CHUNK):
        read = {typed: _read(typed, on) for typed in chunk}
        people = _people([number for number in read.values() if number])
        owned = [people[number][0] for number in people if len(people[number]) == 1]
        known = _statuses(county, owned, bodies, on)
        for typed, number in read.items():
            yield from _answers(typed, number, people.get(number or "", []), known, on)


def _read(typed: str, on: date) -> str | None:
    """A resident's number as it is on file, another document's as it is printed; None for what is neither."""
    try:
        return read_id_number(typed, on=on).number
    except IdentityError:
        other = squeeze(typed)
        return other if _OTHER.fullmatch(other) else None


def _people(numbers: Sequence[str]) -> dict[str, list[UUID]]:
    """The people on file under each number: more than one where two share it."""
    by_index = {keys.index(number, "id_number"): number for number in numbers}
    found: dict[str, list[UUID]] = defaultdict(list)
    for pk, index in Person.objects.filter(id_index__in=list(by_index)).values_list("pk", "id_index"):
        found[by_index[bytes(index or b"")]].append(pk)
    return found


def _answers(
    typed: str, number: str | None, people: list[UUID], known: dict[UUID, list[Status]], on: date
) -> Iterator[Written]:
    # A cell that is no number is not written back: it could be anything.
    shown = number or ""
    if number is None:
        yield _row(shown, (UNREADABLE, *[""] * 7), on)
    elif len(people) > 1:
        yield _row(shown, (SHARED, *[""] * 7), on)
    elif not people or not known.get(people[0]):
        yield _row(shown, (NO, *[""] * 7), on)
    else:
        for one in known[people[0]]:
            label = Programme(one.programme).label
            dates = (one.starts.isoformat(), one.until.isoformat())
            yield _row(shown, (YES, one.programme, label, one.code, *dates, AREAS.get(one.area, ""), one.body), on)


def _row(number: str, said: tuple[str, ...], on: date) -> Written:
    return Written((number, *said, on.isoformat()), "", "", number, 0)


def _statuses(
    county: Region, people: Sequence[UUID], bodies: list[ConfirmingBody], on: date
) -> dict[UUID, list[Status]]:
    """The county's own confirmed statuses of these people, by programme."""
    found: dict[UUID, dict[str, Status]] = defaultdict(dict)
    for person, status in _awarded(county, people, bodies, on):
        found[person][status.programme] = status
    for person, status in _decided(county, people, bodies, on):
        if not ABOVE & set(found[person]):
            found[person][status.programme] = status
    order = [programme.value for programme in Programme]
    return {person: sorted(held.values(), key=lambda one: order.index(one.programme)) for person, held in found.items()}


def _awarded(
    county: Region, people: Sequence[UUID], bodies: list[ConfirmingBody], on: date
) -> Iterator[tuple[UUID, Status]]:
    live = Q(ends_on=None) | Q(ends_on__gt=on)
    covers = AwardCover.objects.filter(live, person_id__in=people, award__county_code=county.county_code)
    covers = covers.select_related("award").order_by("award__awarded_on", "award_id", "slot")
    last = _last({cover.award_id for cover in covers}, on)
    for cover in covers:
        award = cover.award
        code = last.get(award.pk, "receiving")
        body = _body(bodies, award.region_id, award.programme, award.awarded_on)
        until = _next_check(award.awarded_on, on)
        yield cover.person_id, Status(award.programme, code, award.first_month, until, award.area, body)


def _last(awards: set[UUID], on: date) -> dict[UUID, str]:
    """The status each award has by the newest decision whose month has come."""
    entries = LedgerEntry.objects.filter(award_id__in=awards, from_month__lte=on).exclude(kind__in=NOT_PRICES)
    said = entries.order_by("award_id", "seq").values_list("award_id", "kind")
    return {award: STATUS[LedgerEntry.Kind(kind)] for award, kind in said}


def _decided(
    county: Region, people: Sequence[UUID], bodies: list[ConfirmingBody], on: date
) -> Iterator[tuple[UUID, Status]]:
    """Edge and rigid: who lived in the household when it was confirmed, and still does."""
    asked_about = set(people)
    stays = defaultdict(list)
    lived = Membership.objects.filter(Q(left_on=None) | Q(left_on__gt=on), person_id__in=people)
    for person, home, joined in lived.values_list("person_id", "household_id", "joined_on"):
        stays[home].append((person, joined))
    concerned = Q(matter__household_id__in=list(stays)) | Q(matter__person_id__in=people)
    decided = statuses().filter(concerned, matter__county_code=county.county_code).select_related("matter")
    for decision in decided.order_by("decided_on", "pk"):
        matter = decision.matter
        until = check_by(decision.decided_on)
        if matter.programme == Programme.RIGID and until <= on:
            continue
        body = _body(bodies, matter.region_id, matter.programme, decision.decided_on)
        status = Status(matter.programme, CONFIRMED, decision.decided_on, until, matter.area, body)
        if matter.person_id is not None:
            yield from [(matter.person_id, status)] if matter.person_id in asked_about else []
            continue
        yield from ((person, status) for person, joined in stays[matter.household_id] if joined <= decision.decided_on)


def _next_check(confirmed: date, on: date) -> date:
    """The first yearly check after `on`."""
    day = check_by(confirmed)
    while day <= on:
        day = check_by(day)
    return day


def _body(bodies: list[ConfirmingBody], region: str, programme: str, on: date) -> str:
    """The township where it was delegated on that day, else the county (社会救助法 art. 44)."""
    then = [body for body in bodies if body.effective_from <= on]
    code = region[:9].ljust(12, "0") if delegates(then, region, programme) else region[:6].ljust(12, "0")
    return regions.full_name(code) + ("" if code[6:9] != "000" else "民政部门")
