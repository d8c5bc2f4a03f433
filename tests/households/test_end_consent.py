"""End a consent: from that day nobody may ask; who may, for what reason; twice or at once is one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts import clock
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry, User
from households import consents
from households.consents import Lack, Lapse, Standing, Wanted
from households.models import Consent, ConsentEnd
from tests.making import OTHER_VILLAGE, VILLAGE, make_household, make_user, members_of
from tests.payments.stories import at_once

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 20)
NEXT = ON + timedelta(days=1)


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", VILLAGE)


def given(clerk: User, on: date = ON) -> Consent:
    household = make_household()
    person = members_of(household)[0]
    return consents.give(household, person, signed_by=person.name, given_on=on, actor=clerk, on=on)


def standing(consent: Consent, on: date) -> Standing:
    wanted = Wanted(consent.household_id, consent.person_id, ON, True)
    return consents.in_force([wanted], on)[consent.household_id, consent.person_id]


def test_from_that_day_nobody_may_ask(clerk: User) -> None:
    consent = given(clerk)
    made = consents.end(consent, reason="withdrawn", on=NEXT, actor=clerk)
    assert standing(consent, ON).consent_id == consent.pk
    after = standing(consent, NEXT)
    assert (after.consent_id, after.lack, after.lapse) == (None, Lack.LAPSED, Lapse.ENDED)
    assert AuditEntry.objects.get(action="consent.withdrawn").after_hash == made.content_hash()


def test_a_paper_entered_by_mistake_was_never_signed(clerk: User) -> None:
    consent = given(clerk)
    consents.end(consent, reason="mistaken", on=ON, actor=clerk)
    assert standing(consent, ON).lack == Lack.NO_CONSENT
    again = consents.give(consent.household, consent.person, signed_by="王秀英", given_on=ON, actor=clerk, on=NEXT)
    assert standing(consent, NEXT).consent_id == again.pk


@pytest.mark.parametrize("role", ["reviewer", "county", "auditor"])
def test_who_enters_no_case_may_not(clerk: User, role: str) -> None:
    consent = given(clerk)
    with pytest.raises(Forbidden):
        consents.end(consent, reason="withdrawn", on=ON, actor=make_user(role, VILLAGE))
    assert not ConsentEnd.objects.exists()


def test_another_village_is_not_there(clerk: User) -> None:
    with pytest.raises(NotHere):
        consents.end(given(clerk), reason="withdrawn", on=ON, actor=make_user("village", OTHER_VILLAGE))


def test_one_ended_otherwise_says_by_whom_and_when(clerk: User) -> None:
    consent = given(clerk)
    consents.end(consent, reason="withdrawn", on=ON, actor=clerk)
    with pytest.raises(WrongState, match=f"{clerk.full_name}于 {ON} 登记“本人撤回”"):
        consents.end(consent, reason="mistaken", on=ON, actor=clerk)


@pytest.mark.parametrize("reason", ["", "replaced", "不想了"])
def test_a_reason_nobody_gives_is_refused(clerk: User, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        consents.end(given(clerk), reason=reason, on=ON, actor=clerk)
    assert set(refused.value.errors) == {"reason"}


def test_twice_is_once(clerk: User) -> None:
    consent = given(clerk)
    first = consents.end(consent, reason="withdrawn", on=ON, actor=clerk)
    assert consents.end(consent, reason="withdrawn", on=ON, actor=clerk) == first
    assert ConsentEnd.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_is_once() -> None:
    clerk, today = make_user("clerk", VILLAGE), clock.today()
    consent = given(clerk, today)
    done = at_once(*[lambda: consents.end(consent, reason="withdrawn", on=today, actor=clerk)] * 3)
    assert [one for one in done if not isinstance(one, ConsentEnd)] == []
    assert ConsentEnd.objects.count() == 1
