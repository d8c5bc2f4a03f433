"""Who gains, who loses, what it costs: families small enough to work out by hand, and at random against the answers."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from accounts.models import User
from eligibility.assess import book, judged
from eligibility.assess_lines import assess_household
from eligibility.lines.errors import LineError
from eligibility.programmes import Programme
from eligibility.simulate.compare import Compared, compare
from eligibility.simulate.held import SIMULATED
from eligibility.simulate.population import read
from eligibility.simulate.proposed import overlaid, parse
from eligibility.simulate.totals import Totals, by_county, by_programme, table
from households.models import Membership, Obligation
from tests.making import CITY, OTHER_COUNTY, OTHER_COUNTY_VILLAGE, VILLAGE, make_user, members_of
from tests.simulate import registry
from tests.simulate.families import CHILD, GROWN, OLD, ON, family
from tests.simulate.test_population import household_of

pytestmark = pytest.mark.django_db
P = Programme


@pytest.fixture
def by() -> User:
    return make_user("reviewer", VILLAGE)


def ask(*proposed: str, region: str = CITY) -> dict[Programme, Totals]:
    return by_programme(places(*proposed, region=region))


def places(*proposed: str, region: str = CITY) -> dict[str, dict[Programme, Totals]]:
    population = read(ON)
    values = [one for text in proposed for one in parse(text)]
    return table(population, compare(population, book(), overlaid(book(), values, region=region, on=ON)))


def test_who_gains_and_whose_sum_rises(by: User) -> None:
    family(by, [780])  # 753 < 780 < 800: gains 20
    family(by, [700])  # 53 → 100
    family(by, [800])  # equal to the new line: stays out
    family(by, [720], area="urban")  # 931 − 720 = 211, another standard
    dibao = ask("dibao:rural=800")[P.DIBAO]
    assert (dibao.families_before, dibao.families_after) == (2, 3)
    assert (dibao.gained_families, dibao.gained_people, dibao.gained_fen) == (1, 1, 2_000)
    assert (dibao.raised_families, dibao.raised_fen) == (1, 4_700)
    assert (dibao.fen_before, dibao.fen_after, dibao.more_fen) == (5_300 + 21_100, 2_000 + 10_000 + 21_100, 6_700)
    assert (dibao.lost_families, dibao.lowered_families, dibao.unsure_families) == (0, 0, 0)


def test_a_lower_standard_loses_and_lowers(by: User) -> None:
    family(by, [720])  # out
    family(by, [600])  # 153 → 100
    dibao = ask("dibao:rural=700")[P.DIBAO]
    assert (dibao.lost_families, dibao.lost_people, dibao.lost_fen) == (1, 1, -3_300)
    assert (dibao.lowered_families, dibao.lowered_fen, dibao.more_fen) == (1, -5_300, -8_600)


def test_the_undetermined_are_counted_apart_and_in_no_sum(by: User) -> None:
    family(by, [780], is_ruled=False)
    family(by, [None])
    dibao = ask("dibao:rural=800")[P.DIBAO]
    assert (dibao.unsure_families, dibao.families_after, dibao.gained_families, dibao.fen_after) == (2, 0, 0, 0)


def test_who_passes_between_unknown_and_yes_is_accounted_for(by: User) -> None:
    home = family(by, [500])
    registry.earn(home, members_of(home)[0], "basic_pension", 28_000, by)  # 780 with it: below 800 both ways, 2 sums
    dibao = ask("dibao:rural=700")[P.DIBAO]
    assert (dibao.unsure_families, dibao.settled_families, dibao.unsettled_families) == (1, 0, 0)
    registry.rule(home, "basic_pension_counted", 0, None, by)
    assert ask("dibao:rural=700")[P.DIBAO].lowered_families == 1


def test_somebody_alone_on_tekun_is_not_paid_dibao_as_well(by: User) -> None:
    family(by, [0], births=[OLD])
    found = ask("dibao:rural=800")
    assert (found[P.TEKUN].families_before, found[P.TEKUN].people_after) == (1, 1)
    dibao = found[P.DIBAO]
    assert (dibao.families_before, dibao.families_after, dibao.fen_after, dibao.doubled_families) == (0, 0, 0, 1)


def test_the_rest_of_the_family_is_asked_without_whoever_is_on_tekun(by: User) -> None:
    home = family(by, [0, 500], births=[OLD, GROWN])
    registry.say(home, members_of(home)[1], "absence", "prison", None, by)
    # The son in prison is unable, so the father is on tekun; nobody else is counted.
    found = ask("dibao:rural=800")
    assert (found[P.TEKUN].families_after, found[P.DIBAO].families_after) == (1, 0)


def test_dibao_of_the_rest_counts_neither_that_person_nor_their_income(by: User) -> None:
    home = family(by, [100, 600], births=[OLD, GROWN])
    rows = Membership.objects.filter(household=home, position=2)
    sibling = rows.get().person
    rows.update(left_on=ON)
    Membership.objects.create(
        household=home, person=sibling, relation="sibling", position=2, joined_on=ON.replace(month=12)
    )
    dibao = ask("dibao:rural=800")[P.DIBAO]
    # A brother owes nothing: the head is on tekun, the brother's own dibao is 753 − 600, then 800 − 600.
    assert (dibao.people_before, dibao.fen_before, dibao.fen_after) == (1, 15_300, 20_000)


def test_an_orphan_is_paid_once(by: User) -> None:
    home = family(by, [0], births=[CHILD])
    registry.say(home, members_of(home)[0], "orphan", "dispersed", None, by)
    found = ask("orphan.dispersed=2000")
    # A child nobody owes support is on tekun: its orphan's allowance is not added.
    assert found[P.TEKUN].people_after == 1
    assert (found[P.ORPHAN].people_after, found[P.ORPHAN].doubled_families) == (0, 1)
    outside = registry.person(Random(3), ON)
    Obligation.objects.create(household=home, obligor=outside, relation="parent", starts_on=ON)
    registry.earn(home, outside, "wage", 900_000, by)
    registry.say(home, outside, "assets_within_limit", "no", None, by)
    found = ask("orphan.dispersed=2000")
    assert found[P.TEKUN].people_after == 0
    assert (found[P.ORPHAN].people_after, found[P.ORPHAN].fen_after) == (1, 200_000)


def test_a_derived_figure_moves_with_its_base(by: User) -> None:
    family(by, [0], births=[OLD], area="urban")  # basic urban is derived: 1.3 × 931 = 1211 → 1.3 × 1000 = 1300
    tekun = ask("dibao:urban=1000")[P.TEKUN]
    assert (tekun.raised_people, tekun.more_fen) == (1, 8_900)


def test_places_add_up_and_a_county_is_its_townships(by: User) -> None:
    family(by, [780])
    family(by, [780, 790], region=OTHER_COUNTY_VILLAGE)
    found = places("dibao:rural=800")
    assert {code: mine[P.DIBAO].gained_people for code, mine in found.items()} == {
        "371522101000": 1,
        "371524101000": 2,
    }
    assert by_county(found)[OTHER_COUNTY][P.DIBAO].gained_fen == 3_000
    assert by_programme(found)[P.DIBAO].gained_families == 2


def test_a_value_proposed_for_a_county_moves_that_county_only(by: User) -> None:
    family(by, [780])
    family(by, [780], region=OTHER_COUNTY_VILLAGE)
    found = places("dibao:rural=800", region=OTHER_COUNTY)
    assert [mine[P.DIBAO].gained_families for mine in found.values()] == [0, 1]


def test_an_unchanged_value_changes_nothing(by: User) -> None:
    for _ in range(20):
        registry.household(Random(5), ON, by)
    for totals in ask("dibao:rural=753").values():
        assert (totals.more_fen, totals.gained_families, totals.lost_families, totals.raised_families) == (0, 0, 0, 0)


def answered(one: Compared, place: int, first: int) -> dict[int | None, tuple[int, int]]:
    rows = np.flatnonzero(one.home == place)
    persons = [None] * len(rows) if one.person is None else (one.person[rows] - first).tolist()
    outcome, fen = one.outcome_after[rows].tolist(), one.fen_after[rows].tolist()
    return dict(zip(persons, zip(outcome, fen, strict=True), strict=True))


NUMBER = {"eligible": 1, "ineligible": 0, "undetermined": -1}


@pytest.mark.parametrize("seed", range(2))
def test_under_the_proposal_every_answer_is_that_of_assess(seed: int, by: User) -> None:
    """Where nobody's answers meet: there, what is held is what is answered, to the fen."""
    chance = Random(100 + seed)
    for _ in range(60):
        registry.household(chance, ON, by)
    population = read(ON)
    proposed = overlaid(book(), [*parse("dibao=990"), *parse("orphan.dispersed=2001")], region=CITY, on=ON)
    compared = compare(population, book(), proposed)
    met = 0
    for place in range(population.facts.households):
        try:
            results = assess_household(judged(household_of(population, place), on=ON).line, proposed)["results"]
        except LineError:
            assert not any((one.outcome_after[one.home == place] != 2).any() for one in compared.values())
            continue
        held_apart = {one["programme"] for one in results if one["outcome"] == "eligible" and one["programme"] in APART}
        if held_apart:
            continue
        for programme in SIMULATED:
            said = {
                one["person"]: (NUMBER[one["outcome"]], int((one["amount"] or "0").replace(".", "")))
                for one in results
                if one["programme"] == programme
            }
            mine = answered(compared[programme], place, int(population.facts.person_first[place]))
            assert (mine or {None: (0, 0)}) == said
        met += 1
    assert met > 20


APART = {"tekun", "orphan", "de_facto_orphan"}
