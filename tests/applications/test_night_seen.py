"""What the worklist says of the night: findings that wait here, a night not whole, late, or not to be asked at all."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import User
from tests.applications import opened
from tests.conftest import Clock
from tests.making import OTHER_COUNTY, OTHER_TOWNSHIP, VILLAGE, make_household, make_user, members_of
from tests.verification import stories
from tests.verification.nights import PENSION, Night, pension
from verification import nightly
from verification.models import Run

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def page(user: User) -> str:
    return opened.signed_in(user).get("/").content.decode()


def test_who_works_findings_sees_how_many_wait() -> None:
    night = Night()
    night.answers({0: PENSION, 1: {"pension": 90_000}})
    for user in (night.clerk, make_user("reviewer", VILLAGE), make_user("county")):
        shown = page(user)
        assert "<b>2</b> 条申报与核对不一致待处理" in shown
        assert f'href="{reverse("findings")}">处理不一致' in shown


@pytest.mark.parametrize("role", ["village", "approver", "auditor", "release"])
def test_who_can_not_work_them_is_not_told(role: str) -> None:
    pension()
    assert "待处理" not in page(make_user(role, VILLAGE))


def test_another_townships_are_not_counted() -> None:
    pension()
    assert "不一致待处理" not in page(make_user("clerk", OTHER_TOWNSHIP))


def closed(*silent: str) -> Run:
    """A night of the county that nothing is waited for any more: these sources did not answer, tax did."""
    run = stories.make_run()
    home = make_household(VILLAGE, 2)
    for source in silent:
        stories.asked(members_of(home), home, source, run=run)
    _, enquiries = stories.asked(members_of(home), home, "tax", run=run)
    stories.make_answers(enquiries)
    nightly.give_up(run.pk)
    return run


def test_the_county_reads_which_sources_did_not_answer() -> None:
    run = closed("market")
    shown = page(make_user("county"))
    assert "11-25 夜间核对部分完成：市场主体未答复" in shown
    assert reverse("run", args=[run.pk]) in shown
    assert "夜间核对" not in page(make_user("county", OTHER_COUNTY))
    assert "夜间核对" not in page(make_user("clerk", VILLAGE))


def test_many_silent_sources_are_counted() -> None:
    closed("market", "medical_insurance", "health")
    assert "等 3 个来源未答复" in page(make_user("county"))


def test_a_later_night_that_is_whole_ends_it() -> None:
    closed("market")
    whole = stories.make_run(stories.NIGHT + timedelta(days=1))
    Run.objects.filter(pk=whole.pk).update(state=Run.State.COMPLETE, closed_at=clock.now())
    assert "夜间核对" not in page(make_user("county"))


def test_a_promise_that_will_be_missed_is_said(moving_clock: Clock) -> None:
    run = stories.make_run()
    home = make_household(VILLAGE, 2)
    _, enquiries = stories.asked(members_of(home), home, "tax", run=run)
    stories.make_answers(enquiries)
    stories.asked(members_of(home), home, "market", run=run)
    assert "夜间核对" not in page(make_user("county"))
    moving_clock.move(timedelta(hours=4))
    assert "夜间核对按现在的速度" in page(make_user("county"))


def test_sources_that_can_not_be_read_are_said_to_the_county(settings: Any, tmp_path: Path) -> None:
    wrong = tmp_path / "sources.yaml"
    wrong.write_text("market: {transport: pigeon}\n")
    settings.SOURCES_FILE = str(wrong)
    assert "来源配置有误，由系统管理员改正：market" in page(make_user("county"))
    assert "来源配置有误" not in page(make_user("clerk", VILLAGE))


def test_it_takes_as_many_queries_however_many_findings() -> None:
    night, _ = pension()
    nightly.give_up(Run.objects.get().pk)
    for user, most in ((night.clerk, MOST_QUERIES), (make_user("county"), MOST_QUERIES + 4)):
        client = opened.signed_in(user)
        client.get("/")
        with opened.counting() as queries:
            client.get("/")
        assert len(queries) <= most
