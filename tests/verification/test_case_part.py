"""The case's part 核对: what differs, what each source said of whom, silence apart from nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.models import Matter
from tests.applications import opened, walking
from tests.conftest import Clock
from tests.making import OTHER_TOWNSHIP, make_user, members_of
from tests.verification.test_report_paper import answered, evidence, joined
from verification.models import Finding

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


def address(matter: Matter) -> str:
    return reverse("case_part", args=[matter.pk, "verification"])


def page(matter: Matter, staff: walking.Office) -> str:
    return opened.signed_in(staff.clerk).get(address(matter)).content.decode()


def test_before_any_night_it_says_when_the_first_will_be(staff: walking.Office) -> None:
    assert "还没有核对过。受理后每晚自动查询已授权的人。" in page(walking.submitted(staff), staff)


def test_records_silence_and_nothing_stand_apart(staff: walking.Office) -> None:
    matter = walking.accepted(staff)
    people = joined(matter, "李未签")
    answered(matter, people, unasked=people[-1])
    shown = page(matter, staff)
    for words in (
        "核对不完整",
        "养老金：每月 1,464.00 元",
        "未答复",
        "等待答复",
        "无记录",
        "学籍",
        "没有向任何来源查询",
    ):
        assert words in shown
    assert reverse("case_part", args=[matter.pk, "consents"]) in shown
    assert reverse("verification_report", args=[matter.pk]) in shown
    assert "申报：每月 0.00 元；核对：每月 1,464.00 元" in shown


def test_what_is_compared_with_nothing_is_shown_as_evidence(staff: walking.Office) -> None:
    matter = walking.accepted(staff)
    evidence(matter)
    shown = page(matter, staff)
    for words in ("佐证 · 个人自付医疗费：每年 36,000.00 元", "申报没有支出金额，不作比较"):
        assert words in shown
    assert "与申报不一致" not in shown
    assert not Finding.objects.exists()


def test_an_answer_past_its_term_is_no_longer_nothing(staff: walking.Office, moving_clock: Clock) -> None:
    matter = walking.accepted(staff)
    answered(matter, members_of(matter.household))
    moving_clock.move(timedelta(days=31))
    assert "已过期" in page(matter, staff)


def test_another_township_is_refused(staff: walking.Office) -> None:
    matter = walking.accepted(staff)
    client = opened.signed_in(make_user("clerk", OTHER_TOWNSHIP))
    assert client.get(address(matter)).status_code == 404
    assert client.get(reverse("verification_report", args=[matter.pk])).status_code == 404


def test_it_takes_as_many_queries_for_two_as_for_eleven(staff: walking.Office) -> None:
    counts = []
    for more in (1, 10):
        matter = walking.accepted(staff)
        answered(matter, joined(matter, *(f"王家{place}" for place in range(more))))
        client = opened.signed_in(staff.clerk)
        client.get(address(matter))
        with opened.counting() as found:
            client.get(address(matter))
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[0] <= MOST_QUERIES
