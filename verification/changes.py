"""What a verified value is put in place of: one reading of a mismatch as facts, tried on and, once accepted, written.

Most kinds change nothing the rules read (a firm, a marriage, a move): a person judges those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from households.means import Disability, Income
from verification.compare.amounts import MONEY
from verification.sources.base import Kind


@dataclass(frozen=True, slots=True)
class Earned:
    """A sum in place of these incomes; 0 is none of it."""

    names: tuple[str, ...]
    fen: int
    per: str

    def income(self, declared: Sequence[str]) -> Income | None:
        """Named as what was declared where that was one kind of these, else as the first of them."""
        held = [name for name in dict.fromkeys(declared) if name in self.names]
        return Income(held[0] if len(held) == 1 else self.names[0], self.fen, self.per) if self.fen else None

    @property
    def monthly_fen(self) -> int:
        return self.fen if self.per == "month" else self.fen // 12


@dataclass(frozen=True, slots=True)
class Owned:
    """A sum or a count in place of this asset of the household."""

    name: str
    value: int
    is_beside: bool = False

    def beside(self, declared: int | None) -> int:
        """What the household has then: something of another kind (a fund's balance) comes on top of what it stated."""
        return self.value + (declared or 0) if self.is_beside else self.value


@dataclass(frozen=True, slots=True)
class Told:
    """A circumstance; no code: it does not hold."""

    name: str
    code: str | None
    grade: int | None = None

    @property
    def disability(self) -> Disability | None:
        return Disability(self.code, self.grade or 4) if self.code else None


@dataclass(frozen=True, slots=True)
class Died:
    on: date


Change: TypeAlias = Earned | Owned | Told | Died
ABSENT = {True: ("prison", "drug_isolation", "missing"), False: ("prison", "missing")}
"""Why the rules leave a member out; why they excuse an obligor. Who is only detained still counts."""


def of(kind: Kind, verified: Any, *, is_member: bool) -> Change | None:
    """The facts this verified value stands for; None where there are none."""
    if kind.code == "death":
        return Died(date.fromisoformat(verified))
    if kind.code == "employment":
        bases = [one["base"] for one in verified if one.get("base") is not None]
        return Earned(kind.compares["income"], sum(bases), "month") if bases else None
    if kind.code in ("custody", "missing_declared"):
        entries = [{"kind": "missing"}] if isinstance(verified, str) else verified
        return _absence(entries, is_member=is_member)
    if kind.code == "school":
        return Told("student", verified[0].get("stage") if verified else None)
    if kind.code == "disability":
        return _disability(verified)
    if "asset" in kind.compares:
        name = kind.compares["asset"][0]
        is_sum = kind.value in MONEY
        return Owned(name, verified["fen"] if is_sum else verified, is_beside=is_sum and kind.code != name)
    if "income" in kind.compares and kind.value in MONEY:
        return Earned(kind.compares["income"], verified["fen"], verified["per"])
    return None


def _absence(verified: Any, *, is_member: bool) -> Told | None:
    name = "absence" if is_member else "status"
    if not verified:
        return Told(name, None)
    code = next((one["kind"] for one in verified if one.get("kind") in ABSENT[is_member]), None)
    return Told(name, code) if code else None


def _disability(verified: Any) -> Told | None:
    """A certificate without its kind or grade is none the rules could read."""
    if not verified:
        return Told("disability", None)
    whole = [one for one in verified if one.get("kind") and one.get("grade")]
    return Told("disability", whole[0]["kind"], int(whole[0]["grade"])) if whole else None
