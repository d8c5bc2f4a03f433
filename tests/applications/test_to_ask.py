"""Whom a night asks about: applicants, recipients while an award lives, edge and rigid families, obligors; no dead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import audit, clock
from applications import intake
from applications.models import Action, Decision, Matter, State
from applications.night import CHECKED, to_ask
from applications.platform.rows import check_by
from applications.submission import ObligorEntry, Submission
from eligibility import assess
from eligibility.programmes import Programme
from households.means import Obligor
from households.models import Membership, Obligation, Person
from payments import ledger
from payments.models import Award
from tests.applications import walking
from tests.conftest import Clock
from tests.making import OTHER_COUNTY_VILLAGE, make_person
from verification.asking import ToAsk

pytestmark = pytest.mark.django_db
COUNTY = "371522"


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


def owing(name: str) -> ObligorEntry:
    one = walking.member(name=name, birth=date(1985, 2, 2), sex="M")
    return ObligorEntry(one.entry, Obligor("child", one.entry.birth_date, monthly_income_fen=0), consents=True)


def asked(on: date | None = None, county: str = COUNTY) -> list[ToAsk]:
    return list(to_ask(county, on or clock.today()))


def award_of(decision: Decision) -> Award:
    return Award.objects.get(decision_id=decision.pk)


def test_an_accepted_family_and_who_owes_it_support(staff: walking.Office) -> None:
    matter = walking.accepted(staff, walking.filled(walking.family(2), obligors=(owing("赵建国"),)))
    members = Membership.objects.filter(household=matter.household).order_by("position")
    son = Person.objects.get(name="赵建国")
    people = [(member.person_id, "member") for member in members] + [(son.pk, "obligor")]
    submitted = matter.application.submitted_on
    assert asked() == [
        ToAsk(person, matter.household_id, role, "applies", matter.number, "dibao", submitted)
        for person, role in people
    ]


def test_every_open_state_from_acceptance_on_is_asked_about(staff: walking.Office) -> None:
    matters = {state: walk(staff) for state, walk in walking.WALKS.items()}
    found = {one.household_id for one in asked()}
    assert {state for state, matter in matters.items() if matter.household_id in found} == set(CHECKED)
    assert State.SUBMITTED not in CHECKED


def test_another_county_s_are_its_own(staff: walking.Office) -> None:
    there = walking.office(OTHER_COUNTY_VILLAGE)
    matter = walking.accepted(there, walking.filled(village=OTHER_COUNTY_VILLAGE))
    assert asked() == []
    assert {one.household_id for one in asked(county="371524")} == {matter.household_id}


def test_a_recipient_is_asked_about_since_the_case_began(staff: walking.Office, moving_clock: Clock) -> None:
    decision = walking.confirmed(staff, moving_clock)
    matter = decision.matter
    found = asked()
    assert {(one.purpose, one.case_number, one.since) for one in found} == {
        ("receives", matter.number, matter.application.submitted_on)
    }
    assert len(found) == 2
    assert asked(clock.today() + timedelta(days=400)) == found


def test_a_stopped_award_is_over_from_its_month(staff: walking.Office, moving_clock: Clock) -> None:
    award = award_of(walking.confirmed(staff, moving_clock))
    stop = date(award.first_month.year + 1, 2, 1)
    ledger.stop(award, stop, "收入超过标准", actor=staff.approver, on=clock.today())
    assert len(asked(stop - timedelta(days=1))) == 2
    assert asked(stop) == []


def test_one_that_stops_before_it_starts_never_was(staff: walking.Office, moving_clock: Clock) -> None:
    award = award_of(walking.confirmed(staff, moving_clock))
    ledger.stop(award, award.first_month, "申请人放弃", actor=staff.approver, on=clock.today())
    assert asked() == []


def test_a_suspended_award_is_still_asked_about(staff: walking.Office, moving_clock: Clock) -> None:
    award = award_of(walking.confirmed(staff, moving_clock))
    ledger.suspend(award, award.first_month, "待核查", actor=staff.approver, on=clock.today())
    assert len(asked(award.first_month)) == 2


def test_help_given_once_is_over_after_its_month(staff: walking.Office, moving_clock: Clock) -> None:
    given = walking.filled(programme=Programme.TEMPORARY, need_kind="medical", need_multiple=Decimal("3"))
    award = award_of(walking.confirmed(staff, moving_clock, given))
    after = (award.first_month + timedelta(days=31)).replace(day=1)
    assert award.is_once
    assert len(asked()) == len(asked(after - timedelta(days=1))) == 2
    assert asked(after) == []


def test_an_open_matter_is_the_purpose_before_an_award(staff: walking.Office, moving_clock: Clock) -> None:
    given = walking.filled()
    walking.confirmed(staff, moving_clock, given)
    again = walking.filled(given.members, programme=Programme.TEMPORARY, need_kind="medical", with_account=False)
    matter = walking.accepted(staff, again)
    assert {(one.purpose, one.case_number, one.since) for one in asked()} == {("applies", matter.number, clock.today())}


def test_of_two_open_matters_the_first_is_named(staff: walking.Office) -> None:
    given = walking.filled(on=clock.today() - timedelta(days=1))
    first = walking.accepted(staff, given)
    walking.accepted(staff, walking.filled(given.members, programme=Programme.EDGE, with_account=False))
    found = asked()
    assert {one.case_number for one in found} == {first.number}
    assert len(found) == len(given.members)


def edge(staff: walking.Office, moving_clock: Clock, given: Submission | None = None) -> Decision:
    """An edge family of two, confirmed: nothing is paid."""
    given = given or walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE)
    decision = walking.confirmed(staff, moving_clock, given)
    assert not Award.objects.filter(decision_id=decision.pk).exists()
    return decision


def rigid(staff: walking.Office, on: date, monkeypatch: pytest.MonkeyPatch) -> Decision:
    """A family of two whose spending a person has looked at, confirmed as rigid on that day."""
    monkeypatch.setattr(intake, "ACCEPTED", (*intake.ACCEPTED, Programme.RIGID))
    matter = walking.surveyed(staff, walking.filled(programme=Programme.RIGID))
    for action in (Action.OPINE, Action.POST, Action.END_NOTICE, Action.CONFIRM):
        actor = {Action.OPINE: staff.reviewer, Action.CONFIRM: staff.approver}.get(action, staff.clerk)
        matter = walking.step(matter, action, actor)
    ground = assess.assess(matter.household, on=clock.today(), by=staff.reviewer)
    decision = Decision(
        matter=matter,
        outcome=Decision.Outcome.CONFIRMED,
        assessment=ground,
        people=2,
        decided_by=staff.approver,
        decided_on=on,
        decided_at=clock.now(),
    )
    return audit.seal(decision, staff.approver, "decision.confirm", on=on, region_code=matter.region_id)


def test_an_edge_family_is_asked_about_once_confirmed(staff: walking.Office, moving_clock: Clock) -> None:
    decision = edge(staff, moving_clock)
    matter = decision.matter
    found = asked()
    assert {(one.purpose, one.case_number, one.programme, one.since) for one in found} == {
        ("receives", matter.number, "edge", matter.application.submitted_on)
    }
    assert len(found) == 2
    assert asked(decision.decided_on + timedelta(days=800)) == found
    assert list(to_ask(COUNTY, clock.today(), applying=True)) == []


@pytest.mark.parametrize(
    "confirmed", [date(2024, 2, 29), date(2027, 2, 28), date(2027, 3, 1), date(2026, 12, 31)], ids=str
)
def test_a_rigid_family_until_the_day_the_platform_is_told(
    staff: walking.Office, confirmed: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = rigid(staff, confirmed, monkeypatch)
    until = check_by(confirmed)
    assert {(one.case_number, one.programme) for one in asked(until - timedelta(days=1))} == {
        (decision.matter.number, "rigid")
    }
    assert asked(until) == []


def test_a_refused_edge_family_is_not_asked_about(staff: walking.Office) -> None:
    walking.refused(staff, walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE))
    assert asked() == []


def test_confirmed_and_receiving_is_asked_once(staff: walking.Office, moving_clock: Clock) -> None:
    given = walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE)
    confirmed = edge(staff, moving_clock, given)
    more: dict[str, Any] = {"programme": Programme.TEMPORARY, "need_kind": "medical", "need_multiple": Decimal("3")}
    award = award_of(walking.confirmed(staff, moving_clock, walking.filled(given.members, with_account=False, **more)))
    found = asked(award.first_month)
    assert award.household_id == confirmed.matter.household_id
    assert {(one.purpose, one.case_number) for one in found} == {("receives", confirmed.matter.number)}
    assert len(found) == 2


def test_who_is_confirmed_for_dibao_is_no_edge_family_any_more(staff: walking.Office, moving_clock: Clock) -> None:
    given = walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE)
    edge(staff, moving_clock, given)
    poorer = walking.family(2)
    same = tuple(replace(one, entry=known.entry) for one, known in zip(poorer, given.members, strict=True))
    award = award_of(walking.confirmed(staff, moving_clock, walking.filled(same, with_account=False)))
    assert {one.case_number for one in asked()} == {award.case_number}
    ledger.stop(award, award.first_month, "收入超过标准", actor=staff.approver, on=clock.today())
    assert asked(award.first_month) == []


def test_an_edge_family_that_applies_again_is_asked_for_that(staff: walking.Office, moving_clock: Clock) -> None:
    given = walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE)
    edge(staff, moving_clock, given)
    again = walking.filled(given.members, programme=Programme.TEMPORARY, need_kind="medical", with_account=False)
    matter = walking.accepted(staff, again)
    assert {(one.purpose, one.case_number) for one in asked()} == {("applies", matter.number)}


def test_of_two_confirmations_the_newer_stands(staff: walking.Office, moving_clock: Clock) -> None:
    given = walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE)
    edge(staff, moving_clock, given)
    renewed = edge(staff, moving_clock, replace(given, received_on=clock.today()))
    assert {one.case_number for one in asked()} == {renewed.matter.number}


def test_nobody_asks_about_the_dead(staff: walking.Office) -> None:
    matter = walking.accepted(staff)
    head = matter.application.applicant
    head.died_on = clock.today()
    head.save(update_fields=["died_on"])
    assert head.pk not in {one.person_id for one in asked()}
    assert len(asked()) == 1


def test_who_left_or_owes_nothing_any_more_is_not_asked_about(staff: walking.Office) -> None:
    matter = walking.accepted(staff, walking.filled(walking.family(2), obligors=(owing("赵建国"),)))
    Obligation.objects.filter(household=matter.household).update(ends_on=clock.today())
    Membership.objects.filter(household=matter.household, position=2).update(left_on=clock.today())
    assert [one.role for one in asked()] == ["member"]


def test_a_member_who_owes_support_too_is_one_row(staff: walking.Office) -> None:
    matter = walking.accepted(staff)
    second = Membership.objects.get(household=matter.household, position=2).person
    Obligation.objects.create(household=matter.household, obligor=second, relation="child", starts_on=clock.today())
    assert [one.role for one in asked()] == ["member", "member"]


def test_one_statement_for_any_number_and_households_stay_whole(staff: walking.Office) -> None:
    son = make_person()
    for size in (1, 2, 3):
        matter: Matter = walking.accepted(staff, walking.filled(walking.family(size)))
        Obligation.objects.create(household=matter.household, obligor=son, relation="child", starts_on=clock.today())
    with CaptureQueriesContext(connection) as queries:
        found = asked()
    assert len(queries) == 1
    homes = [one.household_id for one in found]
    assert homes == sorted(homes)
    assert [one.role for one in found if one.household_id == homes[0]][-1] == "obligor"
    assert len({(one.person_id, one.household_id) for one in found}) == len(found) == 9


def test_a_withdrawn_case_is_not_asked_about(staff: walking.Office) -> None:
    matter = walking.accepted(staff)
    walking.step(matter, Action.WITHDRAW, staff.clerk, note="本人撤回")
    assert asked() == []
