"""Check, lock, approve, release and cancel a list: each step by another person, in the act and by constraint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import access, audit, clock
from accounts.errors import Conflict, Forbidden, Invalid, WrongState
from accounts.models import User
from accounts.roles import ROLES, Permission, permits
from payments import bankfile
from payments.models import PaymentList, PaymentSlot
from payments.moments import moment
from payments.monthly import doubts, hashing
from payments.monthly.building import unlisted
from payments.monthly.outcomes import AlreadyDone
from payments.monthly.printed import bank_row

State = PaymentList.State


@dataclass(frozen=True)
class Step:
    """One step of a list: who may take it, from which state, and the columns that say who took it and when."""

    action: str
    verb: str
    permission: Permission
    source: PaymentList.State
    target: PaymentList.State
    by: str
    at: str


BUILD = Step("build", "生成", Permission.BUILD_LIST, State.BUILDING, State.BUILT, "built_by", "built_at")
CHECK = Step("check", "复核", Permission.CHECK_LIST, State.BUILT, State.CHECKED, "checked_by", "checked_at")
LOCK = Step("lock", "冻结", Permission.CHECK_LIST, State.CHECKED, State.LOCKED, "checked_by", "locked_at")
APPROVE = Step("approve", "批准", Permission.APPROVE_LIST, State.LOCKED, State.APPROVED, "approved_by", "approved_at")
RELEASE = Step("release", "放款", Permission.RELEASE_LIST, State.APPROVED, State.RELEASED, "released_by", "released_at")
STEPS: dict[str, Step] = {step.action: step for step in (CHECK, LOCK, APPROVE, RELEASE)}
HANDS = (BUILD, CHECK, APPROVE, RELEASE)

# Before the money goes out a list can be cancelled: by whoever made it, has it in hand, or is next to.
CANCELLED_BY: dict[str, tuple[Permission, ...]] = {
    State.BUILDING: (Permission.BUILD_LIST,),
    State.BUILT: (Permission.BUILD_LIST, Permission.CHECK_LIST),
    State.CHECKED: (Permission.BUILD_LIST, Permission.CHECK_LIST),
    State.LOCKED: (Permission.CHECK_LIST, Permission.APPROVE_LIST),
    State.APPROVED: (Permission.APPROVE_LIST,),
}


@transaction.atomic
def check(list_pk: UUID, *, actor: User, on: date) -> PaymentList:
    """Say that the list was gone through; not before every exception is settled.

    Raises NotHere, Forbidden (no such post, or another step of this list), WrongState, AlreadyDone.
    """
    made = _take(list_pk, CHECK, actor)
    if waiting := made.exceptions.filter(acknowledged_at=None).count():
        raise WrongState(f"还有 {waiting} 条例外没有办理，先由县级经办写明处理")
    return _write(made, CHECK, actor, on)


@transaction.atomic
def lock(list_pk: UUID, *, actor: User, on: date) -> PaymentList:
    """Freeze the checked list and hash it; the checker's own act. From here on no line of it can change.

    Raises as `check`, and WrongState where somebody due is missing, or the facts under a line have changed.
    """
    made = _take(list_pk, LOCK, actor)
    if made.checked_by_id != actor.pk:
        raise Forbidden(f"由复核人{made.checked_by.full_name if made.checked_by else ''}冻结")
    if missing := unlisted(made):
        raise WrongState(f"生成后又有 {missing} 户应发，作废后重新生成")
    doubts.refuse(made)
    hashed = hashing.hash_of(made, look=_sendable)
    made.hash, made.manifest = hashed.hash, hashing.keep_manifest(hashed)
    return _write(made, LOCK, actor, on, "hash", "manifest")


def _sendable(line: dict[str, Any]) -> None:
    """A line no bank could take would stop the export of a released list for good: it is stopped here."""
    try:
        bankfile.refuse_row(bank_row(line), after=line["seq"] - 1)
    except bankfile.BankFileError as refused:
        raise WrongState(f"{refused.message.removesuffix('再导出')}，作废后重新生成") from refused


@transaction.atomic
def approve(list_pk: UUID, *, seen_hash: str, actor: User, on: date) -> PaymentList:
    """Approve the list that was seen: `seen_hash` is the hash on the page. Raises as `lock`, and Conflict."""
    return _pass_on(list_pk, APPROVE, seen_hash, actor, on)


@transaction.atomic
def release(list_pk: UUID, *, seen_hash: str, actor: User, on: date) -> PaymentList:
    """Let the money go: the last look, by the fourth person. Raises as `approve`."""
    return _pass_on(list_pk, RELEASE, seen_hash, actor, on)


@transaction.atomic
def cancel(list_pk: UUID, reason: str, *, actor: User, on: date) -> PaymentList:
    """Give up a list that was not released: its lines stay as a record, its slots are free again.

    Raises NotHere, Forbidden, Invalid without a reason, WrongState once released, AlreadyDone.
    """
    made = _held(list_pk, actor)
    if made.state == State.CANCELLED and made.cancelled_by is not None and made.cancelled_at is not None:
        raise _taken(made, made.cancelled_by, "作废", moment(made.cancelled_at), actor)
    if made.state not in CANCELLED_BY:
        raise WrongState(f"名单{made.get_state_display()}，已放款不能作废")
    allowed = CANCELLED_BY[made.state]
    if not any(access.may(actor, permission, made.region_id) for permission in allowed):
        raise Forbidden(f"名单{made.get_state_display()}时由{_holders(allowed)}作废")
    if not reason.strip() or len(reason.strip()) > 200:
        raise Invalid({"reason": "写明作废原因，200 字以内"})
    before = made.state
    made.state, made.cancelled_by, made.cancelled_at = State.CANCELLED, actor, clock.now()
    made.cancel_reason = reason.strip()
    made.save(update_fields=["state", "cancelled_by", "cancelled_at", "cancel_reason"])
    # By the lines' own index; the database refuses this for a list that is not cancelled.
    freed, _ = PaymentSlot.objects.filter(line__list=made).delete()
    audit.record(actor, "list.cancel", made, on=on, region_code=made.region_id, detail={"from": before, "slots": freed})
    return made


def _holders(permissions: tuple[Permission, ...]) -> str:
    return "或".join(role.label for role in ROLES.values() if any(permits(role.code, p) for p in permissions))


def _held(list_pk: UUID, actor: User) -> PaymentList:
    """The list under its row lock, for somebody who may see it: the first lock of every act on it."""
    access.find(PaymentList.objects.visible_to(actor), pk=list_pk)
    PaymentList.objects.select_for_update(of=("self",)).get(pk=list_pk)
    # Read anew: a row waited for is the new one, but what was joined to it would still be the old one's.
    people = ("region", "built_by", "checked_by", "approved_by", "released_by", "cancelled_by")
    return PaymentList.objects.select_related(*people).get(pk=list_pk)


def _take(list_pk: UUID, step: Step, actor: User) -> PaymentList:
    """The list, if this actor may take this step of it now."""
    made = _held(list_pk, actor)
    access.require(actor, step.permission, made.region_id)
    if (refusal := refusal_of(made, step, actor)) is not None:
        raise refusal
    return made


def refusal_of(made: PaymentList, step: Step, actor: User) -> WrongState | Forbidden | None:
    """Why this actor, whose post allows the step, may not take it now; None where they may."""
    if made.state == State.CANCELLED:
        return WrongState("名单已作废，重新生成后再办")
    taken_at = getattr(made, step.at)
    if taken_at is not None:
        return _taken(made, getattr(made, step.by), step.verb, moment(taken_at), actor)
    for hand in HANDS:
        if hand.by != step.by and getattr(made, f"{hand.by}_id") == actor.pk:
            return Forbidden(f"名单由本人于 {moment(getattr(made, hand.at))} {hand.verb}，{step.verb}由别人办理")
    if made.state != step.source:
        return WrongState(f"名单{made.get_state_display()}，还不能{step.verb}")
    return None


def _taken(made: PaymentList, who: User, verb: str, when: str, actor: User) -> WrongState:
    if who.pk == actor.pk:
        return AlreadyDone(f"已由本人于 {when} {verb}", made)
    return WrongState(f"已由{who.full_name}于 {when} {verb}")


def _pass_on(list_pk: UUID, step: Step, seen_hash: str, actor: User, on: date) -> PaymentList:
    made = _take(list_pk, step, actor)
    if seen_hash != made.hash:
        raise Conflict("名单与看到的不是同一份，刷新后重新核对")
    hashing.verify(made)
    doubts.refuse(made)
    return _write(made, step, actor, on)


def _write(made: PaymentList, step: Step, actor: User, on: date, *also: str) -> PaymentList:
    """The step itself, its audit entry, and the chain's head put outside the database."""
    before = made.state
    made.state = step.target
    setattr(made, step.by, actor)
    setattr(made, step.at, clock.now())
    made.save(update_fields=["state", step.by, step.at, *also])
    entry = audit.record(
        actor,
        f"list.{step.action}",
        made,
        on=on,
        region_code=made.region_id,
        after=made.hash,
        detail={"from": before, "lines": made.lines_count, "total_fen": made.total_fen},
    )
    made.audit_entry = entry
    made.save(update_fields=["audit_entry"])
    audit.anchor_on_commit(made.county_code)
    return made
