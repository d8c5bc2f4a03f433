"""A standard takes effect: one batch raises whom it raises, by back-pay and change, and lowers nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from accounts import clock, jobs
from accounts.errors import Conflict, Forbidden, NotHere, WrongState
from accounts.models import Job
from applications import adjustments
from applications.adjustments import confirming
from applications.models import AdjustmentBatch, AdjustmentRow, AdjustmentStep, Decision, RelativeRegister
from eligibility.models import Assessment
from households import facts
from households.means import Income
from payments import holds, ledger
from payments.models import LedgerEntry
from payments.moments import next_month
from tests.applications import raised, walking
from tests.applications.raised import publish
from tests.conftest import Clock
from tests.making import COUNTY, OTHER_COUNTY, make_user, members_of, region
from tests.payments import stories

pytestmark = pytest.mark.django_db(transaction=True)
JAN, FEB, MAR, APR = (date(2027, month, 1) for month in (1, 2, 3, 4))


@pytest.fixture(autouse=True)
def _withdrawn(transactional_db: None) -> Iterator[None]:
    with raised.withdrawn_afterwards():
        yield


@pytest.fixture
def county(moving_clock: Clock) -> raised.County:
    """One family, paid for January to March; a standard of 800 from February is published in March."""
    made = raised.county(moving_clock)
    assert raised.paid(made, 3) == [JAN, FEB, MAR]
    return made


def amount(county: raised.County, month: date) -> int:
    return ledger.due(month, "371522").get(county.awards[0].pk, 0)


def test_a_standard_published_late_is_paid_back_once(county: raised.County) -> None:
    before = amount(county, MAR)
    assert adjustments.pending("371522", clock.today()) == 0
    publish(800, FEB)
    assert adjustments.pending("371522", clock.today()) == 1
    batch = county.prepare()
    assert (batch.state, batch.increases_count, batch.look_count, batch.unchanged_count) == ("prepared", 1, 0, 0)
    raise_fen = 2 * (80_000 - 75_300)
    assert (batch.monthly_fen, batch.back_pay_fen) == (raise_fen, 2 * raise_fen)
    steps = list(AdjustmentStep.objects.order_by("month").values_list("kind", "month", "before_fen", "after_fen"))
    assert steps == [
        ("back_pay", FEB, before, before + raise_fen),
        ("back_pay", MAR, before, before + raise_fen),
        ("change", APR, before, before + raise_fen),
    ]
    assert adjustments.pending("371522", clock.today()) == 0
    assert not LedgerEntry.objects.exclude(kind="start").exists()
    batch = county.confirm(batch)
    assert (batch.state, batch.done_count, batch.confirmed_by) == ("done", 1, county.confirmer)
    row = batch.rows.get()
    assert row.state == "done"
    entries = LedgerEntry.objects.exclude(kind="start")
    assert entries.count() == 3
    assert {e.assessment.as_of for e in entries if e.assessment} == {FEB, MAR, clock.today()}
    assert [amount(county, m) for m in (JAN, FEB, MAR, APR)] == [before, *[before + raise_fen] * 3]
    walking.wait_until(county.clock, APR.replace(day=5))
    line = county.pay(APR).lines.get()
    assert (line.due_fen, line.back_pay_fen, line.standard_fen) == (before + raise_fen, 2 * raise_fen, 80_000)
    walking.wait_until(county.clock, date(2027, 5, 5))
    may = county.pay(date(2027, 5, 1)).lines.get()
    assert (may.due_fen, may.back_pay_fen) == (before + raise_fen, 0)
    assert raised.everything_paid(county.awards[0]) == 5 * before + 4 * raise_fen
    with pytest.raises(WrongState, match="没有新标准涉及"):
        county.prepare()


def test_a_second_late_standard_raises_the_same_month_again(county: raised.County) -> None:
    before = amount(county, MAR)
    publish(800, FEB)
    county.confirm(county.prepare())
    publish(820, MAR)
    batch = county.prepare()
    assert (batch.back_pay_fen, batch.monthly_fen) == (4_000, 4_000)
    county.confirm(batch)
    assert [amount(county, m) - before for m in (FEB, MAR, APR)] == [9_400, 13_400, 13_400]
    walking.wait_until(county.clock, APR.replace(day=5))
    assert county.pay(APR).lines.get().back_pay_fen == 9_400 + 13_400


def test_what_was_not_listed_yet_is_changed_from_its_month(moving_clock: Clock) -> None:
    county = raised.county(moving_clock)
    walking.wait_until(moving_clock, FEB.replace(day=5))
    publish(800, FEB)
    batch = county.prepare()
    assert list(AdjustmentStep.objects.values_list("kind", "month")) == [("change", FEB)]
    county.confirm(batch)
    line = county.pay(FEB).lines.get()
    assert line.due_fen - line.back_pay_fen == 9_400


def test_a_lower_standard_lowers_nobody(county: raised.County) -> None:
    publish(700, FEB)
    batch = county.prepare()
    row = batch.rows.get()
    assert (row.outcome, row.reason) == ("look", "lower")
    assert "社会救助法第48条" in row.detail
    county.confirm(batch)
    assert not LedgerEntry.objects.exclude(kind="start").exists()
    # Named, so not counted as new; and in the next batch until a person has settled it.
    assert adjustments.pending("371522", clock.today()) == 0
    assert county.prepare().look_count == 1


def test_a_held_person_is_for_somebody_to_look_at(county: raised.County) -> None:
    holds.set_hold(county.awards[0].payee, "doubtful", "", actor=county.office.checker, on=clock.today())
    publish(800, FEB)
    assert county.prepare().rows.get().reason == "held"


def test_a_suspended_and_a_stopped_award_are_for_somebody_to_look_at(county: raised.County) -> None:
    publish(800, FEB)
    ledger.suspend(county.awards[0], APR, "待核查", actor=county.confirmer, on=clock.today())
    assert county.prepare().rows.get().reason == "suspended"
    ledger.stop(county.awards[0], APR, "迁出", actor=county.confirmer, on=clock.today())
    assert county.prepare().rows.get().reason == "stopped"


def earn(county: raised.County, fen: int) -> None:
    household = county.awards[0].household
    pen = facts.Pen(household, source="verified", on=clock.today(), by=county.staff.clerk)
    pen.incomes(members_of(household)[0], (Income("wage", fen, "month", "工资条"),))


def test_a_family_that_changed_is_for_somebody_to_look_at(county: raised.County) -> None:
    earn(county, 20_000)
    publish(800, FEB)
    row = county.prepare().rows.get()
    assert (row.reason, row.detail) == ("changed", "确认以来收入、财产或家庭情况有变，先复核再调整")


def test_facts_that_change_before_the_confirmation_take_the_row_out(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    earn(county, 10_000)
    batch = county.confirm(batch)
    row = batch.rows.get()
    assert (batch.state, batch.done_count, row.state) == ("done", 0, "taken_out")
    assert "有变" in row.note
    assert not LedgerEntry.objects.exclude(kind="start").exists()
    assert county.prepare().rows.get().outcome == "look"


def test_another_figure_before_the_confirmation_takes_the_row_out(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    publish(820, MAR)
    assert county.confirm(batch).rows.get().state == "taken_out"
    assert county.confirm(county.prepare()).done_count == 1


def test_a_list_built_since_asks_for_a_new_batch(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    stories.build(county.office, APR, on=clock.today())
    with pytest.raises(WrongState, match="又生成过名单"):
        county.confirm(batch)
    again = county.prepare()
    assert again.back_pay_fen == 3 * 9_400
    assert AdjustmentBatch.objects.get(pk=batch.pk).state == "replaced"
    with pytest.raises(WrongState, match="已被新批次替代"):
        county.confirm(batch)
    assert county.confirm(again).done_count == 1


def test_a_relative_does_not_confirm_it(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    decision = Decision.objects.get(pk=county.awards[0].decision_id)
    RelativeRegister.objects.create(
        matter=decision.matter,
        user=county.confirmer,
        name=county.confirmer.full_name,
        relation="兄弟",
        registered_by=county.staff.clerk,
        registered_at=clock.now(),
    )
    row = county.confirm(batch).rows.get()
    assert (row.state, row.note) == ("taken_out", "确认人已登记为近亲属，由别人办理")


def test_another_county_is_refused(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    with pytest.raises(NotHere):
        adjustments.start(region(COUNTY), actor=make_user("county", OTHER_COUNTY), on=clock.today())
    with pytest.raises(NotHere):
        adjustments.confirm(batch.pk, seen_hash=batch.hash, actor=make_user("approver", OTHER_COUNTY), on=clock.today())


@pytest.mark.parametrize("role", ["county", "checker", "auditor"])
def test_another_post_does_not_confirm(county: raised.County, role: str) -> None:
    publish(800, FEB)
    batch = county.prepare()
    with pytest.raises(Forbidden):
        adjustments.confirm(batch.pk, seen_hash=batch.hash, actor=make_user(role), on=clock.today())


def test_who_prepared_it_does_not_confirm_it(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    moved = stories.moved_to(county.preparer, "approver")
    with pytest.raises(Forbidden, match="由本人准备"):
        adjustments.confirm(batch.pk, seen_hash=batch.hash, actor=moved, on=clock.today())


def test_another_batch_than_seen_is_a_conflict(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    with pytest.raises(Conflict):
        adjustments.confirm(batch.pk, seen_hash="0" * 64, actor=county.confirmer, on=clock.today())


def test_twice_is_once_and_another_is_told_who(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.confirm(county.prepare())
    with pytest.raises(adjustments.AlreadyConfirmed, match="已由本人于"):
        county.confirm(batch)
    with pytest.raises(WrongState, match=f"已由{county.confirmer.full_name}于"):
        adjustments.confirm(batch.pk, seen_hash=batch.hash, actor=raised.other_approver(), on=clock.today())
    assert LedgerEntry.objects.exclude(kind="start").count() == 3


def test_two_confirmers_at_once_is_one(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    people = [county.confirmer, raised.other_approver()]
    answers = stories.at_once(
        *(lambda a=a: adjustments.confirm(batch.pk, seen_hash=batch.hash, actor=a, on=clock.today()) for a in people)
    )
    assert [type(a) for a in answers].count(AdjustmentBatch) == 1, answers
    stories.run_jobs()
    assert LedgerEntry.objects.exclude(kind="start").count() == 3


def test_two_preparers_at_once_is_one_batch(county: raised.County) -> None:
    publish(800, FEB)
    people = [county.preparer, make_user("county")]
    stories.at_once(*(lambda a=a: adjustments.start(region(COUNTY), actor=a, on=clock.today()) for a in people))
    stories.run_jobs()
    assert AdjustmentBatch.objects.filter(state="prepared").count() == 1


def test_two_workers_at_once_pay_nothing_twice(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    adjustments.confirm(batch.pk, seen_hash=batch.hash, actor=county.confirmer, on=clock.today())
    row = batch.rows.get()
    stories.at_once(*(lambda: confirming._settle(row.pk, county.confirmer, clock.today()) for _ in range(2)))
    assert LedgerEntry.objects.exclude(kind="start").count() == 3
    stories.run_jobs()
    assert LedgerEntry.objects.exclude(kind="start").count() == 3


def test_killed_in_the_middle_it_goes_on_and_pays_nothing_twice(
    moving_clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = raised.county(moving_clock, families=3)
    raised.paid(county, 3)
    publish(800, FEB)
    batch = county.prepare()
    adjustments.confirm(batch.pk, seen_hash=batch.hash, actor=county.confirmer, on=clock.today())
    whole, calls = ledger.back_pay, []

    class Killed(BaseException):
        pass

    def dies_at_the_fourth(*given: object, **more: object) -> LedgerEntry:
        calls.append(given)
        if len(calls) == 4:
            raise Killed
        return whole(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger, "back_pay", dies_at_the_fourth)
    held = jobs.claim(AdjustmentBatch.objects.get(pk=batch.pk).job_id)
    assert held is not None
    with pytest.raises(Killed):
        jobs.run(held)
    assert AdjustmentRow.objects.filter(state="done").count() == 1
    assert LedgerEntry.objects.filter(kind="back_pay").count() == 2
    monkeypatch.setattr(ledger, "back_pay", whole)
    Job.objects.filter(kind="adjustments.apply").update(lease_until=batch.started_at)
    stories.run_jobs()
    assert LedgerEntry.objects.filter(kind="back_pay").count() == 6
    assert LedgerEntry.objects.filter(kind="change").count() == 3
    assert AdjustmentBatch.objects.get(pk=batch.pk).done_count == 3


def test_an_award_changed_meanwhile_is_taken_out(county: raised.County) -> None:
    publish(800, FEB)
    batch = county.prepare()
    ledger.change(county.awards[0], 99_000, next_month(MAR), "核查", actor=county.confirmer, on=clock.today())
    assert county.confirm(batch).rows.get().state == "taken_out"
    assert Assessment.objects.filter(made_by=county.confirmer).count() == 0
