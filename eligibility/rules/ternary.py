"""Three-valued logic over columns: yes, no, unknown. Unknown is never zero and never a refusal."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ternary: TypeAlias = NDArray[np.int8]
Bools: TypeAlias = NDArray[np.bool_]
Fen: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.int8]
Bits: TypeAlias = NDArray[np.uint8]
Days: TypeAlias = NDArray[np.int32]
Index: TypeAlias = NDArray[np.int64]

YES: Final = np.int8(1)
NO: Final = np.int8(0)
UNKNOWN: Final = np.int8(-1)
ABSENT: Final = np.int8(2)
"""The test does not appear in this row."""


# Below, comparisons are viewed as int8 and combined bit by bit instead of by np.where: three times faster, and the
# table in tests/eligibility/test_ternary.py holds them to Kleene's.


def both(a: Ternary, b: Ternary) -> Ternary:
    """And: one no wins; else one unknown; else yes."""
    return (a | b) * certain((a & b) != 0)


def either(a: Ternary, b: Ternary) -> Ternary:
    """Or: one yes wins; else one unknown; else no."""
    keep_low_bit = (certain((a == YES) | (b == YES)) << np.int8(1)) - np.int8(1)
    return (a | b) & keep_low_bit


def negated(a: Ternary) -> Ternary:
    """Not: unknown stays unknown."""
    return np.where(a == UNKNOWN, UNKNOWN, certain(a == NO))


def agreed(a: Ternary, b: Ternary) -> Ternary:
    """Two readings of one question: the answer they share, else unknown."""
    return a if a is b else a | -certain(a != b)


def certain(a: Bools) -> Ternary:
    """A plain yes or no as a ternary column (a view, nothing is copied)."""
    return a.view(np.int8)


def unless_known(known: Bools, answer: Bools) -> Ternary:
    """The plain answer where it is known, else unknown."""
    return certain(answer) | -certain(~known)


def settled(tests: tuple[Ternary, ...]) -> Ternary:
    """The outcome: any test false is no; else any unknown is unknown; else yes. Absent tests say nothing."""
    refused = tests[0] == NO
    unsure = tests[0] == UNKNOWN
    for test in tests[1:]:
        refused |= test == NO
        unsure |= test == UNKNOWN
    return (YES - (certain(unsure) << np.int8(1))) * certain(~refused)
