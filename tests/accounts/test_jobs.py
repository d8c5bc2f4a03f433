"""Background work: claimed once, taken up where a killed worker left it, never finished twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from accounts import clock, jobs, tasks
from accounts.errors import WrongState
from accounts.models import Job
from tests.making import COUNTY, region

RAN: list[str] = []


@jobs.runner("test.count")
def count_to_three(claim: jobs.Claim) -> None:
    """Three steps, each committed with its checkpoint."""
    for step in range(claim.job.checkpoint.get("next", 0), 3):
        with claim.step(done=step + 1, checkpoint={"next": step + 1}):
            RAN.append(f"step {step}")
            if claim.job.params.get("dies_at") == step and claim.job.attempts == 1:
                raise KeyboardInterrupt  # as a kill would: the transaction is rolled back, the lease runs out
    claim.finish({"steps": 3})


@jobs.runner("test.refuse")
def refuse(claim: jobs.Claim) -> None:
    raise WrongState("名单已冻结")


@pytest.fixture(autouse=True)
def _clean() -> None:
    RAN.clear()


def planned(kind: str = "test.count", **params: object) -> Job:
    return jobs.plan(kind, dict(params), region=region(COUNTY), by=None)


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=clock.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_it_runs_to_its_end() -> None:
    job = planned()
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.result) == (Job.State.DONE, 3, {"steps": 3})
    assert job.closed_at is not None


@pytest.mark.django_db
def test_a_refusal_closes_it_with_the_sentence() -> None:
    job = planned("test.refuse")
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.FAILED, "名单已冻结")


@pytest.mark.django_db
def test_a_held_job_is_left_alone_until_its_lease_runs_out() -> None:
    job = planned()
    assert jobs.claim() is not None
    assert jobs.claim() is None
    expire(job)
    again = jobs.claim()
    assert again is not None
    assert again.job.attempts == 2


@pytest.mark.django_db
def test_a_killed_worker_s_job_goes_on_where_it_stood() -> None:
    job = planned(dies_at=1)
    held = jobs.claim()
    assert held is not None
    with pytest.raises(KeyboardInterrupt):
        jobs.run(held)
    job.refresh_from_db()
    assert (job.state, job.checkpoint) == (Job.State.RUNNING, {"next": 1})
    expire(job)
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert RAN == ["step 0", "step 1", "step 1", "step 2"]


@pytest.mark.django_db
def test_who_lost_the_lease_can_neither_go_on_nor_finish() -> None:
    job = planned()
    slow = jobs.claim()
    assert slow is not None
    expire(job)
    quick = jobs.claim()
    assert quick is not None
    with pytest.raises(jobs.LeaseLost), slow.step(done=1):
        RAN.append("doubled")
    with pytest.raises(jobs.LeaseLost):
        slow.finish()
    with pytest.raises(jobs.LeaseLost):
        slow.progress(1, 3)
    assert RAN == []
    jobs.run(quick)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_set_aside() -> None:
    job = planned()
    Job.objects.filter(pk=job.pk).update(attempts=jobs.MAX_ATTEMPTS)
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert RAN == []


@pytest.mark.django_db(transaction=True)
def test_forty_jobs_and_eight_workers_do_each_once() -> None:
    for _ in range(40):
        planned()
    barrier = Barrier(8)

    def work(_: int) -> int:
        try:
            barrier.wait()
            return jobs.run_waiting()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(work, range(8)))
    assert sum(counts) == 40
    assert len(RAN) == 120
    assert Job.objects.filter(state=Job.State.DONE, attempts=1).count() == 40


@pytest.mark.django_db
def test_a_postponed_job_waits_for_its_hour_and_loses_no_attempt() -> None:
    job = planned()
    held = jobs.claim(job.pk)
    assert held is not None
    held.postpone(clock.now() + timedelta(minutes=5))
    assert jobs.waiting() == 0
    assert jobs.claim() is None
    Job.objects.filter(pk=job.pk).update(not_before=clock.now())
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 1)


@pytest.mark.django_db
def test_who_lost_the_lease_cannot_postpone() -> None:
    job = planned()
    late = jobs.claim(job.pk)
    expire(job)
    assert jobs.claim(job.pk) is not None
    assert late is not None
    with pytest.raises(jobs.LeaseLost):
        late.postpone(clock.now())


@pytest.mark.django_db
def test_many_are_taken_in_the_order_they_were_planned() -> None:
    made = jobs.plan_many("test.count", [{"no": no} for no in range(5)], region=region(COUNTY), by=None)
    taken = [claim.job.pk for _ in made if (claim := jobs.claim())]
    assert taken == [job.pk for job in made]


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What waited at each ring."""
    heard: list[int] = []
    monkeypatch.setattr(jobs, "ring", lambda: heard.append(jobs.waiting()))
    return heard


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "rings"), [(0, []), (1, []), (2, [2]), (5, [5])])
def test_the_bell_goes_on_to_the_next_worker_where_there_is_work_for_it(
    rung: list[int], count: int, rings: list[int]
) -> None:
    for _ in range(count):
        planned()
    rung.clear()
    tasks.wake_jobs()
    assert (rung, jobs.waiting()) == (rings, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_worker_whose_stretch_is_over_has_rung_once_for_the_rest(
    rung: list[int], monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """The ticks behind it have their turn; what is left is not left to the next minute."""
    monkeypatch.setattr(tasks, "STRETCH", 0.0)
    for _ in range(count):
        planned()
    rung.clear()
    tasks.wake_jobs()
    assert len(rung) == 1
    assert jobs.waiting() == count - 1


@pytest.mark.django_db
def test_a_job_held_for_long_is_left_to_its_holder() -> None:
    job = planned()
    held = jobs.claim(job.pk)
    assert held is not None
    held.hold(600)
    job.refresh_from_db()
    assert job.lease_until is not None
    assert job.lease_until - clock.now() > timedelta(seconds=600)
    expire(job)
    assert jobs.claim(job.pk) is not None
    with pytest.raises(jobs.LeaseLost):
        held.hold(600)
