"""What a programme answers for a batch: its tests in order, the outcome and the sum, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.ternary import ABSENT, NO, UNKNOWN, YES, Bools, Fen, Index, Ternary, settled

NO_SUM: Final = -1
"""`amount` null: no sum is paid, or none is settled."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One named test. `passed` is yes, no, unknown, or absent where it does not appear in the row."""

    code: str
    passed: Ternary


@dataclass(frozen=True, slots=True)
class Verdict:
    """One programme's answer.

    `persons` None: one row a household. Else one row a listed person, holding its index among all people, ascending.
    `amount` is fen, rounded as the programme rounds, −1 unless eligible. Every array has one entry a row.
    """

    programme: Programme
    persons: Index | None
    tests: Sequence[Condition]
    outcome: Ternary
    amount: Fen


def whole_yuan_up(fen: Fen) -> Fen:
    """A monthly sum as it is paid: up to the whole yuan, once. −1 (no sum known) becomes 0 and is never paid."""
    return -(-fen // 100) * 100


def figure_missing(known: Bools) -> Condition:
    """`standard_in_force`: appears only where the figure is not in force, and is then unknown."""
    return Condition("standard_in_force", np.where(known, ABSENT, UNKNOWN))


def verdict(
    programme: Programme, tests: Sequence[Condition], payable: Fen | None = None, persons: Index | None = None
) -> Verdict:
    """Settle the tests. `payable` is the sum in fen (−1: eligible without a sum); a sum of 0 is ineligible."""
    outcome = settled(tuple(test.passed for test in tests))
    if payable is None:
        return Verdict(programme, persons, tests, outcome, np.full(len(outcome), NO_SUM, np.int64))
    outcome = np.where((outcome == YES) & (payable == 0), NO, outcome)
    return Verdict(programme, persons, tests, outcome, np.where(outcome == YES, payable, NO_SUM))
