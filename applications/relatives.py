"""Near relatives of staff and committee are registered apart (57号 art. 11); the named person takes no part."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import access, audit, clock
from accounts.errors import Conflict, Invalid, WrongState
from accounts.models import User
from accounts.roles import Permission
from applications.models import CLOSED, Matter, RelativeRegister


@transaction.atomic
def register(matter_pk: UUID, *, name: str, relation: str, user: User | None, actor: User) -> RelativeRegister:
    """Register that somebody in office is a near relative of this family."""
    matter = access.find(Matter.objects.select_for_update(of=("self",)), pk=matter_pk)
    access.require(actor, Permission.VIEW_CASE, matter.region_id)
    if not any(access.may(actor, p, matter.region_id) for p in (Permission.ENTER_CASE, Permission.GIVE_OPINION)):
        access.require(actor, Permission.ENTER_CASE, matter.region_id)
    if matter.state in CLOSED:
        raise WrongState("事项已办结,不再登记")
    errors = _wrong(name, relation)
    if errors:
        raise Invalid(errors)
    try:
        with transaction.atomic():
            row = RelativeRegister.objects.create(
                matter=matter,
                user=user,
                name=name.strip(),
                relation=relation.strip(),
                registered_by=actor,
                registered_at=clock.now(),
            )
    except IntegrityError as twice:
        raise Conflict("这位人员已登记") from twice
    matter.is_relative = True
    matter.save(update_fields=["is_relative"])
    post = access.post_label(actor, matter.region_id)
    audit.record(actor, "matter.relative", matter, on=clock.today(), region_code=matter.region_id, post=post)
    return row


def _wrong(name: str, relation: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not name.strip():
        errors["name"] = "填写人员姓名"
    if len(name.strip()) > 50:
        errors["name"] = "人员姓名最多 50 字"
    if not relation.strip():
        errors["relation"] = "填写与申请人的关系"
    if len(relation.strip()) > 20:
        errors["relation"] = "与申请人的关系最多 20 字"
    return errors
