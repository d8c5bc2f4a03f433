"""Close: complete when everybody is answered, else partly, by source; late answers complete it, a person resumes it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from accounts import access, audit, clock, jobs
from accounts.errors import WrongState
from accounts.models import User
from accounts.roles import Permission
from verification.models import Request, Run
from verification.nightly.planning import JOB, morning_after

WAITING = (Request.State.PLANNED, Request.State.SENT)
LATE = "到承诺时间仍未答复"


def close_due() -> list[Run]:
    """Every run that has nothing left to wait for, or whose promise has passed; one that closed partly may complete."""
    runs = [*Run.objects.open().values_list("pk", flat=True), *_completed_since()]
    return [run for pk in runs if (run := _close(pk, now=clock.now()))]


def _completed_since() -> list[UUID]:
    """Runs that closed partly and have had their last answer since."""
    lacking = Request.objects.filter(run=OuterRef("pk")).exclude(state=Request.State.ANSWERED)
    return list(Run.objects.filter(~Exists(lacking), state=Run.State.PARTLY).values_list("pk", flat=True))


def give_up(run_pk: UUID) -> Run | None:
    """Close the run now: what is still waited for counts as not answered."""
    return _close(run_pk, now=None)


@transaction.atomic
def _close(pk: UUID, *, now: datetime | None) -> Run | None:
    """`now` None waits for nothing any more. Requests are locked before their run, as whoever stores an answer does."""
    promised_at = Run.objects.values_list("promised_at", flat=True).get(pk=pk)
    overdue = Q(state__in=WAITING)
    if now is not None and now < promised_at:
        overdue = Q(state=Request.State.SENT, due_at__lte=now)
    rows = Request.objects.select_for_update(skip_locked=True, of=("self",)).filter(overdue, run_id=pk).order_by("pk")
    for request in rows:
        request.state, request.error = Request.State.UNANSWERED, request.error or LATE
        request.save(update_fields=["state", "error"])
    run = Run.objects.select_for_update(of=("self",)).get(pk=pk)
    requests = Request.objects.filter(run=run)
    if run.state == Run.State.COMPLETE or requests.filter(state__in=WAITING).exists():
        return None
    state = Run.State.PARTLY if requests.exclude(state=Request.State.ANSWERED).exists() else Run.State.COMPLETE
    return _end(run, state) if state != run.state else None


def _end(run: Run, state: Run.State) -> Run:
    run.state, run.closed_at, run.closings = state, clock.now(), run.closings + 1
    run.save(update_fields=["state", "closed_at", "closings"])
    by_state = Request.objects.filter(run=run).order_by().values_list("state").annotate(Count("pk"))
    detail: dict[str, str | int | bool | None] = {**dict(by_state), "closing": run.closings}
    audit.record(None, f"run.{state}", run, on=run.on, region_code=run.region_id, detail=detail)
    return run


@transaction.atomic
def resume(run_pk: UUID, *, actor: User) -> Run:
    """Ask again whatever was not answered. Raises NotHere, Forbidden, WrongState (still running, nothing left)."""
    run = access.find(Run.objects.select_for_update(of=("self",)), pk=run_pk)
    access.require(actor, Permission.RUN_NIGHT, run.region_id)
    if run.state == Run.State.RUNNING:
        raise WrongState("这次核对还在进行，看下面的进度")
    if run.state == Run.State.COMPLETE:
        raise WrongState("这次核对已全部完成，没有要重跑的")
    left = list(Request.objects.filter(Q(state=Request.State.UNANSWERED) | Q(state=Request.State.PART), run=run))
    planned = jobs.plan_many(JOB, [{"request": str(one.pk)} for one in left], region=run.region, by=actor)
    for one, job in zip(left, planned, strict=True):
        one.state, one.job, one.tries, one.error = Request.State.PLANNED, job, 0, ""
    Request.objects.bulk_update(left, ["state", "job", "tries", "error"])
    run.state, run.closed_at, run.promised_at = Run.State.RUNNING, None, morning_after(clock.now())
    run.save(update_fields=["state", "closed_at", "promised_at"])
    audit.record(actor, "run.resume", run, on=clock.today(), region_code=run.region_id, detail={"requests": len(left)})
    return run
