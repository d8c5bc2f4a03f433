"""The whole population as columns is what each household is judged by, to the fen and to the code."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.core.management import call_command

from accounts.models import User
from eligibility.assess import book, judged, preview
from eligibility.lines.schema import read_household
from eligibility.rules.columns import Facts, columns
from eligibility.rules.decide import Decisions, decide
from eligibility.simulate.figures import figures_of
from eligibility.simulate.population import Population, read
from households.models import Household, Membership, Obligation, Person
from tests.eligibility.drafting import EDGE, Desk
from tests.making import OTHER_COUNTY_VILLAGE, VILLAGE, make_household, make_user, members_of
from tests.simulate import registry

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 25)
OUTCOME = {1: "eligible", 0: "ineligible", -1: "undetermined"}


@pytest.fixture
def by() -> User:
    return make_user("reviewer", VILLAGE)


def household_of(population: Population, place: int) -> Household:
    hi, lo = int(population.household_hi[place]), int(population.household_lo[place])
    return Household.objects.get(pk=UUID(int=hi << 64 | lo))


def row_of(facts: Facts, place: int) -> dict[str, Any]:
    """One household's columns, people and obligors numbered from 0."""
    people = slice(facts.person_first[place], facts.person_first[place + 1])
    obligors = slice(facts.obligor_first[place], facts.obligor_first[place + 1])
    row = {
        one.name: getattr(facts, one.name)[place].item()
        for one in fields(facts)
        if one.name not in ("people", "obligors", "person_first", "obligor_first")
    }
    row |= {f"person {f.name}": getattr(facts.people, f.name)[people].tolist() for f in fields(facts.people)}
    row |= {f"obligor {f.name}": getattr(facts.obligors, f.name)[obligors].tolist() for f in fields(facts.obligors)}
    return {**row, "person home": len(row["person home"]), "obligor home": len(row["obligor home"])}


def answers_of(population: Population, found: Decisions, place: int) -> dict[tuple[str, int | None], Any]:
    first = population.facts.person_first
    said: dict[tuple[str, int | None], Any] = {}
    for programme, verdict in found.verdicts.items():
        if verdict.persons is None:
            rows = [place]
        else:
            rows = np.flatnonzero((verdict.persons >= first[place]) & (verdict.persons < first[place + 1])).tolist()
        for row in rows:
            person = None if verdict.persons is None else int(verdict.persons[row] - first[place])
            said[programme.value, person] = (OUTCOME[int(verdict.outcome[row])], int(verdict.amount[row]))
        if not rows:
            said[programme.value, None] = ("ineligible", -1)
    return said


def shown_of(result: dict[str, Any]) -> dict[tuple[str, int | None], Any]:
    return {
        (one["programme"], one["person"]): (
            one["outcome"],
            -1 if one["amount"] is None else int(one["amount"].replace(".", "")),
        )
        for one in result["results"]
    }


def compare(on: date = ON) -> tuple[int, int]:
    """Every household against its own line and answer; how many were answered, how many could not be."""
    population = read(on)
    found = decide(population.facts, figures_of(book(), population))
    answered = refused = 0
    for place in range(population.facts.households):
        line = judged(household_of(population, place), on=on).line
        result = preview(line)
        assert population.incomplete[place] == ("error" in result), result.get("error", line)
        if "error" in result:
            refused += 1
            continue
        assert row_of(population.facts, place) == row_of(columns([read_household(line)]), 0)
        assert answers_of(population, found, place) == shown_of(result)
        answered += 1
    return answered, refused


def test_a_demonstration_county_is_read_as_its_cases_are() -> None:
    call_command("seed_demo", households=40, county="371522", seed=7, on=ON, verbosity=0)
    answered, refused = compare()
    assert answered == Household.objects.count() - refused
    assert answered > 30


@pytest.mark.parametrize("seed", range(3))
def test_households_at_random_are_read_as_their_cases_are(seed: int, by: User) -> None:
    chance = Random(seed)
    for _ in range(60):
        registry.household(chance, ON, by)
    answered, refused = compare()
    assert answered + refused == 60
    assert answered > 50


def test_an_older_day_is_read_as_its_cases_are(by: User) -> None:
    chance = Random(11)
    for _ in range(25):
        registry.household(chance, date(2025, 12, 31), by)
    answered, _ = compare(date(2025, 12, 31))
    assert answered > 10


