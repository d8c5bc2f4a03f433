"""缺授权 on the worklist: open cases the night can't ask about, for whoever takes the signature, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import User
from applications.models import Matter
from applications.submission import MemberEntry, Submission
from households import consents
from households.models import Person
from tests.applications import opened, walking
from tests.making import OTHER_TOWNSHIP, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


def unsigned(entry: MemberEntry) -> MemberEntry:
    return replace(entry, consents=False)


def one_missing() -> Submission:
    head, other = walking.family(2)
    return walking.filled((head, unsigned(other)))


def rows(user: User) -> list[Any]:
    listed: list[Any] = opened.signed_in(user).get("/?tab=unsigned").context["rows"]
    return listed


def counts(user: User) -> dict[str, int]:
    tabs = opened.signed_in(user).get("/").context["tabs"]
    return {one.code: one.count for one in tabs}


def test_it_names_who_must_sign_and_leads_there(staff: walking.Office) -> None:
    given = one_missing()
    matter = walking.surveyed(staff, given)
    (row,) = rows(staff.clerk)
    assert (row.pk, row.act) == (matter.pk, "登记授权")
    assert row.situation == f"缺授权：{given.members[1].entry.name}"
    page = opened.signed_in(staff.clerk).get("/?tab=unsigned").content.decode()
    assert reverse("case_part", args=[matter.pk, "consents"]) in page
    assert counts(staff.clerk)["unsigned"] == counts(staff.village)["unsigned"] == 1


def test_once_signed_it_is_gone(staff: walking.Office) -> None:
    matter = walking.accepted(staff, one_missing())
    person = Person.objects.get(memberships__household=matter.household, memberships__position=2)
    today = clock.today()
    consents.give(matter.household, person, signed_by=person.name, given_on=today, actor=staff.clerk, on=today)
    assert rows(staff.clerk) == []
    assert "unsigned" not in counts(staff.clerk)


def test_many_are_counted(staff: walking.Office) -> None:
    members = tuple(map(unsigned, walking.family(5)))
    walking.accepted(staff, walking.filled(members))
    (row,) = rows(staff.clerk)
    names = "、".join(one.entry.name for one in members)
    assert row.situation.endswith("等 5 人")
    assert sum(name in row.situation for name in names.split("、")) >= 3


@pytest.mark.parametrize("state", ["submitted", "withdrawn"])
def test_a_case_the_night_does_not_ask_about_is_not_listed(staff: walking.Office, state: str) -> None:
    matter: Matter = walking.WALKS[state](staff, one_missing())  # type: ignore[index, call-arg]
    assert matter.state == state
    assert rows(staff.clerk) == []


def test_somebody_without_a_number_could_not_be_asked_about_anyway(staff: walking.Office) -> None:
    child = unsigned(walking.member("child"))
    nameless = replace(child, entry=replace(child.entry, id_kind="none", id_number=None))
    walking.accepted(staff, walking.filled((walking.member(), nameless)))
    assert rows(staff.clerk) == []


def test_it_is_nobody_else_s(staff: walking.Office) -> None:
    walking.accepted(staff, one_missing())
    assert rows(make_user("clerk", OTHER_TOWNSHIP)) == []
    for user in (staff.reviewer, staff.approver, make_user("county"), make_user("auditor")):
        assert rows(user) == []
        assert "unsigned" not in counts(user)


def queries(user: User) -> int:
    client = opened.signed_in(user)
    client.get("/?tab=unsigned")
    with opened.counting() as found:
        client.get("/?tab=unsigned")
    return len(found)


def test_it_takes_as_many_queries_for_one_as_for_five(staff: walking.Office) -> None:
    walking.accepted(staff, one_missing())
    one = queries(staff.clerk)
    for _ in range(4):
        walking.accepted(staff, one_missing())
    assert queries(staff.clerk) == one
