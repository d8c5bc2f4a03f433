"""A fact the rules cannot do without: whoever opens the case reads whose and which, never the path of a program."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts import clock
from accounts.errors import WrongState
from applications import opinions
from applications.models import Matter
from applications.views.cases import PARTS
from households.models import Person
from tests.applications import opened, walking
from tests.applications.walking import Office
from tests.making import members_of

pytestmark = pytest.mark.django_db
PATH = re.compile(r"people\[|birth_date")


@pytest.fixture
def staff() -> Office:
    return walking.office()


@pytest.fixture
def matter(staff: Office) -> Matter:
    """Of two people; nobody knows when the second was born."""
    made = walking.surveyed(staff)
    Person.objects.filter(pk=members_of(made.household)[1].pk).update(birth_date=None)
    return made


def said_of(matter: Matter) -> str:
    return f"{members_of(matter.household)[1].name}的出生日期：缺少这一项，补上"


def test_the_page_of_the_case_says_it(staff: Office, matter: Matter) -> None:
    page = opened.signed_in(staff.reviewer).get(reverse("case", args=[matter.pk])).content.decode()
    assert said_of(matter) in page
    assert not PATH.search(page)


@pytest.mark.parametrize("part", [part for part in PARTS if part != "overview"])
def test_no_part_of_it_shows_a_path(staff: Office, matter: Matter, part: str) -> None:
    answer = opened.signed_in(staff.reviewer).get(reverse("case_part", args=[matter.pk, part]))
    assert answer.status_code in (200, 409)
    assert not PATH.search(answer.content.decode())


def test_an_opinion_is_refused_with_it(staff: Office, matter: Matter) -> None:
    with pytest.raises(WrongState) as refused:
        opinions.opine(matter.pk, agrees=True, note="", actor=staff.reviewer, on=clock.today())
    assert refused.value.message == f"资料不全，先补齐再办；{said_of(matter)}"
