"""Taking in an application records who signed: each adult their own, the applicant for the children."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts import clock
from applications.submission import MemberEntry
from eligibility.programmes import Programme
from households import consents
from households.models import Consent, ConsentEnd
from tests.applications import walking

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


def unsigned(entry: MemberEntry) -> MemberEntry:
    return replace(entry, consents=False)


def child() -> MemberEntry:
    return unsigned(walking.member("child", birth=date(2018, 6, 1)))


def test_each_adult_signs_and_the_applicant_for_the_child(staff: walking.Office) -> None:
    members = (walking.member(name="王秀英"), walking.member("spouse", name="李建国"), child())
    matter = walking.submitted(staff, walking.filled(members))
    signed = Consent.objects.filter(household=matter.household)
    assert {(one.person.name, one.signed_by) for one in signed} == {
        ("王秀英", "王秀英"),
        ("李建国", "李建国"),
        (members[2].entry.name, "王秀英"),
    }


def test_who_did_not_sign_has_none_and_nobody_signs_for_them(staff: walking.Office) -> None:
    members = (unsigned(walking.member()), unsigned(walking.member("spouse")), child())
    walking.submitted(staff, walking.filled(members))
    assert not Consent.objects.exists()


def test_applying_again_replaces_what_was_signed(staff: walking.Office) -> None:
    yesterday = clock.today() - timedelta(days=1)
    members = walking.family(2)
    walking.submitted(staff, walking.filled(members, on=yesterday))
    walking.submitted(staff, walking.filled(members, programme=Programme.EDGE))
    assert ConsentEnd.objects.filter(reason="replaced").count() == 2
    assert set(Consent.objects.filter(end=None).values_list("given_on", flat=True)) == {clock.today()}


def test_a_form_that_comes_in_late_leaves_a_newer_paper(staff: walking.Office) -> None:
    members = walking.family(1)
    first = walking.submitted(staff, walking.filled(members))
    late = walking.filled(members, programme=Programme.EDGE, on=clock.today() - timedelta(days=2))
    walking.submitted(staff, late)
    consent = Consent.objects.get()
    wanted = consents.Wanted(first.household_id, consent.person_id, clock.today(), True)
    found = consents.in_force([wanted], clock.today())
    assert found[first.household_id, consent.person_id].consent_id == consent.pk