def test_of_two_live_rows_the_newer_counts(by: User) -> None:
    home = make_household()
    head = members_of(home)[0]
    registry.say(home, head, "student", "compulsory", None, by)
    registry.say(home, head, "student", "postgraduate", None, by)
    registry.say(home, head, "disability", "mental", 4, by)
    registry.say(home, head, "disability", "visual", 1, by)
    outside = registry.person(Random(1), ON)
    Obligation.objects.create(household=home, obligor=outside, relation="child", starts_on=ON)
    registry.earn(home, outside, "wage", 90_000, by, per="year")
    registry.earn(home, outside, "wage", None, by)
    registry.rule(home, "assets_within_limit", 0, None, by)
    registry.rule(home, "assets_within_limit", 1, head, by)
    assert compare() == (1, 0)
    facts = read(ON).facts
    assert (facts.people.student[0], facts.people.grade[0], facts.obligors.income[0]) == (6, 1, 12 * 90_000)


def test_somebody_may_owe_the_household_they_live_in_and_another(by: User) -> None:
    home, other = make_household(people=2), make_household()
    second = members_of(home)[1]
    for owed in (home, other):
        Obligation.objects.create(household=owed, obligor=second, relation="child", starts_on=ON)
        registry.earn(owed, second, "wage", 120_000, by)
    assert compare() == (2, 0)
    assert read(ON).facts.obligors.income.tolist() == [12 * 120_000] * 2


STRANGE: list[tuple[str, str, int | None]] = [
    ("student", "kindergarten", None),
    ("disability", "soul", 2),
    ("disability", "visual", None),
    ("disability", "visual", 5),
    ("absence", "no_capacity", None),
    ("orphan", "half", None),
    ("prior", "old_dibao", None),
    ("work", "idle", None),
]


@pytest.mark.parametrize(("kind", "code", "grade"), STRANGE)
def test_a_word_no_rule_knows_leaves_the_household_unanswered(
    kind: str, code: str, grade: int | None, by: User
) -> None:
    home = make_household()
    make_household()
    registry.say(home, members_of(home)[0], kind, code, grade, by)
    assert compare() == (1, 1)


def test_facts_that_cannot_be_leave_the_household_unanswered(by: User) -> None:
    unborn, nobody_knows, rich, owing, healthy = (make_household() for _ in range(5))
    Person.objects.filter(pk=members_of(unborn)[0].pk).update(birth_date=date(2027, 1, 1))
    Person.objects.filter(pk=members_of(nobody_knows)[0].pk).update(birth_date=None)
    registry.earn(rich, members_of(rich)[0], "wage", 10**11, by)
    outside = registry.person(Random(1), ON)
    Person.objects.filter(pk=outside.pk).update(birth_date=date(1870, 1, 1))
    Obligation.objects.create(household=owing, obligor=outside, relation="child", starts_on=ON)
    registry.rule(healthy, "self_care_failed", 9, members_of(healthy)[0], by)
    assert compare() == (0, 5)


def test_who_left_and_who_lives_nowhere_are_not_read(by: User) -> None:
    home, empty = make_household(people=3), make_household()
    Membership.objects.filter(household=empty).update(left_on=ON)
    Membership.objects.filter(household=home, position=2).update(left_on=ON)
    population = read(ON)
    assert population.facts.households == 1
    assert population.facts.person_first.tolist() == [0, 2]
    assert compare() == (1, 0)


def test_a_county_reads_its_own_households_only(by: User) -> None:
    mine, theirs = make_household(), make_household(OTHER_COUNTY_VILLAGE)
    registry.earn(mine, members_of(mine)[0], "wage", 30_000, by)
    registry.earn(theirs, members_of(theirs)[0], "wage", 40_000, by)
    assert read(ON, "371524").facts.people.income.tolist() == [12 * 40_000]
    assert sorted(read(ON).facts.people.income.tolist()) == [12 * 30_000, 12 * 40_000]


def test_nobody_registered_is_an_empty_batch() -> None:
    population = read(ON)
    assert population.facts.households == 0
    assert decide(population.facts, figures_of(book(), population)).count.number.tolist() == []


@pytest.mark.parametrize("rate", ["0.1", "0.0333", "1"])
def test_local_rules_are_read_as_each_case_reads_them(rate: str, by: User) -> None:
    """A county with an edge multiple of its own, a rural one beside it, a rigid ratio and a rate of work costs."""
    desk, chance = Desk(), Random(11)
    desk.enforced(EDGE)
    desk.enforced(EDGE, area="rural", value=Decimal("1.6"))
    desk.enforced(EDGE, measure="rigid_ratio", value=Decimal("0.6"))
    desk.enforced(EDGE, measure="work_cost_rate", value=Decimal(rate))
    for _ in range(60):
        registry.household(chance, ON, by)
    answered, _ = compare()
    assert answered > 20
    facts = read(ON).facts
    assert {16_000, 18_000} <= set(facts.edge_multiple.tolist())
    assert set(read(date(2026, 10, 31)).facts.edge_multiple.tolist()) == {15_000}
