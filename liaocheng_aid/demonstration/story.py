"""What happened to each invented family: the real acts, taken by the real posts, on the days they would have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid5

from applications import decisions, intake, opinions, supplements, verdicts, visits, workflow
from applications.holidays import calendar
from applications.models import Action, Matter, State
from applications.submission import Submission
from applications.visits import Findings
from disclosure import lists, objections
from eligibility.models import RulingTest
from households.models import IncomeFact
from liaocheng_aid.demonstration.staff import Office, Staff

NAMESPACE = UUID("6f1c5d6e-0000-4000-8000-000000371599")


@dataclass(frozen=True)
class Days:
    """The days of a case, counted in working days from the one it came in."""

    submitted: date

    def after(self, working_days: int) -> date:
        return calendar().add_working_days(self.submitted, working_days)


class Teller:
    """Tells families' stories up to a state, in one demonstration county."""

    def __init__(self, staff: Staff, today: date) -> None:
        self.staff, self.today = staff, today

    def tell(self, office: Office, filled: Submission, until: State) -> Matter:
        """From submission up to the state, or as far as today allows. Posting is a village's, see `notice`."""
        key = uuid5(NAMESPACE, f"{filled.members[0].entry.id_number}{filled.programme}")
        application = intake.submit(filled, key=key, actor=office.clerk)
        matter = application.matters.get()
        self._early(office, matter, Days(filled.received_on), until)
        return Matter.objects.get(pk=matter.pk)

    def _early(self, office: Office, matter: Matter, days: Days, until: State) -> None:
        if until == State.SUBMITTED:
            return
        if until == State.SUPPLEMENT:
            supplements.ask(matter.pk, missing="诊断证明、户主社保卡复印件", actor=office.clerk, on=days.submitted)
            return
        if until in (State.DECLINED, State.WITHDRAWN):
            action = Action.DECLINE if until == State.DECLINED else Action.WITHDRAW
            note = "不在本乡镇居住" if until == State.DECLINED else "申请人外出务工，自愿撤回"
            workflow.advance(matter.pk, action, actor=office.clerk, on=days.submitted, note=note)
            return
        workflow.advance(matter.pk, Action.ACCEPT, actor=office.clerk, on=days.submitted)
        self._survey(office, matter, days, until)

    def _survey(self, office: Office, matter: Matter, days: Days, until: State) -> None:
        if until == State.ACCEPTED:
            return
        visited = days.after(2)
        found = Findings(visited, matter.application.applicant.name, "住房、土地、收入与申报相符，邻居证实。", True)
        visits.visit(matter.pk, found, second=office.second, actor=office.clerk)
        if until == State.VISITED:
            return
        visits.sign(matter.pk, actor=office.second, on=visited)
        if until == State.SURVEYED:
            return
        self._opine(office, matter, days.after(4), until)

    def _opine(self, office: Office, matter: Matter, on: date, until: State) -> None:
        for test in (RulingTest.ASSETS_WITHIN_LIMIT, RulingTest.BASIC_PENSION_COUNTED):
            if test == RulingTest.ASSETS_WITHIN_LIMIT or _has_pension(matter):
                opinions.rule(
                    matter.pk,
                    test=test,
                    answer=int(test == RulingTest.ASSETS_WITHIN_LIMIT),
                    reason="一处自住房，无机动车，存款在合理范围",
                    evidence="入户调查表",
                    person=None,
                    actor=office.reviewer,
                )
        agrees = until != State.REFUSED and verdicts.preview(matter, on=on).is_eligible
        note = "" if agrees else "家庭月收入高于标准"
        opinions.opine(matter.pk, agrees=agrees, note=note, actor=office.reviewer, on=on)

    def notice(self, office: Office, village_code: str, on: date) -> None:
        """Post what waits in the village; end it where its days are over by today."""
        posted = lists.post(village_code, actor=office.clerk, on=on, place="村务公开栏")
        opens = calendar().confirmation_opens(on)
        if opens <= self.today:
            lists.end(posted.pk, actor=office.clerk, on=opens)

    def dispute(self, matter: Matter, office: Office) -> None:
        """Somebody objects while the notice stands."""
        entry = matter.notice_entries.latest("seq")
        objections.receive(
            entry,
            content="反映其子在县城有门面房",
            name=None,
            received_on=self.today,
            actor=office.clerk,
        )

    def decide(self, matter_pk: UUID, on: date) -> None:
        """The county's approver confirms or refuses what is ready."""
        matter = Matter.objects.select_related("assessment").get(pk=matter_pk)
        if matter.state != State.TO_CONFIRM or matter.assessment is None:
            return
        seen, approver = matter.assessment.pk, self.staff.approver
        if verdicts.of(matter, matter.assessment).is_eligible:
            decisions.confirm(matter.pk, seen=seen, actor=approver, on=on)
        else:
            decisions.refuse(matter.pk, seen=seen, reason="家庭人均月收入高于低保标准", actor=approver, on=on)


def _has_pension(matter: Matter) -> bool:
    return IncomeFact.objects.live().filter(household=matter.household, kind="basic_pension").exists()


def workday_before(on: date, days: int) -> date:
    """A working day at least so many natural days back."""
    day = on - timedelta(days=days)
    while not calendar().is_working_day(day):
        day -= timedelta(days=1)
    return day
