"""A night from plan to close against real departments in a process of their own: asked, answered, kept, closed."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from accounts import clock, documents, jobs
from accounts.models import AuditEntry, Job
from households import consents
from households.models import Consent, Household
from liaocheng_aid import verifying
from tests.making import COUNTY, TOWNSHIP, make_user, members_of, region
from tests.verification.stories import NIGHT
from tests.verification.worlds import FEW, World, families, to_ask, until, world
from verification import answers_in, enquire, nightly, silence
from verification.connected import connected
from verification.digests import Row, digest_of
from verification.models import Answer, Exchange, Finding, Record, Request, Run, StrayRow
from verification.sources import writing
from verification.sources.base import Delivered, Question, SourceUnavailable
from verification.sources.transports.files import beside, write
from verification.sources.transports.rest import Rest
from verification.sources.writing import Answered

pytestmark = pytest.mark.django_db
PATIENCE = timedelta(seconds=60)


def night(households: list[Any], patience: timedelta = PATIENCE) -> Run:
    run = nightly.plan(to_ask(households), county=region(COUNTY), on=NIGHT)
    (done,) = verifying.work([run], patience=patience)
    return done


def number_of(household: Household) -> str:
    number = members_of(household)[0].id_number
    assert number is not None
    return number


def test_everybody_is_answered_by_every_source(departments: World) -> None:
    homes = families(4)
    someone = members_of(homes[0])[0]
    departments.know(someone, "human_resources", pension=114_300)
    run = night(homes)
    assert (run.state, run.enquiries) == (Run.State.COMPLETE, 8 * len(FEW))
    assert Answer.objects.count() == 8 * len(FEW)
    found = Answer.objects.filter(outcome="found")
    assert [(one.person_id, one.source, one.values["pension"]) for one in found] == [
        (someone.pk, "human_resources", 114_300)
    ]
    assert set(Request.objects.values_list("state", flat=True)) == {Request.State.ANSWERED}
    assert Finding.objects.get().said
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}


def test_what_went_out_and_came_in_is_kept_with_its_bytes_and_sealed(departments: World) -> None:
    run = night(families(1))
    for request in run.requests.all():
        out, back = (request.exchanges.get(direction=way) for way in ("out", "in"))
        assert number_of(run.subjects.all()[0].household).encode() in bytes(documents.read(out.document_id))
        rows = Record.objects.filter(exchange=back)
        records = [Row(one.line, one.enquiry_id, one.outcome, one.values) for one in rows]
        assert back.digest == digest_of(records, silence.of_file(back))
        assert back.answers == Answer.objects.filter(exchange=back).count() == request.people
        assert AuditEntry.objects.filter(pk=back.audit_entry_id, after_hash=back.content_hash()).exists()


def test_an_answer_is_matched_with_whom_the_question_named(departments: World) -> None:
    """Whatever they are called since; the roll of it holds no number to be read, and goes with the last answer."""
    (home,) = families(1)
    run = nightly.plan(to_ask([home]), county=region(COUNTY), on=NIGHT)
    departments.fail(**{code: {"late": 1} for code in FEW})
    jobs.run_waiting()
    number, named = number_of(home).encode(), bytes(run.requests.get(source="market").roll or b"")
    assert named
    assert number not in named
    someone = members_of(home)[0]
    someone.name = "改了名的人"
    someone.save(update_fields=["name"])
    (run,) = verifying.work([run], patience=PATIENCE)
    assert (run.state, StrayRow.objects.count()) == (Run.State.COMPLETE, 0)
    assert set(run.requests.values_list("roll", flat=True)) == {None}


def test_who_is_asked_again_is_matched_with_the_name_asked_again(departments: World) -> None:
    """A name corrected between the two questions: the second asks with it, and is answered with it."""
    (home,) = families(1)
    run = nightly.plan(to_ask([home]), county=region(COUNTY), on=NIGHT)
    departments.fail(**{code: {"late": "told"} for code in FEW})
    jobs.run_waiting()
    market, source = run.requests.get(source="market"), connected()["market"].source
    for place, name in enumerate(("half", "other half")):
        one = members_of(home)[place]
        raw, rows = writing.answer(source, [Answered(str(one.id_number), one.name, False)])
        answers_in.take(Delivered(name, raw, "text/csv", market.reference, rows=rows), market.pk, source)
        if name == "half":
            nightly.give_up(run.pk)
            other = members_of(home)[1]
            other.name = "改了名的人"
            other.save(update_fields=["name"])
            nightly.resume(run.pk, actor=make_user("county"))
            jobs.run_waiting()
    market.refresh_from_db()
    assert (market.state, market.roll, StrayRow.objects.count()) == (Request.State.ANSWERED, None, 0)


@pytest.mark.parametrize("leaves", [0, 1])
def test_who_is_left_out_takes_no_place_from_whoever_has_the_same_number(departments: World, leaves: int) -> None:
    """Two files under one number, with the reason on record: only one of them withdrew."""
    homes = families(2, 1)
    people = [members_of(home)[0] for home in homes]
    people[1].id_number, people[1].id_shared_reason = people[0].id_number, "重号"
    people[1].save(update_fields=["id_number", "id_index", "id_shared_reason"])
    run = nightly.plan(to_ask(homes), county=region(COUNTY), on=NIGHT)
    given = Consent.objects.get(household=homes[leaves])
    consents.end(given, reason="withdrawn", on=clock.today(), actor=make_user("clerk", TOWNSHIP))
    (run,) = verifying.work([run], patience=PATIENCE)
    assert (run.state, StrayRow.objects.count()) == (Run.State.COMPLETE, 0)
    assert set(Answer.objects.values_list("person_id", flat=True)) == {people[1 - leaves].pk}


def test_an_answer_that_comes_while_the_question_is_made_is_not_asked_for(
    departments: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of an earlier question: whoever it answers is not left out, nor is the roll of them written again."""
    (home,) = families(1)
    run = nightly.plan(to_ask([home]), county=region(COUNTY), on=NIGHT)
    source = connected()["market"].source
    found, lost = members_of(home), enquire._lost_consent

    def slow(request: Request, waiting: set[Any]) -> set[Any]:
        if request.source == "market" and waiting:
            raw, rows = writing.answer(source, [Answered(str(one.id_number), one.name, False) for one in found])
            answers_in.take(Delivered("early", raw, "text/csv", request.reference, rows=rows), request.pk, source)
            return {found[0].pk}
        return lost(request, waiting)

    monkeypatch.setattr(enquire, "_lost_consent", slow)
    (run,) = verifying.work([run], patience=PATIENCE)
    assert run.state == Run.State.COMPLETE
    market = run.requests.get(source="market")
    assert (market.answered, market.left_out, market.roll) == (2, 0, None)
    assert "market" not in {one["source"] for one in departments.asked()}


