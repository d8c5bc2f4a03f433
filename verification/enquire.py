"""Ask one request, and fetch what has come: consent again, then the transport outside every transaction, then ours.

A worker killed anywhere in between leaves the request as it was: the lease brings it back, the source knows the
reference, and an answer taken once is not taken again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection

from accounts import audit, clock, documents, jobs
from accounts.models import StoredDocument
from households import consents
from verification import answers_in, circuits, claimed, roll
from verification.connected import Connected, Misconfigured, connected
from verification.lookups import by_index
from verification.models import Exchange, Request, Run
from verification.nightly.planning import JOB
from verification.sources.base import Asked, Delivered, Handed, Question, SourceRefused, SourceUnavailable

log = structlog.get_logger()
LONGEST_BACKOFF = timedelta(minutes=30)
BUSY = timedelta(seconds=5)
MENDED = timedelta(minutes=5)
OVER = (Request.State.ANSWERED, Request.State.UNANSWERED)


@jobs.runner(JOB)
def ask(claim: jobs.Claim) -> None:
    """Do one request as far as it goes now; what has to wait is postponed, what is over is left alone."""
    request = Request.objects.select_related("run").get(pk=claim.job.params["request"])
    try:
        reached = connected().get(request.source)
    except Misconfigured:
        claim.postpone(clock.now() + MENDED)
        return
    if request.state in OVER or request.run.state != Run.State.RUNNING:
        claim.finish({"left": "over"})
    elif reached is None:
        _give_up(claim, request, "来源已停用")
    elif wait := _rests_until(reached):
        _wait(claim, request, wait)
    else:
        _ask(claim, request, reached)


def _rests_until(reached: Connected) -> datetime | None:
    rest = circuits.rests_until(reached.source.code)
    quiet = reached.quiet_until(clock.now())
    return max(filter(None, (rest, quiet)), default=None)


def _wait(claim: jobs.Claim, request: Request, until: datetime) -> None:
    """Until then, or not at all where the promise comes first."""
    if until < request.run.promised_at:
        claim.postpone(until)
    else:
        _give_up(claim, request, request.error or "来源停用时段，到承诺时间仍不能查询")


def _ask(claim: jobs.Claim, request: Request, reached: Connected) -> None:
    question = _question(claim, request, reached)
    if not question.people:
        with _step(claim, request) as now:
            _settle_left_out(now)
            claim.finish({"left": "nobody"})
        return
    if reached.transport.longest_seconds:
        claim.hold(reached.transport.longest_seconds)
    try:
        reply = reached.transport.ask(question)
    except SourceUnavailable as silent:
        _failed(claim, request, reached, str(silent))
    except SourceRefused as refused:
        circuits.failed(request.source, str(refused))
        _give_up(claim, request, str(refused))
    else:
        if isinstance(reply, Delivered):
            _answered(claim, request, reached, reply, question)
        else:
            _sent(claim, request, reached, reply)


def _answered(claim: jobs.Claim, request: Request, reached: Connected, reply: Delivered, question: Question) -> None:
    """An answer in hand, taken; one that answers another question is set aside like one that can't be read."""
    claim.progress(0, 1)
    if reply.reference != question.reference:
        answers_in.set_aside(reply, reached.source, request, "答复的请求编号不符")
        _failed(claim, request, reached, "答复的请求编号不符，已隔离")
        return
    fate = answers_in.take(reply, request.pk, reached.source, claim=claim)
    if fate is None:
        claim.postpone(clock.now() + BUSY)
    elif fate == Exchange.Fate.QUARANTINED:
        _failed(claim, request, reached, "答复不能识别，已隔离")


@contextmanager
def _step(claim: jobs.Claim, request: Request) -> Iterator[Request]:
    """A step of the claim with the request as it is now: its answer may have come as a file meanwhile."""
    with claim.step():
        yield Request.objects.select_for_update(of=("self",)).select_related("run").get(pk=request.pk)


def _question(claim: jobs.Claim, request: Request, reached: Connected) -> Question:
    """Everybody of the request who has no answer yet and whose consent still holds today; who lost it is on record."""
    waiting = _unanswered(request)
    lost = _lost_consent(request, {one.person_id for one in waiting})
    spared = [one.enquiry_id for one in waiting if one.person_id in lost]
    changes: dict[str, Any] = {} if spared == request.spared else {"spared": spared, "left_out": len(spared)}
    if waiting:
        changes["roll"] = roll.asked(request, {one.line - 1: (one.id_number, one.name) for one in waiting})
    if changes:
        request.spared = spared
        with _step(claim, request) as now:
            if is_as_it_was := now.answered == request.answered:
                for name, value in changes.items():
                    setattr(now, name, value)
                now.save(update_fields=list(changes))
        if not is_as_it_was:  # an answer came meanwhile: others wait
            return _question(claim, now, reached)
    also = claimed.kinds_of(reached.source, [one.person_id for one in waiting])
    people = tuple(
        Asked(one.line, one.id_number, one.name, tuple(sorted(also.get(one.person_id, ()))))
        for one in waiting
        if one.person_id not in lost
    )
    reference = request.reference if not request.run.closings else f"{request.reference}r{request.run.closings}"
    return Question(request.source, reference, request.run.on, request.legal_basis, people)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person of a request who has no answer; the line is the place in the whole request, whenever it is asked."""

    enquiry_id: int
    line: int
    person_id: UUID
    id_number: str
    name: str


def _unanswered(request: Request) -> list[Waiting]:
    with by_index(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.id, e.person_id, p.id_number, p.name
            FROM verification_enquiry e JOIN households_person p ON p.id = e.person_id
            WHERE e.id BETWEEN %s AND %s AND e."on" = %s
              AND NOT EXISTS (SELECT 1 FROM verification_answer a WHERE a.enquiry_id = e.id AND a."on" = e."on")
            ORDER BY e.id
            """,
            [*request.stretch, request.run.on],
        )
        return [
            Waiting(enquiry, enquiry - request.first_enquiry + 1, person, roll.opened(number), name)
            for enquiry, person, number, name in cursor.fetchall()
        ]


