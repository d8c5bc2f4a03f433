"""The bit tricks of the ternary columns are Kleene's logic."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from eligibility.rules.ternary import ABSENT, agreed, both, either, negated, settled, unless_known

VALUES = (1, 0, -1)


def column(*values: int) -> np.ndarray:
    return np.array(values, np.int8)


@pytest.mark.parametrize(("a", "b"), list(product(VALUES, VALUES)))
def test_and_or_agree(a: int, b: int) -> None:
    lowest = 0 if 0 in (a, b) else -1 if -1 in (a, b) else 1
    highest = 1 if 1 in (a, b) else -1 if -1 in (a, b) else 0
    assert both(column(a), column(b)).tolist() == [lowest]
    assert either(column(a), column(b)).tolist() == [highest]
    assert agreed(column(a), column(b)).tolist() == [a if a == b else -1]


def test_not() -> None:
    assert negated(column(1, 0, -1)).tolist() == [0, 1, -1]


@pytest.mark.parametrize(("known", "answer"), list(product((True, False), repeat=2)))
def test_unless_known(known: bool, answer: bool) -> None:
    expected = int(answer) if known else -1
    assert unless_known(np.array([known]), np.array([answer])).tolist() == [expected]


@pytest.mark.parametrize("values", list(product((*VALUES, int(ABSENT)), repeat=3)))
def test_settled(values: tuple[int, int, int]) -> None:
    expected = 0 if 0 in values else -1 if -1 in values else 1
    assert settled(tuple(column(value) for value in values)).tolist() == [expected]
