"""Confirm or refuse: Decision, transition, award and ledger entry in one transaction (社会救助法 art. 44)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from accounts import access, audit, clock
from accounts.errors import Conflict, WrongState
from accounts.models import User
from applications import verdicts, workflow
from applications.holidays import calendar
from applications.models import Action, Decision, Matter
from applications.verdicts import Verdict
from applications.workdays import first_payment_month
from eligibility.assess import Judged, counted, figures_in_force
from eligibility.models import Assessment
from eligibility.programmes import Programme
from households.models import Person
from payments import ledger

# Confirmed as a status, nothing is paid (policy 1.5): the decision itself is the record.
UNPAID = frozenset({Programme.EDGE, Programme.RIGID})


@transaction.atomic
def confirm(matter_pk: UUID, *, seen: UUID, actor: User, on: date, note: str = "") -> Decision:
    """Confirm what was noticed; the first payment month is the month after (57号 art. 21).

    `seen` is the assessment the approver had in front of them. Raises Conflict where it is another one now,
    WrongState before the notice's end, where no notice stood, or where the rules answer otherwise by now.
    """
    matter = workflow.advance(matter_pk, Action.CONFIRM, actor=actor, on=on, note=note)
    assessment = _seen(matter, seen)
    _check_notice(matter, on)
    verdict, judged = verdicts.of(matter, assessment), verdicts.judge(matter, on=on)
    _check_still_so(matter, verdict, verdicts.preview_of(matter, judged))
    people = covered(matter, judged)
    if not people:
        raise WrongState("没有计入的家庭成员，不能确认；退回重新审核")
    paid = Programme(matter.programme) not in UNPAID
    decision = Decision(
        matter=matter,
        outcome=Decision.Outcome.CONFIRMED,
        assessment=assessment,
        amount_fen=verdict.amount_fen,
        people=len(people),
        first_month=first_payment_month(on) if paid else None,
        reason=note.strip(),
        decided_by=actor,
        decided_on=on,
        decided_at=clock.now(),
    )
    post = access.post_label(actor, matter.region_id)
    audit.seal(decision, actor, "decision.confirm", on=on, region_code=matter.region_id, post=post)
    if paid:
        _award(matter, decision, people, actor)
    return decision


@transaction.atomic
def refuse(matter_pk: UUID, *, seen: UUID, reason: str, actor: User, on: date) -> Decision:
    """Refuse with the reason; a written notice follows within three working days (57号 art. 21)."""
    matter = workflow.advance(matter_pk, Action.REFUSE, actor=actor, on=on, note=reason)
    decision = Decision(
        matter=matter,
        outcome=Decision.Outcome.REFUSED,
        assessment=_seen(matter, seen),
        people=len(covered(matter, verdicts.judge(matter, on=on))),
        reason=reason.strip(),
        decided_by=actor,
        decided_on=on,
        decided_at=clock.now(),
    )
    post = access.post_label(actor, matter.region_id)
    return audit.seal(decision, actor, "decision.refuse", on=on, region_code=matter.region_id, post=post)


def _seen(matter: Matter, seen: UUID) -> Assessment:
    if matter.assessment is None:
        raise WrongState("还没有审核测算，先办审核")
    if matter.assessment_id != seen:
        raise Conflict("看到的测算已更新，重新打开本户再确认")
    return matter.assessment


def _check_notice(matter: Matter, on: date) -> None:
    """The day after the notice's last day at the earliest, and never without one."""
    steps = list(matter.transitions.order_by("seq").values_list("action", "on"))
    opinion = max(i for i, (action, _) in enumerate(steps) if action in (Action.OPINE, Action.OPPOSE))
    posted = next((day for action, day in steps[opinion:] if action == Action.POST), None)
    if posted is None:
        raise WrongState("没有公示过，不能确认")
    opens = calendar().confirmation_opens(posted)
    if on < opens:
        raise WrongState(f"公示期未满，{opens} 起可以确认")


def _check_still_so(matter: Matter, noticed: Verdict, now: Verdict) -> None:
    """What stood in the notice is what the rules still answer. Raises WrongState otherwise."""
    if not now.is_eligible:
        raise WrongState(f"现在已不符合：{now.reason}；退回重新审核")
    if now.amount_fen != noticed.amount_fen:
        raise WrongState("标准或收入有变，与公示金额不同；退回重新审核")


def covered(matter: Matter, judged: Judged) -> list[Person]:
    """The people the money is for: the recipient, or exactly those the sum counts (57号 art. 7)."""
    if matter.person is not None:
        return [matter.person]
    flags = counted(judged.line, judged.who)
    return [person for person, counts in zip(judged.people, flags, strict=True) if counts]


def _award(matter: Matter, decision: Decision, people: list[Person], actor: User) -> None:
    """Amounts a person sets (a sudden emergency's) come with their own lane; here the rules' sum is paid."""
    if decision.amount_fen is None or decision.first_month is None:
        raise WrongState("没有金额，不能确认发放")
    ledger.start(
        household=matter.household,
        payee=matter.person or matter.application.applicant,
        programme=Programme(matter.programme),
        people=people,
        amount_fen=decision.amount_fen,
        is_once=matter.programme == Programme.TEMPORARY,
        decision_id=decision.pk,
        case_number=matter.number,
        area=matter.area,
        standard_fen=figures_in_force(matter.region_id, matter.area, decision.decided_on),
        region=matter.region,
        first_month=decision.first_month,
        actor=actor,
        on=decision.decided_on,
    )
