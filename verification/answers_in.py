"""An answer comes in: read, matched with who was asked, stored, compared; one transaction an answer.

Nothing of it is believed that was not asked for. What can't be used is kept with its bytes and said why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from accounts import audit, clock, documents, jobs
from accounts.models import Region, StoredDocument
from accounts.roles import Level
from verification import circuits, findings, matching, roll, silence, withheld
from verification.connected import Connected
from verification.digests import digest_of_written
from verification.lookups import by_index
from verification.matching import FOUND, NOTHING, Asked, Matched, Recorded, Told
from verification.models import Exchange, Record, Request, StrayRow
from verification.sources import reading
from verification.sources.base import Delivered, Garbage, Source

log = structlog.get_logger()
COUNTY_DIGITS = 6


def collect(reached: Connected) -> int:
    """Take what lies in the source's inbox. A file another worker has in hand is left to it."""
    seen = 0
    for delivered in reached.transport.collect():
        seen += 1
        pk = _request_of(delivered, reached.source)
        if pk is None:
            set_aside(delivered, reached.source, None, "请求编号不是本系统向这个来源发出的")
            reached.transport.settle(delivered, is_taken=False)
            continue
        taken = take(delivered, pk, reached.source)
        if taken == Exchange.Fate.QUARANTINED:
            circuits.failed(reached.source.code, "收到的文件不能识别，已隔离")
        if taken is not None:
            reached.transport.settle(delivered, is_taken=taken != Exchange.Fate.QUARANTINED)
    return seen


def _request_of(delivered: Delivered, source: Source) -> UUID | None:
    """The request to this source it says it answers; a repeated question's `r1` is the same request."""
    reference = delivered.reference.rpartition("r")[0] if "r" in delivered.reference else delivered.reference
    rows = Request.objects.filter(reference=reference, source=source.code).order_by()
    return rows.values_list("pk", flat=True).first()


def take(delivered: Delivered, request_pk: UUID, source: Source, claim: jobs.Claim | None = None) -> str | None:
    """Take one answer to one request; its fate, or None where another worker has the request in hand.

    With a claim, the claim's job ends in the same transaction. What can't be read is kept aside and answers nothing.
    """
    try:
        with by_index():
            if (request := _locked(request_pk)) is None:
                return None
            fate = _take(request, delivered, source)
            if claim is not None:
                claim.finish({"answered": request.answered})
    except Garbage as useless:
        set_aside(delivered, source, Request.objects.select_related("run").get(pk=request_pk), str(useless))
        return Exchange.Fate.QUARANTINED
    circuits.answered(source.code)
    return fate


def _take(request: Request, delivered: Delivered, source: Source) -> str:
    """Raises Garbage. Read under the request's lock, so that two workers never read the same file at once."""
    stored = documents.store(delivered.raw, delivered.media_type)
    if _is_known(request, delivered, stored):
        return Exchange.Fate.DUPLICATE
    read = reading.read(source, delivered)
    asked = _asked(request)
    kept = replace(read, said=withheld.without(read.said, source, request, asked.places))
    absent = source.absent_means == "not_found" and delivered.rows is not None
    matched = matching.match(kept, asked, absent_means_nothing=absent)
    _store(request, delivered, stored, asked.known, matched, rows=read.rows)
    return Exchange.Fate.TAKEN


def _asked(request: Request) -> Asked:
    """Whom the answer may speak of: not those left out when the question went."""
    named = roll.of(request)
    places = named.places({enquiry - request.first_enquiry for enquiry in request.spared})
    return Asked(request.first_enquiry, named.names, places, _known(request) if request.answered else {})


def _known(request: Request) -> dict[int, Told]:
    """What was answered before, by place."""
    known = {place: NOTHING for place, bit in enumerate(silence.of_request(request)) if bit == "1"}
    rows = Record.objects.filter(on=request.run.on, enquiry_id__range=request.stretch)
    for enquiry, outcome, values in rows.values_list("enquiry_id", "outcome", "values"):
        known[enquiry - request.first_enquiry] = (outcome, values)
    return known


def _locked(pk: UUID) -> Request | None:
    rows = Request.objects.select_for_update(skip_locked=True, of=("self",)).select_related("run__region")
    return rows.filter(pk=pk).order_by().first()


def _is_known(request: Request, delivered: Delivered, stored: StoredDocument) -> bool:
    """The same bytes again: under the same name nothing happened at all, under another it is told as a duplicate."""
    before = Exchange.objects.filter(request=request, direction=Exchange.Direction.IN, document=stored)
    if not before.filter(fate=Exchange.Fate.TAKEN).exists():
        return False
    if not before.filter(name=delivered.name).exists():
        fate, reason = Exchange.Fate.DUPLICATE, "内容与先前的文件相同"
        region = request.run.region_id
        _seal(_exchange(region, delivered, stored, source=request.source, request=request, fate=fate, reason=reason))
    return True


