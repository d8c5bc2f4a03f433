"""Background work: the row with its lease and checkpoint is the truth, Celery only rings the bell.

A claim is `FOR UPDATE SKIP LOCKED` with a lease; every step of a job writes its result, checkpoint and new lease in
one transaction that first proves the claim is still ours, so a killed worker's job is taken up where it stood and
two workers cannot both finish it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from kombu.exceptions import OperationalError

from accounts import clock
from accounts.errors import AidError
from accounts.ids import uuid7
from accounts.models import Job, Region, User

log = structlog.get_logger()
LEASE = timedelta(seconds=settings.LEASE_SECONDS)
MAX_ATTEMPTS = 5
Runner = Callable[["Claim"], None]
_runners: dict[str, Runner] = {}


class LeaseLost(Exception):
    """Another worker holds the job now: whatever this one had in hand is rolled back."""


def runner(kind: str) -> Callable[[Runner], Runner]:
    """Register the function that does a kind of job."""

    def register(function: Runner) -> Runner:
        _runners[kind] = function
        return function

    return register


def plan(kind: str, params: dict[str, Any], *, region: Region, by: User | None) -> Job:
    """Write the row and ring the bell once it is committed. Call it inside the act's own transaction."""
    job = Job.objects.create(kind=kind, params=params, region=region, requested_by=by, created_at=clock.now())
    transaction.on_commit(ring)
    return job


def plan_many(kind: str, params: Sequence[dict[str, Any]], *, region: Region, by: User | None) -> list[Job]:
    """The same for many pieces at once, in this order; one bell."""
    now = clock.now()
    jobs = [
        # Claims go by the moment: a microsecond apart, for ids of one millisecond are in no order.
        Job(kind=kind, params=one, region=region, requested_by=by, created_at=now + timedelta(microseconds=place))
        for place, one in enumerate(params)
    ]
    Job.objects.bulk_create(jobs)
    transaction.on_commit(ring)
    return jobs


def ring() -> None:
    """Wake a worker. A bell nobody hears is made good by the minute tick."""
    from accounts.tasks import wake_jobs

    try:
        wake_jobs.delay()
    except (OSError, OperationalError) as silent:
        log.warning("doorbell_silent", reason=type(silent).__name__)


class Claim:
    """One worker's hold on a job."""

    def __init__(self, job: Job) -> None:
        self.job = job

    @contextmanager
    def step(self, done: int | None = None, checkpoint: dict[str, Any] | None = None) -> Iterator[Job]:
        """A transaction that proves the claim, does one piece and writes how far it came. Raises LeaseLost."""
        with transaction.atomic():
            job = self._ours()
            yield job
            if done is not None:
                job.done = done
            if checkpoint is not None:
                job.checkpoint = checkpoint
            job.lease_until = clock.now() + LEASE
            job.save(update_fields=["done", "checkpoint", "lease_until", "total", "result"])
            self.job = job

    def progress(self, done: int, total: int) -> None:
        """Say how far it came, in a transaction of its own, and renew the lease."""
        renewed = Job.objects.filter(pk=self.job.pk, claim=self.job.claim, state=Job.State.RUNNING).update(
            done=done, total=total, lease_until=clock.now() + LEASE
        )
        if not renewed:
            raise LeaseLost

    def hold(self, seconds: float) -> None:
        """Keep the job for something that takes so long by itself, and a lease beyond it. Raises LeaseLost."""
        until = clock.now() + timedelta(seconds=seconds) + LEASE
        mine = Job.objects.filter(pk=self.job.pk, claim=self.job.claim, state=Job.State.RUNNING)
        if not mine.update(lease_until=until):
            raise LeaseLost

    def _ours(self) -> Job:
        job = Job.objects.select_for_update(of=("self",)).get(pk=self.job.pk)
        if job.claim != self.job.claim or job.state != Job.State.RUNNING:
            raise LeaseLost
        return job

    def finish(self, result: dict[str, Any] | None = None) -> None:
        """Close the job as done; inside a `step` it is one transaction with the work itself."""
        self._close(Job.State.DONE, result=result or {})

    def fail(self, message: str) -> None:
        self._close(Job.State.FAILED, error=message[:200])

    def postpone(self, until: datetime) -> None:
        """Give the job back, to be taken up at `until` or after; what it did so far stands and counts as no attempt."""
        with transaction.atomic():
            job = self._ours()
            job.state, job.not_before, job.lease_until, job.attempts = Job.State.PLANNED, until, None, 0
            job.save(update_fields=["state", "not_before", "lease_until", "attempts"])
            self.job = job

    def _close(self, state: Job.State, **fields: Any) -> None:
        with transaction.atomic():
            job = self._ours()
            for name, value in fields.items():
                setattr(job, name, value)
            job.state, job.closed_at, job.lease_until = state, clock.now(), None
            job.save(update_fields=["state", "closed_at", "lease_until", *fields])
            self.job = job


def claim(job_id: uuid.UUID | None = None) -> Claim | None:
    """Take the oldest open job (or this one) that nobody holds; None where there is none."""
    now = clock.now()
    with transaction.atomic():
        rows = Job.objects.select_for_update(skip_locked=True, of=("self",)).filter(_free(now))
        job = (rows.filter(pk=job_id) if job_id else rows).order_by("created_at", "pk").first()
        if job is None:
            return None
        job.state, job.claim, job.lease_until = Job.State.RUNNING, uuid7(), now + LEASE
        job.attempts += 1
        job.save(update_fields=["state", "claim", "lease_until", "attempts"])
    return Claim(job)


def _free(now: datetime) -> Q:
    """Jobs nobody works on: planned and due, or with an expired lease."""
    due = Q(not_before__isnull=True) | Q(not_before__lte=now)
    return Q(due, state=Job.State.PLANNED) | Q(state=Job.State.RUNNING, lease_until__lt=now)


def run(held: Claim) -> None:
    """Do one claimed job to its end. A refusal of ours closes it as failed, with the sentence."""
    job = held.job
    if job.attempts > MAX_ATTEMPTS:
        held.fail("多次中断，已停下；联系系统管理员")
        return
    try:
        _runners[job.kind](held)
    except AidError as refused:
        held.fail(refused.message)
        log.info("job_refused", job=str(job.pk), kind=job.kind)
    except LeaseLost:
        log.warning("job_lease_lost", job=str(job.pk), kind=job.kind)


def run_waiting(limit: int = 100) -> int:
    """Run what waits, one after the other; how many were run."""
    count = 0
    while count < limit and (held := claim()):
        run(held)
        count += 1
    return count


def waiting() -> int:
    """How many jobs nobody works on: planned and due, or with an expired lease."""
    return Job.objects.filter(_free(clock.now())).count()
