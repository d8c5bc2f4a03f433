"""Near relatives of staff and committee are registered apart (57号 art. 11); the named person takes no part."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts import access, audit, clock, regions
from accounts.errors import Conflict, Invalid, WrongState
from accounts.models import Post, User
from accounts.roles import ROLES, Permission
from applications.models import CLOSED, Matter, RelativeRegister
from households.models import Household


@transaction.atomic
def register(matter_pk: UUID, *, name: str, relation: str, user: User | None, actor: User) -> RelativeRegister:
    """Register that somebody in office is a near relative of this family.

    Raises NotHere, Forbidden, WrongState on a closed matter, Invalid by field, Conflict where it was done before.
    """
    matter = access.find(Matter.objects.select_for_update(of=("self",)), pk=matter_pk)
    require_registrar(actor, matter)
    if matter.state in CLOSED:
        raise WrongState("事项已办结，不再登记")
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


REGISTRARS = (Permission.ENTER_CASE, Permission.GIVE_OPINION)


def require_registrar(actor: User, matter: Matter) -> None:
    """Whoever takes applications in or gives opinions here. Raises NotHere, Forbidden."""
    if not any(access.may(actor, permission, matter.region_id) for permission in REGISTRARS):
        access.require(actor, Permission.ENTER_CASE, matter.region_id)


def is_relative(user: User, household: Household) -> bool:
    """Whether this person is registered as a near relative of this family, in whatever case of it."""
    return RelativeRegister.objects.filter(matter__household=household, user=user).exists()


def in_office(matter: Matter) -> QuerySet[User]:
    """Everybody in term who could ever take part in this matter, a ruling or a finding of the family among it."""
    roles = [role.code for role in ROLES.values() if role.permissions & _TAKING_PART]
    above = regions.ancestors(matter.region_id)
    posts = Post.objects.in_term(clock.today()).filter(role__in=roles, region_id__in=above)
    return User.objects.filter(is_active=True, pk__in=posts.values("user_id")).order_by("full_name", "pk")


_TAKING_PART = frozenset(
    {
        Permission.JOIN_SURVEY,
        Permission.GIVE_OPINION,
        Permission.CONFIRM_CASE,
        Permission.RULE_UNKNOWN,
        Permission.WORK_FINDING,
    }
)


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
