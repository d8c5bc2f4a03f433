"""What the money promises: locked lists as they were locked, slots as their lines say, ledgers whole, files right."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Min, Sum

from accounts import documents
from accounts.errors import NotHere
from accounts.integrity import CHUNK, UNREADABLE, Check, Fault, Verdicts
from accounts.models import AuditEntry
from payments.models import Award, ExportFile, LedgerEntry, PaymentLine, PaymentList, PaymentSlot
from payments.models.awards import SLOTS
from payments.monthly import hashing
from payments.monthly.hashing import Hashed

LIST, LINE, SLOT, LEDGER, FILE = (
    model._meta.db_table for model in (PaymentList, PaymentLine, PaymentSlot, LedgerEntry, ExportFile)
)
State = PaymentList.State
HANDS = (("lock", "checked_by_id"), ("approve", "approved_by_id"), ("release", "released_by_id"))


def checks() -> tuple[Check, ...]:
    return (
        Check("ledger", "发放台账", ledger),
        Check("locked_lists", "冻结名单", locked_lists),
        Check("slots", "发放占位", slots),
        Check("exports", "导出文件", exports),
    )


def ledger() -> Verdicts:
    """Every award's entries are numbered from 1 without a gap and begin with its start."""
    for award in Award.objects.filter(ledger=None).order_by("pk")[:1]:
        yield Fault(LEDGER, f"{award.case_number} 第 1 笔", "缺少起发的一笔，已被删去")
    rows = LedgerEntry.objects.order_by("award_id", "seq").values_list("award_id", "award__case_number", "seq", "kind")
    for (_, number), entries in groupby(rows.iterator(CHUNK), key=lambda row: row[:2]):
        for expected, (_, _, seq, kind) in enumerate(entries, start=1):
            yield _numbered(number, expected, seq, kind)


def _numbered(number: str, expected: int, seq: int, kind: str) -> Fault | None:
    if seq != expected:
        return Fault(LEDGER, f"{number} 第 {expected} 笔", "缺少这一笔，已被删去")
    if (seq == 1) != (kind == LedgerEntry.Kind.START):
        return Fault(LEDGER, f"{number} 第 {seq} 笔", "台账不从起发开始，已被改动")
    return None


def locked_lists() -> Verdicts:
    """The hash worked out again from the lines is the one on the list, in its audit entry, and under its totals."""
    for made in PaymentList.objects.filter(locked_at__isnull=False).order_by("county_code", "month", "number"):
        fault = _as_signed(made) or _as_locked(made) or _adds_up(made)
        if fault:
            yield fault
        for _ in range(made.lines_count):
            yield None


def _as_signed(made: PaymentList) -> Fault | None:
    """The audit says with which hash it was locked, and who took each step of it."""
    rows = AuditEntry.objects.filter(target_type=PaymentList._meta.label_lower, target_id=str(made.pk))
    entries = {action.removeprefix("list."): (actor, after) for action, actor, after in _columns(rows)}
    for action, column in HANDS:
        hand = getattr(made, column)
        if action == "lock" or hand is not None:
            if action not in entries or entries[action][0] != hand:
                return Fault(LIST, str(made.pk), f"{made} 的经手人与审计不符，已被改动")
            if entries[action][1] != made.hash:
                return Fault(LIST, str(made.pk), f"{made} 的哈希与审计不符，已被改动")
    return None


def _columns(rows: Any) -> Any:
    return rows.order_by("seq").values_list("action", "actor_id", "after_hash")


