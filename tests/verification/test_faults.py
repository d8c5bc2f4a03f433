"""R-08: each fault of a department is survived, seen, counted and explained on the page; the others finish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock, documents
from households.models import Household
from liaocheng_aid import verifying
from tests.making import COUNTY, make_user, members_of, region
from tests.verification.stories import NIGHT
from tests.verification.worlds import FEW, World, families, to_ask, until, world
from verification import circuits, enquire, nightly
from verification.models import Answer, Circuit, Exchange, Request, Run, StrayRow

pytestmark = pytest.mark.django_db
BAD = "market"
PEOPLE = 4


def night(patience: float, homes: list[Household] | None = None) -> Run:
    run = nightly.plan(to_ask(homes or families(2)), county=region(COUNTY), on=NIGHT)
    (done,) = verifying.work([run], patience=timedelta(seconds=patience))
    return done


def page(run: Run) -> str:
    client = Client()
    client.force_login(make_user("county"))
    return client.get(reverse("run", args=[run.pk])).content.decode()


def others_are_answered() -> bool:
    return Answer.objects.exclude(source=BAD).count() == PEOPLE * (len(FEW) - 1)


@pytest.mark.parametrize("kind", ["bytes", "html", "columns"])
def test_garbage_is_kept_with_its_bytes_and_answers_nothing(departments: World, kind: str) -> None:
    departments.fail(market={"garbage": kind})
    run = night(patience=8)
    assert run.state == Run.State.PARTLY
    assert others_are_answered()
    assert not Answer.objects.filter(source=BAD).exists()
    aside = Exchange.objects.get(source=BAD, fate=Exchange.Fate.QUARANTINED)
    assert aside.reason
    assert documents.read(aside.document_id)
    assert aside.reason in page(run)
    assert Circuit.objects.get(pk=BAD).failures == 1


def test_half_a_file_is_no_answer(departments: World) -> None:
    departments.fail(market={"half": True})
    run = night(patience=8)
    assert (run.state, Answer.objects.filter(source=BAD).count()) == (Run.State.PARTLY, 0)
    assert others_are_answered()
    assert "已隔离" in page(run)


def test_a_row_about_somebody_nobody_asked_about_is_set_aside(departments: World) -> None:
    departments.fail(market={"wrong_person": "not_asked"})
    run = night(patience=60)
    assert run.state == Run.State.COMPLETE
    assert Answer.objects.filter(source=BAD).count() == PEOPLE
    stray = StrayRow.objects.get()
    assert stray.why == StrayRow.Why.NOT_ASKED
    assert "未查询的人" in page(run)
    assert str(stray.text) not in page(run)


def test_another_name_under_the_number_is_no_answer(departments: World) -> None:
    departments.fail(market={"wrong_person": "other_name"})
    run = night(patience=8)
    assert run.state == Run.State.PARTLY
    assert Request.objects.get(source=BAD).state == Request.State.PART
    assert Answer.objects.filter(source=BAD).count() == PEOPLE - 1
    assert StrayRow.objects.get().why == StrayRow.Why.OTHER_NAME
    assert "姓名不符" in page(run)


def test_the_same_file_under_another_name_changes_nothing(departments: World) -> None:
    departments.fail(market={"duplicate": True})
    run = night(patience=60)
    until(lambda: bool(enquire.collect()) or Exchange.objects.filter(fate="duplicate").exists())
    assert run.state == Run.State.COMPLETE
    assert Answer.objects.count() == PEOPLE * len(FEW)
    assert Exchange.objects.get(fate="duplicate").source == BAD
    assert "重复文件" in page(run)


def test_a_second_answer_of_other_content_is_for_a_person_to_look_at(departments: World) -> None:
    homes = families(2)
    for person in members_of(homes[0]):
        departments.know(person, "market", company=[{"name": "化庄豆制品店", "post": "经营者", "state": "open"}])
    departments.fail(market={"second": True})
    run = night(60, homes)
    until(lambda: bool(enquire.collect()) or StrayRow.objects.exists())
    assert Answer.objects.filter(source=BAD).count() == PEOPLE
    assert set(StrayRow.objects.values_list("why", flat=True)) == {StrayRow.Why.SECOND_ANSWER}
    assert "与先前答复不同" in page(run)


def test_a_slow_source_is_waited_for(departments: World) -> None:
    departments.fail(market={"slow": 3})
    assert night(patience=60).state == Run.State.COMPLETE


def test_a_source_that_is_down_is_tried_a_few_times_and_said_why(tmp_path: Any, settings: Any) -> None:
    with world(tmp_path / "world", rest=(BAD,), only=(BAD, "tax"), retries=2) as departments:
        settings.SOURCES_FILE = str(departments.connections)
        departments.fail(market={"down": True})
        run = night(patience=60)
        request = run.requests.get(source=BAD)
        assert (run.state, request.state, request.tries) == (Run.State.PARTLY, Request.State.UNANSWERED, 2)
        assert Answer.objects.filter(source="tax").count() == PEOPLE
        assert request.error in page(run)


def test_a_source_that_fails_now_and_then_is_answered_all_the_same(tmp_path: Any, settings: Any) -> None:
    with world(tmp_path / "world", rest=(BAD,), only=(BAD,), batch_size=2, retries=5) as departments:
        settings.SOURCES_FILE = str(departments.connections)
        departments.fail(market={"flapping": 2})
        run = night(patience=90)
        assert run.state == Run.State.COMPLETE
        assert Answer.objects.count() == PEOPLE


def test_the_circuit_opens_at_the_twentieth_failure_and_one_answer_closes_it() -> None:
    for _ in range(19):
        circuits.failed(BAD, "连接不上")
    assert circuits.rests_until(BAD) is None
    circuits.failed(BAD, "连接不上")
    opened = circuits.rests_until(BAD)
    assert opened is not None
    assert opened > clock.now()
    circuits.failed(BAD, "连接不上")
    later = circuits.rests_until(BAD)
    assert later is not None
    assert later > opened
    circuits.answered(BAD)
    assert circuits.rests_until(BAD) is None
    assert Circuit.objects.get(pk=BAD).failures == 0


def test_while_a_circuit_is_open_nobody_asks_and_the_others_go_on(departments: World) -> None:
    for _ in range(20):
        circuits.failed(BAD, "连接不上")
    run = night(patience=8)
    assert others_are_answered()
    assert BAD not in {one["source"] for one in departments.asked()}
    assert "连续失败" in page(run)
