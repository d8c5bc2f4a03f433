"""R-09: two beats and five clicks on 立即核对 at once are one night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts import clock, jobs
from accounts.models import AuditEntry, Region
from accounts.roles import Level
from applications import night
from liaocheng_aid import verifying
from tests.applications import walking
from tests.making import COUNTY, make_user
from tests.verification.worlds import FEW, World
from verification.asking import ToAsk
from verification.models import Enquiry, Request, Run, Subject

pytestmark = pytest.mark.django_db(transaction=True)
CLICKS, BEATS = 5, 2


def clicking() -> Callable[[], object]:
    client = Client()
    client.force_login(make_user("county"))
    return lambda: client.post(reverse("run_start"), {"county": COUNTY}).status_code


def test_two_beats_and_five_clicks_at_once_are_one_run(departments: World) -> None:
    staff = walking.office()
    for _ in range(3):
        walking.accepted(staff)
    acts = [clicking() for _ in range(CLICKS)] + [lambda: verifying.plan(clock.today()) for _ in range(BEATS)]
    barrier = Barrier(len(acts))

    def at_once(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            said = act()
            jobs.run_waiting()  # a worker is awake too: what a click planned is planned now
            return said if isinstance(said, int) else "planned"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        said = Counter(pool.map(at_once, acts))
    assert said == {302: CLICKS, "planned": BEATS}
    run = Run.objects.get()
    assert (run.people, run.enquiries) == (6, 6 * len(FEW))
    assert Subject.objects.count() == 6
    assert Enquiry.objects.count() == 6 * len(FEW)
    assert Request.objects.count() == len(FEW)
    assert AuditEntry.objects.filter(action="run.night").count() == 1


def test_a_county_whose_night_stands_is_not_looked_into_again(
    departments: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The beat asks every ten minutes until the morning."""
    walking.accepted(walking.office())
    (run,) = verifying.plan(clock.today())
    looked: list[str] = []

    def look(place: str, on: date) -> list[ToAsk]:
        looked.append(place)
        return []

    monkeypatch.setattr(night, "to_ask", look)
    assert verifying.plan(clock.today()) == [run]
    assert len(looked) == Region.objects.filter(level=Level.COUNTY).count() - 1
    assert run.county_code not in looked
