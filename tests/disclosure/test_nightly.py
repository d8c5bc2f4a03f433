"""The night ends what is due, once, and names what it could not do."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts import clock, jobs
from accounts.models import Job
from applications.models import Matter, State
from disclosure import lists, objections
from disclosure.models import NoticeList, Posting
from liaocheng_aid import nightly
from tests.disclosure.cases import days_ago, make_office, posted, race, tomorrow
from tests.making import COUNTY, region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_anchors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "ANCHORS_DIR", tmp_path / "anchors")
    return tmp_path / "anchors" / f"{COUNTY[:6]}.jsonl"


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    monkeypatch.setattr(jobs, "ring", lambda: calls.append("ring"))
    return calls


def night(*arguments: str) -> str:
    out = StringIO()
    call_command("nightly", *arguments, stdout=out)
    return out.getvalue()


def test_it_ends_what_is_over_and_nothing_else(rung: list[str], own_anchors: Path) -> None:
    office = make_office()
    old, new = posted(office, on=days_ago(20)), posted(office)
    said = night()
    assert "公示期满撤下：撤下 1 份" in said
    assert Matter.objects.get(notice_entries__list=old).state == State.TO_CONFIRM
    assert Matter.objects.get(notice_entries__list=new).state == State.POSTED
    assert Posting.objects.get(kind=Posting.Kind.DOWN).by is None
    assert "个县的审计链已存锚点" in said
    assert own_anchors.exists()


def test_twice_is_once(rung: list[str]) -> None:
    posted(make_office(), on=days_ago(20))
    night()
    assert "撤下 0 份" in night()
    assert Posting.objects.filter(kind=Posting.Kind.DOWN).count() == 1


def test_a_missed_night_is_made_good(rung: list[str]) -> None:
    made = posted(make_office(), on=days_ago(20))
    assert "撤下 0 份" in night("--on", made.ends_on.isoformat())
    assert "撤下 1 份" in night("--on", (made.ends_on + timedelta(days=1)).isoformat())


def test_a_disputed_family_stays_until_it_is_answered(rung: list[str]) -> None:
    office = make_office()
    made = posted(office, on=days_ago(20))
    entry = made.entries.get()
    against = objections.receive(entry, content="有车", name=None, received_on=days_ago(15), actor=office.clerk)
    night()
    assert Matter.objects.get().state == State.DISPUTED
    objections.answer(against.pk, answer="无车", result="groundless", actor=office.reviewer, on=clock.today())
    assert "撤下 1 份" in night()
    assert Matter.objects.get().state == State.TO_CONFIRM


def test_an_abandoned_job_is_offered_again(rung: list[str]) -> None:
    Job.objects.create(
        kind="probe",
        region=region(COUNTY),
        state=Job.State.RUNNING,
        lease_until=clock.now() - timedelta(minutes=1),
        created_at=clock.now(),
    )
    assert "1 件待办的后台任务" in night()
    assert rung == ["ring"]


def test_a_part_that_fails_is_named_and_the_others_are_done(
    rung: list[str], own_anchors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office()
    first, second = posted(office, on=days_ago(25)), posted(office, on=days_ago(20))
    real = lists.end

    def end(pk: object, **named: object) -> object:
        if pk == first.pk:
            raise OperationalError("lock timeout")
        return real(pk, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(lists, "end", end)
    out = StringIO()
    with pytest.raises(CommandError, match="没有办完：公示期满撤下"):
        call_command("nightly", stdout=out)
    assert f"撤下 1 份，1 份没有撤下：{first.number}" in out.getvalue()
    assert NoticeList.objects.over(clock.today()).get() == first
    assert Matter.objects.get(notice_entries__list=second).state == State.TO_CONFIRM
    assert own_anchors.exists()


def test_a_day_to_come_is_refused(rung: list[str]) -> None:
    with pytest.raises(CommandError, match="日期填"):
        night("--on", tomorrow().isoformat())


@pytest.mark.django_db(transaction=True)
def test_two_nights_at_once_are_one(rung: list[str]) -> None:
    office = make_office()
    for _ in range(3):
        posted(office, on=days_ago(20))
    assert race(lambda actor: nightly.run(clock.today()), office.clerk, office.village) == []
    assert Posting.objects.filter(kind=Posting.Kind.DOWN).count() == 3