def test_without_its_roll_a_request_is_matched_with_its_people(departments: World) -> None:
    run = nightly.plan(to_ask(families(2)), county=region(COUNTY), on=NIGHT)
    departments.fail(**{code: {"late": 1} for code in FEW})
    jobs.run_waiting()
    Request.objects.update(roll=None)
    (run,) = verifying.work([run], patience=PATIENCE)
    assert (run.state, Answer.objects.count()) == (Run.State.COMPLETE, 4 * len(FEW))


def test_called_sources_are_answered_at_once(tmp_path: Any, settings: Any) -> None:
    with world(tmp_path / "world", rest=("market", "tax"), only=("market", "tax")) as departments:
        settings.SOURCES_FILE = str(departments.connections)
        run = night(families(2))
        assert run.state == Run.State.COMPLETE
        assert Counter(one["source"] for one in departments.asked()) == {"market": 1, "tax": 1}


def test_who_withdraws_before_the_file_goes_is_left_out(departments: World) -> None:
    stays, leaves = families(2, 1)
    run = nightly.plan(to_ask([stays, leaves]), county=region(COUNTY), on=NIGHT)
    given = Consent.objects.get(household=leaves)
    clerk = make_user("clerk", TOWNSHIP)
    consents.end(given, reason="withdrawn", on=clock.today(), actor=clerk)
    (run,) = verifying.work([run], patience=PATIENCE)
    assert run.state == Run.State.COMPLETE
    number = number_of(leaves)
    sent = [documents.read(one.document_id) for one in Exchange.objects.filter(direction="out")]
    assert len(sent) == len(FEW)
    assert not any(number.encode() in bytes(content) for content in sent)
    assert all(number not in str(asked) for asked in departments.asked())
    assert set(run.requests.values_list("left_out", "answered")) == {(1, 1)}


def test_the_next_night_stops_for_who_withdrew(departments: World) -> None:
    (home,) = families(1, 1)
    night([home])
    consents.end(
        Consent.objects.get(household=home), reason="withdrawn", on=clock.today(), actor=make_user("clerk", TOWNSHIP)
    )
    again = nightly.plan(to_ask([home]), county=region(COUNTY), on=clock.today() + timedelta(days=1))
    assert (again.enquiries, again.unasked) == (0, 1)


def test_silence_is_not_nothing_found(departments: World) -> None:
    homes = families(2)
    departments.fail(market={"down": True})
    run = night(homes, patience=timedelta(seconds=6))
    assert run.state == Run.State.PARTLY
    request = run.requests.get(source="market")
    assert (request.state, request.answered) == (Request.State.UNANSWERED, 0)
    assert request.error
    assert not Answer.objects.filter(source="market").exists()
    assert Answer.objects.count() == 4 * (len(FEW) - 1)


