"""A family that is known applies again: nobody is lost by being left out, and nobody is entered twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from accounts.errors import WrongState
from accounts.ids import uuid7
from accounts.models import AuditEntry
from applications import intake
from applications.models import Application
from applications.submission import MemberEntry, ObligorEntry
from eligibility.programmes import Programme
from households.means import Circumstances, Obligor
from households.models import Membership, Person
from households.registry import PersonEntry
from tests.applications import walking
from tests.making import OTHER_VILLAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


def child_without_papers() -> MemberEntry:
    birth = date(2024, 5, 1)
    entry = PersonEntry("赵一诺", "none", None, birth, "F")
    return MemberEntry(entry, Circumstances("child", birth, "F"), consents=False)


def test_the_same_family_is_the_same_household(staff: walking.Office) -> None:
    members = (*walking.family(2), child_without_papers())
    first = walking.submitted(staff, walking.filled(members))
    again = walking.filled(members, programme=Programme.TEMPORARY, need_kind="medical")
    second = walking.submitted(staff, again)
    assert second.household_id == first.household_id
    assert Person.objects.filter(name="赵一诺").count() == 1
    assert Membership.objects.live().filter(household=first.household).count() == 3


def test_somebody_left_out_is_named_and_stays(staff: walking.Office) -> None:
    members = walking.family(3)
    first = walking.submitted(staff, walking.filled(members))
    short = walking.filled(members[:2], programme=Programme.TEMPORARY, need_kind="medical")
    with pytest.raises(WrongState, match=members[2].entry.name):
        intake.submit(short, key=uuid7(), actor=staff.clerk)
    assert Membership.objects.live().filter(household=first.household).count() == 3
    assert Application.objects.count() == 1


def test_a_new_phone_is_kept_and_put_on_record(staff: walking.Office) -> None:
    members = walking.family(1)
    walking.submitted(staff, walking.filled(members))
    moved = replace(members[0], entry=replace(members[0].entry, phone="10012340000"))
    walking.submitted(staff, walking.filled((moved,), programme=Programme.EDGE))
    person = Person.objects.get()
    assert person.phone == "10012340000"
    entry = AuditEntry.objects.get(action="person.contact")
    assert entry.target_id == str(person.pk)
    assert "10012340000" not in entry.detail
    assert entry.before_hash != entry.after_hash


def test_an_obligor_on_file_elsewhere_is_not_rewritten(staff: walking.Office) -> None:
    son = walking.member(name="赵建国", birth=date(1980, 1, 1), sex="M")
    there = walking.office(OTHER_VILLAGE)
    walking.submitted(there, walking.filled((son,), village=OTHER_VILLAGE))
    typed = replace(son.entry, phone="10099990000", home_address="别处")
    owing = ObligorEntry(typed, Obligor("child", son.entry.birth_date), consents=False)
    walking.submitted(staff, walking.filled(walking.family(1), obligors=(owing,)))
    person = Person.objects.get(name="赵建国")
    assert (person.phone, person.home_address) == (None, "")
    assert person.obligations.count() == 1
