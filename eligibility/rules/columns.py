"""Facts as columns: households, their people and their listed obligors. Shapes (H,), (P,), (O,)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from eligibility.rules.codes import HELD_DIBAO, HELD_TEKUN
from eligibility.rules.inputs import HouseholdInput, Money, ObligorInput, PersonInput
from eligibility.rules.ternary import Bits, Bools, Codes, Days, Fen, Index, Ternary

UNCOUNTED_INCOME: Final = frozenset(
    {"veteran_benefit", "family_planning_award", "scholarship", "bravery_award", "relief"}
)
"""民发〔2021〕57号 art. 13: recorded, never counted."""
BASIC_PENSION: Final = "basic_pension"
UNKNOWN_SUM: Final = -1


@dataclass(frozen=True, slots=True)
class People:
    """One row a listed person, in the order listed. Money is fen a year. Shape (P,)."""

    home: Index
    relation: Codes
    birth: Days
    lives_here: Bools
    student: Codes
    disability: Codes
    grade: Codes
    illness: Ternary
    self_care: Codes
    absence: Codes
    held: Codes
    orphan: Codes
    income: Fen
    """Known income that counts, without the basic pension."""
    pension: Fen
    deductions: Fen
    income_unknown: Bools
    pension_unknown: Bools


@dataclass(frozen=True, slots=True)
class Obligors:
    """One row a listed obligor. `age`, `income` (fen a year) are −1 where unknown. Shape (O,)."""

    home: Index
    age: Codes
    income: Fen
    held: Codes
    disability: Codes
    grade: Codes
    status: Codes
    assets: Ternary


@dataclass(frozen=True, slots=True)
class Facts:
    """A batch of households. `person_first` and `obligor_first` are (H+1,): where each one's rows begin."""

    as_of: Days
    area: Codes
    assets: Ternary
    edge_multiple: Fen
    pension_ruling: Ternary
    need: Codes
    need_multiple: Fen
    spending: Fen
    """Known spending of every kind, fen a year."""
    spending_unknown: Bools
    rigid_ratio: Fen
    """Ten-thousandths; −1 where no local value is known."""
    obligors_known: Bools
    person_first: Index
    people: People
    obligor_first: Index
    obligors: Obligors

    @property
    def households(self) -> int:
        return len(self.as_of)


def day(value: date) -> int:
    """A date as the integer yyyymmdd: ages are then plain subtraction (29 February becomes older on 1 March)."""
    return value.year * 10_000 + value.month * 100 + value.day


def summed(values: Fen, first: Index) -> Fen:
    """Sum of each household's rows; 0 where it has none.

    Differences of a running sum: quicker than reduceat. Should that of a huge batch pass 2⁶³ it wraps, and the
    differences are still exact, because every household's own sum fits.
    """
    running = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=running[1:])
    return np.diff(running[first])


def combined(bits: Bits, first: Index) -> Bits:
    """Bitwise or of each household's rows; 0 where it has none."""
    result = np.zeros(len(first) - 1, np.uint8)
    filled = first[1:] > first[:-1]
    if filled.any():
        result[filled] = np.bitwise_or.reduceat(bits, first[:-1][filled])
    return result


def _ternary(values: Iterable[bool | None]) -> Ternary:
    return np.array([-1 if value is None else int(value) for value in values], np.int8)


def _first(counts: Sequence[int]) -> Index:
    return np.concatenate(([0], np.cumsum(np.array(counts, np.int64)))).astype(np.int64)


def _codes(values: Iterable[int]) -> Codes:
    return np.array(list(values), np.int8)


def _held(codes: Iterable[str]) -> int:
    return sum({"tekun": HELD_TEKUN, "dibao": HELD_DIBAO}.get(code, 0) for code in codes)


@dataclass(frozen=True, slots=True)
class _Means:
    """One person's money, added up."""

    income: int
    pension: int
    deductions: int
    income_unknown: bool
    pension_unknown: bool


