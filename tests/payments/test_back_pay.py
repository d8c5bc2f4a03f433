"""Back-pay: the difference for a month a list took at the old amount, paid by the next list and never again."""

from __future__ import annotations

from datetime import date

import pytest

from accounts import jobs
from accounts.errors import Invalid, WrongState
from accounts.models import Job
from eligibility.programmes import Programme
from payments import holds, ledger, monthly
from payments.models import Award, LedgerEntry, PaymentLine, PaymentList, PaymentSlot
from payments.monthly import building, figures
from tests.making import OTHER_COUNTY, make_account, make_award, make_household, make_person, region
from tests.payments import stories
from tests.payments.stories import MONTH as DEC
from tests.payments.stories import ON

pytestmark = pytest.mark.django_db(transaction=True)
SEP, OCT, NOV = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
JAN, FEB = date(2027, 1, 1), date(2027, 2, 1)
IN_DECEMBER, IN_JANUARY = date(2026, 12, 16), date(2027, 1, 16)


@pytest.fixture
def office() -> stories.Office:
    return stories.Office()


def since_september(people: int = 2, programme: Programme = Programme.DIBAO, **given: object) -> Award:
    return make_award(
        make_household(people=people),
        programme=programme,
        amount_fen=50_000,
        first_month=SEP,
        awarded_on=date(2026, 8, 10),
        **given,  # type: ignore[arg-type]
    )


def paid_at_the_old_amount(office: stories.Office, award: Award | None = None) -> Award:
    """September to November by the list of November, gone out."""
    award = award or since_september()
    stories.release(office, stories.build(office, NOV))
    return award


def raise_by(award: Award, fen: int, *months: date, office: stories.Office, on: date = ON) -> list[LedgerEntry]:
    return [ledger.back_pay(award, m, fen, "标准提高", actor=office.approver, on=on) for m in months]


def everything_paid(award: Award) -> int:
    lines = PaymentLine.objects.filter(award=award).exclude(list__state="cancelled")
    return sum(lines.values_list("net_fen", flat=True))


def test_it_works(office: stories.Office) -> None:
    award = paid_at_the_old_amount(office)
    entries = raise_by(award, 10_000, SEP, OCT, NOV, office=office)
    ledger.change(award, 60_000, DEC, "标准提高", actor=office.approver, on=ON)
    assert [ledger.due(m)[award.pk] for m in (SEP, NOV, DEC)] == [60_000, 60_000, 60_000]
    made = stories.build(office)
    line = made.lines.get()
    assert (line.due_fen, line.back_pay_fen, line.net_fen, line.people) == (60_000, 30_000, 90_000, 2)
    assert (line.month_from, line.month_to) == (SEP, DEC)
    assert line.remark == "补差 2026-09 至 2026-11 共 300.00 元"
    slots = PaymentSlot.objects.filter(line=line, kind="back_pay")
    people = set(award.covers.values_list("person_id", flat=True))
    for entry in entries:
        taken = slots.filter(entry=entry)
        assert set(taken.values_list("person_id", flat=True)) == people
        assert set(taken.values_list("period", flat=True)) == {entry.from_month}
    stories.release(office, made)
    assert stories.build(office).lines_count == 0
    january = stories.build(office, JAN, on=IN_DECEMBER).lines.get()
    assert (january.due_fen, january.back_pay_fen) == (60_000, 0)
    assert everything_paid(award) == 5 * 60_000


def test_a_child_of_four_slots_is_raised_once(office: stories.Office) -> None:
    award = paid_at_the_old_amount(office, since_september(people=1, programme=Programme.TEKUN))
    raise_by(award, 5_000, OCT, office=office)
    made = stories.build(office)
    assert made.lines.get().back_pay_fen == 5_000
    assert PaymentSlot.objects.filter(kind="back_pay").count() == 4


def test_a_month_raised_twice_is_paid_twice_its_difference(office: stories.Office) -> None:
    award = paid_at_the_old_amount(office)
    raise_by(award, 10_000, OCT, office=office)
    raise_by(award, 7_000, OCT, office=office)
    assert stories.build(office).lines.get().back_pay_fen == 17_000


def test_a_month_raised_again_after_it_was_paid_is_paid_the_second_only(office: stories.Office) -> None:
    award = paid_at_the_old_amount(office)
    raise_by(award, 10_000, OCT, office=office)
    stories.release(office, stories.build(office))
    raise_by(award, 7_000, OCT, office=office)
    line = stories.build(office, JAN, on=IN_DECEMBER).lines.get()
    assert (line.due_fen, line.back_pay_fen) == (50_000, 7_000)
    assert ledger.due(OCT)[award.pk] == 67_000


