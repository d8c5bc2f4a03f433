"""The township's opinion (57号 art. 19): rulings on what the rules leave open, an assessment, then yes or no."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from accounts import access, audit, clock
from accounts.errors import Forbidden, Invalid, WrongState
from accounts.models import User
from accounts.roles import Permission
from applications import verdicts, workflow
from applications.models import CLOSED, Action, Matter
from eligibility.assess import assess
from eligibility.models import Assessment, Ruling, RulingTest
from households.models import Membership, Person


@transaction.atomic
def rule(
    matter_pk: UUID, *, test: str, answer: int, reason: str, evidence: str, person: Person | None, actor: User
) -> Ruling:
    """A named person's answer to a null of this household. Raises Invalid by field, WrongState on a closed matter."""
    matter = access.find(Matter.objects.select_for_update(of=("self",)), pk=matter_pk)
    access.require(actor, Permission.RULE_UNKNOWN, matter.region_id)
    if matter.state in CLOSED:
        raise WrongState("事项已办结，不再认定")
    if matter.relatives.filter(user=actor).exists():
        raise Forbidden("已登记为近亲属，由别人认定")
    errors = _wrong(test, answer, reason, evidence) | _wrong_person(matter, test, person)
    if errors:
        raise Invalid(errors)
    row = Ruling(
        household=matter.household,
        person=person,
        test=test,
        answer=answer,
        reason=reason.strip(),
        evidence=evidence.strip(),
        ruled_by=actor,
        ruled_at=clock.now(),
    )
    post = access.post_label(actor, matter.region_id)
    return audit.seal(row, actor, "ruling.make", on=clock.today(), region_code=matter.region_id, post=post)


LONGEST_REASON = 300
MOST = {RulingTest.SELF_CARE_FAILED: 6}
OF_MEMBERS = (RulingTest.MAJOR_ILLNESS, RulingTest.SELF_CARE_FAILED)


def _wrong(test: str, answer: int, reason: str, evidence: str) -> dict[str, str]:
    errors: dict[str, str] = {}
    if test not in RulingTest.values:
        return {"test": "选择认定事项"}
    if not 0 <= answer <= MOST.get(RulingTest(test), 1):
        errors["answer"] = "选择认定结果"
    if not reason.strip():
        errors["reason"] = "填写认定理由"
    if len(reason.strip()) > LONGEST_REASON:
        errors["reason"] = f"认定理由最多 {LONGEST_REASON} 字"
    if len(evidence.strip()) > LONGEST_REASON:
        errors["evidence"] = f"依据材料最多 {LONGEST_REASON} 字"
    return errors


def _wrong_person(matter: Matter, test: str, person: Person | None) -> dict[str, str]:
    """A ruling about somebody names a member of this household, or one of its obligors."""
    household = matter.household
    if test in OF_MEMBERS:
        known = person is not None and Membership.objects.live().filter(household=household, person=person).exists()
        return {} if known else {"person": "选本户的成员"}
    if test == RulingTest.OBLIGOR_ASSETS:
        known = person is not None and household.obligations.filter(obligor=person, ends_on=None).exists()
        return {} if known else {"person": "选本户的义务人"}
    return {} if person is None else {"person": "这一项认定的是全户"}


@transaction.atomic
def opine(matter_pk: UUID, *, agrees: bool, note: str, actor: User, on: date) -> Matter:
    """Give the opinion on a fresh assessment, which the notice and the decision rest on.

    To agree the rules must answer yes; Raises WrongState naming the failed or unknown condition otherwise.
    """
    action = Action.OPINE if agrees else Action.OPPOSE
    matter = workflow.advance(matter_pk, action, actor=actor, on=on, note=note)
    made = _assess(matter, actor, on)
    verdict = verdicts.of(matter, made)
    if agrees and not verdict.is_eligible:
        raise WrongState(f"不能同意：{verdict.reason}")
    matter.assessment = made
    matter.save(update_fields=["assessment"])
    return matter


def _assess(matter: Matter, actor: User, on: date) -> Assessment:
    return assess(matter.household, on=on, by=actor, need_kind=matter.need_kind, need_multiple=matter.need_multiple)
