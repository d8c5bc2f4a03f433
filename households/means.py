"""What is known of a household's people and means, as plain values: what a form fills in and the rules read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Income:
    """Money in, or a deduction; `amount_fen` None is unknown. `per` is month or year."""

    kind: str
    amount_fen: int | None
    per: str
    evidence: str = ""


@dataclass(frozen=True)
class Disability:
    """GB/T 26341-2010: kind visual … multiple, grade 1 (worst) to 4."""

    kind: str
    grade: int


@dataclass(frozen=True)
class Circumstances:
    """One person as the rules see them. Codes are those of the `assess` contract; None as it says there."""

    relation: str
    birth_date: date | None
    sex: str = ""
    work: str | None = None
    student: str | None = None
    disability: Disability | None = None
    major_illness: bool | None = None
    self_care_failed: int | None = None
    absence: str | None = None
    orphan: str | None = None
    lives_here: bool = True
    receives: str | None = None
    health: str = ""
    prior: tuple[str, ...] = ()
    incomes: tuple[Income, ...] = ()


@dataclass(frozen=True)
class Obligor:
    """Somebody outside who owes support; None is unknown."""

    relation: str
    birth_date: date | None = None
    monthly_income_fen: int | None = None
    receives: str | None = None
    disability: Disability | None = None
    status: str | None = None
    assets_within_limit: bool | None = None


@dataclass(frozen=True)
class Assets:
    """What was declared: dwellings, vehicles, deposits; None is not stated."""

    houses: int | None = None
    vehicles: int | None = None
    deposit_fen: int | None = None


@dataclass(frozen=True)
class Means:
    """A whole household: its people in order, who owes them support, what they own."""

    area: str
    region_code: str
    people: tuple[Circumstances, ...]
    obligors: tuple[Obligor, ...] = ()
    assets: Assets = field(default_factory=Assets)
