"""What nobody should have changed, read again from the ground up: audit chains, their anchors, sealed rows, files.

A check yields None for each row that is as it was left, a Fault for one that is not; reading stops at the first.
The hash of an entry is worked out here once more, in Python, from the text of its columns: the database's own function
(`aid_audit_hash`) may have been replaced by whoever changed the rows. Upper floors add their checks beside these.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef

from accounts import documents
from accounts.canonical import NotCanonical
from accounts.crypto.suites import Unreadable
from accounts.models import AuditChain, AuditEntry, Sealed, StoredDocument

CHUNK = 2000
# What reading an encrypted column raises where somebody changed its bytes: the text, or the number of its key.
UNREADABLE = (Unreadable, ObjectDoesNotExist, UnicodeDecodeError)
T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    """A row that is not what it was: its table, its key, and what is wrong, in Chinese."""

    table: str
    key: str
    said: str


Verdicts = Iterator[Fault | None]


@dataclass(frozen=True)
class Check:
    """One promise: a code, its name in Chinese, and the reading that proves it row by row."""

    code: str
    label: str
    read: Callable[[], Verdicts]


@dataclass(frozen=True)
class Outcome:
    """How many rows were as they should be, and the first that was not."""

    check: Check
    checked: int
    fault: Fault | None


def examine(check: Check) -> Outcome:
    """Read up to the first fault."""
    checked = 0
    for fault in check.read():
        if fault is not None:
            return Outcome(check, checked, fault)
        checked += 1
    return Outcome(check, checked, None)


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything is read as of one moment, however long it takes: whoever works meanwhile is no fault."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def checks() -> tuple[Check, ...]:
    """The ground floor's. Made before the snapshot, so that no anchor read is younger than the rows it holds for."""
    anchored = _anchors()
    return (
        Check("audit_chain", "审计链", chain),
        Check("audit_anchors", "审计锚点", lambda: anchors(anchored)),
        Check("sealed_rows", "封存记录", seals),
        Check("documents", "存档文件", stored),
    )


def in_chunks(rows: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The rows as lists of at most `size`."""
    left = iter(rows)
    while chunk := list(islice(left, size)):
        yield chunk


ENTRY = AuditEntry._meta.db_table
# Everything as text and in the order of the hash; the county and number first, then what the entry claims of itself.
_ENTRIES = """
SELECT county_code, seq, prev_hash, hash, id::text, at AT TIME ZONE 'UTC', actor_id, actor_name, post, action,
       target_type, target_id, region_code, "on", purpose, address, before_hash, after_hash, success, is_seal, detail
FROM accounts_auditentry ORDER BY county_code, seq
"""


def net(field: str | None) -> bytes:
    """A netstring: the length in bytes and the text, so that no two rows can be read as one another."""
    if field is None:
        return b"-,"
    text = field.encode()
    return b"%d:%b," % (len(text), text)


def entry_hash(row: tuple[Any, ...]) -> str:
    """The hash an entry of these columns must carry; the same netstrings as `aid_audit_hash`."""
    county, seq, prev_hash, _, pk, at, actor, *texts, success, is_seal, detail = row
    name, post, action, kind, target, region, on, purpose, address, before, after = texts
    fields = (
        *(prev_hash, county, str(seq), pk, at.isoformat(timespec="microseconds") if at else None),
        *(None if actor is None else str(actor), name, post, action, kind, target, region),
        *(on.isoformat() if on else None, purpose, address, before, after),
        *("1" if success else "0", "1" if is_seal else "0", detail),
    )
    return sha256(b"".join(map(net, fields))).hexdigest()


def chain() -> Verdicts:
    """Each county's numbers without a gap, each entry hashed and linked as when it was written, the head at the end."""
    heads = {head.county_code: (head.seq, head.hash) for head in AuditChain.objects.all()}
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES)
        for county, rows in groupby(_streamed(cursor), key=itemgetter(0)):
            yield from _one_chain(county, rows, heads.pop(county, (0, "")))
    for county, (seq, _) in sorted(heads.items()):
        if seq:
            yield _gap(county, 1)


