"""What the bell and the minute tick wake: ids in, one call, safe twice."""

from __future__ import annotations

import time

from celery import shared_task

from accounts import audit, jobs

# After so many seconds a worker goes to the end of the line: ticks that lie there are a minute old at most.
STRETCH = 20.0


@shared_task(acks_late=True)  # type: ignore[untyped-decorator,unused-ignore]
def wake_jobs() -> None:
    """Run the jobs nobody works on; where there are several, the bell goes on to the next worker.

    Each bell answered rings one other at most, so no more lie there than there are workers. The tick makes good a bell
    that was lost with a killed worker.
    """
    began, rang = time.monotonic(), jobs.waiting() > 1
    if rang:
        jobs.ring()
    while jobs.run_waiting(limit=1):
        if time.monotonic() - began >= STRETCH:
            if not rang:
                jobs.ring()
            return


@shared_task(acks_late=True)  # type: ignore[untyped-decorator,unused-ignore]
def anchor_audit() -> None:
    """At least each minute of activity the heads of the chains are put outside the database."""
    audit.anchor()
