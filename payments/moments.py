"""When something was done, as a sentence says it."""

from __future__ import annotations

from datetime import date

from accounts.clock import moment

__all__ = ["moment", "next_month"]


def next_month(day: date) -> date:
    """The first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