def _store(
    request: Request,
    delivered: Delivered,
    stored: StoredDocument,
    known: Mapping[int, Told],
    matched: Matched,
    *,
    rows: int,
) -> None:
    """`known`: by place what was answered before."""
    silent = matched.silent.decode()
    exchange = _exchange(
        request.run.region_id,
        delivered,
        stored,
        source=request.source,
        request=request,
        fate=Exchange.Fate.TAKEN,
        rows=rows,
        answers=matched.answers,
        strays=len(matched.strays),
        digest=digest_of_written(((enquiry, FOUND, text) for _, enquiry, text in matched.records), silent),
        is_late=request.state == Request.State.UNANSWERED,
    )
    with audit.sealing(
        exchange, None, f"exchange.{exchange.fate}", on=clock.today(), region_code=request.run.region_id
    ):
        silence.keep(exchange, silent)
        _copy(exchange, request.run.on, matched.records)
        _keep_strays(exchange, matched)
        _count(request, matched.answers)
        _weigh(request, known, matched)


def _weigh(request: Request, known: Mapping[int, Told], matched: Matched) -> None:
    """Everything the source has said of the request so far, held against what was declared: findings."""
    first = request.first_enquiry
    found = {first + place: values for place, (outcome, values) in known.items() if outcome == FOUND} | matched.found
    answered = matched.answered(first) | {first + place for place in known}
    findings.weigh(request, found, answered)


def _copy(exchange: Exchange, on: date, records: Sequence[Recorded]) -> None:
    of = f"\t{on}\t{exchange.pk}\t{FOUND}\t"
    rows = [f"{enquiry}{of}{_escaped(values)}\t{line}\n" for line, enquiry, values in records]
    with connection.cursor() as cursor:
        cursor.copy_expert(
            'COPY verification_record (enquiry_id, "on", exchange_id, outcome, "values", line) FROM STDIN',
            StringIO("".join(rows)),
        )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")


def _exchange(region_id: str, delivered: Delivered, stored: StoredDocument, **fields: Any) -> Exchange:
    """The file or call as it is put on record."""
    return Exchange(
        region_id=region_id,
        direction=Exchange.Direction.IN,
        name=delivered.name[:200],
        document=stored,
        at=clock.now(),
        **fields,
    )


def _seal(exchange: Exchange) -> None:
    """From here on the county's chain is ours until the end of the transaction."""
    audit.seal(exchange, None, f"exchange.{exchange.fate}", on=clock.today(), region_code=exchange.region_id)


def _keep_strays(exchange: Exchange, matched: Matched) -> None:
    StrayRow.objects.bulk_create(
        StrayRow(exchange=exchange, line=said.line, why=why, said=said.fault[:200], text=said.text)
        for said, why in matched.strays
    )


def _count(request: Request, fresh: int) -> None:
    """How far the request came."""
    request.answered += fresh
    whole = request.answered + request.left_out == request.people
    request.state = Request.State.ANSWERED if whole else Request.State.PART
    request.answered_at, request.error = clock.now(), "" if whole else "有人未答复"
    changed = ["answered", "state", "answered_at", "error"]
    if whole:
        request.roll = None
        changed.append("roll")
    request.save(update_fields=changed)


def set_aside(delivered: Delivered, source: Source, request: Request | None, why: str) -> None:
    """Keep an answer that can't be used, with its bytes and the reason; once for a name and content."""
    stored = documents.store(delivered.raw, delivered.media_type)
    log.warning("answer_set_aside", source=source.code, request=str(request.pk) if request else "")
    same = Exchange.objects.filter(source=source.code, direction=Exchange.Direction.IN, document=stored)
    if same.filter(name=delivered.name, fate=Exchange.Fate.QUARANTINED).exists():
        return
    region = request.run.region_id if request else _region_of(delivered.reference)
    fate = Exchange.Fate.QUARANTINED
    with transaction.atomic():
        _seal(_exchange(region, delivered, stored, source=source.code, request=request, fate=fate, reason=why[:200]))


def _region_of(reference: str) -> str:
    """The county a foreign reference names, else the city's: somebody has to see it."""
    named = [f"{part}000000" for part in reference.split("-") if len(part) == COUNTY_DIGITS]
    counties = Region.objects.filter(level=Level.COUNTY, code__in=named).values_list("code", flat=True)
    return counties.first() or Region.objects.filter(level=Level.CITY).values_list("code", flat=True)[0]
