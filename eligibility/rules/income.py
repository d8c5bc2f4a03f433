"""Countable income, by the year: 民发〔2021〕57号 art. 13. The basic pension is read out and in where no rule is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from eligibility.rules.columns import Facts, summed
from eligibility.rules.counted import Counted
from eligibility.rules.ternary import UNKNOWN, YES, Bools, Fen, Index, Ternary, agreed, certain

PENSION_EXCLUDED_UNTIL: Final = 20251231
"""57号 art. 13 leaves the central basic pension out 'in the 14th five-year plan period'; no later rule is known."""
NO_LINE: Final = -1
"""A line whose figure is not in force."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a batch's income: fen a year known for sure, and whether more may be unknown."""

    known: Fen
    unknown: Bools

    def of(self, rows: Index) -> Reading:
        """Some of the rows."""
        return Reading(self.known[rows], self.unknown[rows])

    def below(self, line: Fen) -> Ternary:
        """known < line, strictly. Unknown where the line is (−1), or where unknown income may still reach it."""
        less = self.known < line
        return certain(less) | -certain((less & self.unknown) | (line == NO_LINE))


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """The pension out and in. The same object twice where that is settled for the whole batch."""

    out: Reading
    counting: Reading

    def of(self, rows: Index) -> TwoReadings:
        """Some of the rows; one object still where it was one."""
        out = self.out.of(rows)
        return TwoReadings(out, out if self.out is self.counting else self.counting.of(rows))

    def below(self, line: Fen) -> Ternary:
        """Same answer both ways: that answer; else unknown."""
        if self.out is self.counting:
            return self.out.below(line)
        return agreed(self.out.below(line), self.counting.below(line))

    def shortfall(self, line: Fen) -> tuple[Ternary, Fen]:
        """Below the line, and by how much: whole yuan, rounded up once, in fen.

        Unknown too where both readings are below the line and differ in the rounded sum. Shape of `line`, fen a year.
        """
        below = self.below(line)
        sum_out = whole_yuan(line - self.out.known)
        if self.out is not self.counting:
            differs = sum_out != whole_yuan(line - self.counting.known)
            below = np.where(differs & (below == YES), UNKNOWN, below)
        return below, sum_out


@dataclass(frozen=True, slots=True)
class Income:
    """Own income of every listed person (P,), counted or not, and of each family (H,); fen a year.

    `bare` never counts the basic pension: the living of tekun (43号 art. 6).
    """

    bare: Reading
    own: TwoReadings
    family: TwoReadings


def whole_yuan(year_fen: Fen) -> Fen:
    """A sum in fen × 12 as monthly fen, rounded up to the whole yuan, once."""
    return -(-year_fen // 1200) * 100


def _never_below_zero(fresh: Fen) -> Fen:
    """In place, so that a million people cost no second array."""
    return np.maximum(fresh, 0, out=fresh)


def _family(own: Reading, count: Counted, facts: Facts) -> Reading:
    unknown = np.zeros(facts.households, np.bool_)
    unknown[facts.people.home[np.flatnonzero(own.unknown & count.person)]] = True
    return Reading(summed(np.where(count.person, own.known, 0), facts.person_first), unknown)


def _with_pension(facts: Facts, bare: Reading) -> Reading:
    people = facts.people
    known = _never_below_zero(people.income + people.pension - people.deductions)
    return Reading(known, bare.unknown | people.pension_unknown)


def _chosen(where: Bools, a: Reading, b: Reading) -> Reading:
    return Reading(np.where(where, a.known, b.known), np.where(where, a.unknown, b.unknown))


def pension_open(facts: Facts) -> Bools:
    """After 2025 nobody has said whether the basic pension counts, and no ruling did. Shape (H,)."""
    unruled: Bools = facts.pension_ruling == UNKNOWN
    return unruled & (facts.as_of > PENSION_EXCLUDED_UNTIL)


def pension_counts(facts: Facts) -> Bools:
    """A ruling says that it counts; read only after 2025-12-31. Shape (H,)."""
    ruled_in: Bools = facts.pension_ruling == YES
    return ruled_in & (facts.as_of > PENSION_EXCLUDED_UNTIL)


def countable(facts: Facts, count: Counted) -> Income:
    """Per counted person income − deductions, never below 0; the family is their sum. 57号 art. 13."""
    people = facts.people
    bare = Reading(_never_below_zero(people.income - people.deductions), people.income_unknown)
    is_open, counts = pension_open(facts), pension_counts(facts)
    if not (is_open.any() or counts.any()):
        family = _family(bare, count, facts)
        return Income(bare, TwoReadings(bare, bare), TwoReadings(family, family))
    full = _with_pension(facts, bare)
    out = _chosen(counts[people.home], full, bare) if counts.any() else bare
    counting = _chosen((is_open | counts)[people.home], full, bare)
    own = TwoReadings(out, counting)
    return Income(bare, own, TwoReadings(_family(out, count, facts), _family(counting, count, facts)))
