"""Prepare a county's batch: the act that begins it, and the job that fills it chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum

from accounts import access, audit, clock, jobs
from accounts.canonical import digest
from accounts.errors import Invalid, WrongState
from accounts.models import Job, Region, User
from accounts.roles import Level, Permission
from applications.adjustments import scope
from applications.adjustments.proposing import Outcome, Proposal, propose
from applications.adjustments.reading import Known, read
from applications.models import AdjustmentBatch, AdjustmentRow, AdjustmentStep

JOB = "adjustments.prepare"
CHUNK = 50
State = AdjustmentBatch.State
# The county drafts what a standard is and what it changes; the approver confirms both (accounts/roles.py).
PREPARES, CONFIRMS = Permission.DRAFT_STANDARD, Permission.CONFIRM_CASE


@transaction.atomic
def start(county: Region, *, actor: User | None, on: date) -> AdjustmentBatch:
    """Begin to prepare what the figures in force change; an unconfirmed batch before it is replaced.

    `actor` None is the night. Raises NotHere or Forbidden, Invalid by county, WrongState where nothing is touched or
    a batch is being prepared or carried out.
    """
    if actor is not None:
        access.require(actor, PREPARES, county.code)
    if county.level != Level.COUNTY:
        raise Invalid({"county": "调整按县准备，选择县（市、区）"})
    _make_room(county, actor, on)
    if not scope.touched(county.county_code, on):
        raise WrongState("没有新标准涉及的待遇，不用准备")
    batch = AdjustmentBatch(
        region=county, county_code=county.county_code, as_of=on, prepared_by=actor, started_at=clock.now()
    )
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError as taken:
        raise WrongState("另一人刚开始准备，刷新后查看") from taken
    batch.job = jobs.plan(JOB, {"batch": str(batch.pk)}, region=county, by=actor)
    batch.save(update_fields=["job"])
    audit.record(actor, "adjustment.prepare", batch, on=on, region_code=county.code)
    return batch


def _make_room(county: Region, actor: User | None, on: date) -> None:
    """The batch that is open: replaced where nobody confirmed it, closed where its work died."""
    opened = AdjustmentBatch.objects.filter(county_code=county.county_code).filter(
        state__in=[State.PREPARING, State.PREPARED, State.CONFIRMED]
    )
    batch = opened.select_for_update(of=("self",)).first()
    if batch is None:
        return
    failed = batch.job_id is not None and Job.objects.filter(pk=batch.job_id, state=Job.State.FAILED).exists()
    if batch.state == State.CONFIRMED and failed:
        from applications.adjustments.confirming import close

        close(batch, actor, on, left="办理中断，没有调整")
        return
    if batch.state == State.CONFIRMED:
        raise WrongState("上一批还在办理，办完后再准备")
    if batch.state == State.PREPARING and not failed:
        raise WrongState("正在准备，完成后查看")
    batch.state = State.REPLACED
    batch.save(update_fields=["state"])
    audit.record(actor, "adjustment.replace", batch, on=on, region_code=county.code)


@jobs.runner(JOB)
def fill(held: jobs.Claim) -> None:
    """Fill the batch from where it stands; killed, it goes on after the last chunk."""
    batch = AdjustmentBatch.objects.select_related("prepared_by").get(pk=held.job.params["batch"])
    if batch.prepared_by is not None:
        access.require(batch.prepared_by, PREPARES, batch.region_id)
    touched = scope.touched(batch.county_code, batch.as_of)
    done: dict[str, Any] = held.job.checkpoint or {"after": "", "done": 0}
    waiting = [one for one in touched if str(one[0]) > done["after"]]
    for place in range(0, len(waiting), CHUNK):
        chunk = waiting[place : place + CHUNK]
        done = {"after": str(chunk[-1][0]), "done": done["done"] + len(chunk)}
        with held.step(done=done["done"], checkpoint=done) as job:
            job.total = len(touched)
            if not _is(batch.pk, State.PREPARING):
                held.finish()
                return
            _add(batch, chunk)
    with held.step():
        if _is(batch.pk, State.PREPARING):
            _hand_over(AdjustmentBatch.objects.select_related("prepared_by").get(pk=batch.pk))
    held.finish()


def _is(pk: UUID, state: str) -> bool:
    return AdjustmentBatch.objects.select_for_update(of=("self",)).get(pk=pk).state == state


def _add(batch: AdjustmentBatch, chunk: Sequence[tuple[UUID, date]]) -> None:
    rows, steps = [], []
    for known, since in read(chunk, batch.as_of):
        proposal = propose(known, batch.as_of)
        if proposal is None:
            continue
        row = _row(batch, known, since, proposal)
        rows.append(row)
        steps += [
            AdjustmentStep(row=row, kind=s.kind, month=s.month, before_fen=s.before_fen, after_fen=s.after_fen)
            for s in proposal.steps
        ]
    AdjustmentRow.objects.bulk_create(rows)
    AdjustmentStep.objects.bulk_create(steps)


def _row(batch: AdjustmentBatch, known: Known, since: date, proposal: Proposal) -> AdjustmentRow:
    return AdjustmentRow(
        batch=batch,
        award=known.award,
        region_id=known.award.region_id,
        programme=known.award.programme,
        since=since,
        outcome=proposal.outcome,
        reason=proposal.reason,
        detail=proposal.detail,
        before_fen=proposal.before_fen,
        after_fen=proposal.after_fen,
        from_month=proposal.from_month,
        back_pay_fen=proposal.back_pay_fen,
        state=AdjustmentRow.State.WAITING if proposal.outcome == Outcome.INCREASE else AdjustmentRow.State.LISTED,
    )


def _hand_over(batch: AdjustmentBatch) -> None:
    raised = Q(outcome=Outcome.INCREASE)
    counted = batch.rows.aggregate(
        increases=Count("pk", filter=raised),
        unchanged=Count("pk", filter=Q(outcome=Outcome.UNCHANGED)),
        look=Count("pk", filter=Q(outcome=Outcome.LOOK)),
        after=Sum("after_fen", filter=raised),
        before=Sum("before_fen", filter=raised),
        back_pay=Sum("back_pay_fen", filter=raised),
    )
    batch.increases_count, batch.unchanged_count = counted["increases"], counted["unchanged"]
    batch.look_count = counted["look"]
    batch.monthly_fen = (counted["after"] or 0) - (counted["before"] or 0)
    batch.back_pay_fen = counted["back_pay"] or 0
    batch.hash, batch.state, batch.prepared_at = hash_of(batch), State.PREPARED, clock.now()
    figures = ["increases_count", "unchanged_count", "look_count", "monthly_fen", "back_pay_fen"]
    batch.save(update_fields=[*figures, "hash", "state", "prepared_at"])
    audit.record(
        batch.prepared_by,
        "adjustment.prepared",
        batch,
        on=clock.today(),
        region_code=batch.region_id,
        after=batch.hash,
        detail={name: getattr(batch, name) for name in figures},
    )


_ROW = ("award_id", "since", "outcome", "reason", "before_fen", "after_fen", "from_month", "back_pay_fen")
_STEP = ("row__award_id", "kind", "month", "before_fen", "after_fen")


def hash_of(batch: AdjustmentBatch) -> str:
    """What the confirmer saw: every row and step as it was prepared, without what became of it."""
    rows = batch.rows.order_by("award_id").values_list(*_ROW)
    steps = AdjustmentStep.objects.filter(row__batch=batch).order_by("row__award_id", "month").values_list(*_STEP)
    return digest({"batch": str(batch.pk), "rows": _plain(rows), "steps": _plain(steps)})


def _plain(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [[v if v is None or isinstance(v, int) else str(v) for v in row] for row in rows]


def prepare_pending(on: date) -> int:
    """The night's part: a batch for every county where new figures touch awards no batch has named; how many."""
    begun = 0
    opened = {State.PREPARING, State.CONFIRMED}
    busy = set(AdjustmentBatch.objects.filter(state__in=opened).values_list("county_code", flat=True))
    for county in Region.objects.filter(level=Level.COUNTY).order_by("code"):
        if county.county_code not in busy and scope.pending(county.county_code, on):
            start(county, actor=None, on=on)
            begun += 1
    return begun
