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


def both(a: Ternary, b: Ternary) -> Ternary:
    """And: one no wins; else one unknown; else yes."""
    return np.where(a & b, a | b, NO)


def either(a: Ternary, b: Ternary) -> Ternary:
    """Or: one yes wins; else one unknown; else no."""
    return np.where(np.maximum(a, b) == YES, YES, np.minimum(a, b))


def negated(a: Ternary) -> Ternary:
    """Not: unknown stays unknown."""
    return np.where(a == UNKNOWN, UNKNOWN, NO + (a == NO))


def agreed(a: Ternary, b: Ternary) -> Ternary:
    """Two readings of one question: the answer they share, else unknown."""
    return a if a is b else np.where(a == b, a, UNKNOWN)


def certain(a: Bools) -> Ternary:
    """A plain yes or no as a ternary column (a view, nothing is copied)."""
    return a.view(np.int8)


def settled(tests: tuple[Ternary, ...]) -> Ternary:
    """The outcome: any test false is no; else any unknown is unknown; else yes. Absent tests say nothing."""
    refused = tests[0] == NO
    unsure = tests[0] == UNKNOWN
    for test in tests[1:]:
        refused |= test == NO
        unsure |= test == UNKNOWN
    return np.where(refused, NO, np.where(unsure, UNKNOWN, YES))
