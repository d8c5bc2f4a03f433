"""One household as plain, checked values: what a line or a case is read into before it becomes columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from eligibility.rules.codes import Area, Away, Disability, Need, Orphan, Relation, Student

DEFAULT_EDGE_MULTIPLE: Final = 15_000
"""1.5, in ten-thousandths: 民发〔2021〕57号 art. 8."""


@dataclass(frozen=True, slots=True)
class Money:
    """One entry of income, deduction or spending. `fen` is None where the sum is unknown."""

    kind: str
    fen: int | None
    yearly: bool

    @property
    def year_fen(self) -> int | None:
        """Fen in a year, exact: the base of every comparison."""
        return self.fen if self.fen is None or self.yearly else self.fen * 12


@dataclass(frozen=True, slots=True)
class PersonInput:
    """One listed person. `income` None is unknown; `illness` and `self_care_failed` None are unknown."""

    relation: Relation
    birth: date
    lives_here: bool = True
    student: Student = Student.NONE
    disability: Disability = Disability.NONE
    grade: int = 0
    illness: bool | None = None
    self_care_failed: int | None = None
    absence: Away = Away.NONE
    income: Sequence[Money] | None = None
    deductions: Sequence[Money] = ()
    prior: frozenset[str] = frozenset()
    orphan: Orphan = Orphan.NONE


@dataclass(frozen=True, slots=True)
class ObligorInput:
    """Somebody elsewhere who owes support. None is unknown."""

    age: int | None
    income_fen: int | None
    receives: str | None = None
    disability: Disability = Disability.NONE
    grade: int = 0
    status: Away = Away.NONE
    assets_within_limit: bool | None = None


@dataclass(frozen=True, slots=True)
class HouseholdInput:
    """One household on one day. Multiples are ten-thousandths; `obligors` None is unknown, () is nobody."""

    as_of: date
    area: Area
    people: Sequence[PersonInput]
    region: str = "371500000000"
    obligors: Sequence[ObligorInput] | None = None
    assets_within_limit: bool | None = None
    spending: Sequence[Money] | None = None
    need: Need = Need.NONE
    need_multiple: int | None = None
    edge_multiple: int = DEFAULT_EDGE_MULTIPLE
    rigid_ratio: int | None = None
    basic_pension_counted: bool | None = None
