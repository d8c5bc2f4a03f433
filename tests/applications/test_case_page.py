"""The page of a case: who may open it, what a reading leaves behind, how many queries it takes."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.ids import uuid7
from accounts.models import AuditEntry
from applications.models import State
from applications.views.cases import PARTS
from households.means import Income
from tests.applications import opened, walking
from tests.conftest import Clock
from tests.making import OTHER_COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE, make_user

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


def test_it_works() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    page = opened.signed_in(staff.reviewer).get(reverse("case", args=[matter.pk])).content.decode()
    assert "753.00" in page
    assert "该补多少" in page
    applicant = matter.application.applicant
    assert applicant.name in page
    assert applicant.id_number is not None
    assert applicant.id_number not in page
    assert f"371************{applicant.id_number[-3:]}" in page
    assert "<title>本户概况" in page, "no personal data in a title"


@pytest.mark.parametrize(
    ("role", "where"),
    [("clerk", OTHER_TOWNSHIP), ("village", OTHER_VILLAGE), ("approver", OTHER_COUNTY), ("release", VILLAGE)],
)
def test_outside_is_the_same_bytes_as_absent(role: str, where: str) -> None:
    matter = walking.submitted(walking.office())
    client = opened.signed_in(make_user(role, where))
    for name, more in (("case", []), ("case_visit", []), ("case_relative", []), ("case_part", ["members"])):
        there = client.get(reverse(name, args=[matter.pk, *more]))
        absent = client.get(reverse(name, args=[uuid7(), *more]))
        assert there.status_code == absent.status_code == 404
        assert blank(there.content) == blank(absent.content)
    assert not AuditEntry.objects.filter(action="matter.read").exists()


def blank(page: bytes) -> bytes:
    """The page without its form token, which is new in every answer."""
    import re

    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


def test_an_unknown_part_is_absent() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    client = opened.signed_in(staff.clerk)
    assert client.get(reverse("case_part", args=[matter.pk, "secrets"])).status_code == 404


def test_every_reading_is_audited_with_its_purpose() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    client = opened.signed_in(staff.clerk)
    client.get(reverse("case", args=[matter.pk]))
    client.get(reverse("case_part", args=[matter.pk, "members"]))
    entries = AuditEntry.objects.filter(action="matter.read", target_id=str(matter.pk)).order_by("seq")
    assert [(e.actor, e.purpose, e.post, e.address) for e in entries] == [
        (staff.clerk, "办理", f"clerk@{VILLAGE[:9]}000", "127.0.0.1")
    ] * 2


def test_a_whole_number_is_shown_by_post_and_audited() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    person = matter.application.applicant
    address = reverse("case_number", args=[matter.pk, person.pk])
    client = opened.signed_in(staff.clerk)
    assert client.get(address).status_code == 405
    answer = client.post(address, headers={"accept": "application/json"})
    assert answer.json() == {"value": person.id_number}
    plain = client.post(address)
    assert person.id_number is not None
    assert person.id_number in plain.content.decode()
    assert plain.headers["Refresh"].startswith("60;")
    entries = AuditEntry.objects.filter(action="person.number", target_id=str(person.pk), actor=staff.clerk)
    assert entries.count() == 2
    assert all(person.id_number not in entry.detail for entry in entries)


def test_somebody_of_another_family_is_absent() -> None:
    staff = walking.office()
    matter, other = walking.submitted(staff), walking.submitted(staff)
    address = reverse("case_number", args=[matter.pk, other.application.applicant_id])
    assert opened.signed_in(staff.clerk).post(address).status_code == 404
    assert not AuditEntry.objects.filter(action="person.number").exists()


WHO = {State.VISITED: "second", State.SURVEYED: "reviewer", State.DISPUTED: "reviewer", State.TO_CONFIRM: "approver"}


def queries(client: object, address: str) -> int:
    client.get(address)  # type: ignore[attr-defined]
    with opened.counting() as found:
        assert client.get(address).status_code == 200  # type: ignore[attr-defined]
    return len(found)


@pytest.mark.parametrize("state", list(walking.WALKS))
def test_it_takes_twenty_queries_in_every_state(state: State) -> None:
    staff = walking.office()
    matter = walking.WALKS[state](staff)
    client = opened.signed_in(getattr(staff, WHO.get(state, "clerk")))
    assert queries(client, reverse("case", args=[matter.pk])) <= MOST_QUERIES


def test_every_part_takes_the_same_with_two_members_and_with_ten(moving_clock: Clock) -> None:
    staff = walking.office()
    small = walking.confirmed(staff, moving_clock, walking.filled(walking.family(2))).matter
    many = walking.family(10)
    child = walking.member("child", birth=date(2012, 1, 1), incomes=(Income("support", 100_00, "month"),))
    large = walking.confirmed(staff, moving_clock, walking.filled((*many, child))).matter
    client = opened.signed_in(staff.approver)
    for part in PARTS:
        address = [reverse("case_part", args=[m.pk, part]) if part != "overview" else "" for m in (small, large)]
        address = [one or reverse("case", args=[m.pk]) for one, m in zip(address, (small, large), strict=True)]
        few, more = (queries(client, one) for one in address)
        assert few == more <= MOST_QUERIES, part


def test_the_rail_says_whose_turn_it_is() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    page = opened.signed_in(staff.approver).get(reverse("case", args=[matter.pk])).content.decode()
    assert "审核同意" in page
    assert "由乡镇审核办理" in page
    assert 'class="btn main"' not in page, "nothing filled where nothing can be done"


def test_before_confirming_it_says_what_will_be_paid_to_whom(moving_clock: Clock) -> None:
    staff = walking.office()
    matter = walking.ready(staff, moving_clock, walking.filled(with_account=False))
    page = opened.signed_in(staff.approver).get(reverse("case", args=[matter.pk])).content.decode()
    for words in ("没有账户", "¥1,206.00", "2 人", "确认本户"):
        assert words in page
    assert page.count('class="btn main"') == 1
