"""What the bell and the minute tick wake: ids in, one call, safe twice."""

from __future__ import annotations

from celery import shared_task

from accounts import audit, jobs


@shared_task(acks_late=True)  # type: ignore[untyped-decorator,unused-ignore]
def wake_jobs() -> None:
    """Run every job nobody works on; the tick makes good a bell that was lost with a killed worker."""
    jobs.run_waiting()


@shared_task(acks_late=True)  # type: ignore[untyped-decorator,unused-ignore]
def anchor_audit() -> None:
    """At least each minute of activity the heads of the chains are put outside the database."""
    audit.anchor()
