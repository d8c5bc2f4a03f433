"""What is asked of PostgreSQL: live rows as they are stored, their words as the numbers the rules read.

Nothing is joined that NumPy finds faster, and no row has a NULL: unknown is −1, and a word no rule knows is `STRANGE`.
"""

# ruff: noqa: S608  (the only text put in is the words of our own enums)

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from eligibility.models import RulingTest
from eligibility.programmes import Programme
from eligibility.rules.codes import HELD_DIBAO, HELD_TEKUN, Area, Away, Disability, Orphan, Relation, Student
from eligibility.rules.columns import BASIC_PENSION, UNCOUNTED_INCOME
from eligibility.simulate.copying import UUID
from households.models.facts import DEDUCTIONS, CircumstanceFact, IncomeKind

Kind = CircumstanceFact.Kind
STRANGE: Final = 99


class Flow(IntEnum):
    """What an income fact does to the income."""

    COUNTED = 0
    PENSION = 1
    DEDUCTED = 2
    UNCOUNTED = 3
    WAGE = 4
    WORK_COST = 5


class Told(IntEnum):
    """The kinds of circumstance the rules read."""

    STUDENT = 0
    DISABILITY = 1
    MAJOR_ILLNESS = 2
    SELF_CARE_FAILED = 3
    ABSENCE = 4
    ORPHAN = 5
    LIVES_HERE = 6
    RECEIVES = 7
    STATUS = 8
    ASSETS_WITHIN_LIMIT = 9
    PRIOR = 10
    WORK = 11


class Ruled(IntEnum):
    ASSETS_WITHIN_LIMIT = 0
    BASIC_PENSION_COUNTED = 1
    MAJOR_ILLNESS = 2
    SELF_CARE_FAILED = 3
    OBLIGOR_ASSETS = 4


def _words(members: type[IntEnum], *left_out: str) -> dict[str, int]:
    return {one.name.lower(): int(one) for one in members if one.name.lower() not in left_out}


_YES = {"yes": 1}
_FLOWS: Final = {
    kind: Flow.WAGE
    if kind == IncomeKind.WAGE
    else Flow.WORK_COST
    if kind == IncomeKind.WORK_COST
    else Flow.DEDUCTED
    if kind in DEDUCTIONS
    else Flow.PENSION
    if kind == BASIC_PENSION
    else Flow.UNCOUNTED
    if kind in UNCOUNTED_INCOME
    else Flow.COUNTED
    for kind in IncomeKind.values
}
_HELD: Final = {one.value: {"tekun": HELD_TEKUN, "dibao": HELD_DIBAO}.get(one.value, 0) for one in Programme}
_CODES: Final[dict[Told, tuple[Mapping[str, int], int]]] = {
    Told.STUDENT: (_words(Student, "none"), STRANGE),
    Told.DISABILITY: (_words(Disability, "none"), STRANGE),
    Told.MAJOR_ILLNESS: (_YES, 0),
    Told.SELF_CARE_FAILED: ({}, 0),
    Told.ABSENCE: (_words(Away, "none", "no_capacity"), STRANGE),
    Told.ORPHAN: (_words(Orphan, "none"), STRANGE),
    Told.LIVES_HERE: ({}, 0),
    Told.RECEIVES: ({"dibao": HELD_DIBAO, "tekun": HELD_TEKUN, "edge": 0}, STRANGE),
    Told.STATUS: (_words(Away, "none", "drug_isolation", "religious_3_years"), STRANGE),
    Told.ASSETS_WITHIN_LIMIT: (_YES, 0),
    Told.PRIOR: (_HELD, STRANGE),
    Told.WORK: ({"able": 0, "partial": 0, "unable": 0}, STRANGE),
}


def _case(column: str, words: Mapping[str, object], otherwise: object) -> str:
    whens = " ".join(f"WHEN '{word}' THEN {number}" for word, number in words.items())
    return f"CASE {column} {whens} ELSE {otherwise} END" if whens else str(otherwise)


def _live(table: str, alias: str) -> str:
    """`FactQuerySet.live`: no newer row replaces it, and it withdraws nothing.

    IS NOT NULL says nothing new, but shows the planner how few rows replace another.
    """
    return (
        f"NOT {alias}.is_withdrawal AND {alias}.person_id IS NOT NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {table} newer"
        f" WHERE newer.supersedes_id = {alias}.id AND newer.supersedes_id IS NOT NULL)"
    )