def _as_locked(made: PaymentList) -> Fault | None:
    try:
        found = hashing.hash_of(made)
    except UNREADABLE:
        return Fault(LINE, _unreadable(made), "加密的内容解不开，已被改动")
    if found.hash == made.hash:
        return None
    kept = Hashed(made.hash, _manifest(made))
    for position in range(len(kept.manifest) // 32):
        if kept.digest(position) != found.digest(position):
            return Fault(LINE, f"{made} 第 {position + 1} 行", _how(made, position + 1))
    if len(found.manifest) > len(kept.manifest):
        return Fault(LINE, f"{made} 第 {len(kept.manifest) // 32 + 1} 行", "冻结以后多出的一行")
    return Fault(LIST, str(made.pk), f"{made} 的表头与冻结时不符，已被改动")


def _manifest(made: PaymentList) -> bytes:
    """The digests of the lines as they were locked; none where the document is gone."""
    try:
        return documents.read(made.manifest_id) if made.manifest_id else b""
    except (NotHere, *UNREADABLE):
        return b""


def _how(made: PaymentList, seq: int) -> str:
    exists = PaymentLine.objects.filter(list=made, seq=seq).exists()
    return "内容与冻结时不符，已被改动" if exists else "缺少这一行，已被删去"


def _unreadable(made: PaymentList) -> str:
    """The first line whose number or account can't be opened."""
    rows = PaymentLine.objects.filter(list=made).order_by("seq")
    for seq in rows.values_list("seq", flat=True).iterator(CHUNK):
        try:
            rows.get(seq=seq)
        except UNREADABLE:
            return f"{made} 第 {seq} 行"
    return str(made)


def _adds_up(made: PaymentList) -> Fault | None:
    sums = made.lines.aggregate(lines=Count("pk"), people=Sum("people"), total=Sum("net_fen"))
    counted = (sums["lines"], sums["people"] or 0, sums["total"] or 0, made.exceptions.count())
    if counted != (made.lines_count, made.people_count, made.total_fen, made.exceptions_count):
        return Fault(LIST, str(made.pk), f"{made} 的合计与各行不符，已被改动")
    return None


# A slot belongs to its line, a back-pay's to its entry too, which no other line pays; a line that stands holds one slot
# for every person, kind of slot and month it pays.
_STRAY = """
SELECT s.id FROM payments_paymentslot s LEFT JOIN payments_paymentline l ON l.id = s.line_id
LEFT JOIN payments_ledgerentry e ON e.id = s.entry_id
WHERE l.id IS NULL OR l.list_id <> s.list_id OR l.award_id <> s.award_id OR l.county_code <> s.county_code
  OR (s.kind = 'back_pay' AND (e.kind, e.award_id, e.from_month) IS DISTINCT FROM ('back_pay', s.award_id, s.period))
  OR (s.kind = 'back_pay' AND EXISTS (
    SELECT 1 FROM payments_paymentslot o WHERE o.entry_id = s.entry_id AND o.line_id <> s.line_id))
ORDER BY s.id LIMIT 1
"""

# What a line pays beside its month is its back-pay entries, and more only where it catches up earlier months.
_ANOTHER_BACK_PAY = """
SELECT p.county_code, p.month, p.number, l.seq FROM payments_paymentline l
JOIN payments_paymentlist p ON p.id = l.list_id AND p.state NOT IN ('building', 'cancelled')
CROSS JOIN LATERAL (
  SELECT coalesce(sum(e.amount_fen), 0) AS raised FROM payments_ledgerentry e
  WHERE e.id IN (SELECT s.entry_id FROM payments_paymentslot s WHERE s.line_id = l.id)) AS b
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE s.period < p.month) AS earlier FROM payments_paymentslot s
  WHERE s.line_id = l.id AND s.kind = 'regular') AS c
WHERE (l.back_pay_fen > 0 OR b.raised > 0)
  AND NOT CASE WHEN c.earlier = 0 THEN l.back_pay_fen = b.raised ELSE l.back_pay_fen > b.raised END
ORDER BY 1, 2, 3, 4 LIMIT 1
"""


def slots() -> Verdicts:
    """Whom a line pays for which months is held by slots, and by nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(_STRAY)
        for (pk,) in cursor.fetchall():
            yield Fault(SLOT, str(pk), "占位与它的名单行不符，已被改动")
        cursor.execute(_ANOTHER_BACK_PAY)
        for county, month, number, seq in cursor.fetchall():
            yield Fault(LINE, f"{county} {month:%Y-%m} #{number} 第 {seq} 行", "补发与台账的补发不符，已被改动")
    standing = PaymentLine.objects.exclude(list__state__in=[State.BUILDING, State.CANCELLED]).select_related("list")
    counted = standing.order_by("list_id", "seq").annotate(
        held=Count("slots"),
        persons=Count("slots__person", distinct=True),
        kinds=Count("slots__slot", distinct=True),
        kind=Min("slots__kind"),
        first=Min("slots__period"),
        last=Max("slots__period"),
    )
    for line in counted.defer("id_number", "account").iterator(CHUNK):
        yield None if _holds(line) else Fault(LINE, f"{line.list} 第 {line.seq} 行", "占位缺少或多出，已被改动")


def _holds(line: Any) -> bool:
    if line.kind == PaymentSlot.Kind.ONCE:
        return bool(line.held == 1)
    whole = (line.persons, line.kinds, line.first, line.last)
    wanted = (line.people, len(SLOTS.get(line.programme, ())), line.month_from, line.month_to)
    return whole == wanted and line.held % line.kinds == 0


def exports() -> Verdicts:
    """A written file says how many lines and how much, as its list does; its bytes are checked with the documents."""
    for file in ExportFile.objects.filter(written_at__isnull=False).select_related("list").order_by("requested_at"):
        agrees = (file.lines_count, file.total_fen) == (file.list.lines_count, file.list.total_fen)
        yield (
            None
            if agrees and file.document_id
            else Fault(FILE, str(file.pk), f"{file.list} 的文件与名单不符，已被改动")
        )
