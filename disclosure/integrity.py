"""What notices promise: a list is whole and was posted once; an objection says what was received and answered."""

from __future__ import annotations

from itertools import groupby

from accounts.canonical import digest
from accounts.integrity import CHUNK, UNREADABLE, Check, Fault, Verdicts, in_chunks
from accounts.models import AuditEntry
from disclosure.models import NoticeEntry, NoticeList, Objection, Posting

LIST, ENTRY, PROOF, OBJECTION = (model._meta.db_table for model in (NoticeList, NoticeEntry, Posting, Objection))


def checks() -> tuple[Check, ...]:
    return (
        Check("notices", "公示名单", notices),
        Check("objections", "公示异议", objections),
    )


def notices() -> Verdicts:
    """Every list has its entries from 1 without a gap, and the proof that it went up."""
    for made in NoticeList.objects.filter(entries=None).order_by("number")[:1]:
        yield Fault(ENTRY, f"{made.number} 第 1 号", "缺少这一号，已被删去")
    for made in NoticeList.objects.exclude(postings__kind=Posting.Kind.UP).order_by("number")[:1]:
        yield Fault(PROOF, made.number, "缺少张贴凭证，已被删去")
    rows = NoticeEntry.objects.order_by("list__number", "seq").values_list("list__number", "seq")
    for number, entries in groupby(rows.iterator(CHUNK), key=lambda row: row[0]):
        for expected, (_, seq) in enumerate(entries, start=1):
            yield None if seq == expected else Fault(ENTRY, f"{number} 第 {expected} 号", "缺少这一号，已被删去")


def objections() -> Verdicts:
    """What was received and what was answered are what the audit hashed then."""
    for chunk in in_chunks(Objection.objects.order_by("pk").values_list("pk", flat=True).iterator(CHUNK)):
        rows = AuditEntry.objects.filter(target_type=Objection._meta.label_lower, target_id__in=map(str, chunk))
        hashes = {
            (target, action): after for target, action, after in rows.values_list("target_id", "action", "after_hash")
        }
        for pk in chunk:
            yield _as_said(str(pk), hashes)


def _as_said(pk: str, hashes: dict[tuple[str, str], str]) -> Fault | None:
    try:
        row = Objection.objects.get(pk=pk)
    except UNREADABLE:
        return Fault(OBJECTION, pk, "加密的内容解不开，已被改动")
    if hashes.get((pk, "objection.receive")) != digest(row.received()):
        return Fault(OBJECTION, pk, "收到的内容与审计不符，已被改动")
    answered = digest(row.answered()) if row.answered_at else None
    if hashes.get((pk, "objection.answer")) != answered:
        return Fault(OBJECTION, pk, "答复与审计不符，已被改动")
    return None
