"""Whoever is due and not paid: somebody of the county says what is done about it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from accounts import access, audit, clock
from accounts.errors import Forbidden, Invalid, WrongState
from accounts.models import User
from accounts.roles import Permission
from payments.models import Hold, PaymentException, PaymentList
from payments.moments import moment
from payments.monthly.outcomes import AlreadyDone


@transaction.atomic
def acknowledge(exception_id: UUID, note: str, *, actor: User, on: date) -> PaymentException:
    """Put on record what is done about somebody due and not paid; until all are, the list is not checked.

    Of a hold it is not the act of whoever set it. Raises NotHere, Forbidden, Invalid without a note, AlreadyDone or
    WrongState where it was done, or the list is past its check.
    """
    reach = PaymentException.objects.filter(list__in=PaymentList.objects.visible_to(actor))
    found = access.find(reach.select_related("list"), pk=exception_id)
    access.require(actor, Permission.CLEAR_HOLD, found.list.region_id)
    # The list first, as every step of it does: nobody checks it in the middle of this.
    made = PaymentList.objects.select_for_update(of=("self",)).get(pk=found.list_id)
    found = PaymentException.objects.select_related("acknowledged_by").get(pk=exception_id)
    _refuse_setter(found, actor)
    if found.acknowledged_by is not None and found.acknowledged_at is not None:
        when = moment(found.acknowledged_at)
        if found.acknowledged_by_id == actor.pk:
            raise AlreadyDone(f"已由本人于 {when} 办理", made)
        raise WrongState(f"已由{found.acknowledged_by.full_name}于 {when} 办理")
    if made.state != PaymentList.State.BUILT:
        raise WrongState(f"名单{made.get_state_display()}，例外在复核前办理")
    if not note.strip() or len(note.strip()) > 200:
        raise Invalid({"note": "写明怎么处理，200 字以内"})
    found.acknowledged_by, found.acknowledged_at, found.note = actor, clock.now(), note.strip()
    found.save(update_fields=["acknowledged_by", "acknowledged_at", "note"])
    audit.record(actor, "list.exception", found, on=on, region_code=made.region_id, detail={"reason": found.reason})
    return found


def _refuse_setter(found: PaymentException, actor: User) -> None:
    if found.reason != PaymentException.Reason.HOLD or found.person_id is None:
        return
    own = Hold.objects.open().filter(person_id=found.person_id, set_by=actor).first()
    if own is not None:
        raise Forbidden(f"这次暂停由本人于 {own.from_day} 提出，由别人办理")
