"""A family confirmed and paid nothing (边缘, 刚性支出): what the night finds says what becomes of the status."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from accounts import jobs
from applications.night import to_ask
from eligibility.programmes import Programme
from payments import ledger
from payments.models import Hold
from tests.applications import opened, walking
from tests.conftest import Clock
from tests.making import COUNTY, make_award, members_of
from tests.verification import stories
from tests.verification.nights import PENSION, Night
from tests.verification.test_finding_pages import post
from verification import findings
from verification.models import Finding

pytestmark = pytest.mark.django_db
DEATH = {"death": "2026-11-08"}


def confirmed(
    said: dict[str, Any], source: str, *, wages: tuple[int, ...] = (2000, 0), programme: str = "edge"
) -> Night:
    """The night's answer about the second of a confirmed family."""
    night = Night(wages)
    night.answers({1: said}, source, purpose="receives", programme=programme)
    return night


def test_whom_the_night_asks_about_becomes_a_finding_of_the_status(moving_clock: Clock) -> None:
    staff = walking.office()
    given = walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE)
    matter = walking.confirmed(staff, moving_clock, given).matter
    asked = list(to_ask(COUNTY[:6], stories.NIGHT))
    one = asked[0]
    request, enquiries = stories.asked(
        members_of(matter.household),
        matter.household,
        "human_resources",
        purpose=one.purpose,
        programme=one.programme,
        case_number=one.case_number,
    )
    with transaction.atomic():
        findings.weigh(request, {enquiries[1].id: PENSION}, {enquiry.id for enquiry in enquiries})
    jobs.run_waiting()
    found = Finding.objects.get()
    assert (found.is_standing, found.case_number) == (True, matter.number)
    assert found.said == "月收入 3,464.00 元，比标准 2,259.00 元高 1,205.00 元"
    assert [found.consequence[side]["outcome"] for side in ("before", "after")] == ["eligible", "ineligible"]


@pytest.mark.parametrize(
    ("programme", "wages", "said", "source", "sentence"),
    [
        ("edge", (2000, 0), {"pension": 20_000}, "human_resources", "不影响测算"),
        ("edge", (2000, 0), {"vehicle": 1}, "public_security", "由人认定家庭财产是否符合规定"),
        ("edge", (0, 900), DEATH, "civil_affairs", "有一人去世，应核减 1 人，"),
        ("rigid", (1000, 0), PENSION, "human_resources", "变为待认定"),
        ("rigid", (2000, 0), {"vehicle": 1}, "public_security", "由人认定家庭财产是否符合规定"),
        ("rigid", (2000, 0), {"hukou": [{"region": "371524101285"}]}, "public_security", "由人判断是否仍由本地办理"),
    ],
)
def test_each_says_what_becomes_of_it(
    programme: str, wages: tuple[int, ...], said: dict[str, Any], source: str, sentence: str
) -> None:
    confirmed(said, source, wages=wages, programme=programme)
    found = Finding.objects.get()
    assert sentence in found.said
    assert found.is_standing


def test_the_county_s_own_confirmation_is_no_other_aid() -> None:
    own = {"other_aid": [{"programme": "低保边缘家庭", "place": "莘县"}]}
    confirmed(own, "civil_affairs")
    assert not Finding.objects.exists()


def test_where_nothing_is_paid_nothing_is_held() -> None:
    night = confirmed(DEATH, "public_security")
    finding, client = Finding.objects.get(), opened.signed_in(night.clerk)
    for address in (reverse("findings"), reverse("finding", args=[finding.pk])):
        assert "先暂停发放" not in client.get(address).content.decode()
    answer = post(client, "accept", finding, reason="family_admits")
    assert "已采纳核对结果" in client.get(answer.url).content.decode()
    assert not Hold.objects.exists()


def test_what_somebody_of_the_family_is_paid_is_held() -> None:
    night = confirmed(DEATH, "public_security")
    make_award(night.home, programme=Programme.DISABILITY_CARE, people=night.people[1:])
    finding, client = Finding.objects.get(), opened.signed_in(night.clerk)
    for address in (reverse("findings"), reverse("finding", args=[finding.pk])):
        assert "先暂停发放" in client.get(address).content.decode()
    post(client, "accept", finding, reason="family_admits")
    assert Hold.objects.get().person == night.people[1]


def test_a_stopped_award_leaves_nothing_to_hold() -> None:
    night = confirmed(DEATH, "public_security")
    award = make_award(night.home, programme=Programme.DISABILITY_CARE, people=night.people[1:])
    ledger.stop(award, award.first_month, "申请人放弃", actor=walking.office().approver, on=stories.NIGHT)
    post(opened.signed_in(night.clerk), "accept", Finding.objects.get(), reason="family_admits")
    assert not Hold.objects.exists()
