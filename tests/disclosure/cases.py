"""A village with families on their way to the notice: told by the real acts, by the posts whose steps they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

from django.db import connection

from accounts import clock
from accounts.errors import AidError
from accounts.models import User
from applications import decisions, intake, opinions, visits, workflow
from applications.models import Action, Decision, Matter
from applications.submission import MemberEntry, Submission
from applications.visits import Findings
from disclosure import lists
from disclosure.models import NoticeList
from eligibility.models import RulingTest
from eligibility.programmes import Programme
from households.means import Circumstances
from households.registry import PersonEntry
from tests.making import VILLAGE, invent_id_number, invent_name, make_user

PLACE = "村务公开栏"


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def tomorrow() -> date:
    return clock.today() + timedelta(days=1)


@dataclass(frozen=True)
class Office:
    """Who works for one township, and the county's approver."""

    clerk: User
    second: User
    reviewer: User
    approver: User
    village: User


def make_office(village: str = VILLAGE) -> Office:
    return Office(
        clerk=make_user("clerk", village),
        second=make_user("village", village),
        reviewer=make_user("reviewer", village),
        approver=make_user("approver", village),
        village=make_user("village", village),
    )


def member(name: str, age: int, relation: str = "head", **known: object) -> MemberEntry:
    """Somebody of that age without income: below any standard."""
    birth = date(clock.today().year - age, 1, 2)
    number = invent_id_number(birth)
    entry = PersonEntry(name or invent_name(int(number[-4:-1])), "resident", number, birth, "M", phone="10013800138")
    circumstances = Circumstances(relation=relation, birth_date=birth, sex="M", work="unable", **known)  # type: ignore[arg-type]
    return MemberEntry(entry, circumstances, True)


def surveyed(
    office: Office,
    *members: MemberEntry,
    village: str = VILLAGE,
    programme: Programme = Programme.DIBAO,
    recipient: int = 0,
    on: date | None = None,
) -> Matter:
    """A family whose home two people have seen; the opinion is next."""
    on = on or clock.today()
    filled = Submission(
        programme=programme.value,
        region_code=village,
        area="rural",
        received_on=on,
        channel="window",
        members=members or (member("", 70),),
        recipient=recipient,
    )
    matter = intake.submit(filled, key=uuid4(), actor=office.clerk).matters.get()
    workflow.advance(matter.pk, Action.ACCEPT, actor=office.clerk, on=on)
    return survey(office, matter, on)


def survey(office: Office, matter: Matter, on: date) -> Matter:
    visits.visit(matter.pk, Findings(on, "本人", "与申报相符", True), second=office.second, actor=office.clerk)
    return visits.sign(matter.pk, actor=office.second, on=on)


def waiting(
    office: Office,
    *members: MemberEntry,
    village: str = VILLAGE,
    programme: Programme = Programme.DIBAO,
    recipient: int = 0,
    on: date | None = None,
) -> Matter:
    """A family with a favourable opinion, waiting to be posted."""
    on = on or clock.today()
    matter = surveyed(office, *members, village=village, programme=programme, recipient=recipient, on=on)
    opinions.rule(
        matter.pk,
        test=RulingTest.ASSETS_WITHIN_LIMIT,
        answer=1,
        reason="一处自住房",
        evidence="入户调查表",
        person=None,
        actor=office.reviewer,
    )
    if programme == Programme.TEKUN:
        _rule_tekun(office, matter)
    return opine(office, matter, on)


def opine(office: Office, matter: Matter, on: date) -> Matter:
    return opinions.opine(matter.pk, agrees=True, note="", actor=office.reviewer, on=on)


def _rule_tekun(office: Office, matter: Matter) -> None:
    opinions.rule(
        matter.pk,
        test=RulingTest.SELF_CARE_FAILED,
        answer=4,
        reason="六项中四项未达到",
        evidence="评估表",
        person=matter.person,
        actor=office.reviewer,
    )


def posted(office: Office, *members: MemberEntry, village: str = VILLAGE, on: date | None = None) -> NoticeList:
    """One family on a list of its own."""
    waiting(office, *members, village=village, on=on)
    return lists.post(village, actor=office.clerk, on=on or clock.today(), place=PLACE)


def posted_as(office: Office, programme: Programme, *, on: date) -> NoticeList:
    """One family of that programme on a list of its own."""
    waiting(office, programme=programme, on=on)
    return lists.post(VILLAGE, actor=office.clerk, on=on, place=PLACE)


def ended(office: Office, *, village: str = VILLAGE, days: int = 20) -> NoticeList:
    """A list posted so long ago that its notice is over, and ended today."""
    made = posted(office, village=village, on=days_ago(days))
    return lists.end(made.pk, actor=office.clerk, on=clock.today())


def confirmed(office: Office, made: NoticeList) -> list[Decision]:
    """Everything on the list decided by the county."""
    return [
        decisions.confirm(one.matter_id, seen=_seen(one.matter), actor=office.approver, on=clock.today())
        for one in made.entries.select_related("matter")
    ]


def _seen(matter: Matter) -> UUID:
    assert matter.assessment_id is not None
    return matter.assessment_id


def race(act: Callable[[User], object], *actors: User) -> list[AidError]:
    """Everybody at once, each on a connection of their own; what the losers were told."""
    start, told = Barrier(len(actors)), []

    def run(actor: User) -> None:
        try:
            start.wait(timeout=10)
            act(actor)
        except AidError as refused:
            told.append(refused)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told
