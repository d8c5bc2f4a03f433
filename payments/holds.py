"""Hold a person's payment, and clear the hold by another hand."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from accounts import access, audit, clock
from accounts.errors import Forbidden, Invalid, WrongState
from accounts.models import User
from accounts.roles import Permission
from households.models import Person
from households.registry import household_of
from payments.models import Hold
from payments.moments import moment


@transaction.atomic
def set_hold(person: Person, reason: str, note: str, *, actor: User, on: date) -> Hold:
    """Pay nothing for this person until somebody else clears it. The same reason again answers with the open hold.

    Raises NotHere or Forbidden by where the person lives, Invalid by field.
    """
    region_code = _home(person)
    access.require(actor, Permission.SET_HOLD, region_code)
    if reason not in Hold.Reason.values:
        raise Invalid({"reason": "选择暂停原因"})
    if len(note) > 200:
        raise Invalid({"note": "说明写到 200 字以内"})
    hold = Hold(
        region_id=region_code,
        person=person,
        reason=reason,
        note=note.strip(),
        from_day=on,
        set_by=actor,
        set_at=clock.now(),
    )
    try:
        with transaction.atomic():
            hold.save(force_insert=True)
    except IntegrityError:
        return Hold.objects.open().get(person=person, reason=reason)
    audit.record(actor, "hold.set", hold, on=on, region_code=region_code, detail={"reason": reason})
    return hold


@transaction.atomic
def clear_hold(hold: Hold, note: str, *, actor: User, on: date) -> Hold:
    """Let the person be paid again: the county's act, never of whoever set the hold.

    Raises Forbidden, Invalid without a note, WrongState where somebody cleared it before.
    """
    Hold.objects.select_for_update(of=("self",)).get(pk=hold.pk)
    # Read anew: what was joined to a row that had to be waited for would still be the old row's.
    hold = Hold.objects.select_related("set_by", "cleared_by").get(pk=hold.pk)
    access.require(actor, Permission.CLEAR_HOLD, hold.region_id)
    if hold.set_by_id == actor.pk:
        raise Forbidden(f"这次暂停由本人于 {hold.from_day} 提出，由别人解除")
    if hold.cleared_by is not None and hold.cleared_at is not None:
        raise WrongState(f"已由{hold.cleared_by.full_name}于 {moment(hold.cleared_at)} 解除")
    if not note.strip() or len(note) > 200:
        raise Invalid({"note": "写明核实结果，200 字以内"})
    hold.cleared_by, hold.cleared_at, hold.cleared_note = actor, clock.now(), note.strip()
    hold.save(update_fields=["cleared_by", "cleared_at", "cleared_note"])
    audit.record(actor, "hold.clear", hold, on=on, region_code=hold.region_id, detail={"reason": hold.reason})
    return hold


def _home(person: Person) -> str:
    """The village of the household the person lives in now; the file's own village without one."""
    household = household_of(person)
    return household.region_id if household else person.region_id