def test_a_person_resumes_it_and_only_who_was_not_answered_is_asked_again(departments: World) -> None:
    departments.fail(market={"down": True})
    run = night(families(2), patience=timedelta(seconds=6))
    departments.fail()
    nightly.resume(run.pk, actor=make_user("county"))
    (run,) = verifying.work([run], patience=PATIENCE)
    assert (run.state, run.closings) == (Run.State.COMPLETE, 2)
    assert Answer.objects.count() == 4 * len(FEW)
    asked = Counter(one["source"] for one in departments.asked() if one["source"] != "market")
    assert set(asked.values()) == {1}


def test_a_late_answer_completes_the_night(departments: World) -> None:
    departments.fail(market={"down": True})
    run = night(families(1), patience=timedelta(seconds=6))
    departments.fail()
    until(lambda: enquire.collect() > 0)
    (closed,) = nightly.close_due()
    assert (closed.pk, closed.state) == (run.pk, Run.State.COMPLETE)
    assert Exchange.objects.get(direction="in", source="market").is_late


def test_an_answer_in_another_sources_folder_answers_nothing(departments: World) -> None:
    departments.fail(market={"down": True}, civil_affairs={"late": "told"})
    run = nightly.plan(to_ask(families(1)), county=region(COUNTY), on=NIGHT)
    jobs.run_waiting()
    reference = run.requests.get(source="market").reference
    inbox = departments.folder / "civil_affairs" / "inbox"
    write(inbox / f"{reference}.csv", b"x")
    write(beside(inbox / f"{reference}.csv"), json.dumps({"reference": reference, "rows": 0, "sha256": ""}).encode())
    until(lambda: enquire.collect() > 0)
    aside = Exchange.objects.get(source="civil_affairs", fate=Exchange.Fate.QUARANTINED)
    assert (aside.request_id, aside.region_id) == (None, COUNTY)
    assert "不是本系统向这个来源发出的" in aside.reason
    assert not Answer.objects.filter(source__in=["market", "civil_affairs"]).exists()


def test_a_folder_that_is_gone_keeps_no_other_source_waiting(departments: World) -> None:
    shutil.rmtree(departments.folder / "market")
    run = night(families(1), patience=timedelta(seconds=10))
    assert run.state == Run.State.PARTLY
    assert Answer.objects.count() == 2 * (len(FEW) - 1)
    assert run.requests.get(source="market").error


def test_an_answer_quicker_than_our_own_record_stands(departments: World, monkeypatch: Any) -> None:
    run = nightly.plan(to_ask(families(1)), county=region(COUNTY), on=NIGHT)
    stored = documents.store
    held: list[bytes] = []

    def slow(content: bytes, kind: str) -> Any:
        """Between a file's going out and our saying so, its answer is taken in."""
        if not held:
            held.append(content)
            until(lambda: enquire.collect() > 0)
        return stored(content, kind)

    monkeypatch.setattr(documents, "store", slow)
    (run,) = verifying.work([run], patience=PATIENCE)
    assert run.state == Run.State.COMPLETE
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
    assert Exchange.objects.filter(direction="out").count() == len(FEW)


@pytest.mark.parametrize("taken_meanwhile", [False, True])
def test_a_worker_killed_after_asking_asks_nobody_twice(
    departments: World, monkeypatch: pytest.MonkeyPatch, taken_meanwhile: bool
) -> None:
    run = nightly.plan(to_ask(families(1)), county=region(COUNTY), on=NIGHT)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(enquire, "_sent", killed)
        for _ in FEW:
            with pytest.raises(KeyboardInterrupt):
                jobs.run_waiting()
    until(lambda: len(departments.asked()) == len(FEW))
    if taken_meanwhile:
        until(lambda: not enquire.collect() and Answer.objects.count() == 2 * len(FEW))
    Job.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    (run,) = verifying.work([run], patience=PATIENCE)
    assert (run.state, Answer.objects.count()) == (Run.State.COMPLETE, 2 * len(FEW))
    assert len(departments.asked()) == len(FEW)
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}


def test_a_slow_call_is_not_asked_by_somebody_else_meanwhile(tmp_path: Any, settings: Any) -> None:
    """A source may take ten minutes; a lease lasts one."""
    seen: list[float] = []

    def late(self: Rest, question: Question) -> Delivered:
        lease = Job.objects.get().lease_until
        assert lease is not None
        seen.append((lease - clock.now()).total_seconds())
        raise SourceUnavailable("市场主体：连接不上或超时")

    with world(tmp_path / "world", rest=("market",), only=("market",), timeout_seconds=300) as departments:
        settings.SOURCES_FILE = str(departments.connections)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Rest, "ask", late)
            nightly.plan(to_ask(families(1)), county=region(COUNTY), on=NIGHT)
            jobs.run_waiting(limit=1)
    assert [second > 600 for second in seen] == [True]