def test_a_second_list_of_the_month_pays_it_alone(office: stories.Office) -> None:
    award = since_september()
    stories.release(office, stories.build(office))
    raise_by(award, 10_000, NOV, office=office)
    made = stories.release(office, stories.build(office))
    line = made.lines.get()
    assert (line.due_fen, line.back_pay_fen, line.net_fen) == (0, 10_000, 10_000)
    (one,) = figures.by_programme(made)
    assert (one.new_lines, one.changed_lines, one.gone_lines) == (0, 0, 0)
    assert figures.lines(made, change="back_pay").count() == 1
    assert not figures.lines(made, change="new").exists()


def test_a_month_no_list_took_is_changed_instead(office: stories.Office) -> None:
    award = since_september()
    with pytest.raises(Invalid) as refused:
        raise_by(award, 10_000, SEP, office=office)
    assert refused.value.errors == {"from_month": "2026-09 没有列入过名单，直接调整"}
    stories.build(office, NOV)
    with pytest.raises(Invalid, match="2026-12 没有列入过名单"):
        raise_by(award, 10_000, DEC, office=office)


@pytest.mark.parametrize(("fen", "month", "reason", "field"), [
    (0, OCT, "标准提高", "amount"),
    (-1, OCT, "标准提高", "amount"),
    (1, date(2026, 10, 2), "标准提高", "from_month"),
    (1, date(2026, 8, 1), "标准提高", "from_month"),
    (1, OCT, " ", "reason"),
    (1, OCT, "长" * 201, "reason"),
])  # fmt: skip
def test_invalid_input_names_the_field(office: stories.Office, fen: int, month: date, reason: str, field: str) -> None:
    award = paid_at_the_old_amount(office)
    with pytest.raises(Invalid) as refused:
        ledger.back_pay(award, month, fen, reason, actor=office.approver, on=ON)
    assert set(refused.value.errors) == {field}


def test_what_is_paid_once_has_no_back_pay(office: stories.Office) -> None:
    award = make_award(programme=Programme.TEMPORARY)
    stories.build(office)
    with pytest.raises(WrongState, match="一次性"):
        raise_by(award, 1, DEC, office=office)


def test_it_stands_for_the_months_before_a_stop_and_not_after(office: stories.Office) -> None:
    award = paid_at_the_old_amount(office)
    ledger.stop(award, NOV, "收入超过标准", actor=office.approver, on=ON)
    raise_by(award, 10_000, OCT, office=office)
    with pytest.raises(WrongState, match="2026-11 已停发或暂停"):
        raise_by(award, 10_000, NOV, office=office)
    line = stories.build(office).lines.get()
    assert (line.due_fen, line.back_pay_fen, line.month_to) == (0, 10_000, OCT)


def test_a_stop_that_reaches_back_takes_it_away(office: stories.Office) -> None:
    award = paid_at_the_old_amount(office)
    raise_by(award, 10_000, OCT, NOV, office=office)
    made = stories.check(office, stories.build(office))
    ledger.stop(award, NOV, "死亡", actor=office.approver, on=ON)
    with pytest.raises(WrongState, match="的金额已变动，作废后重新生成"):
        monthly.lock(made.pk, actor=office.checker, on=ON)
    monthly.cancel(made.pk, "停发", actor=office.checker, on=ON)
    line = stories.build(office).lines.get()
    assert (line.due_fen, line.back_pay_fen) == (0, 10_000)


def test_who_moved_to_another_award_is_paid_by_the_old_one_for_its_months(office: stories.Office) -> None:
    award = paid_at_the_old_amount(office)
    ledger.stop(award, DEC, "转为特困", actor=office.approver, on=ON)
    people = [cover.person for cover in award.covers.select_related("person")]
    other = make_award(award.household, people=people, programme=Programme.DIBAO, amount_fen=70_000)
    raise_by(award, 10_000, OCT, office=office)
    paid = dict(stories.build(office).lines.values_list("award_id", "net_fen"))
    assert paid == {award.pk: 10_000, other.pk: 70_000}


