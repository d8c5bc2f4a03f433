"""What every programme of the oracle reads: three-valued logic, the people counted, countable income, one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from tests.eligibility.oracle_figures import Row, figures_of

seen: Counter[str] = Counter()

EXCLUDES = {
    "dibao": ["edge", "rigid"],
    "edge": ["dibao", "rigid"],
    "rigid": ["dibao", "edge"],
    "tekun": ["dibao", "dibao_single", "orphan", "de_facto_orphan", "disability_living", "disability_care"],
    "orphan": ["de_facto_orphan", "dibao_single"],
    "de_facto_orphan": ["orphan", "dibao_single"],
}
NEVER_COUNTED = {"veteran_benefit", "family_planning_award", "scholarship", "bravery_award", "relief"}

Truth = bool | None


def mark(branch: str) -> None:
    seen[branch] += 1


def all_of(parts: Iterable[Truth]) -> Truth:
    found = list(parts)
    if any(p is False for p in found):
        return False
    return None if any(p is None for p in found) else True


def any_of(parts: Iterable[Truth]) -> Truth:
    found = list(parts)
    if any(p is True for p in found):
        return True
    return None if any(p is None for p in found) else False


def truth_of(outcome: str, *, negated: bool = False) -> Truth:
    """Another programme's answer as a test; `negated` where the test is not to have it."""
    if outcome == "undetermined":
        return None
    return (outcome == "eligible") is not negated


def age_on(birth: str, as_of: date) -> int:
    born = date.fromisoformat(birth)
    had_birthday = (as_of.month, as_of.day) >= (born.month, born.day)
    return as_of.year - born.year - (0 if had_birthday else 1)


def up(amount: Fraction) -> int:
    return ceil(amount)


def yuan(amount: Fraction | int) -> str:
    cents = Fraction(amount) * 100
    assert cents.denominator == 1
    return f"{cents.numerator // 100}.{cents.numerator % 100:02d}"


def month(entry: dict[str, Any]) -> Fraction:
    return Fraction(entry["amount"]) / (12 if entry["per"] == "year" else 1)


class Sum:
    """What is known of a sum, and whether there may be more."""

    def __init__(self, known: Fraction, more: bool) -> None:
        self.known = known
        self.more = more

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.known + other.known, self.more or other.more)

    def below(self, line: Fraction | None) -> Truth:
        if line is None:
            mark("income:no_line")
            return None
        if self.known >= line:
            mark("income:known_reaches" if self.more else "income:reaches")
            return False
        if self.more:
            mark("income:unknown")
            return None
        return True


class Household:
    def __init__(self, line: dict[str, Any], rows: list[Row]) -> None:
        self.line = line
        self.as_of = date.fromisoformat(line["as_of"])
        self.people: list[dict[str, Any]] = line["people"]
        self.f = figures_of(rows, line.get("region") or "371500000000", line["area"], self.as_of)
        self.assets: Truth = line.get("assets_within_limit")
        self.readings = self._readings()
        self.counted = [i for i in range(len(self.people)) if self._counts(i)]
        self.n = len(self.counted)

    def _readings(self) -> list[bool]:
        """The readings to try: is the basic pension counted?"""
        if self.as_of <= date(2025, 12, 31):
            mark("pension:closed")
            return [False]
        ruling = (self.line.get("rulings") or {}).get("basic_pension_counted")
        mark(f"pension:ruling_{ruling}")
        return [False, True] if ruling is None else [ruling]

    def age(self, i: int) -> int:
        return age_on(self.people[i]["birth_date"], self.as_of)

    def _counts(self, i: int) -> bool:
        p = self.people[i]
        if p.get("absence") is not None:
            if len(self.people) == 1 and p["absence"] == "religious_3_years":
                mark("counted:alone_religious")
                return True
            mark(f"counted:absent_{p['absence']}")
            return False
        studying = p.get("student") not in (None, "postgraduate")
        if p["relation"] == "child" and self.age(i) >= 18 and p.get("lives_here") is False:
            mark("counted:child_away_student" if studying else "counted:child_left")
            return studying
        return True

    def own(self, i: int, pension: bool) -> Sum:
        p = self.people[i]
        deductions = sum((month(d) for d in p.get("deductions") or []), Fraction(0))
        if p.get("income") is None:
            mark("own:unknown")
            return Sum(Fraction(0), True)
        relevant = [e for e in p["income"] if e["kind"] not in NEVER_COUNTED]
        if not pension:
            relevant = [e for e in relevant if e["kind"] != "basic_pension"]
        known = sum((month(e) for e in relevant if e.get("amount") is not None), Fraction(0))
        more = any(e.get("amount") is None for e in relevant)
        if known < deductions:
            mark("own:deductions_exceed")
        return Sum(max(Fraction(0), known - deductions), more)

    def family(self, pension: bool) -> Sum:
        total = Sum(Fraction(0), False)
        for i in self.counted:
            total = total + self.own(i, pension)
        return total

    def agree(self, answers: list[Truth]) -> Truth:
        if any(a is not answers[0] for a in answers):
            mark("pension:readings_differ")
            return None
        return answers[0]

    def family_below(self, line: Fraction | None) -> Truth:
        return self.agree([self.family(r).below(line) for r in self.readings])

    def own_below(self, i: int, line: Fraction | None) -> Truth:
        return self.agree([self.own(i, r).below(line) for r in self.readings])

    @property
    def dibao_line(self) -> Fraction | None:
        return None if self.f.S is None else self.f.S * self.n


def shortfall(line: Fraction | None, below: Truth, sums: list[Sum]) -> tuple[Truth, int | None]:
    """The income test of dibao and dibao_single: also unknown where the rounded sums differ."""
    if below is not True or line is None:
        return below, None
    rounded = {up(line - s.known) for s in sums}
    if len(rounded) > 1:
        mark("pension:sums_differ")
        return None, None
    if len(sums) > 1 and sums[0].known != sums[1].known:
        mark("pension:sums_agree")
    return True, rounded.pop()


def entry(
    programme: str, person: int | None, tests: list[tuple[str, Truth]], amount: int | Fraction | None, **more: Any
) -> Any:
    passed = [p for _, p in tests]
    outcome = {True: "eligible", False: "ineligible", None: "undetermined"}[all_of(passed)]
    if outcome == "eligible" and amount == 0:
        outcome = "ineligible"
    return {
        "programme": programme,
        "person": person,
        "outcome": outcome,
        "amount": yuan(amount) if outcome == "eligible" and amount is not None else None,
        "per": "once" if programme == "temporary" else "month",
        "excludes": EXCLUDES.get(programme, []),
        "flags": [],
        "tests": tests,
        **more,
    }


def disabled(p: dict[str, Any]) -> tuple[str | None, int]:
    d = p.get("disability")
    return (d["kind"], d["grade"]) if d else (None, 0)


def severe(p: dict[str, Any]) -> Truth:
    kind, grade = disabled(p)
    if grade in (1, 2):
        return True
    if grade == 3 and kind in ("intellectual", "mental"):
        return True
    if grade == 3 and kind == "multiple":
        mark("severe:multiple_3")
        return None
    return False
