"""Give a consent: who may, for whom, on what paper; a newer paper ends the older one; twice or at once is one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts import clock
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.integrity import Check as Promise
from accounts.integrity import examine, seals
from accounts.models import AuditEntry, User
from households import consents
from households.consents import Wanted
from households.models import Consent, ConsentEnd, Household, Obligation, Person
from tests.making import OTHER_VILLAGE, VILLAGE, make_household, make_person, make_user, members_of
from tests.payments.stories import at_once

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 20)


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", VILLAGE)


def give(household: Household, person: Person, actor: User, **said: Any) -> Consent:
    given = {"signed_by": person.name, "given_on": ON, "on": ON, **said}
    return consents.give(household, person, actor=actor, **given)


def test_it_is_in_force_and_sealed(clerk: User) -> None:
    household = make_household()
    person = members_of(household)[0]
    made = give(household, person, clerk, valid_until=date(2027, 11, 19))
    standing = consents.in_force([Wanted(household.pk, person.pk, ON, True)], ON)[household.pk, person.pk]
    assert (standing.consent_id, standing.lack) == (made.pk, None)
    entry = AuditEntry.objects.get(action="consent.record")
    assert (entry.after_hash, entry.is_seal) == (Consent.objects.get(pk=made.pk).content_hash(), True)
    assert examine(Promise("sealed_rows", "封存记录", seals)).fault is None


def test_a_guardian_signs_for_a_child(clerk: User) -> None:
    child = make_person(birth=date(2020, 5, 1))
    household = make_household(people=[make_person(), child])
    assert give(household, child, clerk, signed_by=" 王秀英 ").signed_by == "王秀英"


def test_an_obligor_gives_their_own(clerk: User) -> None:
    household, son = make_household(), make_person(region_code=OTHER_VILLAGE)
    Obligation.objects.create(household=household, obligor=son, relation="child", starts_on=ON)
    assert give(household, son, clerk).person == son


@pytest.mark.parametrize("role", ["reviewer", "county", "approver", "auditor"])
def test_who_enters_no_case_may_not(role: str) -> None:
    household = make_household()
    with pytest.raises(Forbidden):
        give(household, members_of(household)[0], make_user(role, VILLAGE))
    assert not Consent.objects.exists()


def test_another_village_is_not_there() -> None:
    household = make_household()
    with pytest.raises(NotHere):
        give(household, members_of(household)[0], make_user("village", OTHER_VILLAGE))


def test_a_stranger_is_refused(clerk: User) -> None:
    with pytest.raises(WrongState, match="不是这一户的成员或义务人"):
        give(make_household(), make_person(), clerk)


def test_who_has_left_is_refused(clerk: User) -> None:
    household = make_household(people=2)
    gone = household.memberships.get(position=2)
    gone.left_on = ON
    gone.save(update_fields=["left_on"])
    with pytest.raises(WrongState):
        give(household, gone.person, clerk)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("signed_by", {"signed_by": "  "}),
        ("signed_by", {"signed_by": "王" * 51}),
        ("given_on", {"given_on": ON + timedelta(days=1)}),
        ("valid_until", {"given_on": ON - timedelta(days=9), "valid_until": ON - timedelta(days=1)}),
    ],
)
def test_what_cannot_stand_on_the_paper_names_its_field(clerk: User, field: str, said: dict[str, Any]) -> None:
    household = make_household()
    with pytest.raises(Invalid) as refused:
        give(household, members_of(household)[0], clerk, **said)
    assert set(refused.value.errors) == {field}


def test_an_older_paper_does_not_take_the_place_of_a_newer(clerk: User) -> None:
    household = make_household()
    person = members_of(household)[0]
    give(household, person, clerk)
    with pytest.raises(Invalid, match="填这天或更晚"):
        give(household, person, clerk, given_on=ON - timedelta(days=3))


def test_a_second_paper_ends_the_first_as_replaced(clerk: User) -> None:
    household = make_household()
    person = members_of(household)[0]
    first = give(household, person, clerk)
    second = give(household, person, clerk, given_on=ON + timedelta(days=5), on=ON + timedelta(days=5))
    ended = ConsentEnd.objects.get()
    assert (ended.consent, ended.reason, ended.ended_on) == (first, "replaced", ON + timedelta(days=5))
    assert list(Consent.objects.filter(end=None)) == [second]


def test_the_same_paper_twice_is_one(clerk: User) -> None:
    household = make_household()
    person = members_of(household)[0]
    assert give(household, person, clerk) == give(household, person, clerk)
    assert (Consent.objects.count(), ConsentEnd.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_in_force() -> None:
    clerk, household = make_user("clerk", VILLAGE), make_household()
    person = members_of(household)[0]
    today = clock.today()
    signers = [person.name, person.name, "王秀英"]
    done = at_once(
        *(
            lambda name=name: give(household, person, clerk, signed_by=name, given_on=today, on=today)
            for name in signers
        )
    )
    assert [one for one in done if not isinstance(one, Consent)] == []
    assert Consent.objects.filter(end=None).count() == 1
    assert Consent.objects.count() == 1 + ConsentEnd.objects.filter(reason="replaced").count()
