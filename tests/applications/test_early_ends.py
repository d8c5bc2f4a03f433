"""Decline, ask for papers once, take them in, withdraw: each with its words."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts import clock
from accounts.errors import Invalid, WrongState
from applications import supplements
from applications.models import Action, State, Supplement
from tests.applications import opened, walking
from tests.making import VILLAGE, make_user

pytestmark = pytest.mark.django_db


def test_declining_needs_its_reason_and_keeps_what_was_typed() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    client = opened.signed_in(staff.clerk)
    answer = opened.take(client, matter, "decline", note="   ")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert page.count("填写原因，会写进告知书和历史") == 2, "in the summary and beside the field"
    assert 'id="decline-note_error"' in page
    assert opened.take(client, matter, "decline", note="不在本乡镇居住").status_code == 302
    matter.refresh_from_db()
    assert matter.state == State.DECLINED


def test_too_long_a_reason_is_said_and_kept() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    answer = opened.take(opened.signed_in(staff.clerk), matter, "withdraw", note="因" * 501)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "原因最多写 500 字" in page
    assert "因" * 501 in page


def test_an_unseen_character_is_said() -> None:
    staff = walking.office()
    answer = opened.take(opened.signed_in(staff.clerk), walking.submitted(staff), "decline", note="不在\0本镇")
    assert answer.status_code == 400
    assert "有看不见的字符，重新输入这一项" in answer.content.decode()


def test_a_long_note_is_refused_by_the_act_too() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    with pytest.raises(Invalid, match="最多 500 字"):
        walking.step(matter, Action.WITHDRAW, staff.clerk, note="因" * 501)


def test_papers_are_asked_for_once() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    client = opened.signed_in(staff.clerk)
    assert opened.take(client, matter, "ask_papers").status_code == 400
    assert opened.take(client, matter, "ask_papers", missing="户口簿、诊断证明").status_code == 302
    matter.refresh_from_db()
    assert matter.state == State.SUPPLEMENT
    assert Supplement.objects.get(matter=matter).missing == "户口簿、诊断证明"
    assert opened.take(client, matter, "supplement", note="户口簿").status_code == 302
    answer = opened.take(client, matter, "ask_papers", missing="再要一份")
    assert answer.status_code == 409
    assert "一次性告知过" in answer.content.decode()
    matter.refresh_from_db()
    assert matter.state == State.SUBMITTED


def test_a_list_of_papers_has_its_length() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    with pytest.raises(Invalid, match="最多写 300 字"):
        supplements.ask(matter.pk, missing="件" * 301, actor=staff.clerk, on=clock.today())


def test_nothing_is_withdrawn_once_it_is_noticed() -> None:
    staff = walking.office()
    matter = walking.posted(staff)
    with pytest.raises(WrongState):
        walking.step(matter, Action.WITHDRAW, staff.clerk, note="撤回")


def test_a_village_may_withdraw_what_it_brought_in() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    answer = opened.take(opened.signed_in(staff.village), matter, "withdraw", note="本人外出务工")
    assert answer.status_code == 302
    matter.refresh_from_db()
    assert matter.state == State.WITHDRAWN


def test_a_day_out_of_turn_is_refused() -> None:
    from datetime import timedelta

    staff = walking.office()
    matter = walking.submitted(staff)
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)):
        with pytest.raises(Invalid, match="日期填"):
            walking.step(matter, Action.ACCEPT, staff.clerk, on=day)


def test_the_step_form_opens_by_its_own_address() -> None:
    """Without JavaScript, a verb in a list leads to the form itself."""
    staff = walking.office()
    matter = walking.submitted(staff)
    page = opened.signed_in(staff.clerk).get(reverse("case_step", args=[matter.pk, "decline"])).content.decode()
    assert '<details class="gap" open>' in page
    assert make_user("auditor", VILLAGE).pk
