"""When something was done, as a sentence says it."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def moment(at: datetime) -> str:
    """Month, day and minute in Liaocheng: 11-20 17:00."""
    return f"{timezone.localtime(at):%m-%d %H:%M}"


def next_month(day: date) -> date:
    """The first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
