"""Which row of one table belongs to which row of another, by uuids, without a loop over rows."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from eligibility.rules.ternary import Index

Halves = NDArray[np.uint64]
NOBODY: Final = -1
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_HALF: Final = np.uint64(32)
_TRIES: Final = 8


def _mixed(seed: int, halves: tuple[Halves, ...]) -> Halves:
    """One number of each row's halves. Different rows may share a number; who asks compares the halves too."""
    mixed = np.full(len(halves[0]), seed, np.uint64)
    for half in halves:
        mixed ^= half
        mixed *= _ODD
        mixed ^= mixed >> _HALF
    return mixed


class Register:
    """Rows that are all different, found by their halves. Exact: a number shared by chance is told apart or avoided."""

    def __init__(self, *halves: Halves) -> None:
        self._halves = halves
        for self._seed in range(_TRIES):
            numbers = _mixed(self._seed, halves)
            self._order = np.argsort(numbers)
            self._numbers = numbers[self._order]
            if not (self._numbers[1:] == self._numbers[:-1]).any():
                return
        raise ValueError("rows of a register are not different")

    def find(self, *halves: Halves) -> Index:
        """The place of each row in the register; −1 where it is not there."""
        if not len(self._numbers):
            return np.full(len(halves[0]), NOBODY, np.int64)
        asked = _mixed(self._seed, halves)
        # In order: neighbours are then looked for near each other, which the processor's cache rewards twofold.
        order = np.argsort(asked)
        place = np.empty(len(asked), np.int64)
        place[order] = np.searchsorted(self._numbers, asked[order])
        row = self._order[np.minimum(place, len(self._numbers) - 1)]
        same = np.ones(len(row), np.bool_)
        for mine, asked in zip(self._halves, halves, strict=True):
            same &= mine[row] == asked
        return np.where(same, row, NOBODY)


def oldest_first(slot: Index, at: NDArray[np.int64], hi: Halves, lo: Halves) -> Index:
    """An order in which, of the rows that share a slot, the newest comes last, so that an assignment keeps it."""
    order = np.argsort(slot, kind="stable")
    if (slot[order[1:]] == slot[order[:-1]]).any():
        order = np.lexsort((lo, hi, at))
    return order
