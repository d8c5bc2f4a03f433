"""Who is helped already, or about to be: nobody goes to find them."""

from __future__ import annotations

from datetime import date

import pytest

from applications.in_help import in_help
from eligibility.programmes import Programme
from households.models import Person
from payments import ledger
from tests.applications import walking
from tests.making import FIRST_MONTH, make_award, make_household, make_person, make_user, members_of

pytestmark = pytest.mark.django_db
ON = date(2026, 12, 20)


def everybody() -> list[Person]:
    return list(Person.objects.all())


def helped(on: date = ON) -> set[Person]:
    found = in_help([one.pk for one in everybody()], on)
    return {one for one in everybody() if one.pk in found}


def test_who_an_award_covers_until_it_ends() -> None:
    household = make_household(people=2)
    award = make_award(household)
    make_person()
    assert helped() == set(members_of(household))
    ledger.stop(award, FIRST_MONTH, "收入超过标准", actor=make_user("approver"), on=ON)
    assert helped() == set()


def test_who_is_not_covered_is_not_helped() -> None:
    household = make_household(people=2)
    first, _ = members_of(household)
    make_award(household, programme=Programme.DIBAO_SINGLE, people=[first])
    assert helped() == {first}


def test_help_given_once_does_not_go_on() -> None:
    make_award(programme=Programme.TEMPORARY)
    assert helped() == set()


def test_a_family_with_an_open_case_and_not_a_closed_one() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    walking.declined(staff)
    assert helped() == {one.person for one in matter.household.memberships.all()}


def test_nobody_asked_about_is_nobody() -> None:
    assert in_help([], ON) == set()