def test_holds_deaths_and_missing_accounts_are_exceptions_and_caught_up(office: stories.Office) -> None:
    awards = [paid_at_the_old_amount(office, since_september(people=1))]
    held, dead, poor = awards[0], since_september(people=1), since_september(people=1)
    stories.release(office, stories.build(office, NOV))
    for award in (held, dead, poor):
        ledger.stop(award, DEC, "停发", actor=office.approver, on=ON)
        raise_by(award, 10_000, OCT, office=office)
    hold = holds.set_hold(held.payee, "doubtful", "", actor=office.checker, on=ON)
    dead.payee.died_on = date(2026, 11, 3)
    dead.payee.save(update_fields=["died_on"])
    poor.payee.accounts.update(closed_on=ON)
    made = stories.build(office)
    assert made.lines_count == 0
    assert dict(made.exceptions.values_list("award_id", "reason")) == {
        held.pk: "hold",
        dead.pk: "death",
        poor.pk: "no_account",
    }
    assert set(made.exceptions.values_list("due_fen", flat=True)) == {10_000}
    stories.release(office, made)
    holds.clear_hold(hold, "无误", actor=office.county, on=ON)
    make_account(poor.payee)
    caught_up = stories.build(office, JAN, on=IN_DECEMBER)
    assert set(caught_up.lines.values_list("award_id", "back_pay_fen")) == {(held.pk, 10_000), (poor.pk, 10_000)}


def test_a_cancelled_list_gives_it_back(office: stories.Office) -> None:
    award = paid_at_the_old_amount(office)
    raise_by(award, 10_000, OCT, office=office)
    made = stories.lock(office, stories.build(office))
    assert ledger.due(OCT)[award.pk] == 60_000
    monthly.cancel(made.pk, "重建", actor=office.approver, on=ON)
    again = stories.build(office)
    assert again.lines.get().back_pay_fen == 10_000
    assert everything_paid(award) == 4 * 50_000 + 10_000


def test_a_month_in_an_unlocked_list_is_raised_and_the_list_is_built_again(office: stories.Office) -> None:
    """Whether that list is cancelled or not, the month is paid once at the old amount and once its difference."""
    award = since_september()
    made = stories.check(office, stories.build(office))
    raise_by(award, 10_000, DEC, office=office)
    with pytest.raises(WrongState, match="又有 1 户应发"):
        monthly.lock(made.pk, actor=office.checker, on=ON)
    monthly.cancel(made.pk, "调标", actor=office.checker, on=ON)
    # The month is free now, but not to be raised a second time by a change.
    with pytest.raises(Invalid, match="2026-12 已列入名单，从下月起调整"):
        ledger.change(award, 60_000, DEC, "标准提高", actor=office.approver, on=ON)
    line = stories.build(office).lines.get()
    assert (line.due_fen, line.back_pay_fen) == (50_000, 150_000 + 10_000)
    assert everything_paid(award) == 3 * 50_000 + 60_000


def test_a_locked_list_leaves_it_to_the_next(office: stories.Office) -> None:
    award = since_september()
    made = stories.lock(office, stories.build(office))
    raise_by(award, 10_000, DEC, office=office)
    made = monthly.approve(made.pk, seen_hash=made.hash, actor=office.approver, on=ON)
    monthly.release(made.pk, seen_hash=made.hash, actor=office.release, on=ON)
    assert stories.build(office).lines.get().net_fen == 10_000


def test_a_resumption_takes_no_later_months_price(office: stories.Office) -> None:
    """Suspended and resumed behind a raise, a month is worth what it was: its back-pay would else come on top."""
    award = paid_at_the_old_amount(office)
    raise_by(award, 10_000, NOV, office=office)
    ledger.change(award, 60_000, DEC, "标准提高", actor=office.approver, on=ON)
    ledger.suspend(award, OCT, "待核查", actor=office.approver, on=ON)
    assert NOV not in {m for m in (OCT, NOV) if award.pk in ledger.due(m)}
    resumed = ledger.resume(award, OCT, "无误", actor=office.approver, on=ON)
    assert resumed.amount_fen == 50_000
    assert [ledger.due(m)[award.pk] for m in (OCT, NOV, DEC)] == [50_000, 60_000, 60_000]


def test_two_counties_awards_of_one_person_do_not_meet(office: stories.Office) -> None:
    """A month taken elsewhere since its list was cancelled is an exception, not paid a second time."""
    other = stories.Office(OTHER_COUNTY)
    award = since_september(people=1)
    made = stories.build(office, NOV)
    raise_by(award, 10_000, NOV, office=office)
    monthly.cancel(made.pk, "重建", actor=office.county, on=ON)
    ledger.stop(award, DEC, "迁出", actor=office.approver, on=ON)
    moved = make_award(make_household("371524101285", people=[make_person()]), people=[award.payee])
    stories.lock(other, stories.build(other))
    line = stories.build(office).lines.get()
    assert (line.award_id, line.net_fen) == (award.pk, 3 * 50_000 + 10_000)
    assert everything_paid(moved) == 61_200


