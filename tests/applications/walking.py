"""Walk a matter through its steps by the real acts: families, people in office, every state it can stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts import clock
from accounts.ids import uuid7
from accounts.models import User
from applications import decisions, intake, opinions, supplements, visits, workflow
from applications.holidays import calendar
from applications.models import Action, Decision, Matter, State
from applications.submission import AccountEntry, MemberEntry, Submission
from applications.visits import Findings
from eligibility.models import RulingTest
from eligibility.programmes import Programme
from households.means import Circumstances, Income
from households.registry import PersonEntry
from tests.making import VILLAGE, invent_card, invent_id_number, invent_name, make_user

BORN = date(1958, 3, 4)


@dataclass
class Office:
    """One person for each step."""

    clerk: User
    second: User
    reviewer: User
    approver: User
    village: User


def office(village: str = VILLAGE) -> Office:
    return Office(
        clerk=make_user("clerk", village, full_name="刘海燕"),
        second=make_user("reviewer", village, full_name="孙立新"),
        reviewer=make_user("reviewer", village, full_name="郑玉洁"),
        approver=make_user("approver", village, full_name="马志远"),
        village=make_user("village", village, full_name="王庆梅"),
    )


_names = iter(range(1, 1_000_000))


def member(relation: str = "head", *, birth: date = BORN, sex: str = "F", name: str = "", **known: Any) -> MemberEntry:
    """Somebody with a number of their own; in good health and without income unless said otherwise."""
    number = invent_id_number(birth, sex)
    entry = PersonEntry(name or invent_name(next(_names)), "resident", number, birth, sex)
    said: dict[str, Any] = {"major_illness": False, "work": "partial", **known}
    circumstances = Circumstances(relation=relation, birth_date=birth, sex=sex, **said)
    return MemberEntry(entry, circumstances, consents=True)


def family(size: int = 2, monthly: str = "300.00") -> tuple[MemberEntry, ...]:
    """A head with a wage, and grown siblings without income."""
    income = (Income("wage", int(Decimal(monthly) * 100), "month", "工资条"),)
    head = member(incomes=income)
    return (head, *[member("sibling", birth=date(1960 + n % 20, 1, 1 + n % 28)) for n in range(size - 1)])


def filled(
    members: tuple[MemberEntry, ...] | None = None,
    *,
    programme: Programme = Programme.DIBAO,
    village: str = VILLAGE,
    on: date | None = None,
    with_account: bool = True,
    **more: object,
) -> Submission:
    members = members or family()
    account = AccountEntry("card", "聊城农商银行", invent_card(), members[0].entry.name) if with_account else None
    return Submission(
        programme=programme.value,
        region_code=village,
        area="rural",
        received_on=on or clock.today(),
        channel="window",
        members=members,
        account=account,
        **more,  # type: ignore[arg-type]
    )


def submitted(staff: Office, given: Submission | None = None) -> Matter:
    application = intake.submit(given or filled(), key=uuid7(), actor=staff.clerk)
    return Matter.objects.get(application=application)


def accepted(staff: Office, given: Submission | None = None) -> Matter:
    return step(submitted(staff, given), Action.ACCEPT, staff.clerk)


def step(matter: Matter, action: Action, actor: User | None, *, on: date | None = None, note: str = "") -> Matter:
    return workflow.advance(matter.pk, action, actor=actor, on=on or clock.today(), note=note)


def found(matter: Matter, **more: object) -> Findings:
    """An honest visit today: as declared."""
    plain = Findings(clock.today(), matter.application.applicant.name, "住房两间，收入与申报相符。", True)
    return replace(plain, **more)  # type: ignore[arg-type]


def visited(staff: Office, given: Submission | None = None) -> Matter:
    matter = accepted(staff, given)
    return visits.visit(matter.pk, found(matter), second=staff.second, actor=staff.clerk)


def surveyed(staff: Office, given: Submission | None = None) -> Matter:
    return visits.sign(visited(staff, given).pk, actor=staff.second, on=clock.today())


def rule_assets(matter: Matter, reviewer: User, answer: int = 1) -> None:
    opinions.rule(
        matter.pk,
        test=RulingTest.ASSETS_WITHIN_LIMIT,
        answer=answer,
        reason="一处自住房，无机动车",
        evidence="入户调查表",
        person=None,
        actor=reviewer,
    )


def to_post(staff: Office, given: Submission | None = None) -> Matter:
    matter = surveyed(staff, given)
    rule_assets(matter, staff.reviewer)
    return opinions.opine(matter.pk, agrees=True, note="", actor=staff.reviewer, on=clock.today())


def opposed(staff: Office, given: Submission | None = None) -> Matter:
    matter = surveyed(staff, given)
    return opinions.opine(matter.pk, agrees=False, note="家庭收入高于标准", actor=staff.reviewer, on=clock.today())


def posted(staff: Office, given: Submission | None = None) -> Matter:
    return step(to_post(staff, given), Action.POST, staff.clerk)


def disputed(staff: Office, given: Submission | None = None) -> Matter:
    return step(posted(staff, given), Action.OBJECT, staff.clerk)


def to_confirm(staff: Office, given: Submission | None = None) -> Matter:
    """The notice is ended at once; whether its days have run is `decisions`' own question."""
    return step(posted(staff, given), Action.END_NOTICE, staff.clerk)


