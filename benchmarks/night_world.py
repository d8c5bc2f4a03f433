"""Invented people with consents and declared facts, and what fifteen departments say of them, by a die.

Of ten answers one and a half have a record, and one in a hundred says something else than was declared. What the other
records say agrees: declared is whatever the departments know.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from accounts.crypto import keys
from accounts.ids import uuid7
from households.identity import check_digit
from verification.asking import ToAsk
from verification.sources.writing import Answered

COUNTY, VILLAGE = "371522", "371522101201"
NIGHT, SINCE = date(2026, 11, 25), date(2026, 11, 1)
SIZES = (1, 2, 3, 4, 3, 2, 1)  # people of a household, one after the other
CHUNK = 5_000
FOUND, DIFFERS = 160, 10  # of a thousand: below DIFFERS a mismatch, below FOUND a record

COLUMNS = {
    "households_household": "id, region_id, area, address, created_at",
    "households_person": "id, region_id, name, name_key, initials, id_kind, id_number, id_index, id_shared_reason,"
    " birth_date, sex, hukou_address, home_address, created_at",
    "households_membership": "id, household_id, person_id, relation, position, joined_on",
    "households_consent": "id, audit_entry_id, household_id, person_id, signed_by, given_on, recorded_by_id,"
    " recorded_at",
    "households_incomefact": "id, household_id, person_id, source, evidence, period_from, is_withdrawal,"
    " recorded_by_id, recorded_at, kind, amount_fen, per",
    "households_assetfact": "id, household_id, source, evidence, period_from, is_withdrawal, recorded_by_id,"
    " recorded_at, kind, quantity",
    "households_circumstancefact": "id, household_id, person_id, source, evidence, period_from, is_withdrawal,"
    " recorded_by_id, recorded_at, kind, code, grade",
}  # fmt: skip
FACT = ("declared", "", SINCE.isoformat(), "f")
RELATIONS = ("head", "spouse", "child", "child")


@dataclass(frozen=True, slots=True)
class Someone:
    """One person: the number in the county, what the departments know them by, where they live and with whom."""

    place: int
    id: UUID
    household: UUID
    position: int
    id_number: str
    name: str
    spouse_number: str
    child_born: str


def people(count: int) -> Iterator[list[Someone]]:
    """Household by household, so many people in all."""
    place = home = 0
    while place < count:
        size = min(SIZES[home % len(SIZES)], count - place)
        yield _family(place, size)
        place, home = place + size, home + 1


def _family(first: int, size: int) -> list[Someone]:
    household, born = uuid7(), [_born(first + i) for i in range(size)]
    numbers = [_number(first + i) for i in range(size)]
    return [
        Someone(
            place=first + i,
            id=uuid7(),
            household=household,
            position=i,
            id_number=numbers[i],
            name=_name(first + i),
            spouse_number=numbers[1 - i] if size > 1 and i < 2 else "",
            child_born=born[2] if size > 2 and i < 2 else "",
        )
        for i in range(size)
    ]


def _born(place: int) -> str:
    return (date(1950, 1, 1) + timedelta(days=place // 900)).isoformat()


def _number(place: int) -> str:
    first17 = f"371599{_born(place).replace('-', '')}{place % 900:03d}"
    return first17 + check_digit(first17)


def _name(place: int) -> str:
    return "王李张刘陈杨赵黄周吴"[place % 10] + "学秀建桂玉福传素长兆"[place // 10 % 10] + "凤金广春兰"[place // 7 % 5]


def die(place: int, source: str) -> int:
    """0 … 999, the same for the same person and source."""
    return (place * 2_654_435_761 + _salt(source)) % 4_294_967_291 % 1_000


@cache
def _salt(source: str) -> int:
    return int.from_bytes(source.encode(), "big") % 999_999_937


def fill(superuser: Any, count: int, actor: int) -> list[Someone]:
    """Everybody with their consent and what they declared; written past the guards, as a backup would be."""
    everybody: list[Someone] = []
    tables: dict[str, list[Sequence[Any]]] = {name: [] for name in COLUMNS}
    for family in people(count):
        everybody += family
        _invent(family, actor, tables)
        if len(tables["households_person"]) >= CHUNK:
            _copy_in(superuser, tables)
    _copy_in(superuser, tables)
    with superuser.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return everybody


def _invent(family: list[Someone], actor: int, tables: dict[str, list[Sequence[Any]]]) -> None:
    home = family[0].household
    tables["households_household"].append((home, VILLAGE, "rural", "", "now"))
    # A dwelling and a cart for everybody who may be found to have one.
    for kind in ("house", "vehicle"):
        tables["households_assetfact"].append((uuid7(), home, *FACT, actor, "now", kind, len(family)))
    for one in family:
        sealed = keys.seal(one.id_number.encode(), "id_number").hex()
        index = keys.index(one.id_number, "id_number").hex()
        tables["households_person"].append(
            (one.id, VILLAGE, one.name, one.name, "zxx", "resident", f"\\x{sealed}", f"\\x{index}", "",
             _born(one.place), "M", "", "", "now"))  # fmt: skip
        relation = RELATIONS[one.position]
        tables["households_membership"].append((uuid7(), home, one.id, relation, one.position + 1, "2026-01-01"))
        tables["households_consent"].append((uuid7(), uuid7(), home, one.id, one.name, SINCE, actor, "now"))
        tables["households_circumstancefact"].append(
            (uuid7(), home, one.id, *FACT, actor, "now", "work", "able", "none")
        )
        if DIFFERS <= die(one.place, "human_resources") < FOUND:
            tables["households_incomefact"].append(
                (uuid7(), home, one.id, *FACT, actor, "now", "basic_pension", 14_300, "month"))  # fmt: skip
        if die(one.place, "disabled_federation") < FOUND:
            tables["households_circumstancefact"].append(
                (uuid7(), home, one.id, *FACT, actor, "now", "disability", "physical", 3))  # fmt: skip


def _copy_in(superuser: Any, tables: dict[str, list[Sequence[Any]]]) -> None:
    with superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for name, rows in tables.items():
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            text.seek(0)
            cursor.copy_expert(f"COPY {name} ({COLUMNS[name]}) FROM STDIN WITH (FORMAT csv, NULL 'none')", text)
            rows.clear()
        cursor.execute("SET session_replication_role = origin")


def to_ask(everybody: Sequence[Someone]) -> list[ToAsk]:
    """All of them apply: whatever a source says is looked at."""
    return [
        ToAsk(one.id, one.household, "member", "applies", f"SD371522{one.place:010d}", "dibao", SINCE)
        for one in everybody
    ]


def answer(source: str, one: Someone) -> Answered:
    """What the department has of this person."""
    thrown = die(one.place, source)
    values = DIFFERENT[source] if thrown < DIFFERS else _agreeing(source, one) if thrown < FOUND else None
    return Answered(one.id_number, one.name, bool(values), values or {})


def _agreeing(source: str, one: Someone) -> dict[str, Any] | None:
    if source == "civil_affairs":
        return {"marriage": [{"status": "married", "since": "2001-05-01", "spouse_number": one.spouse_number}]} if (
            one.spouse_number) else None  # fmt: skip
    if source == "health":
        return {"birth": [{"born": one.child_born}]} if one.child_born else None
    return AGREEING[source]


AGREEING: dict[str, dict[str, Any]] = {
    "education": {"school": [{"stage": "compulsory", "school": "张鲁镇小学", "high_fee": False}]},
    "finance": {"subsidy": 4_000},
    "human_resources": {"basic_pension": 14_300},
    "housing": {"public_housing": True},
    "housing_fund": {"housing_fund_balance": 20_000},
    "natural_resources": {"house": 1},
    "agriculture": {"poverty_monitored": True},
    "transport": {"hired_vehicle": 1},
    "medical_insurance": {"medical_paid": 10_000},
    "public_security": {"hukou": [{"region": VILLAGE}], "vehicle": 1},
    "disabled_federation": {"disability": [{"kind": "physical", "grade": "3"}]},
    "financial": {"deposit": 20_000},
    "court": {"enforcement": 1},
}
DIFFERENT: dict[str, dict[str, Any]] = {
    "education": {"school": [{"stage": "undergraduate", "school": "聊城大学"}]},
    "finance": {"subsidy": 900_000},
    "human_resources": {"pension": 114_300},
    "housing": {"house_contract": 6},
    "housing_fund": {"housing_fund_balance": 5_000_000},
    "natural_resources": {"house": 6},
    "agriculture": {"land": 4_000},
    "transport": {"hired_vehicle": 6},
    "medical_insurance": {"medical_paid": 9_000_000},
    "public_security": {"custody": [{"kind": "detention", "since": "2026-11-20"}]},
    "disabled_federation": {"disability": [{"kind": "visual", "grade": "1"}]},
    "financial": {"deposit": 8_000_000},
    "court": {"missing_declared": "2026-10-01"},
    "civil_affairs": {"death": "2026-11-20"},
    "health": {"death": "2026-11-20"},
}