def test_two_builds_at_once_pay_it_once(office: stories.Office) -> None:
    """The lists of November and December are filled at the same moment; ten times, whoever comes first."""
    award = paid_at_the_old_amount(office)
    seen = 0
    for _ in range(10):
        raise_by(award, 1_000, OCT, office=office)
        lists = [monthly.start_build(region(office.code), month, actor=office.county, on=ON) for month in (NOV, DEC)]
        stories.at_once(*(lambda m=m: jobs.run(jobs.claim(m.job_id)) for m in lists))  # type: ignore[arg-type]
        assert not Job.objects.exclude(state="done").exists()
        made = [stories.fresh(one) for one in lists]
        slots = PaymentSlot.objects.filter(kind="back_pay", list__in=lists)
        assert slots.values("entry").distinct().count() == 1
        assert slots.values("line").distinct().count() == 1
        assert sum(one.lines.filter(back_pay_fen=1_000).count() for one in made) == 1
        seen += len({one.lines_count for one in made} - {0})
        for one in made:
            monthly.cancel(one.pk, "再试一次", actor=office.county, on=ON)
        assert not PaymentSlot.objects.filter(list__in=lists).exists()
        # Settled for the next round: paid by a list that stands.
        stories.release(office, stories.build(office, NOV))
    assert seen
    assert everything_paid(award) == 3 * 50_000 + 10 * 1_000


def test_two_back_pays_at_once_are_two_entries(office: stories.Office) -> None:
    award = paid_at_the_old_amount(office)
    stories.at_once(*(lambda: raise_by(award, 1_000, OCT, office=office) for _ in range(2)))
    assert list(award.ledger.order_by("seq").values_list("seq", "kind")) == [
        (1, "start"),
        (2, "back_pay"),
        (3, "back_pay"),
    ]


def test_a_change_and_a_back_pay_at_once_do_not_raise_a_month_twice(office: stories.Office) -> None:
    """In whichever order they come, a month belongs to one of the two."""
    award = since_september()
    stories.build(office, NOV)
    outcomes = stories.at_once(
        lambda: ledger.change(award, 60_000, NOV, "标准提高", actor=office.approver, on=ON),
        lambda: ledger.back_pay(award, NOV, 10_000, "标准提高", actor=office.approver, on=ON),
    )
    assert isinstance(outcomes[0], Invalid)
    assert ledger.due(NOV)[award.pk] == 60_000


def test_killed_in_the_middle_it_is_paid_once(office: stories.Office, monkeypatch: pytest.MonkeyPatch) -> None:
    awards = [make_award(make_household(code), amount_fen=50_000, first_month=SEP, awarded_on=date(2026, 8, 10))
              for code in ("371522101201", "371522102200", "371522103200")]  # fmt: skip
    stories.release(office, stories.build(office, NOV))
    for award in awards:
        raise_by(award, 10_000, OCT, office=office)
    made = monthly.start_build(region(office.code), DEC, actor=office.county, on=ON)
    whole, calls = building._add_piece, []

    class Killed(BaseException):
        pass

    def dies_at_the_second(*given: object) -> building.Counted:
        calls.append(given)
        added = whole(*given)  # type: ignore[arg-type]
        if len(calls) == 2:
            raise Killed
        return added

    monkeypatch.setattr(building, "_add_piece", dies_at_the_second)
    held = jobs.claim(made.job_id)
    assert held is not None
    with pytest.raises(Killed):
        jobs.run(held)
    assert PaymentSlot.objects.filter(kind="back_pay").count() == 1
    monkeypatch.setattr(building, "_add_piece", whole)
    Job.objects.filter(kind="payments.build").update(lease_until=made.built_at)
    stories.run_jobs()
    made = stories.fresh(made)
    assert (made.state, made.lines_count, made.total_fen) == ("built", 3, 3 * 60_000)
    assert PaymentSlot.objects.filter(kind="back_pay").count() == 3


def test_what_is_entered_while_the_list_is_filled_is_not_dropped(
    office: stories.Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is written and can't grow: the build says so instead of closing a list that misses somebody."""
    award = since_september()
    stories.release(office, stories.build(office, NOV))
    whole = building._add_piece

    def somebody_confirms(*given: object) -> building.Counted:
        added = whole(*given)  # type: ignore[arg-type]
        if not award.ledger.filter(kind="back_pay").exists():
            raise_by(award, 10_000, OCT, office=office)
        return added

    monkeypatch.setattr(building, "_add_piece", somebody_confirms)
    made = monthly.start_build(region(office.code), DEC, actor=office.county, on=ON)
    jobs.run_waiting()
    assert "1 户应发却没有列入，作废后重新生成" in Job.objects.get(kind="payments.build", state="failed").error
    monthly.cancel(made.pk, "调标", actor=office.county, on=ON)
    monthly.start_build(region(office.code), DEC, actor=office.county, on=ON)
    jobs.run_waiting()
    assert PaymentList.objects.get(state="built").lines.get().net_fen == 60_000
