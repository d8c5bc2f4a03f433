"""Accept an application: the clerk's first step, as the page takes it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from applications.models import Action, State
from tests.applications import opened, walking
from tests.making import OTHER_TOWNSHIP, VILLAGE, make_user

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    answer = opened.take(opened.signed_in(staff.clerk), matter, "accept")
    assert (answer.status_code, answer.url) == (302, reverse("case", args=[matter.pk]))
    matter.refresh_from_db()
    assert matter.state == State.ACCEPTED
    step = matter.transitions.get(action=Action.ACCEPT)
    assert (step.actor, step.role, step.source, step.target) == (staff.clerk, "clerk", "submitted", "accepted")
    assert AuditEntry.objects.get(pk=step.audit_entry_id).post == f"clerk@{VILLAGE[:9]}000"


def test_another_township_is_absent() -> None:
    matter = walking.submitted(walking.office())
    stranger = opened.signed_in(make_user("clerk", OTHER_TOWNSHIP))
    assert opened.take(stranger, matter, "accept").status_code == 404


@pytest.mark.parametrize("role", ["village", "reviewer", "approver", "city", "auditor"])
def test_another_post_is_refused(role: str) -> None:
    matter = walking.submitted(walking.office())
    answer = opened.take(opened.signed_in(make_user(role, VILLAGE)), matter, "accept")
    assert answer.status_code == 403
    assert "乡镇窗口经办" in answer.content.decode()


def test_a_step_nobody_knows_is_absent() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    for action in ("open-sesame", "post", "submit", "second-visit"):
        assert opened.take(opened.signed_in(staff.clerk), matter, action).status_code == 404


def test_the_slower_of_two_reads_who_was_first() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    answer = opened.take(opened.signed_in(make_user("clerk", VILLAGE, full_name="赵广田")), matter, "accept")
    assert answer.status_code == 409
    assert "刘海燕已于" in answer.content.decode()
    assert matter.transitions.filter(action=Action.ACCEPT).count() == 1


def test_twice_by_the_same_hand_is_a_note() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    client = opened.signed_in(staff.clerk)
    opened.take(client, matter, "accept")
    again = client.post(reverse("case_step", args=[matter.pk, "accept"]), follow=True)
    assert again.status_code == 200
    assert "办好，不用再办" in again.content.decode()
    assert matter.transitions.filter(action=Action.ACCEPT).count() == 1


def test_a_stale_page_is_refused() -> None:
    """The page showed step 1; by now the papers were asked for and brought: look again before accepting."""
    staff = walking.office()
    matter = walking.asked(staff)
    walking.step(matter, Action.SUPPLEMENT, staff.clerk)
    other = opened.signed_in(make_user("clerk", VILLAGE))
    assert opened.take(other, matter, "accept", seq=1).status_code == 409
    assert opened.take(other, matter, "accept", seq=3).status_code == 302


def test_what_is_not_asked_is_not_taken() -> None:
    """R-35: state, amount or approver in the body change nothing."""
    staff = walking.office()
    matter = walking.submitted(staff)
    forged = {"state": "confirmed", "amount_fen": 1, "region": "371500000000", "actor": 1, "on": "2020-01-01"}
    assert opened.take(opened.signed_in(staff.clerk), matter, "accept", **forged).status_code == 302
    matter.refresh_from_db()
    assert (matter.state, matter.region_id) == (State.ACCEPTED, VILLAGE)
