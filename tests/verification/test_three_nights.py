"""72 hours by the clock: each night on its date, once, from 22:00 to its close; hours, terms and promises are kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts import clock, tasks
from accounts.models import Job
from liaocheng_aid.tasks import plan_night, tick_night
from tests.applications import walking
from tests.conftest import Clock
from tests.making import COUNTY, members_of, region
from tests.verification.stories import make_consent
from tests.verification.worlds import FEW, World, families, to_ask, until, world
from verification import nightly
from verification.models import Answer, Enquiry, Finding, Request, Run, Subject

pytestmark = pytest.mark.django_db
FIRST = date(2026, 12, 1)
TEN = time(22, 0)
BAD = "market"
DAILY = len(FEW) - 1  # natural_resources is asked about nobody twice in a week


def at(moved: Clock, day: date, hour: time) -> None:
    """It is that hour of that day in Liaocheng, in Python and in the database."""
    moved.move(timedelta(0))
    moved.move(datetime.combine(day, hour, timezone.get_current_timezone()) - clock.now() + timedelta(seconds=1))


def minutes(run: Run | None, holds: int) -> None:
    """What the beat rings each minute, until that many answers are there and, of a run, until it is closed."""

    def happened() -> bool:
        tasks.wake_jobs()
        tick_night()
        is_over = run is None or not Run.objects.open().filter(pk=run.pk).exists()
        return is_over and Answer.objects.count() >= holds

    until(happened)


def test_three_nights_each_on_its_date_and_once(departments: World, moving_clock: Clock) -> None:
    at(moving_clock, FIRST, time(9, 0))
    matter = walking.accepted(walking.office())
    departments.know(members_of(matter.household)[0], "human_resources", pension=114_300)
    for night in range(3):
        day = FIRST + timedelta(days=night)
        at(moving_clock, day, time(21, 59))
        plan_night()
        assert Run.objects.count() == night
        for later in (TEN, time(22, 10)):
            at(moving_clock, day, later)
            plan_night()
        run = Run.objects.get(on=day)
        assert timezone.localtime(run.promised_at).replace(tzinfo=None) == datetime.combine(
            day + timedelta(days=1), time(6, 30)
        )
        minutes(run, 2 * (len(FEW) + DAILY * night))
        for later in (time(0, 10), time(6, 20), time(6, 30), time(12, 0)):
            at(moving_clock, day + timedelta(days=1), later)
            plan_night()
            tick_night()
    runs = Run.objects.order_by("on")
    assert [(run.on, run.state, run.closings) for run in runs] == [
        (FIRST + timedelta(days=night), Run.State.COMPLETE, 1) for night in range(3)
    ]
    assert Enquiry.objects.count() == Answer.objects.count() == 2 * (len(FEW) + 2 * DAILY)
    assert set(Job.objects.values_list("state", "attempts")) == {(Job.State.DONE, 1)}
    finding = Finding.objects.get()
    assert (finding.on, finding.last_seen_on) == (FIRST, FIRST + timedelta(days=2))


def test_a_consent_past_its_term_stops_the_next_night(departments: World, moving_clock: Clock) -> None:
    (home,) = families(1, 1, consents=False)
    make_consent(members_of(home)[0], home, until=FIRST)
    runs = []
    for day in (FIRST, FIRST + timedelta(days=1)):
        at(moving_clock, day, TEN)
        runs.append(nightly.plan(to_ask([home]), county=region(COUNTY), on=day))
    assert [(run.enquiries, run.unasked) for run in runs] == [(len(FEW), 0), (0, 1)]
    assert Subject.objects.get(run=runs[1]).unasked == Subject.Unasked.LAPSED


def test_one_that_ends_at_midnight_is_left_out_after_it(departments: World, moving_clock: Clock) -> None:
    stays, ends = families(2, 1, consents=False)
    make_consent(members_of(stays)[0], stays)
    make_consent(members_of(ends)[0], ends, until=FIRST)
    at(moving_clock, FIRST, TEN)
    run = nightly.plan(to_ask([stays, ends]), county=region(COUNTY), on=FIRST)
    at(moving_clock, FIRST + timedelta(days=1), time(0, 5))
    minutes(run, len(FEW))
    run.refresh_from_db()
    assert run.state == Run.State.COMPLETE
    assert set(run.requests.values_list("left_out", "answered")) == {(1, 1)}
    assert members_of(ends)[0].id_number not in {number for one in departments.asked() for number in one["people"]}


def quiet(tmp_path: Path, settings: Any, *hours: str, **more: Any) -> Any:
    settings.SOURCES_FILE = str(tmp_path / "world" / "sources.yaml")
    return world(tmp_path / "world", quiet_hours=[list(hours)] if hours else [], **more)


def test_quiet_hours_postpone(tmp_path: Path, settings: Any, moving_clock: Clock) -> None:
    with quiet(tmp_path, settings, "22:00", "23:30") as departments:
        at(moving_clock, FIRST, TEN)
        run = nightly.plan(to_ask(families(1)), county=region(COUNTY), on=FIRST)
        tasks.wake_jobs()
        tick_night()
        assert departments.asked() == []
        assert {timezone.localtime(job.not_before).time() for job in Job.objects.all() if job.not_before} == {
            time(23, 30)
        }
        at(moving_clock, FIRST, time(23, 29))
        tasks.wake_jobs()
        assert departments.asked() == []
        at(moving_clock, FIRST, time(23, 31))
        minutes(run, 2 * len(FEW))
        run.refresh_from_db()
        assert run.state == Run.State.COMPLETE


def test_quiet_past_the_promise_is_no_answer(tmp_path: Path, settings: Any, moving_clock: Clock) -> None:
    with quiet(tmp_path, settings, "22:00", "07:00") as departments:
        at(moving_clock, FIRST, TEN)
        run = nightly.plan(to_ask(families(1)), county=region(COUNTY), on=FIRST)
        minutes(run, 0)
        run.refresh_from_db()
        assert (run.state, departments.asked()) == (Run.State.PARTLY, [])
        assert set(run.requests.values_list("state", flat=True)) == {Request.State.UNANSWERED}
        assert all("停用时段" in one.error for one in run.requests.all())


@pytest.mark.parametrize(
    ("timeout_minutes", "waits", "closes"),
    [(1_440, time(6, 29), time(6, 30)), (60, time(22, 59), time(23, 2))],
    ids=["the promise", "the source's own term"],
)
def test_what_did_not_answer_in_time_closes_the_night_partly(
    tmp_path: Path, settings: Any, moving_clock: Clock, timeout_minutes: int, waits: time, closes: time
) -> None:
    morning = FIRST + timedelta(days=1)
    with quiet(tmp_path, settings, timeout_minutes=timeout_minutes) as departments:
        departments.fail(**{BAD: {"down": True}})
        at(moving_clock, FIRST, TEN)
        run = nightly.plan(to_ask(families(1)), county=region(COUNTY), on=FIRST)
        minutes(None, 2 * (len(FEW) - 1))
        at(moving_clock, morning if waits < TEN else FIRST, waits)
        tick_night()
        run.refresh_from_db()
        assert run.state == Run.State.RUNNING
        at(moving_clock, morning if closes < TEN else FIRST, closes)
        tick_night()
        run.refresh_from_db()
    assert (run.state, run.closed_at is not None) == (Run.State.PARTLY, True)
    assert run.requests.get(source=BAD).error == "到承诺时间仍未答复"
    assert set(run.requests.exclude(source=BAD).values_list("state", flat=True)) == {Request.State.ANSWERED}
    assert clock.today() == (morning if closes < TEN else FIRST)


def test_a_file_of_sources_that_is_wrong_keeps_no_night_open(departments: World, moving_clock: Clock) -> None:
    at(moving_clock, FIRST, TEN)
    run = nightly.plan(to_ask(families(1)), county=region(COUNTY), on=FIRST)
    departments.connections.write_text("market: {transport: pigeon}")
    at(moving_clock, FIRST + timedelta(days=1), time(6, 31))
    tick_night()
    run.refresh_from_db()
    assert run.state == Run.State.PARTLY
