"""The night's enquiries from plan to close: by the clock (22:00, each minute), or by hand in one go."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from datetime import time as hour

import structlog
from django.conf import settings
from django.utils import timezone

from accounts import jobs
from accounts.models import Region
from accounts.roles import Level
from applications import night
from verification import enquire, nightly
from verification.connected import connected
from verification.findings import judging
from verification.models import Run

log = structlog.get_logger()
PAUSE = 0.2  # seconds between two looks where nothing was to do


def tonight(moment: datetime) -> date | None:
    """The day whose night it is at that moment: from the planning hour to the promised one; None by day."""
    local = timezone.localtime(moment)
    begins, ends = hour.fromisoformat(settings.NIGHT_BEGINS_AT), hour.fromisoformat(settings.NIGHT_PROMISED_AT)
    if local.time() >= begins:
        return local.date()
    return local.date() - timedelta(days=1) if local.time() < ends else None


def plan(on: date) -> list[Run]:
    """The night of every county that has people to ask about; nothing where no source is connected."""
    if not connected():
        return []
    runs = list(Run.objects.filter(kind=Run.Kind.NIGHT, on=on))
    planned = {run.county_code for run in runs}
    for county in Region.objects.filter(level=Level.COUNTY).order_by("code"):
        people = [] if county.code[:6] in planned else list(night.to_ask(county.code[:6], on))
        if people:
            runs.append(nightly.plan(people, county=county, on=on))
    return runs


def tick() -> None:
    """What a minute brings: files that came, findings left unjudged, runs that can close. Safe at once with itself."""
    enquire.collect()
    if left := judging.plan_left():
        log.warning("findings_left_unjudged", requests=left)
    for run in nightly.close_due():
        log.info("run_closed", run=str(run.pk), state=run.state)


def work(runs: list[Run], *, patience: timedelta) -> list[Run]:
    """Do these runs to their end in this process; what no source answered within the patience stays unanswered."""
    waiting, deadline = {run.pk for run in runs}, time.monotonic() + patience.total_seconds()
    while waiting:
        did = jobs.run_waiting() + enquire.collect()
        nightly.close_due()
        waiting = set(Run.objects.open().filter(pk__in=waiting).values_list("pk", flat=True))
        if waiting and time.monotonic() > deadline:
            for pk in waiting:
                nightly.give_up(pk)
            break
        if waiting and not did:
            time.sleep(PAUSE)
    while jobs.run_waiting():
        pass  # what the rules make of the last answers
    return list(Run.objects.filter(pk__in=[run.pk for run in runs]).order_by("county_code"))
