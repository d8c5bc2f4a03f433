"""What the night promises: every file's answers as it was sealed with, every finding where its steps led."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef

from accounts.canonical import NotCanonical
from accounts.integrity import CHUNK, Check, Fault, Verdicts, in_chunks
from accounts.models import AuditEntry
from verification import silence
from verification.digests import Asked, Row, digest_of
from verification.models import Enquiry, Exchange, Finding, FindingStep, Record, Run, Silence

RUN, EXCHANGE, FINDING, STEP = (model._meta.db_table for model in (Run, Exchange, Finding, FindingStep))
RECORD, SILENCE = Record._meta.db_table, Silence._meta.db_table
Action = FindingStep.Action
PLANNED = [f"run.{kind}" for kind in Run.Kind.values]
TAKEN = {"direction": Exchange.Direction.IN, "fate": Exchange.Fate.TAKEN}


def checks() -> tuple[Check, ...]:
    return (
        Check("enquiries", "核对查询", enquiries),
        Check("answers", "核对答复", answers),
        Check("findings", "核对发现", findings),
    )


def enquiries() -> Verdicts:
    """Whom each run asks about is whom it was planned to, each at their place."""
    planned = AuditEntry.objects.filter(target_type=Run._meta.label_lower, action__in=PLANNED).exclude(after_hash="")
    runs = {str(run.pk): run for run in Run.objects.all()}
    for pk, digest in planned.order_by("at").values_list("target_id", "after_hash"):
        if pk not in runs:
            yield Fault(RUN, pk, "安排过的这一批不在，已被删去")
        elif _asked(runs[pk]) != digest:
            yield Fault(RUN, pk, "这一批查询的人与安排时不符，已被改动")
        else:
            yield None


def _asked(run: Run) -> str:
    asked = Asked()
    for request in run.requests.order_by("first_enquiry"):
        rows = Enquiry.objects.filter(on=run.on, id__range=request.stretch, request=request).order_by("id")
        asked.add(rows.values_list("id", "person_id"))
    return asked.hexadecimal()


def answers() -> Verdicts:
    """The answers of a file taken, hashed again, are those it was sealed with; no answer stands in any other.

    How many each file has is counted in one pass over all of them, so that each file is then read by its own stretch.
    """
    stray = Record.objects.filter(~Exists(Exchange.objects.filter(pk=OuterRef("exchange_id"), **TAKEN)))
    for enquiry in stray.values_list("enquiry_id", flat=True)[:1]:
        yield Fault(RECORD, str(enquiry), "这条答复不属于任何已采用的文件")
    unheard = Silence.objects.filter(~Exists(Exchange.objects.filter(pk=OuterRef("exchange_id"), **TAKEN)))
    for exchange_pk in unheard.values_list("exchange_id", flat=True)[:1]:
        yield Fault(SILENCE, str(exchange_pk), "这些无记录的答复不属于任何已采用的文件")
    held = Counter(dict(Record.objects.order_by().values_list("exchange_id").annotate(answers=Count("enquiry_id"))))
    held.update(silence.counted())
    taken = Exchange.objects.filter(**TAKEN).select_related("request__run").order_by("pk")
    for exchange in taken.iterator(CHUNK):
        yield _as_sealed(exchange, held[exchange.pk])


def _as_sealed(exchange: Exchange, held: int) -> Fault | None:
    """`held`: how many answers name the file, wherever they stand."""
    request = exchange.request
    if request is None:
        return Fault(EXCHANGE, str(exchange.pk), f"{exchange.name} 所答的请求不在，已被删去")
    if held != exchange.answers:
        return Fault(EXCHANGE, str(exchange.pk), f"{exchange.name} 应有 {exchange.answers} 条答复，现有 {held} 条")
    # Its enquiries stand together: one partition is looked into, and of that one stretch. An answer that was moved out
    # of it is missing here, and then the hash is another.
    day, stretch = request.run.on, request.stretch
    people = Enquiry.objects.filter(on=day, id__range=stretch, request=request).count()
    if people != request.people:
        said = f"{exchange.name} 的请求查询 {request.people} 人，现有 {people} 条查询"
        return Fault(EXCHANGE, str(exchange.pk), said)
    rows = Record.objects.filter(on=day, enquiry_id__range=stretch, exchange=exchange.pk)
    found = [Row(*row) for row in rows.values_list("line", "enquiry_id", "outcome", "values")]
    try:
        is_same = digest_of(found, silence.of_file(exchange)) == exchange.digest
    except NotCanonical:
        is_same = False
    return None if is_same else Fault(EXCHANGE, str(exchange.pk), f"{exchange.name} 的答复与收到时不符，已被改动")


def findings() -> Verdicts:
    """A finding's steps are numbered from 1 without a gap; it stands where the last one put it."""
    for pk in FindingStep.objects.filter(~Exists(Finding.objects.filter(pk=OuterRef("finding_id")))).values_list(
        "finding_id", flat=True
    )[:1]:
        yield Fault(FINDING, str(pk), "办理过的这一条不在，已被删去")
    standing = Finding.objects.order_by("pk").values_list("pk", "state").iterator(CHUNK)
    for chunk in in_chunks(standing):
        taken = _taken(pk for pk, _ in chunk)
        for pk, state in chunk:
            yield _follows(pk, state, taken.get(pk, []))


def _taken(pks: Iterable[UUID]) -> dict[UUID, list[tuple[int, str]]]:
    rows = FindingStep.objects.filter(finding__in=list(pks)).order_by("finding_id", "seq")
    read: Any = rows.values_list("finding_id", "seq", "action")
    return {pk: [step[1:] for step in steps] for pk, steps in groupby(read, key=itemgetter(0))}


_LEADS_TO = {
    Action.EXPLAIN: Finding.State.EXPLAINED,
    Action.ACCEPT: Finding.State.ACCEPTED,
    Action.DISPUTE: Finding.State.DISPUTED,
    Action.CLEAR: Finding.State.CLEARED,
}


def _follows(pk: UUID, state: str, steps: list[tuple[int, str]]) -> Fault | None:
    """Asking again moves nothing."""
    led: str = Finding.State.OPEN
    for expected, (seq, action) in enumerate(steps, start=1):
        if seq != expected:
            return Fault(STEP, str(pk), f"缺少第 {expected} 步，已被删去")
        led = _LEADS_TO.get(Action(action), led)
    if led == state:
        return None
    return Fault(FINDING, str(pk), f"状态与最后一步不符（{Finding.State(led).label}），已被改动")
