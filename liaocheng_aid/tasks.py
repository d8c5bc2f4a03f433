"""The night as the clock rings it: one call, safe twice."""

from __future__ import annotations

import structlog
from celery import shared_task

from accounts import clock
from liaocheng_aid import nightly

log = structlog.get_logger()


@shared_task(acks_late=True)  # type: ignore[untyped-decorator,unused-ignore]
def run_nightly() -> None:
    """What is due by the calendar today; a part that failed is named in the log and tried again by the next tick."""
    failed = [part.code for part in nightly.run(clock.today()) if part.failed]
    if failed:
        log.error("night_failed", parts=failed)
