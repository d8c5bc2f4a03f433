"""核对批次 as pages: every run, starting one, how far it is, what did not come, asking again, a file set aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts import clock, documents, jobs
from accounts.ids import uuid7
from accounts.models import AuditEntry
from households.models import Household
from tests.applications import opened, walking
from tests.conftest import Clock
from tests.making import (
    COUNTY,
    OTHER_COUNTY,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_person,
    make_user,
    members_of,
    region,
)
from tests.verification import stories
from tests.verification.playing import departments
from tests.verification.worlds import families, to_ask
from verification import nightly
from verification.models import Exchange, Run
from verification.sources.simulated.faults import Fault

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


@pytest.fixture
def _played(tmp_path: Path) -> Iterator[None]:
    """Taxes answer with a stranger in the file, transport sends half of one, the market does not answer twice."""
    failing = {"transport": Fault(half=True), "tax": Fault(wrong_person="not_asked")}
    with departments(tmp_path, "tax", "transport", "education", faults=failing):
        yield


def night(households: list[Household]) -> Run:
    run = nightly.plan(to_ask(households), county=region(COUNTY), on=stories.NIGHT)
    while jobs.run_waiting():
        pass
    closed = nightly.give_up(run.pk)
    assert closed is not None
    return closed


def page(run: Run, role: str = "county") -> str:
    return opened.signed_in(make_user(role)).get(reverse("run", args=[run.pk])).content.decode()


@pytest.mark.usefixtures("_played")
def test_a_night_says_what_came_and_what_did_not() -> None:
    home = make_household(VILLAGE, [make_person("张学文"), make_person("王未签")], joined_on=stories.SINCE)
    stories.make_consent(members_of(home)[0], home)
    run = night([home])
    shown = page(run)
    for words in (
        "部分完成",
        "未答全",
        "营运车船",
        "答复不能识别，已隔离",
        "已答全",
        "王未签",
        "没有授权",
        "未查询的人",
    ):
        assert words in shown
    assert "张学文" not in shown
    assert shown.index("营运车船") < shown.index("学籍"), "what did not come stands first"
    resume = reverse("run_resume", args=[run.pk])
    assert resume in shown
    assert resume not in page(run, "auditor")


@pytest.mark.usefixtures("_played")
def test_who_was_not_asked_leads_to_the_case() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    run = stories.make_run()
    head = members_of(matter.household)[0]
    stories.make_subject(run, head, matter.household, unasked="no_consent", case_number=matter.number)
    assert reverse("case_part", args=[matter.pk, "consents"]) in page(run)


@pytest.mark.usefixtures("_played")
def test_the_list_names_each_source_that_is_not_whole() -> None:
    run = night(families(1))
    shown = opened.signed_in(make_user("county")).get(reverse("runs")).content.decode()
    assert reverse("run", args=[run.pk]) in shown
    assert "营运车船 缺 2" in shown
    assert "已接入 3 个来源" in shown


def test_another_countys_run_is_not_there() -> None:
    run = stories.make_run()
    client = opened.signed_in(make_user("county", OTHER_COUNTY))
    for name in ("run", "run_progress"):
        assert client.get(reverse(name, args=[run.pk])).status_code == 404
    assert client.post(reverse("run_resume", args=[run.pk])).status_code == 404
    assert client.get(reverse("run", args=[uuid7()])).status_code == 404
    assert client.get(reverse("runs")).context["rows"] == []


def test_a_township_is_told_where_its_own_runs_come_from() -> None:
    stories.make_run()
    shown = opened.signed_in(make_user("clerk", TOWNSHIP)).get(reverse("runs")).content.decode()
    assert "还没有单户复核" in shown
    assert reverse("run_start") not in shown


def test_without_a_source_nothing_can_be_started() -> None:
    client = opened.signed_in(make_user("county"))
    shown = client.get(reverse("runs")).content.decode()
    assert "还没有接入核对来源" in shown
    assert reverse("run_start") not in shown
    answer = client.post(reverse("run_start"), {"county": COUNTY})
    assert answer.status_code == 400
    assert "还没有接入核对来源，由系统管理员先接入" in answer.content.decode()


def test_a_file_of_sources_that_can_not_be_read_is_said(settings: Any, tmp_path: Path) -> None:
    wrong = tmp_path / "sources.yaml"
    wrong.write_text("market: {transport: pigeon}\n")
    settings.SOURCES_FILE = str(wrong)
    client = opened.signed_in(make_user("county"))
    assert "来源配置有误" in client.get(reverse("runs")).content.decode()
    assert client.post(reverse("run_start"), {"county": COUNTY}).status_code == 409


@pytest.mark.usefixtures("_played")
def test_starting_plans_once_however_often_it_is_pressed() -> None:
    walking.accepted(walking.office())
    client = opened.signed_in(make_user("county"))
    for _ in range(2):
        answer = client.post(reverse("run_start"), {"county": COUNTY})
        assert answer.url == reverse("runs")  # type: ignore[attr-defined]
    assert "正在安排" in client.get(reverse("runs")).content.decode()
    while jobs.run_waiting():
        pass
    run = Run.objects.get()
    assert run.requested_by is not None
    answer = client.post(reverse("run_start"), {"county": COUNTY})
    assert answer.url == reverse("run", args=[run.pk])  # type: ignore[attr-defined]
    assert Run.objects.count() == 1


@pytest.mark.usefixtures("_played")
@pytest.mark.parametrize("county", ["", OTHER_COUNTY, "x"])
def test_an_unknown_county_is_refused_by_its_field(county: str) -> None:
    answer = opened.signed_in(make_user("county")).post(reverse("run_start"), {"county": county})
    assert answer.status_code == 400
    assert "选择县" in answer.content.decode()


@pytest.mark.usefixtures("_played")
def test_progress_counts_and_ends() -> None:
    run = nightly.plan(to_ask(families(1)), county=region(COUNTY), on=stories.NIGHT)
    client = opened.signed_in(make_user("county"))
    address = reverse("run_progress", args=[run.pk])
    first = client.get(address).json()
    assert (first["done"], first["total"], first["finished"]) == (0, 6, False)
    jobs.run_waiting(limit=1)
    assert client.get(address).json()["words"] == "已答复 2 / 6，还在等 4"
    while jobs.run_waiting():
        pass
    nightly.give_up(run.pk)
    last = client.get(address).json()
    assert (last["finished"], last["words"]) == (True, "部分完成")


def test_a_promise_that_will_be_missed_is_said(moving_clock: Clock) -> None:
    run, home = stories.make_run(), families(1, consents=False)[0]
    _, enquiries = stories.asked(members_of(home), home, "tax", run=run)
    stories.make_answers(enquiries)
    stories.asked(members_of(home), home, "market", run=run)
    moving_clock.move(timedelta(hours=4))
    assert "承诺时间前完不成" in page(run)


@pytest.mark.usefixtures("_played")
def test_resuming_asks_only_what_was_not_answered_and_twice_is_refused() -> None:
    run = night(families(1))
    client = opened.signed_in(make_user("county"))
    assert client.post(reverse("run_resume", args=[run.pk])).url == reverse("run", args=[run.pk])  # type: ignore[attr-defined]
    run.refresh_from_db()
    assert (run.state, sorted(run.requests.filter(state="planned").values_list("source", flat=True))) == (
        *(Run.State.RUNNING, ["transport"]),
    )
    again = client.post(reverse("run_resume", args=[run.pk]))
    assert again.status_code == 409
    assert "这次核对还在进行" in again.content.decode()


@pytest.mark.usefixtures("_played")
def test_a_file_set_aside_comes_as_it_came_and_its_reading_is_kept() -> None:
    run = night(families(1))
    aside = Exchange.objects.get(fate=Exchange.Fate.QUARANTINED)
    answer = opened.signed_in(make_user("county")).get(reverse("exchange_file", args=[aside.pk]))
    assert answer.content == documents.read(aside.document_id)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/octet-stream",
        f'attachment; filename="{aside.pk}.bin"',
    )
    assert AuditEntry.objects.filter(action="exchange.read", target_id=str(aside.pk)).count() == 1
    assert reverse("exchange_file", args=[aside.pk]) not in page(run, "approver")


@pytest.mark.usefixtures("_played")
def test_a_file_that_was_taken_is_not_shown() -> None:
    night(families(1))
    taken = Exchange.objects.filter(fate=Exchange.Fate.TAKEN, direction="in")[0]
    client = opened.signed_in(make_user("county"))
    assert client.get(reverse("exchange_file", args=[taken.pk])).status_code == 404


@pytest.mark.usefixtures("_played")
def test_a_run_takes_as_many_queries_for_two_families_as_for_forty() -> None:
    small = night(families(2, consents=False) + families(2))
    large = nightly.plan(
        to_ask(families(20, consents=False) + families(20)),
        county=region(COUNTY),
        on=clock.today() + timedelta(days=1),
    )
    client = opened.signed_in(make_user("county"))
    counts = []
    for run in (small, large):
        client.get(reverse("run", args=[run.pk]))
        with opened.counting() as found:
            client.get(reverse("run", args=[run.pk]))
        counts.append(len(found))
    assert max(counts) <= MOST_QUERIES
    assert counts[1] <= counts[0]
