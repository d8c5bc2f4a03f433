"""A batch worked out part by part answers as the whole."""

from __future__ import annotations

import numpy as np
import pytest

from eligibility.lines.schema import read_household
from eligibility.rules.columns import Facts, columns, day
from eligibility.rules.decide import decide, verdicts
from eligibility.rules.figures import Figures, figures_for
from eligibility.rules.parts import in_parts, parts
from eligibility.rules.verdict import Verdict
from tests.eligibility.random_lines import Maker, awkward_book


def batch(number: int) -> tuple[Facts, Figures]:
    maker = Maker(11)
    households = [read_household(maker.line()) for _ in range(number)]
    return columns(households), figures_for(awkward_book(), ((h.region, h.area, day(h.as_of)) for h in households))


def all_of(facts: Facts, figures: Figures) -> list[Verdict]:
    return list(decide(facts, figures).verdicts.values())


def alike(one: Verdict, other: Verdict) -> bool:
    persons = one.persons is other.persons is None or np.array_equal(one.persons, other.persons)  # type: ignore[arg-type]
    tests = zip(one.tests, other.tests, strict=True)
    return (
        persons
        and one.programme == other.programme
        and np.array_equal(one.outcome, other.outcome)
        and np.array_equal(one.amount, other.amount)
        and all(a.code == b.code and np.array_equal(a.passed, b.passed) for a, b in tests)
    )


@pytest.mark.parametrize("size", [1, 7, 100, 299, 300, 1000])
def test_parts_joined_are_the_whole(size: int) -> None:
    facts, figures = batch(300)
    whole, joined = all_of(facts, figures), in_parts(all_of, facts, figures, size)
    assert [one.programme for one in whole] == [one.programme for one in joined]
    assert all(alike(a, b) for a, b in zip(whole, joined, strict=True))


def test_every_household_stands_in_one_part() -> None:
    facts, figures = batch(50)
    cut = list(parts(facts, figures, 20))
    assert [part.facts.households for part in cut] == [20, 20, 10]
    assert [len(part.figures.of) for part in cut] == [20, 20, 10]
    assert sum(len(part.facts.people.home) for part in cut) == len(facts.people.home)
    assert [part.person for part in cut] == facts.person_first[[0, 20, 40]].tolist()
    for part in cut:
        assert part.facts.person_first[0] == part.facts.obligor_first[0] == 0
        assert part.facts.person_first[-1] == len(part.facts.people.home)
        assert part.facts.obligor_first[-1] == len(part.facts.obligors.home)
        homes = np.repeat(np.arange(part.facts.households), np.diff(part.facts.person_first))
        assert np.array_equal(part.facts.people.home, homes)


def test_the_door_for_many_gives_every_programme_once() -> None:
    facts, figures = batch(5)
    found = verdicts(facts, figures)
    assert list(found) == [one.programme for one in all_of(facts, figures)]