def _lost_consent(request: Request, waiting: set[UUID]) -> set[UUID]:
    """Who of these is in no household of the run any more that holds their consent today."""
    with by_index(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.household_id, s.person_id, s.since, s.role = 'member'
            FROM verification_enquiry e JOIN verification_subject s
              ON s.run_id = e.run_id AND s.person_id = e.person_id AND s.consent_id IS NOT NULL
            WHERE e.request_id = %s AND e."on" = %s
            """,
            [request.pk, request.run.on],
        )
        wanted = [consents.Wanted(*row) for row in cursor.fetchall() if row[1] in waiting]
    standing = consents.in_force(wanted, clock.today())
    return waiting - {person for (_, person), one in standing.items() if one.consent_id}


def _settle_left_out(request: Request) -> None:
    """Nobody left to ask: whoever was not left out is answered."""
    if request.state == Request.State.PLANNED:
        request.state, request.answered_at = Request.State.ANSWERED, clock.now()
        request.save(update_fields=["state", "answered_at"])


def _sent(claim: jobs.Claim, request: Request, reached: Connected, handed: Handed) -> None:
    stored = documents.store(handed.document, "text/csv")
    with _step(claim, request) as now:
        _exchanged(now, stored, handed.receipt)
        now.document, now.receipt, now.sent_at = stored, handed.receipt[:100], clock.now()
        now.due_at = now.sent_at + timedelta(minutes=reached.source.timeout_minutes)
        # Where its answer was quicker than this line, the request stays answered.
        if now.state == Request.State.PLANNED:
            now.state, now.error = Request.State.SENT, ""
        now.save(update_fields=["state", "document", "receipt", "sent_at", "due_at", "error"])
        claim.finish({"sent": now.reference})


def _exchanged(request: Request, stored: StoredDocument, name: str) -> None:
    """That this file went out, once: a worker killed in between finds it there, and on record."""
    before = Exchange.objects.filter(request=request, direction=Exchange.Direction.OUT, name=name[:200])
    if before.exists():
        return
    out = Exchange(
        region_id=request.run.region_id,
        source=request.source,
        direction=Exchange.Direction.OUT,
        request=request,
        name=name[:200],
        document=stored,
        fate=Exchange.Fate.TAKEN,
        rows=request.people - request.left_out - request.answered,
        at=clock.now(),
    )
    audit.seal(out, None, "exchange.sent", on=request.run.on, region_code=out.region_id)


def _failed(claim: jobs.Claim, request: Request, reached: Connected, why: str) -> None:
    """Later again, a little later each time; after the last try, not answered."""
    circuits.failed(request.source, why)
    source = reached.source
    log.warning("source_unavailable", source=request.source, request=str(request.pk), tries=request.tries + 1)
    if request.tries >= source.retries:
        _give_up(claim, request, why)
        return
    with _step(claim, request) as now:
        now.tries, now.error = now.tries + 1, why[:200]
        now.save(update_fields=["tries", "error"])
    pause = min(timedelta(seconds=source.backoff_seconds) * 2**request.tries, LONGEST_BACKOFF)
    request.error = why
    _wait(claim, request, clock.now() + pause)


def _give_up(claim: jobs.Claim, request: Request, why: str) -> None:
    with _step(claim, request) as now:
        if now.state == Request.State.PLANNED:
            now.state, now.error = Request.State.UNANSWERED, why[:200]
            now.save(update_fields=["state", "error"])
        claim.finish({"unanswered": now.source})


def collect() -> int:
    """Take every answer that has come as a file, from every source; how many files were looked at. Safe at once."""
    try:
        return sum(map(_collect, connected().values()))
    except Misconfigured:
        return 0  # it stands in the log; what has to be closed is closed all the same


def _collect(reached: Connected) -> int:
    """A source whose folder can't be read does not keep the others' answers lying."""
    try:
        return answers_in.collect(reached)
    except SourceUnavailable as silent:
        circuits.failed(reached.source.code, str(silent))
        log.warning("folder_unreadable", source=reached.source.code)
        return 0
