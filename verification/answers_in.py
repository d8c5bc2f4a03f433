"""An answer comes in: read, matched with who was asked, stored, compared; one transaction an answer.

Nothing of it is believed that was not asked for. What can't be used is kept with its bytes and said why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db import connection, transaction

from accounts import audit, clock, documents, jobs
from accounts.crypto import keys
from accounts.models import Region, StoredDocument
from accounts.roles import Level
from households.names import match_key
from verification import circuits, claimed, findings
from verification.connected import Connected
from verification.digests import digest_of_written, written
from verification.lookups import by_index
from verification.models import Answer, Exchange, Request, StrayRow
from verification.sources import reading
from verification.sources.base import Delivered, Garbage, Said, Source, Value
from verification.sources.registry import kinds

log = structlog.get_logger()
COUNTY_DIGITS = 6


Told = tuple[str, dict[str, Any]]


class Enquired(NamedTuple):
    """One person of the request as the answer has to name them."""

    enquiry_id: int
    person_id: str
    name: str
    name_key: str
    known: Told | None


FOUND, NOT_FOUND = Answer.Outcome.FOUND.value, Answer.Outcome.NOT_FOUND.value
# No row is the silence of a whole file: nothing found.
NOTHING: Told = (NOT_FOUND, {})


class Answering(NamedTuple):
    """One enquiry answered: the line of the file, 0 for one that is not in it, and what that says."""

    line: int
    enquiry_id: int
    person_id: str
    told: Told


@dataclass(slots=True)
class Sorted:
    """The rows of one answer: what each enquiry was told, and the rows nobody may use."""

    told: dict[int, Answering] = field(default_factory=dict)
    strays: list[tuple[Said, str, str]] = field(default_factory=list)
    # Whom a row spoke of without answering: their silence is not the file's.
    unsure: set[int] = field(default_factory=set)
    rows: int = 0


def collect(reached: Connected) -> int:
    """Take what lies in the source's inbox. A file another worker has in hand is left to it."""
    seen = 0
    for delivered in reached.transport.collect():
        seen += 1
        request = _request_of(delivered, reached.source)
        if request is None:
            set_aside(delivered, reached.source, None, "请求编号不是本系统向这个来源发出的")
            reached.transport.settle(delivered, is_taken=False)
            continue
        taken = take(delivered, request.pk, reached.source)
        if taken == Exchange.Fate.QUARANTINED:
            circuits.failed(reached.source.code, "收到的文件不能识别，已隔离")
        if taken is not None:
            reached.transport.settle(delivered, is_taken=taken != Exchange.Fate.QUARANTINED)
    return seen


def _request_of(delivered: Delivered, source: Source) -> Request | None:
    """The request to this source it says it answers; a repeated question's `r1` is the same request."""
    reference = delivered.reference.rpartition("r")[0] if "r" in delivered.reference else delivered.reference
    return Request.objects.filter(reference=reference, source=source.code).first()


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
    _store(request, delivered, stored, source, _veiled(source, reading.read(source, delivered)))
    return Exchange.Fate.TAKEN


def _veiled(source: Source, rows: Iterable[Said]) -> list[Said]:
    """ID numbers of others, a spouse's or a child's, become their keyed index before anything keeps them."""
    found = {
        item.kind: {one.name for one in kinds()[item.kind].fields if one.type == "id_number"} for item in source.items
    }
    numbers = {kind: names for kind, names in found.items() if names}
    if not numbers:
        return list(rows)
    return [_without_numbers(row, numbers) if row.values else row for row in rows]


def _without_numbers(row: Said, numbers: Mapping[str, set[str]]) -> Said:
    values = dict(row.values)
    for kind, names in numbers.items():
        if isinstance(entries := values.get(kind), list):
            values[kind] = [
                {name: _keyed(one) if name in names else one for name, one in entry.items()} for entry in entries
            ]
    return row._replace(values=values)


def _keyed(number: Value) -> str:
    return keys.index(str(number), "id_number").hex()


def _locked(pk: UUID) -> Request | None:
    rows = Request.objects.select_for_update(skip_locked=True, of=("self",)).select_related("run")
    return rows.filter(pk=pk).first()


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
    request: Request, delivered: Delivered, stored: StoredDocument, source: Source, said: Sequence[Said]
) -> None:
    people = _enquired(request)
    sorted_rows = _sort(_only_what_was_asked(said, source, people), people)
    if source.absent_means == "not_found" and delivered.rows is not None:
        for one in people.values():
            if one.known is None and one.enquiry_id not in sorted_rows.unsure:
                sorted_rows.told.setdefault(one.enquiry_id, Answering(0, one.enquiry_id, one.person_id, NOTHING))
    answers = sorted(sorted_rows.told.values(), key=itemgetter(0, 1))
    digest, rows = _rows(request, answers)
    exchange = _exchange(
        request.run.region_id,
        delivered,
        stored,
        source=source.code,
        request=request,
        fate=Exchange.Fate.TAKEN,
        rows=sorted_rows.rows,
        answers=len(answers),
        strays=len(sorted_rows.strays),
        digest=digest,
        is_late=request.state == Request.State.UNANSWERED,
    )
    with audit.sealing(
        exchange, None, f"exchange.{exchange.fate}", on=clock.today(), region_code=request.run.region_id
    ):
        _copy(exchange, rows)
        _keep_strays(exchange, sorted_rows)
        _count(request, len(answers))
        _weigh(request, people, answers)


