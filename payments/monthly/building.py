"""Build a county's list of a month: the act that begins it, and the job that fills it township by township.

Each township is one transaction with its checkpoint (`Claim.step`), so a build that is killed goes on where it stood
and ends as one whole list. Whatever became due in the meantime is caught up in the last step, which closes the list
only when nobody due is missing from it.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from accounts import access, audit, clock, jobs
from accounts.errors import Invalid, WrongState
from accounts.models import Region, User
from accounts.roles import Level, Permission
from eligibility.programmes import Programme
from households.models.people import Relation
from payments.models import Hold, PaymentList
from payments.models.lists import OPEN_STATES
from payments.moments import moment, next_month
from payments.monthly import plan_sql
from payments.monthly.outcomes import AlreadyDone

KIND = "payments.build"
State = PaymentList.State
# Another build holding a slot, or a page in the middle of its step, is waited for: this is no request of anybody's.
PATIENCE = "SET LOCAL lock_timeout = '30s'; SET LOCAL statement_timeout = '10min'"
ATTEMPTS = 3


@transaction.atomic
def start_build(county: Region, month: date, *, actor: User, on: date, programme: str = "") -> PaymentList:
    """Begin the county's list of this month or the next; a job fills it. `programme` limits it to one.

    Raises NotHere or Forbidden, Invalid by month, AlreadyDone or WrongState (who, when) while a list of the month is
    still being made.
    """
    access.require(actor, Permission.BUILD_LIST, county.code)
    _check(county, month, programme, on)
    fresh = PaymentList(
        region=county,
        county_code=county.county_code,
        month=month,
        programme=programme,
        number=_next_number(county, month),
        built_by=actor,
        built_at=clock.now(),
    )
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError as taken:
        raise _being_made(county, month, actor) from taken
    fresh.job = jobs.plan(KIND, {"list": str(fresh.pk)}, region=county, by=actor)
    fresh.save(update_fields=["job"])
    audit.record(actor, "list.build", fresh, on=on, region_code=county.code, detail={"month": month.isoformat()})
    return fresh


def _check(county: Region, month: date, programme: str, on: date) -> None:
    errors: dict[str, str] = {}
    this = on.replace(day=1)
    if month not in (this, next_month(on)):
        errors["month"] = f"发放月选 {this:%Y-%m} 或 {next_month(on):%Y-%m}"
    if county.level != Level.COUNTY:
        errors["county"] = "名单按县生成，选择县（市、区）"
    if programme and programme not in set(Programme):
        errors["programme"] = "选择项目，不选就是全部"
    if errors:
        raise Invalid(errors)


def _next_number(county: Region, month: date) -> int:
    lists = PaymentList.objects.filter(county_code=county.county_code, month=month)
    return (lists.aggregate(last=Max("number"))["last"] or 0) + 1


def _being_made(county: Region, month: date, actor: User) -> WrongState:
    lists = PaymentList.objects.filter(county_code=county.county_code, month=month, state__in=OPEN_STATES)
    held = lists.select_related("built_by").first()
    if held is None:
        return WrongState(f"{month:%Y-%m} 的名单刚有变动，刷新后再生成")
    when = moment(held.built_at)
    if held.built_by_id == actor.pk:
        return AlreadyDone(f"{month:%Y-%m} 的名单已由本人于 {when} 开始生成", held)
    return WrongState(f"{month:%Y-%m} 的名单已由{held.built_by.full_name}于 {when} 开始生成")


@dataclass(frozen=True)
class Counted:
    """What one piece of the build added."""

    considered: int
    lines: int


@jobs.runner(KIND)
def build(held: jobs.Claim) -> None:
    """Fill the list from where it stands. It acts as whoever asked for it, with the posts they have now."""
    list_id = uuid.UUID(held.job.params["list"])
    made = PaymentList.objects.select_related("built_by").get(pk=list_id)
    access.require(made.built_by, Permission.BUILD_LIST, made.region_id)
    done: dict[str, Any] = held.job.checkpoint or {"after": "", "lines": 0, "considered": 0}
    pieces = _pieces(made)
    for township, awards in pieces:
        if township <= done["after"]:
            continue
        done = {"after": township, "lines": done["lines"], "considered": done["considered"] + awards}
        # The checkpoint is written as the step ends, with the lines counted inside it.
        with held.step(done=done["considered"], checkpoint=done) as job:
            job.total = sum(count for _, count in pieces)
            if not _still_building(list_id):
                break
            done["lines"] += _add_piece(made, done["lines"], f"{township}000", f"{township}999").lines
    _close(held, list_id, done["lines"])


def _still_building(list_id: uuid.UUID) -> bool:
    """Hold the list until this piece is in: nobody cancels it halfway through one."""
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
    return PaymentList.objects.select_for_update(of=("self",)).get(pk=list_id).state == State.BUILDING


def _pieces(made: PaymentList) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(plan_sql.PIECES, parameters(made))
        return [(str(township), int(count)) for township, count in cursor.fetchall()]


def parameters(made: PaymentList, **given: object) -> dict[str, Any]:
    """What the statements of `plan_sql` are asked with; the whole county unless regions are given."""
    return {
        "list": made.pk,
        "county": made.county_code,
        "month": made.month,
        "programme": made.programme,
        "first_region": f"{made.county_code}000000",
        "last_region": f"{made.county_code}999999",
        "fresh_only": False,
        **given,
    }


def _add_piece(made: PaymentList, after: int, first_region: str, last_region: str) -> Counted:
    """Lines, slots and exceptions of these regions. Tried again where another county's build took a slot meanwhile."""
    given = parameters(
        made,
        first_region=first_region,
        last_region=last_region,
        fresh_only=True,
        after=after,
        hold_words=json.dumps(dict(Hold.Reason.choices), ensure_ascii=False),
        relation_words=json.dumps(dict(Relation.choices), ensure_ascii=False),
    )
    for _ in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _write_piece(given)
        except IntegrityError as taken:
            if "slot_one" not in str(taken):
                raise
    raise WrongState("另一个县正在发放同一些人，稍后重新生成")


