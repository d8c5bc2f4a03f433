"""A new law adds a formula and a day; what came before it still answers as it did."""

from __future__ import annotations

import numpy as np
import pytest

from eligibility.lines.published import published_book
from eligibility.lines.schema import read_household
from eligibility.programmes import Programme
from eligibility.rules.columns import columns, day
from eligibility.rules.counted import counted
from eligibility.rules.dated import ALWAYS, Batch, Formula, in_force
from eligibility.rules.decide import FORMULAS
from eligibility.rules.figures import figures_for
from eligibility.rules.income import countable
from eligibility.rules.ternary import ABSENT, NO, YES
from eligibility.rules.verdict import Condition, Verdict, verdict
from tests.eligibility.lines import line, person

SINCE = 20260701


def batch(*days: str) -> Batch:
    households = [read_household(line(person(), person("child", "2015-01-01"), as_of=one)) for one in days]
    facts = columns(households)
    figures = figures_for(published_book(), ((h.region, h.area, day(h.as_of)) for h in households))
    count = counted(facts)
    return Batch(facts, figures, count, countable(facts, count), {})


def family(amount: int, code: str) -> Formula:
    def answer(b: Batch) -> Verdict:
        ones = np.full(b.facts.households, YES, np.int8)
        return verdict(Programme.DIBAO, (Condition(code, ones),), ones.astype(np.int64) * amount)

    return Formula(ALWAYS if code == "old" else SINCE, answer)


def persons(code: str, *, everybody: bool) -> Formula:
    def answer(b: Batch) -> Verdict:
        rows = np.arange(len(b.facts.people.home)) if everybody else b.facts.person_first[:-1]
        ones = np.full(len(rows), YES, np.int8)
        return verdict(Programme.TEKUN, (Condition(code, ones),), rows * 100, rows)

    return Formula(ALWAYS if code == "old" else SINCE, answer)


@pytest.mark.parametrize("formulas", FORMULAS.values(), ids=list(FORMULAS))
def test_every_programme_begins_with_a_formula_that_always_was(formulas: tuple[Formula, ...]) -> None:
    assert formulas[0].since == ALWAYS
    assert [one.since for one in formulas] == sorted({one.since for one in formulas})


def test_every_programme_has_formulas() -> None:
    assert set(FORMULAS) == set(Programme)


def test_each_household_is_answered_by_the_law_of_its_day() -> None:
    found = in_force((family(100, "old"), family(200, "new")), batch("2026-06-30", "2026-07-01", "2024-01-01"))
    assert found.amount.tolist() == [100, 200, 100]
    shown = {test.code: test.passed.tolist() for test in found.tests}
    assert shown == {"old": [YES, ABSENT, YES], "new": [ABSENT, YES, ABSENT]}
    assert {test.passed.dtype for test in found.tests} == {np.dtype(np.int8)}
    assert (found.programme, found.persons, found.outcome.tolist()) == (Programme.DIBAO, None, [YES] * 3)


def test_persons_stay_in_order_and_with_their_household() -> None:
    both = persons("old", everybody=False), persons("new", everybody=True)
    found = in_force(both, batch("2026-07-01", "2026-06-30", "2026-07-02"))
    assert found.persons is not None
    assert found.persons.tolist() == [0, 1, 2, 4, 5]
    assert (found.programme, found.outcome.tolist()) == (Programme.TEKUN, [NO, YES, YES, YES, YES])
    assert found.amount.tolist() == [-1, 100, 200, 400, 500]
    assert [test.passed.tolist() for test in found.tests if test.code == "old"] == [
        [ABSENT, ABSENT, YES, ABSENT, ABSENT]
    ]


def test_one_law_for_the_whole_batch_is_asked_once() -> None:
    asked = []

    def answer(b: Batch) -> Verdict:
        asked.append(1)
        return family(100, "old").answer(b)

    def never(b: Batch) -> Verdict:
        raise AssertionError("a law of the future was asked")

    found = in_force((Formula(ALWAYS, answer), Formula(SINCE, never)), batch("2024-01-01", "2025-01-01"))
    assert (asked, found.amount.tolist()) == ([1], [100, 100])
