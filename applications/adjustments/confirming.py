"""Confirm a batch: its rows enter the ledger one award at a time, each worked out again first, each once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from accounts import access, audit, clock, jobs
from accounts.errors import AidError, Conflict, Forbidden, WrongState
from accounts.models import User
from applications import verdicts
from applications.adjustments.preparing import CONFIRMS, State, hash_of
from applications.adjustments.proposing import Outcome, Step, day_of, propose
from applications.adjustments.reading import Known, read
from applications.models import AdjustmentBatch, AdjustmentRow, AdjustmentStep, RelativeRegister
from eligibility import assess
from payments import ledger
from payments.ledger import Ground
from payments.models import LedgerEntry, PaymentList
from payments.moments import moment

JOB = "adjustments.apply"
Kind = LedgerEntry.Kind
RowState = AdjustmentRow.State


class AlreadyConfirmed(WrongState):
    """The same person confirmed it before (a double click): nothing happens, and it is said."""


@transaction.atomic
def confirm(batch_pk: UUID, *, seen_hash: str, actor: User, on: date) -> AdjustmentBatch:
    """Confirm the batch that was seen; a job carries it out. Never whoever prepared it.

    Raises NotHere, Forbidden, WrongState (confirmed, replaced, or a list was built since), Conflict where the rows
    are not those on the page.
    """
    access.find(AdjustmentBatch.objects.visible_to(actor), pk=batch_pk)
    AdjustmentBatch.objects.select_for_update(of=("self",)).get(pk=batch_pk)
    batch = AdjustmentBatch.objects.select_related("region", "confirmed_by").get(pk=batch_pk)
    access.require(actor, CONFIRMS, batch.region_id)
    if batch.confirmed_by is not None and batch.confirmed_at is not None:
        when = moment(batch.confirmed_at)
        if batch.confirmed_by_id == actor.pk:
            raise AlreadyConfirmed(f"已由本人于 {when} 确认")
        raise WrongState(f"已由{batch.confirmed_by.full_name}于 {when} 确认")
    if batch.state != State.PREPARED:
        raise WrongState(f"这一批{batch.get_state_display()}，不能确认")
    if batch.prepared_by_id == actor.pk:
        raise Forbidden("这一批由本人准备，由别人确认")
    if seen_hash != batch.hash or hash_of(batch) != batch.hash:
        raise Conflict("这一批与看到的不是同一份，刷新后重新核对")
    if listed_since(batch):
        raise WrongState("准备以后又生成过名单，重新准备后再确认")
    batch.state, batch.confirmed_by, batch.confirmed_at = State.CONFIRMED, actor, clock.now()
    batch.job = jobs.plan(JOB, {"batch": str(batch.pk), "on": on.isoformat()}, region=batch.region, by=actor)
    batch.audit_entry = audit.record(
        actor,
        "adjustment.confirm",
        batch,
        on=on,
        region_code=batch.region_id,
        after=batch.hash,
        detail={"rows": batch.increases_count, "monthly_fen": batch.monthly_fen, "back_pay_fen": batch.back_pay_fen},
    )
    batch.save(update_fields=["state", "confirmed_by", "confirmed_at", "job", "audit_entry"])
    audit.anchor_on_commit(batch.county_code)
    return batch


def listed_since(batch: AdjustmentBatch) -> bool:
    """Whether a list of the county took months since: what the batch changes would have to be back-pay now."""
    lists = PaymentList.objects.filter(county_code=batch.county_code, built_at__gte=batch.started_at)
    return lists.exclude(state=PaymentList.State.CANCELLED).exists()


@jobs.runner(JOB)
def carry_out(held: jobs.Claim) -> None:
    """Every waiting row, each in a transaction of its own; killed, it goes on with those that still wait."""
    batch = AdjustmentBatch.objects.select_related("confirmed_by").get(pk=held.job.params["batch"])
    actor, on = batch.confirmed_by, date.fromisoformat(held.job.params["on"])
    assert actor is not None, "a batch is carried out for whoever confirmed it"
    access.require(actor, CONFIRMS, batch.region_id)
    pks = list(batch.rows.filter(state=RowState.WAITING).order_by("award_id").values_list("pk", flat=True))
    before = batch.increases_count - len(pks)
    for number, pk in enumerate(pks, start=before + 1):
        with held.step(done=number) as job:
            job.total = batch.increases_count
            _settle(pk, actor, on)
    with held.step():
        close(batch, actor, on)
    held.finish()


@transaction.atomic
def _settle(pk: UUID, actor: User, on: date) -> None:
    """One row: applied whole, or taken out with the reason and nothing of it applied."""
    row = AdjustmentRow.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.state != RowState.WAITING:
        return
    try:
        with transaction.atomic():
            _apply(row, actor, on)
    except AidError as refused:
        row.state, row.note = RowState.TAKEN_OUT, refused.message[:300]
        row.save(update_fields=["state", "note"])


def _apply(row: AdjustmentRow, actor: User, on: date) -> None:
    """Raises WrongState where the award is not worth what was prepared any more."""
    ledger.wait_turn(row.award_id)
    ((known, _),) = read([(row.award_id, row.since)], on)
    _refuse_relative(known, actor)
    steps = list(row.steps.order_by("month"))
    fresh = propose(known, on)
    if fresh is None or fresh.outcome != Outcome.INCREASE:
        raise WrongState(fresh.detail if fresh and fresh.detail else "准备以后情况有变，重新准备")
    if fresh.steps != tuple(Step(s.kind, s.month, s.before_fen, s.after_fen) for s in steps):
        raise WrongState("准备以后标准、家庭情况或名单有变，金额不同，重新准备")
    for step in steps:
        ground = _ground(known, step, actor, on)
        given = {"actor": actor, "on": on, "ground": ground}
        if step.kind == Kind.CHANGE:
            entry = ledger.change(known.award, step.after_fen, step.month, reason(row), **given)  # type: ignore[arg-type]
        else:
            entry = ledger.back_pay(known.award, step.month, step.raise_fen, reason(row), **given)  # type: ignore[arg-type]
        step.entry = entry
        step.save(update_fields=["entry"])
        row.assessment = ground.assessment
    row.state, row.applied_at = RowState.DONE, clock.now()
    row.save(update_fields=["state", "applied_at", "assessment"])


def _refuse_relative(known: Known, actor: User) -> None:
    matter = known.matter
    if matter is not None and RelativeRegister.objects.filter(matter=matter, user=actor).exists():
        raise Forbidden("确认人已登记为近亲属，由别人办理")


def reason(row: AdjustmentRow) -> str:
    """What the ledger says the entry is for."""
    return f"{row.since:%Y-%m-%d} 起执行新标准，批量调整"


def _ground(known: Known, step: AdjustmentStep, actor: User, on: date) -> Ground:
    """The assessment of that month, stored and sealed; it must say what the step pays."""
    matter = known.matter
    assert matter is not None
    day = day_of(step.month, on)
    stored = assess.assess(
        known.award.household, on=day, by=actor, need_kind=matter.need_kind, need_multiple=matter.need_multiple
    )
    if verdicts.of(matter, stored).amount_fen != step.after_fen:
        raise WrongState("准备以后家庭情况有变，重新准备")
    return Ground(stored, assess.figures_in_force(known.award.region_id, known.award.area, day))


def close(batch: AdjustmentBatch, actor: User | None, on: date, left: str = "") -> None:
    """The end of a batch; `left` is why rows that still wait are taken out of it."""
    if left:
        batch.rows.filter(state=RowState.WAITING).update(state=RowState.TAKEN_OUT, note=left)
    batch.done_count = batch.rows.filter(state=RowState.DONE).count()
    batch.state, batch.closed_at = State.DONE, clock.now()
    batch.save(update_fields=["done_count", "state", "closed_at"])
    detail: dict[str, str | int | bool | None] = {"done": batch.done_count, "rows": batch.increases_count}
    audit.record(actor, "adjustment.done", batch, on=on, region_code=batch.region_id, detail=detail)


__all__ = ["AlreadyConfirmed", "carry_out", "close", "confirm", "listed_since"]
