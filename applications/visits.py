"""The home visit (57号 art. 16): one surveyor records it, a second signs it by a login of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from accounts import access, audit, clock
from accounts.errors import Forbidden, Invalid
from accounts.models import User
from accounts.roles import Permission
from applications import workflow
from applications.models import Action, HomeVisit, Matter
from households.facts import Pen
from households.means import Income
from households.models import Membership
from households.models.facts import Source

LONGEST_MET = 50


@dataclass(frozen=True)
class Correction:
    """What the visit found of one member's income: the whole of it, replacing what was declared."""

    person_pk: UUID
    incomes: tuple[Income, ...]


@dataclass(frozen=True)
class Findings:
    """What the first surveyor writes down."""

    visited_on: date
    met: str
    text: str
    is_consistent: bool
    corrections: tuple[Correction, ...] = ()


@transaction.atomic
def visit(matter_pk: UUID, found: Findings, *, second: User, actor: User) -> Matter:
    """Record the visit; the named second surveyor confirms it by `sign`. The first is township staff.

    Raises Forbidden, WrongState as every step does, Invalid by field (`second`, `met`, `text`, `corrections`).
    """
    matter = workflow.advance(matter_pk, Action.VISIT, actor=actor, on=found.visited_on)
    _check_team(matter, actor, second)
    _check_findings(found)
    row = HomeVisit(
        matter=matter,
        round=matter.visits.count() + 1,
        visited_on=found.visited_on,
        first=actor,
        second=second,
        met=found.met.strip(),
        findings=found.text.strip(),
        is_consistent=found.is_consistent,
        recorded_at=clock.now(),
    )
    _correct(matter, found, actor)
    post = access.post_label(actor, matter.region_id)
    audit.seal(row, actor, "visit.record", on=found.visited_on, region_code=matter.region_id, post=post)
    return matter


def _check_team(matter: Matter, first: User, second: User) -> None:
    if first.pk == second.pk:
        raise Invalid({"second": "选另一位调查人"})
    if not _may_join(second, matter):
        raise Invalid({"second": "第二调查人选本乡镇或本村任职的人"})
    reason = workflow.apart(workflow.STEPS[Action.SECOND_VISIT], matter, second, ())
    if reason:
        raise Invalid({"second": reason})


def _may_join(user: User, matter: Matter) -> bool:
    return access.may(user, Permission.JOIN_SURVEY, matter.region_id)


def _check_findings(found: Findings) -> None:
    errors: dict[str, str] = {}
    if not found.met.strip():
        errors["met"] = "填写在场的家庭成员"
    if len(found.met.strip()) > LONGEST_MET:
        errors["met"] = f"在场成员最多写 {LONGEST_MET} 字"
    if not found.text.strip():
        errors["text"] = "填写调查情况"
    if errors:
        raise Invalid(errors)


def _correct(matter: Matter, found: Findings, actor: User) -> None:
    pen = Pen(matter.household, source=Source.SURVEYED, on=found.visited_on, by=actor)
    members = {m.person_id: m.person for m in Membership.objects.live().filter(household=matter.household)}
    for correction in found.corrections:
        if correction.person_pk not in members:
            raise Invalid({"corrections": "选本户的成员"})
        pen.incomes(members[correction.person_pk], correction.incomes)


@transaction.atomic
def sign(matter_pk: UUID, *, actor: User, on: date, note: str = "") -> Matter:
    """The second surveyor confirms the visit: only the one the first named."""
    matter = workflow.advance(matter_pk, Action.SECOND_VISIT, actor=actor, on=on, note=note)
    row = matter.visits.order_by("-round").first()
    if row is None or row.second_id != actor.pk:
        raise Forbidden("由调查表上的第二调查人确认")
    return matter


def team(matter: Matter) -> list[User]:
    """Who could be the second surveyor here: everybody in term with a surveying post over the village."""
    from accounts.models import Post

    roles = ("clerk", "reviewer", "village")
    regions = [matter.region_id, f"{matter.region_id[:9]}000"]
    posts = Post.objects.in_term(clock.today()).filter(role__in=roles, region_id__in=regions).select_related("user")
    return list({post.user_id: post.user for post in posts if post.user.is_active}.values())
