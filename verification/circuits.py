"""How each source bears up: twenty failures in a row open its circuit, and nobody tries it for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from django.db.models.functions import Greatest

from accounts import clock
from verification.models import Circuit

OPENS_AFTER = 20
REST = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=1)
FRESH = timedelta(minutes=1)


def rests_until(source: str) -> datetime | None:
    """Until when the source is left alone; None where it may be asked now."""
    row = Circuit.objects.filter(pk=source, opened_until__gt=clock.now()).first()
    return row.opened_until if row else None


def failed(source: str, why: str) -> None:
    """One failure more. From the twentieth in a row on, each makes the source rest, longer every time."""
    now = clock.now()
    Circuit.objects.get_or_create(pk=source)
    Circuit.objects.filter(pk=source).update(failures=F("failures") + 1, last_failed_at=now, last_error=why[:200])
    row = Circuit.objects.get(pk=source)
    if row.failures >= OPENS_AFTER:
        rest = min(REST * 2 ** min(row.failures - OPENS_AFTER, 10), LONGEST_REST)
        Circuit.objects.filter(pk=source).update(opened_until=Greatest(F("opened_until"), now + rest))


def answered(source: str) -> None:
    """It answers again: the circuit is closed, the count begins anew. Written once a minute where nothing changes."""
    now = clock.now()
    well = Circuit.objects.filter(pk=source, failures=0, opened_until=None)
    if well.filter(last_answered_at__range=(now - FRESH, now)).exists():
        return
    closed = {"failures": 0, "opened_until": None, "last_answered_at": now}
    if not Circuit.objects.filter(pk=source).update(**closed):
        Circuit.objects.update_or_create(pk=source, defaults=closed)
