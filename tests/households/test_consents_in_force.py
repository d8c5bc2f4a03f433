"""Which consents are in force: against a plain reading of the rule, for any history; one statement for any number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import audit, clock
from households import consents
from households.consents import Lack, Lapse, Standing, Wanted
from households.models import Consent, ConsentEnd, Household, Membership, Person
from tests.making import VILLAGE, make_household, make_person, make_user

pytestmark = pytest.mark.django_db

FIRST = date(2026, 11, 1)
days = st.integers(0, 12)


@dataclass(frozen=True)
class Paper:
    """One consent as a clerk may have left it: days after the first, an end where there is one."""

    given: int
    term: int | None
    ended: int | None
    reason: str


@dataclass(frozen=True)
class Story:
    """One person's papers, whether they live in the household, and when its members last came and went."""

    papers: tuple[Paper, ...]
    is_member: bool
    since: int
    on: int
    others: tuple[tuple[int, int | None], ...]


papers = st.builds(
    Paper,
    given=days,
    term=st.none() | st.integers(0, 5),
    ended=st.none() | days,
    reason=st.sampled_from(["withdrawn", "replaced", "mistaken"]),
)
others = st.tuples(days, st.none() | st.integers(0, 4)).map(lambda p: (p[0], None if p[1] is None else p[0] + p[1]))
stories = st.builds(
    Story,
    papers=st.lists(papers, max_size=4).map(tuple),
    is_member=st.booleans(),
    since=st.integers(0, 6),
    on=st.integers(3, 12),
    others=st.lists(others, max_size=2).map(tuple),
)


def expected(story: Story) -> tuple[int | None, Lapse | None]:
    """The place of the newest paper among those that count, and the first thing it fails."""
    counted = [
        (paper, place)
        for place, paper in enumerate(story.papers)
        if paper.given <= story.on and not (paper.reason == "mistaken" and ended(paper, story.on))
    ]
    if not counted:
        return None, None
    newest, place = max(counted, key=lambda one: (one[0].given, not ended(one[0], story.on), one[1]))
    changes = [0, *(day for pair in story.others if pair[0] <= story.on for day in pair if day is not None)]
    changed = max(day for day in changes if day <= story.on)
    if ended(newest, story.on):
        return place, Lapse.ENDED
    if newest.term is not None and newest.given + newest.term < story.on:
        return place, Lapse.PAST
    if newest.given < story.since:
        return place, Lapse.BEFORE
    if story.is_member and newest.given < changed:
        return place, Lapse.CHANGED
    return place, None


def ended(paper: Paper, on: int) -> bool:
    return paper.ended is not None and paper.ended <= on


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def write(story: Story) -> tuple[Household, Person, list[UUID]]:
    """The story as rows; the household's own first day is day 0."""
    actor = make_user("clerk", VILLAGE)
    household = make_household(people=[person := make_person()], joined_on=FIRST)
    for place, (joined, left) in enumerate(story.others, start=2):
        Membership.objects.create(
            household=household,
            person=make_person(),
            relation="child",
            position=place,
            joined_on=day(joined),
            left_on=None if left is None else day(left),
        )
    made = []
    for number, paper in enumerate(story.papers):
        consent = Consent(
            id=UUID(int=number + 1),
            household=household,
            person=person,
            signed_by=person.name,
            given_on=day(paper.given),
            valid_until=None if paper.term is None else day(paper.given + paper.term),
            recorded_by=actor,
            recorded_at=clock.now(),
        )
        made.append(audit.seal(consent, actor, "consent.record", on=FIRST, region_code=VILLAGE).pk)
        if paper.ended is not None:
            end = ConsentEnd(
                consent=consent,
                reason=paper.reason,
                ended_on=day(paper.ended),
                recorded_by=actor,
                recorded_at=clock.now(),
            )
            audit.seal(end, actor, "consent.end", on=FIRST, region_code=VILLAGE)
    return household, person, made


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories)
def test_it_agrees_with_a_plain_reading(story: Story) -> None:
    with transaction.atomic():
        household, person, made = write(story)
        wanted = Wanted(household.pk, person.pk, day(story.since), story.is_member)
        found = consents.in_force([wanted], day(story.on))
        transaction.set_rollback(True)
    place, lapse = expected(story)
    newest = None if place is None else made[place]
    assert found == {(household.pk, person.pk): Standing(newest, lapse)}


def test_who_never_signed_has_none() -> None:
    household = make_household()
    person = household.memberships.get().person_id
    standing = consents.in_force([Wanted(household.pk, person, FIRST, True)], FIRST)[household.pk, person]
    assert (standing.consent_id, standing.lack) == (None, Lack.NO_CONSENT)


def test_another_household_s_paper_does_not_bear_it() -> None:
    story = Story((Paper(1, None, None, ""),), True, 0, 3, ())
    _, person, _ = write(story)
    other = make_household()
    found = consents.in_force([Wanted(other.pk, person.pk, FIRST, False)], day(3))
    assert found[other.pk, person.pk].lack == Lack.NO_CONSENT


def test_nobody_wanted_is_nothing_asked() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert consents.in_force([], FIRST) == {}
    assert len(asked) == 0


def test_one_statement_for_any_number() -> None:
    homes = [make_household(people=3, joined_on=FIRST) for _ in range(4)]
    wanted = [Wanted(m.household_id, m.person_id, FIRST, True) for m in Membership.objects.filter(household__in=homes)]
    with CaptureQueriesContext(connection) as asked:
        found = consents.in_force(wanted, day(3))
    assert (len(asked), len(found)) == (1, 12)