def _known(entries: Iterable[Money]) -> tuple[int, bool]:
    sums = [entry.year_fen for entry in entries]
    return sum(value for value in sums if value is not None), None in sums


def _means(person: PersonInput) -> _Means:
    deductions, _ = _known(person.deductions)
    if person.income is None:
        return _Means(0, 0, deductions, income_unknown=True, pension_unknown=True)
    pension, pension_unknown = _known(e for e in person.income if e.kind == BASIC_PENSION)
    counted = (e for e in person.income if e.kind != BASIC_PENSION and e.kind not in UNCOUNTED_INCOME)
    income, income_unknown = _known(counted)
    return _Means(income, pension, deductions, income_unknown, pension_unknown)


def _people(households: Sequence[HouseholdInput], first: Index) -> People:
    rows = [person for household in households for person in household.people]
    means = [_means(person) for person in rows]
    return People(
        home=np.repeat(np.arange(len(households)), np.diff(first)),
        relation=_codes(p.relation for p in rows),
        birth=np.array([day(p.birth) for p in rows], np.int32),
        lives_here=np.array([p.lives_here for p in rows], np.bool_),
        student=_codes(p.student for p in rows),
        disability=_codes(p.disability for p in rows),
        grade=_codes(p.grade for p in rows),
        illness=_ternary(p.illness for p in rows),
        self_care=_codes(-1 if p.self_care_failed is None else p.self_care_failed for p in rows),
        absence=_codes(p.absence for p in rows),
        held=_codes(_held(p.prior) for p in rows),
        orphan=_codes(p.orphan for p in rows),
        income=np.array([m.income for m in means], np.int64),
        pension=np.array([m.pension for m in means], np.int64),
        deductions=np.array([m.deductions for m in means], np.int64),
        income_unknown=np.array([m.income_unknown for m in means], np.bool_),
        pension_unknown=np.array([m.pension_unknown for m in means], np.bool_),
    )


def _obligors(rows: Sequence[ObligorInput], first: Index) -> Obligors:
    return Obligors(
        home=np.repeat(np.arange(len(first) - 1), np.diff(first)),
        age=np.array([-1 if o.age is None else min(o.age, 127) for o in rows], np.int8),
        income=np.array([UNKNOWN_SUM if o.income_fen is None else o.income_fen * 12 for o in rows], np.int64),
        held=_codes(_held([o.receives or ""]) for o in rows),
        disability=_codes(o.disability for o in rows),
        grade=_codes(o.grade for o in rows),
        status=_codes(o.status for o in rows),
        assets=_ternary(o.assets_within_limit for o in rows),
    )


def _spending(household: HouseholdInput) -> tuple[int, bool]:
    return (0, True) if household.spending is None else _known(household.spending)


def columns(households: Sequence[HouseholdInput]) -> Facts:
    """Plain households as a batch of columns, in the same order."""
    spending = [_spending(household) for household in households]
    person_first = _first([len(h.people) for h in households])
    obligor_first = _first([len(h.obligors or ()) for h in households])
    return Facts(
        as_of=np.array([day(h.as_of) for h in households], np.int32),
        area=_codes(h.area for h in households),
        assets=_ternary(h.assets_within_limit for h in households),
        edge_multiple=np.array([h.edge_multiple for h in households], np.int64),
        pension_ruling=_ternary(h.basic_pension_counted for h in households),
        need=_codes(h.need for h in households),
        need_multiple=np.array([-1 if h.need_multiple is None else h.need_multiple for h in households], np.int64),
        spending=np.array([known for known, _ in spending], np.int64),
        spending_unknown=np.array([unknown for _, unknown in spending], np.bool_),
        rigid_ratio=np.array([-1 if h.rigid_ratio is None else h.rigid_ratio for h in households], np.int64),
        obligors_known=np.array([h.obligors is not None for h in households], np.bool_),
        person_first=person_first,
        people=_people(households, person_first),
        obligor_first=obligor_first,
        obligors=_obligors([o for h in households for o in h.obligors or ()], obligor_first),
    )