def _streamed(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(CHUNK):
        yield from rows


def _one_chain(county: str, rows: Iterable[tuple[Any, ...]], head: tuple[int, str]) -> Verdicts:
    last_seq, last_hash = 0, ""
    for row in rows:
        seq, prev_hash, written = row[1:4]
        if seq != last_seq + 1:
            yield _gap(county, last_seq + 1)
        is_whole = entry_hash(row) == written
        if prev_hash != last_hash:
            # An entry that is whole vouches for the hash before it: then it is the one before that was rewritten.
            yield Fault(
                ENTRY, f"{county}#{seq - 1 if is_whole and last_seq else seq}", "与相邻的审计记录接不上，已被改写"
            )
        if not is_whole:
            yield Fault(ENTRY, f"{county}#{seq}", "审计内容与它的哈希不符，已被改动")
        last_seq, last_hash = seq, written
        yield None
    if last_seq < head[0]:
        yield _gap(county, last_seq + 1)
    elif last_seq > head[0]:
        yield Fault(ENTRY, f"{county}#{head[0] + 1}", "链头之后多出的审计记录")
    elif last_hash != head[1]:
        yield Fault(ENTRY, f"{county}#{last_seq}", "最后一条审计与链头不符，已被改写")


def _gap(county: str, seq: int) -> Fault:
    return Fault(ENTRY, f"{county}#{seq}", "缺少这一号审计记录，已被删去")


@dataclass(frozen=True)
class Anchor:
    """A chain's head as it was put outside the database; `hash` "" where the line can't be read."""

    seq: int
    hash: str
    line: int


def _anchors() -> dict[str, list[Anchor]]:
    """Every line of every anchor file, by county."""
    files = sorted(Path(settings.ANCHORS_DIR).glob("*.jsonl"))
    return {file.stem: [_anchor(line, number) for number, line in _lines(file)] for file in files}


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    return enumerate(file.read_bytes().splitlines(), start=1)


def _anchor(line: bytes, number: int) -> Anchor:
    try:
        read = json.loads(line)
        return Anchor(int(read["seq"]), str(read["hash"]), number)
    except (ValueError, TypeError, KeyError):
        return Anchor(0, "", number)


def anchors(known: dict[str, list[Anchor]]) -> Verdicts:
    """What stood at the head of a chain then stands in it now: a cut tail or a rewritten chain does not."""
    for county, lines in known.items():
        last = AuditEntry.objects.filter(county_code=county).aggregate(last=Max("seq"))["last"] or 0
        held = 0
        for chunk in in_chunks(sorted(lines, key=lambda one: one.seq)):
            rows = AuditEntry.objects.filter(county_code=county, seq__in=[one.seq for one in chunk])
            hashes = dict(rows.values_list("seq", "hash"))
            for one in chunk:
                yield _anchored(county, one, hashes.get(one.seq), held, last)
                held = one.seq


def _anchored(county: str, one: Anchor, found: str | None, held: int, last: int) -> Fault | None:
    """`held` is the last number an anchor vouched for: what was rewritten lies after it."""
    if not one.hash:
        return Fault(f"anchors/{county}.jsonl", f"第 {one.line} 行", "这一行锚点读不出，已被改动")
    if found is None:
        return Fault(ENTRY, f"{county}#{last + 1}", f"锚点记到第 {one.seq} 号，库中没有：审计尾部被截去")
    if found != one.hash:
        return Fault(ENTRY, f"{county}#{held + 1}–{one.seq}", f"与锚点第 {one.line} 行不符：这一段审计被改写")
    return None


def sealed_models() -> list[type[Sealed]]:
    """Every table whose rows are sealed, in the order of their names."""
    found = [model for model in apps.get_models() if issubclass(model, Sealed)]
    return sorted(found, key=lambda model: model._meta.label_lower)


def seals() -> Verdicts:
    """Every sealed row says what its audit entry hashed, and every seal still has its row."""
    models = sealed_models()
    for model in models:
        for chunk in in_chunks(model._base_manager.order_by("pk").values_list("pk", flat=True).iterator(CHUNK)):
            yield from _sealed(model, chunk)
    for model in models:
        yield from _unkept(model)
    known = [model._meta.label_lower for model in models]
    for entry in (
        AuditEntry.objects.filter(is_seal=True).exclude(target_type__in=known).order_by("county_code", "seq")[:1]
    ):
        yield Fault(ENTRY, f"{entry.county_code}#{entry.seq}", f"封存的 {entry.target_type} 不是系统里的表")


def _sealed(model: type[Sealed], pks: list[Any]) -> Verdicts:
    """A chunk at once; row by row only where one of them can't be read any more."""
    try:
        rows = list(model._base_manager.filter(pk__in=pks).order_by("pk"))
    except UNREADABLE:
        if len(pks) == 1:
            yield Fault(model._meta.db_table, str(pks[0]), "加密的内容解不开，已被改动")
            return
        for pk in pks:
            yield from _sealed(model, [pk])
        return
    wanted = AuditEntry.objects.filter(pk__in=[row.audit_entry_id for row in rows])
    columns = ("pk", "target_type", "target_id", "after_hash", "is_seal", "county_code", "seq")
    entries = {entry[0]: entry[1:] for entry in wanted.values_list(*columns)}
    for row in rows:
        yield _is_kept(row, entries.get(row.audit_entry_id))


def _is_kept(row: Sealed, entry: tuple[str, str, str, bool, str, int] | None) -> Fault | None:
    table, key = row._meta.db_table, str(row.pk)
    if entry is None:
        return Fault(table, key, "这一行的审计记录不在，已被删去")
    kind, target, after, is_seal, county, seq = entry
    if (kind, target, is_seal) != (row._meta.label_lower, key, True):
        return Fault(table, key, f"审计 {county}#{seq} 记的不是这一行，已被调换")
    try:
        is_same = row.content_hash() == after
    except NotCanonical:
        is_same = False
    return None if is_same else Fault(table, key, f"内容与审计 {county}#{seq} 的哈希不符，已被改动")


def _unkept(model: type[Sealed]) -> Verdicts:
    own = model._base_manager.filter(audit_entry=OuterRef("pk"))
    lost = AuditEntry.objects.filter(~Exists(own), is_seal=True, target_type=model._meta.label_lower)
    for entry in lost.order_by("county_code", "seq")[:1]:
        said = f"审计 {entry.county_code}#{entry.seq} 封存的这一行不在，已被删去"
        yield Fault(model._meta.db_table, entry.target_id, said)


def stored() -> Verdicts:
    """Every stored file is there and is what its name says."""
    for row in StoredDocument.objects.order_by("pk").iterator(CHUNK):
        is_whole = documents.is_intact(row)
        yield None if is_whole else Fault(row._meta.db_table, row.sha256, "存档文件不在或已被改动")