def _write_piece(given: dict[str, Any]) -> Counted:
    with connection.cursor() as cursor:
        cursor.execute(plan_sql.PLAN_MONTHS, given)
        if cursor.rowcount == 0:
            cursor.execute("DROP TABLE plan_month")
            return Counted(0, 0)
        cursor.execute(plan_sql.PLAN_PEOPLE)
        cursor.execute(plan_sql.ANALYZE)
        cursor.execute(plan_sql.UNCOVERED)
        if cursor.fetchone() != (0,):
            raise WrongState("有人应发却没有保障对象，联系系统管理员")
        cursor.execute(plan_sql.PLAN_AWARDS, given)
        cursor.execute(plan_sql.ANALYZE_AWARDS)
        cursor.execute(plan_sql.PLANNED)
        planned, payable = cursor.fetchone()
        cursor.execute(plan_sql.LINES, given)
        lines = cursor.rowcount
        cursor.execute(plan_sql.SLOTS, given)
        cursor.execute(plan_sql.EXCEPTIONS, given)
        if (lines, lines + cursor.rowcount) != (payable, planned):
            raise WrongState("应发的人没有全部列入，联系系统管理员")
        cursor.execute(plan_sql.FORGET)
    return Counted(planned, lines)


def _close(held: jobs.Claim, list_id: uuid.UUID, lines: int) -> None:
    """Catch up what became due meanwhile, prove that nobody due is missing, and hand the list to its checker."""
    with held.step() as job:
        if _still_building(list_id):
            _hand_over(PaymentList.objects.select_related("built_by").get(pk=list_id), lines)
        job.done = job.total
    held.finish()


def _hand_over(made: PaymentList, lines: int) -> None:
    if unlisted(made):
        _add_piece(made, lines, f"{made.county_code}000000", f"{made.county_code}999999")
        if missing := unlisted(made):
            raise WrongState(f"{missing} 户应发却没有列入，作废后重新生成")
    with connection.cursor() as cursor:
        cursor.execute(plan_sql.TOTALS, parameters(made))
        made.lines_count, made.people_count, made.total_fen, made.exceptions_count = map(int, cursor.fetchone())
    made.state = State.BUILT
    made.save(update_fields=["state", "lines_count", "people_count", "total_fen", "exceptions_count"])
    counts = {"lines": made.lines_count, "people": made.people_count, "exceptions": made.exceptions_count}
    audit.record(
        made.built_by,
        "list.built",
        made,
        on=clock.today(),
        region_code=made.region_id,
        detail={**counts, "total_fen": made.total_fen},
    )


def unlisted(made: PaymentList) -> int:
    """How many awards have a month due that the list neither pays nor names as an exception."""
    with connection.cursor() as cursor:
        cursor.execute(plan_sql.UNLISTED, parameters(made))
        return int(cursor.fetchone()[0])
