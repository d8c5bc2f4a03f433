"""What adjustments promise: a prepared batch is what was prepared, and what is done stands in the ledger."""

from __future__ import annotations

from accounts.integrity import CHUNK, Check, Fault, Verdicts
from accounts.models import AuditEntry
from applications.adjustments.preparing import hash_of
from applications.models import AdjustmentBatch, AdjustmentRow, AdjustmentStep

BATCH, ROW, STEP = (model._meta.db_table for model in (AdjustmentBatch, AdjustmentRow, AdjustmentStep))


def checks() -> tuple[Check, ...]:
    return (Check("adjustments", "标准调整批次", batches),)


def batches() -> Verdicts:
    """Rows and steps hash to what was put on record when prepared; every row done was done by all its entries."""
    for batch in AdjustmentBatch.objects.exclude(hash="").order_by("pk").iterator(CHUNK):
        yield _as_prepared(batch) or _as_carried_out(batch)


def _as_prepared(batch: AdjustmentBatch) -> Fault | None:
    recorded = AuditEntry.objects.filter(
        target_type=batch._meta.label_lower, target_id=str(batch.pk), action="adjustment.prepared"
    )
    if hash_of(batch) != batch.hash:
        return Fault(BATCH, str(batch.pk), "批次的行与准备时不同，已被改动")
    if list(recorded.values_list("after_hash", flat=True)) != [batch.hash]:
        return Fault(BATCH, str(batch.pk), "与准备时记下的哈希不同，已被改动")
    return None


def _as_carried_out(batch: AdjustmentBatch) -> Fault | None:
    done = AdjustmentRow.State.DONE
    unpaid = AdjustmentStep.objects.filter(row__batch=batch, row__state=done, entry=None).order_by("pk").first()
    if unpaid is not None:
        return Fault(STEP, str(unpaid.pk), "已调整的行没有记账，已被改动")
    early = AdjustmentStep.objects.filter(row__batch=batch).exclude(row__state=done).exclude(entry=None)
    paid = early.order_by("pk").first()
    if paid is not None:
        return Fault(ROW, str(paid.row_id), "已记账的行不是已调整，已被改动")
    return None
