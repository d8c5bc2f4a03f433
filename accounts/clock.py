"""One clock: `now()` for moments, `today()` for days. A setting shifts it, in tests only."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

_shift = timedelta(seconds=settings.AID_CLOCK_SHIFT)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now() + _shift


def today() -> date:
    """The present day in Liaocheng (UTC+8)."""
    return timezone.localdate(now())


def moment(at: datetime) -> str:
    """Month, day and minute in Liaocheng, as a sentence says it: 11-20 17:00."""
    return f"{timezone.localtime(at):%m-%d %H:%M}"


def shift(by: timedelta) -> None:
    """Move the clock of this process; refused outside a test deployment."""
    global _shift
    if settings.AID_MODE != "test":
        raise RuntimeError("the clock moves in tests only")
    _shift = by