def ready(staff: Office, clock_of_test: object, given: Submission | None = None) -> Matter:
    """Waiting for the county, with the notice's days over: moves the clock of the test to the day it opens."""
    matter = posted(staff, given)
    wait_until(clock_of_test, calendar().confirmation_opens(matter.transitions.get(action=Action.POST).on))
    return step(matter, Action.END_NOTICE, staff.clerk)


def wait_until(clock_of_test: object, day: date) -> None:
    """Move the clock of the test forward to that day, at the same hour."""
    from datetime import timedelta

    from django.utils import timezone

    ahead = (day - timezone.localdate()).days
    clock_of_test.move(timedelta(days=ahead))  # type: ignore[attr-defined]
    assert clock.today() == day


def confirmed(staff: Office, clock_of_test: object, given: Submission | None = None) -> Decision:
    return confirm(ready(staff, clock_of_test, given), staff.approver)


def confirm(matter: Matter, approver: User, seen: UUID | None = None) -> Decision:
    assert matter.assessment_id is not None
    return decisions.confirm(matter.pk, seen=seen or matter.assessment_id, actor=approver, on=clock.today())


def refused(staff: Office, given: Submission | None = None) -> Matter:
    matter = opposed(staff, given)
    assert matter.assessment_id is not None
    decisions.refuse(
        matter.pk, seen=matter.assessment_id, reason="收入高于标准", actor=staff.approver, on=clock.today()
    )
    matter.refresh_from_db()
    return matter


def asked(staff: Office, given: Submission | None = None) -> Matter:
    return supplements.ask(submitted(staff, given).pk, missing="户口簿复印件", actor=staff.clerk, on=clock.today())


def declined(staff: Office, given: Submission | None = None) -> Matter:
    return step(submitted(staff, given), Action.DECLINE, staff.clerk, note="不在本乡镇居住")


def withdrawn(staff: Office, given: Submission | None = None) -> Matter:
    return step(submitted(staff, given), Action.WITHDRAW, staff.clerk, note="本人撤回")


WALKS: dict[State, Callable[[Office], Matter]] = {
    State.SUBMITTED: submitted,
    State.SUPPLEMENT: asked,
    State.ACCEPTED: accepted,
    State.VISITED: visited,
    State.SURVEYED: surveyed,
    State.TO_POST: to_post,
    State.POSTED: posted,
    State.DISPUTED: disputed,
    State.TO_CONFIRM: to_confirm,
    State.REFUSED: refused,
    State.DECLINED: declined,
    State.WITHDRAWN: withdrawn,
}
"""How to reach each state but the confirmed one, which takes the days of a notice (`ready`, `confirmed`)."""
