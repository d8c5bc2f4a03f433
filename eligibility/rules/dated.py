"""Formulas by the day they begin: a new law adds a function and a day, and no older answer changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from eligibility.rules.columns import Facts
from eligibility.rules.counted import Counted
from eligibility.rules.figures import Figures
from eligibility.rules.income import Income
from eligibility.rules.ternary import ABSENT, Bools, Index, Ternary
from eligibility.rules.verdict import Condition, Verdict

ALWAYS: Final = 0
"""The day of a formula that no other came before."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a formula sees: facts, figures, who is counted, income, and the answers it may build on."""

    facts: Facts
    figures: Figures
    count: Counted
    income: Income
    found: dict[str, Verdict]


@dataclass(frozen=True, slots=True)
class Formula:
    """One way to answer a programme, from `since` (yyyymmdd) until the next one of the same programme begins."""

    since: int
    answer: Callable[[Batch], Verdict]


def in_force(formulas: Sequence[Formula], batch: Batch) -> Verdict:
    """The verdict of each household by the formula of its own day. `formulas` are ordered by day, the first ALWAYS."""
    if len(formulas) == 1:
        return formulas[0].answer(batch)
    starts = np.array([formula.since for formula in formulas], np.int64)
    chosen = np.searchsorted(starts, batch.facts.as_of, side="right") - 1
    used: list[int] = np.unique(chosen).tolist()
    if len(used) == 1:
        return formulas[used[0]].answer(batch)
    return _merged([(formulas[one].answer(batch), chosen == one) for one in used], batch.facts)


def _merged(parts: Sequence[tuple[Verdict, Bools]], facts: Facts) -> Verdict:
    """Each household's rows from the one verdict that is its own; a test of another formula is absent there."""
    kept: list[tuple[Verdict, Index]] = []
    for verdict, mine in parts:
        rows = mine if verdict.persons is None else mine[facts.people.home[verdict.persons]]
        kept.append((verdict, np.flatnonzero(rows)))
    first = parts[0][0]
    keys = [rows if one.persons is None else one.persons[rows] for one, rows in kept]
    order = np.argsort(np.concatenate(keys), kind="stable")
    sizes = [len(rows) for _, rows in kept]
    tests = [
        Condition(test.code, _in_place(test.passed[rows], index, sizes)[order])
        for index, (one, rows) in enumerate(kept)
        for test in one.tests
    ]
    return Verdict(
        first.programme,
        None if first.persons is None else np.concatenate(keys)[order],
        tests,
        np.concatenate([one.outcome[rows] for one, rows in kept])[order],
        np.concatenate([one.amount[rows] for one, rows in kept])[order],
    )


def _in_place(passed: Ternary, index: int, sizes: Sequence[int]) -> Ternary:
    return np.concatenate(
        [passed if place == index else np.full(size, ABSENT, np.int8) for place, size in enumerate(sizes)]
    )