_TOLD_CODE = _case("m.kind", {one.name.lower(): _case("m.code", *_CODES[one]) for one in Told}, STRANGE)
_TOLD_KIND = _case("m.kind", {one.name.lower(): int(one) for one in Told}, STRANGE)
_KINDS = ", ".join(f"'{one.name.lower()}'" for one in Told)

HOUSEHOLDS: Final = f"""
    SELECT h.id, h.region_id::bigint, ({_case("h.area", _words(Area), STRANGE)})::smallint
    FROM households_household h WHERE h.region_id BETWEEN %(first)s AND %(last)s"""
HOUSEHOLDS_SHAPE: Final = {"household": UUID, "region": "i8", "area": "i2"}

MEMBERS: Final = f"""
    SELECT m.household_id, m.person_id, m.position, ({_case("m.relation", _words(Relation), STRANGE)})::smallint,
           coalesce(p.birth_date, 'infinity'), (p.sex NOT IN ('', 'M', 'F'))::int::smallint
    FROM households_membership m JOIN households_person p ON p.id = m.person_id{{scope}}
    WHERE m.left_on IS NULL"""
MEMBERS_SHAPE: Final = {
    "household": UUID,
    "person": UUID,
    "position": "i2",
    "relation": "i2",
    "birth": "i4",
    "strange_sex": "i2",
}

OBLIGATIONS: Final = """
    SELECT m.household_id, m.obligor_id, m.id, coalesce(p.birth_date, 'infinity')
    FROM households_obligation m JOIN households_person p ON p.id = m.obligor_id{scope}
    WHERE m.ends_on IS NULL"""
OBLIGATIONS_SHAPE: Final = {"household": UUID, "person": UUID, "obligation": UUID, "birth": "i4"}

INCOMES: Final = f"""
    SELECT m.household_id, m.person_id, ({_case("m.kind", _FLOWS, STRANGE)})::smallint,
           ({_case("m.per", {"month": 12, "year": 1}, STRANGE)})::smallint, coalesce(m.amount_fen, -1),
           m.recorded_at, m.id
    FROM households_incomefact m{{scope}} WHERE {_live("households_incomefact", "m")}"""
INCOMES_SHAPE: Final = {
    "household": UUID,
    "person": UUID,
    "flow": "i2",
    "times": "i2",
    "fen": "i8",
    "at": "i8",
    "fact": UUID,
}

CIRCUMSTANCES: Final = f"""
    SELECT m.household_id, m.person_id, ({_TOLD_KIND})::smallint, ({_TOLD_CODE})::smallint,
           coalesce(m.grade, -1::smallint), m.recorded_at, m.id
    FROM households_circumstancefact m{{scope}}
    WHERE m.kind IN ({_KINDS}) AND NOT (m.kind = 'work' AND m.code IN ('able', 'partial', 'unable'))
      AND {_live("households_circumstancefact", "m")}""".replace("m.kind", "m.kind").replace("m.code", "m.code")
CIRCUMSTANCES_SHAPE: Final = {
    "household": UUID,
    "person": UUID,
    "kind": "i2",
    "code": "i2",
    "grade": "i2",
    "at": "i8",
    "fact": UUID,
}

RULINGS: Final = f"""
    SELECT m.household_id, coalesce(m.person_id, '00000000-0000-0000-0000-000000000000'),
           ({_case("m.test", {test.value: int(Ruled[test.name]) for test in RulingTest}, STRANGE)})::smallint,
           m.answer, m.ruled_at, m.id
    FROM eligibility_ruling m{{scope}}"""
RULINGS_SHAPE: Final = {
    "household": UUID,
    "person": UUID,
    "test": "i2",
    "answer": "i2",
    "at": "i8",
    "ruling": UUID,
}

IN_SCOPE: Final = """
    JOIN households_household h ON h.id = m.household_id AND h.region_id BETWEEN %(first)s AND %(last)s"""
"""Put in where one county is asked for; for the whole city NumPy drops the few rows of other places."""