def _weigh(request: Request, people: Mapping[bytes, Enquired], answers: Sequence[Answering]) -> None:
    """Everything the source has said of the request so far, held against what was declared: findings."""
    told = {one.enquiry_id: one.known for one in people.values() if one.known}
    told |= {one.enquiry_id: one.told for one in answers}
    found = {enquiry: values for enquiry, (outcome, values) in told.items() if outcome == FOUND}
    findings.weigh(request, found, told.keys())


def _enquired(request: Request) -> dict[bytes, Enquired]:
    """By the keyed index of the number: who is asked about, and what was answered before, as canonical text."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.id_index, e.id, e.person_id::text, p.name, p.name_key,
                   a.outcome, a."values"::text
            FROM verification_enquiry e JOIN households_person p ON p.id = e.person_id
              LEFT JOIN verification_answer a ON a.enquiry_id = e.id AND a."on" = e."on" AND %s
            WHERE e.request_id = %s AND e."on" = %s AND p.id_index IS NOT NULL AND NOT e.id = ANY(%s)
            """,
            [request.answered > 0, request.pk, request.run.on, request.spared],
        )
        return {
            bytes(index): Enquired(enquiry, person, name, key, (outcome, json.loads(values)) if outcome else None)
            for index, enquiry, person, name, key, outcome, values in cursor.fetchall()
        }


def _sort(said: Iterable[Said], people: Mapping[bytes, Enquired]) -> Sorted:
    out = Sorted()
    index = keys.indexer("id_number")
    for row in said:
        out.rows += 1
        one = people.get(index(row.id_number)) if row.id_number else None
        if one is None:
            out.strays.append((row, StrayRow.Why.BAD_VALUE if row.fault else StrayRow.Why.NOT_ASKED, row.fault))
            continue
        enquiry, told = one.enquiry_id, (FOUND, row.values) if row.is_found else NOTHING
        before = one.known or (out.told[enquiry].told if enquiry in out.told else None)
        why = _why_not(row, one, told, before)
        if why:
            out.strays.append((row, why, row.fault))
            out.unsure.add(enquiry)
        elif row.is_found is None:
            out.unsure.add(enquiry)
        elif before is None:
            out.told[enquiry] = Answering(row.line, enquiry, one.person_id, told)
    return out


def _only_what_was_asked(said: Sequence[Said], source: Source, people: Mapping[bytes, Enquired]) -> Iterable[Said]:
    """The rows without what may be asked only about others: it is not kept, but for the file as it came."""
    limited = claimed.limited(source)
    if not limited:
        return said
    allowed = claimed.kinds_of(source, [UUID(one.person_id) for one in people.values()])
    none: frozenset[str] = frozenset()
    by_index = {index: allowed.get(UUID(one.person_id), none) for index, one in people.items()}
    index = keys.indexer("id_number")
    return [
        _narrowed(row, limited - by_index.get(index(row.id_number), none)) if limited & row.values.keys() else row
        for row in said
    ]


def _narrowed(row: Said, without: frozenset[str]) -> Said:
    kept = {kind: value for kind, value in row.values.items() if kind not in without}
    return row._replace(values=kept, is_found=bool(kept) and row.is_found)


def _why_not(row: Said, one: Enquired, told: Told, before: Told | None) -> str:
    """Why a row about somebody asked about is no answer; "" where it is one, or says again what was said."""
    if row.name and row.name != one.name and match_key(row.name)[:100] != one.name_key:
        return StrayRow.Why.OTHER_NAME
    if row.fault:
        return StrayRow.Why.BAD_VALUE
    if before is not None and row.is_found is not None and before != told:
        return StrayRow.Why.SECOND_ANSWER
    return ""


def _rows(request: Request, answers: Sequence[Answering]) -> tuple[str, list[str]]:
    """The digest of the answers, and each as COPY takes it but for its exchange."""
    kept, rows = [], []
    of = f"\t{request.run.on}\t{request.pk}\t"
    for line, enquiry, person, (outcome, values) in answers:
        text = written(values)
        kept.append((enquiry, outcome, text))
        escaped = text.replace("\\", "\\\\")
        rows.append(f"{enquiry}{of}{person}\t{request.source}\t{outcome}\t{escaped}\t{line}\t")
    return digest_of_written(kept), rows


def _copy(exchange: Exchange, rows: Sequence[str]) -> None:
    last = f"{exchange.pk}\t{exchange.at.isoformat()}\n"
    text = StringIO("".join(row + last for row in rows))
    with connection.cursor() as cursor:
        cursor.copy_expert(
            'COPY verification_answer (enquiry_id, "on", request_id, person_id, source, outcome, "values", line,'
            " exchange_id, received_at) FROM STDIN",
            text,
        )


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


def _keep_strays(exchange: Exchange, sorted_rows: Sorted) -> None:
    StrayRow.objects.bulk_create(
        StrayRow(exchange=exchange, line=said.line, why=why, said=words[:200], text=said.text)
        for said, why, words in sorted_rows.strays
    )


def _count(request: Request, fresh: int) -> None:
    """How far the request came."""
    request.answered += fresh
    whole = request.answered + request.left_out == request.people
    request.state = Request.State.ANSWERED if whole else Request.State.PART
    request.answered_at, request.error = clock.now(), "" if whole else "有人未答复"
    request.save(update_fields=["answered", "state", "answered_at", "error"])


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
