"""The State Council's calendar as dated rows, and the `Calendar` the deadlines are counted by."""

from __future__ import annotations

import csv
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.db import transaction

from applications.models import Holiday
from applications.workdays import Calendar

SOURCE = Path(__file__).parent / "data" / "holidays.csv"


@transaction.atomic
def load(path: Path = SOURCE) -> int:
    """Add the days the table does not hold; how many."""
    known = set(Holiday.objects.values_list("date", flat=True))
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Holiday(date=date.fromisoformat(r["date"]), name=r["name"], kind=r["kind"]) for r in csv.DictReader(file)
        ]
    fresh = [row for row in rows if row.date not in known]
    Holiday.objects.bulk_create(fresh)
    calendar.cache_clear()
    return len(fresh)


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """Today's knowledge of working days; kept in memory until the table is loaded anew or the process ends."""
    return Calendar.from_rows(Holiday.objects.values_list("date", "kind"))
