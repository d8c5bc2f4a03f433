"""Confirm: decision, step, award and ledger entry together, on what was noticed and seen, by another hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts import audit, clock
from accounts.errors import Conflict, Forbidden, Invalid, NotHere, WrongState
from accounts.ids import uuid7
from applications import decisions
from applications.holidays import calendar
from applications.models import Action, ConfirmingBody, Decision, State
from eligibility.programmes import Programme
from payments.models import Award, LedgerEntry
from tests.applications import walking
from tests.conftest import Clock
from tests.making import OTHER_COUNTY, TOWNSHIP, VILLAGE, make_user, region

pytestmark = pytest.mark.django_db


def test_it_works(moving_clock: Clock) -> None:
    staff = walking.office()
    decision = walking.confirmed(staff, moving_clock)
    award = Award.objects.get(decision_id=decision.pk)
    entry = LedgerEntry.objects.get(award=award)
    # 753.00 × 2 − 300.00 = 1,206.00
    assert (decision.amount_fen, decision.people, entry.amount_fen, entry.kind) == (120_600, 2, 120_600, "start")
    assert decision.matter.state == State.CONFIRMED
    assert decision.first_month is not None
    assert decision.first_month > clock.today()
    assert award.first_month == decision.first_month
    assert award.covers.count() == 2


def test_it_covers_exactly_whom_the_sum_counts(moving_clock: Clock) -> None:
    """A grown child who left is not counted, nor is one in prison; a student away is (57号 art. 7)."""
    head, brother = walking.family(2, "0.00")
    members = (
        head,
        brother,
        walking.member("child", birth=date(1990, 1, 1), lives_here=False, name="外出子女"),
        walking.member("child", birth=date(2006, 1, 1), lives_here=False, student="undergraduate", name="在读子女"),
        walking.member("sibling", birth=date(1980, 1, 1), absence="prison", name="服刑兄弟"),
    )
    decision = walking.confirmed(walking.office(), moving_clock, walking.filled(members))
    names = set(Award.objects.get(decision_id=decision.pk).covers.values_list("person__name", flat=True))
    assert names == {head.entry.name, brother.entry.name, "在读子女"}
    assert decision.people == 3
    assert decision.amount_fen == 3 * 75_300


def test_another_county_is_absent(moving_clock: Clock) -> None:
    matter = walking.ready(walking.office(), moving_clock)
    with pytest.raises(NotHere):
        walking.confirm(matter, make_user("approver", OTHER_COUNTY))


@pytest.mark.parametrize("role", ["clerk", "reviewer", "county", "checker", "city", "auditor"])
def test_another_post_is_refused(role: str, moving_clock: Clock) -> None:
    matter = walking.ready(walking.office(), moving_clock)
    with pytest.raises(Forbidden):
        walking.confirm(matter, make_user(role, VILLAGE))


def test_it_waits_for_the_whole_notice(moving_clock: Clock) -> None:
    staff = walking.office()
    matter = walking.posted(staff)
    ends = calendar().notice_end(matter.transitions.get(action=Action.POST).on)
    walking.wait_until(moving_clock, ends)
    walking.step(matter, Action.END_NOTICE, staff.clerk)
    matter.refresh_from_db()
    with pytest.raises(WrongState, match="公示期未满"):
        walking.confirm(matter, staff.approver)
    walking.wait_until(moving_clock, calendar().confirmation_opens(matter.transitions.get(action=Action.POST).on))
    assert walking.confirm(matter, staff.approver).outcome == Decision.Outcome.CONFIRMED


def test_an_opposed_matter_was_never_noticed() -> None:
    staff = walking.office()
    with pytest.raises(WrongState, match="没有公示过"):
        walking.confirm(walking.opposed(staff), staff.approver)


def test_what_was_seen_must_be_what_stands(moving_clock: Clock) -> None:
    staff = walking.office()
    matter = walking.ready(staff, moving_clock)
    with pytest.raises(Conflict):
        walking.confirm(matter, staff.approver, seen=uuid7())
    assert not Decision.objects.exists()


def test_a_ruling_after_the_notice_stops_it(moving_clock: Clock) -> None:
    staff = walking.office()
    matter = walking.ready(staff, moving_clock)
    walking.rule_assets(matter, make_user("county"), answer=0)
    with pytest.raises(WrongState, match="现在已不符合"):
        walking.confirm(matter, staff.approver)
    matter.refresh_from_db()
    assert matter.state == State.TO_CONFIRM
    assert not Award.objects.exists()


def test_twice_says_who_and_when(moving_clock: Clock) -> None:
    staff = walking.office()
    matter = walking.ready(staff, moving_clock)
    walking.confirm(matter, staff.approver)
    with pytest.raises(WrongState, match=r"马志远已于 .* 办理“确认”"):
        walking.confirm(matter, make_user("approver", full_name="赵广田"))
    assert Decision.objects.count() == 1
    assert Award.objects.count() == 1


def test_a_status_without_money_starts_no_award(moving_clock: Clock) -> None:
    staff = walking.office()
    given = walking.filled(walking.family(1, "900.00"), programme=Programme.EDGE)
    decision = walking.confirmed(staff, moving_clock, given)
    assert (decision.amount_fen, decision.first_month) == (None, None)
    assert not Award.objects.exists()


def delegate(body: str, since: date) -> None:
    row = ConfirmingBody(
        region=region(TOWNSHIP), programme="", body=body, effective_from=since, document_number="莘政字〔2026〕1号"
    )
    audit.seal(row, None, "setting.confirming", on=since, region_code=TOWNSHIP)


def test_where_it_is_delegated_a_second_reviewer_confirms(moving_clock: Clock) -> None:
    """社会救助法 art. 44, 民发〔2022〕83号: a dated setting, and never the hand that gave the opinion or surveyed."""
    staff = walking.office()
    delegate("township", clock.today())
    matter = walking.ready(staff, moving_clock)
    for wrong in (staff.approver, staff.reviewer, staff.second):
        with pytest.raises(Forbidden):
            walking.confirm(matter, wrong)
    assert walking.confirm(matter, make_user("reviewer", VILLAGE)).outcome == Decision.Outcome.CONFIRMED


def test_a_delegation_taken_back_is_the_countys_again(moving_clock: Clock) -> None:
    staff = walking.office()
    delegate("township", clock.today() - timedelta(days=30))
    delegate("county", clock.today())
    matter = walking.ready(staff, moving_clock)
    with pytest.raises(Forbidden):
        walking.confirm(matter, make_user("reviewer", VILLAGE))
    assert walking.confirm(matter, staff.approver).outcome == Decision.Outcome.CONFIRMED


def test_refusing_needs_no_notice_and_its_reason() -> None:
    staff = walking.office()
    matter = walking.opposed(staff)
    seen = matter.assessment_id
    assert seen is not None
    with pytest.raises(Invalid) as wrong:
        decisions.refuse(matter.pk, seen=seen, reason="  ", actor=staff.approver, on=clock.today())
    assert "note" in wrong.value.errors
    decision = decisions.refuse(matter.pk, seen=seen, reason="收入高于标准", actor=staff.approver, on=clock.today())
    assert (decision.outcome, decision.amount_fen) == ("refused", None)
    assert not Award.objects.exists()
