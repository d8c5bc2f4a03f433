"""What the rules make of a finding: asked in a job of its own after the answers are kept, and told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts import clock, jobs
from accounts.models import Job
from households import facts
from liaocheng_aid import verifying
from tests.making import PASSWORD, TOWNSHIP, make_user
from tests.payments.stories import at_once
from tests.verification import stories
from tests.verification.nights import PENSION, Night
from verification import findings
from verification.findings import judging
from verification.models import Finding, Request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_of() -> Request:
    """A request whose answer told of a pension nobody declared; the rules are not asked yet."""
    night = Night()
    request, enquiries = stories.asked(night.people, night.home, "human_resources")
    stories.make_answers(enquiries, {0: PENSION})
    with transaction.atomic():
        findings.weigh(request, {enquiries[0].id: PENSION}, {one.id for one in enquiries})
    return request


def test_it_works(request_of: Request) -> None:
    found = Finding.objects.get()
    assert (found.consequence, found.said, found.effect) == ({}, "", "影响正在测算")
    assert jobs.run_waiting() == 1
    found.refresh_from_db()
    assert found.said == found.effect == "月收入 1,964.00 元，比标准 1,506.00 元高 458.00 元"
    assert found.consequence["before"]["amount_fen"] == 100_600
    assert Job.objects.get().result == {"judged": 1}
    assert not judging.unjudged(request_of).exists()


def test_the_page_says_that_it_is_being_worked_out(request_of: Request, client: Client) -> None:
    clerk = make_user("clerk", TOWNSHIP)
    clerk.set_password(PASSWORD)
    clerk.save(update_fields=["password"])
    client.force_login(clerk)
    found = Finding.objects.get()
    for address in ("/findings/", f"/findings/{found.pk}/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "影响正在测算" in answer.content.decode()


def test_nothing_new_plans_no_job() -> None:
    night = Night()
    request, enquiries = stories.asked(night.people, night.home, "human_resources")
    with transaction.atomic():
        findings.weigh(request, {}, {one.id for one in enquiries})
    assert not Job.objects.exists()


def test_a_worker_killed_in_it_leaves_it_to_the_next(request_of: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(judging, "judge", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.run_waiting()
    assert Finding.objects.get().said == ""
    Job.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    jobs.run_waiting()
    assert Finding.objects.get().said


def test_whatever_is_given_up_is_planned_again(request_of: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job is interrupted so often and no more; a finding is not left without its consequence for that."""

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(judging, "judge", killed)
        for _ in range(jobs.MAX_ATTEMPTS):
            with pytest.raises(KeyboardInterrupt):
                jobs.run_waiting()
            Job.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    jobs.run_waiting()
    assert (Job.objects.get().state, judging.plan_left()) == (Job.State.FAILED, 0)
    later = clock.now() + judging.GIVEN_UP + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    verifying.tick()
    verifying.tick()
    assert Job.objects.filter(state=Job.State.PLANNED).count() == 1
    jobs.run_waiting()
    assert Finding.objects.get().said
    assert judging.plan_left() == 0


def test_twice_says_the_same_once(request_of: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.run_waiting()
    before = Finding.objects.get()
    monkeypatch.setattr(facts, "read_many", None)  # nobody is judged again
    judging.plan(request_of)
    jobs.run_waiting()
    after = Finding.objects.get()
    assert (after.said, after.consequence) == (before.said, before.consequence)
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}


def test_whoever_judges_it_second_leaves_what_was_said(request_of: Request) -> None:
    """Two jobs have it in hand, and a fact changed in between."""
    [mine] = judging.unjudged(request_of)
    Finding.objects.update(consequence={"before": {}, "after": {}}, said="先说的")
    judging.judge(request_of, [mine])
    assert Finding.objects.get().said == "先说的"


def test_two_at_once_judge_it_once(request_of: Request) -> None:
    judging.plan(request_of)
    outcomes = at_once(jobs.run_waiting, jobs.run_waiting)
    assert sum(one for one in outcomes if isinstance(one, int)) == 2
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
    assert Finding.objects.get().said
