"""The night as the clock rings it: one call, safe twice."""

from __future__ import annotations

import structlog
from celery import shared_task

from accounts import clock
from liaocheng_aid import nightly, verifying

log = structlog.get_logger()


@shared_task(acks_late=True)  # type: ignore[untyped-decorator,unused-ignore]
def run_nightly() -> None:
    """What is due by the calendar today; a part that failed is named in the log and tried again by the next tick."""
    failed = [part.code for part in nightly.run(clock.today()) if part.failed]
    if failed:
        log.error("night_failed", parts=failed)


@shared_task(acks_late=True)  # type: ignore[untyped-decorator,unused-ignore]
def plan_night() -> None:
    """Between 22:00 and the promised hour, tonight's enquiries are planned; the second call finds them there."""
    on = verifying.tonight(clock.now())
    if on is not None:
        verifying.plan(on)


@shared_task(acks_late=True)  # type: ignore[untyped-decorator,unused-ignore]
def tick_night() -> None:
    """Answers that came as files are taken in, and what has ended is closed."""
    verifying.tick()
