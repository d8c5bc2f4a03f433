"""Hand somebody down to the township or village that goes there, where the list named none."""

from __future__ import annotations

import pytest

from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry
from tests.making import COUNTY, OTHER_COUNTY_VILLAGE, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, make_user
from tests.verification.pushing import ON, csv_of, row, take
from verification import pushed
from verification.models import PushedPerson

pytestmark = pytest.mark.django_db


def nowhere(**said: str) -> PushedPerson:
    return take(csv_of(row(**{"township": "", "village": "", **said})), make_user("county")).people.get()


def test_the_county_names_the_township_and_the_township_the_village() -> None:
    person = nowhere()
    assert person.region_id == COUNTY
    pushed.hand_down(person.pk, TOWNSHIP, actor=make_user("county"), on=ON)
    done = pushed.hand_down(person.pk, VILLAGE, actor=make_user("clerk", VILLAGE), on=ON)
    assert done.region_id == VILLAGE
    assert list(PushedPerson.objects.to_visit().visible_to(make_user("village", VILLAGE))) == [person]
    assert AuditEntry.objects.filter(action="pushed.hand_down").count() == 2


def test_the_township_does_not_see_what_is_still_the_county_s() -> None:
    with pytest.raises(NotHere):
        pushed.hand_down(nowhere().pk, TOWNSHIP, actor=make_user("clerk", VILLAGE), on=ON)


@pytest.mark.parametrize("role", ["approver", "auditor"])
def test_who_only_reads_may_not(role: str) -> None:
    with pytest.raises(Forbidden):
        pushed.hand_down(nowhere().pk, TOWNSHIP, actor=make_user(role), on=ON)


def test_the_county_s_clerk_leaves_the_townships_to_themselves() -> None:
    person = nowhere(township="张鲁镇")
    with pytest.raises(Forbidden):
        pushed.hand_down(person.pk, VILLAGE, actor=make_user("county"), on=ON)


@pytest.mark.parametrize("place", [COUNTY, OTHER_COUNTY_VILLAGE, "nowhere", "371500000000"])
def test_only_to_a_place_below(place: str) -> None:
    with pytest.raises(Invalid) as refused:
        pushed.hand_down(nowhere().pk, place, actor=make_user("county"), on=ON)
    assert set(refused.value.errors) == {"region"}


def test_another_township_s_village_is_refused() -> None:
    person = nowhere(township="张鲁镇")
    with pytest.raises(Invalid):
        pushed.hand_down(person.pk, OTHER_TOWNSHIP, actor=make_user("clerk", VILLAGE), on=ON)


def test_who_waits_for_no_visit_stays_where_they_are() -> None:
    with pytest.raises(WrongState):
        pushed.hand_down(nowhere(number="").pk, TOWNSHIP, actor=make_user("county"), on=ON)
