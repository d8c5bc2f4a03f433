"""Build a month's list: everybody due is in it or named as an exception."""

from __future__ import annotations

from datetime import date

import pytest

from accounts import jobs
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry, Job
from eligibility.programmes import Programme
from payments import holds, ledger, monthly
from payments.models import Award, PaymentException, PaymentLine, PaymentList, PaymentSlot
from payments.monthly import building
from tests.making import (
    COUNTY,
    OTHER_COUNTY,
    make_account,
    make_award,
    make_household,
    make_person,
    make_user,
    members_of,
    region,
)
from tests.payments import stories
from tests.payments.stories import MONTH, ON

pytestmark = pytest.mark.django_db(transaction=True)
JAN = date(2027, 1, 1)


def everybody_due_is_accounted_for(made: PaymentList) -> bool:
    """R-22, by Python and the ledger alone: whoever the ledger owes this month is in a line or an exception."""
    due = set(ledger.due(made.month, made.county_code))
    listed = set(made.lines.values_list("award_id", flat=True)) | set(
        made.exceptions.values_list("award_id", flat=True)
    )
    paid = set(PaymentSlot.objects.filter(period=made.month).values_list("award_id", flat=True))
    once = set(PaymentSlot.objects.filter(kind="once").values_list("award_id", flat=True))
    return due <= listed | paid | once


def test_it_works() -> None:
    office = stories.Office()
    award = make_award(make_household(people=3), amount_fen=61_200)
    made = stories.build(office)
    line = PaymentLine.objects.get(list=made)
    assert (made.state, made.number, made.lines_count, made.people_count, made.total_fen) == ("built", 1, 1, 3, 61_200)
    assert (line.seq, line.award_id, line.people, line.due_fen, line.net_fen) == (1, award.pk, 3, 61_200, 61_200)
    assert (line.month_from, line.month_to, line.back_pay_fen) == (MONTH, MONTH, 0)
    assert (line.name, line.id_number, line.relation) == (award.payee.name, award.payee.id_number, "本人")
    account = award.payee.accounts.get()
    assert (line.bank, line.account, line.holder_name) == (account.bank, account.number, account.holder_name)
    assert (line.township, line.village) == ("张鲁镇", region(award.region_id).name)
    assert PaymentSlot.objects.filter(line=line, kind="regular", slot="family", period=MONTH).count() == 3
    assert list(AuditEntry.objects.filter(target_id=made.pk).order_by("seq").values_list("action", flat=True)) == [
        "list.build",
        "list.built",
    ]


def test_lines_are_in_order_of_place_and_name() -> None:
    office = stories.Office()
    for code in ("371522102200", "371522101202", "371522101201"):
        for _ in range(2):
            make_award(make_household(code))
    made = stories.build(office)
    lines = list(PaymentLine.objects.filter(list=made).order_by("seq"))
    assert [line.seq for line in lines] == [1, 2, 3, 4, 5, 6]
    assert lines == sorted(lines, key=lambda line: (line.region_code, line.name.encode(), line.award_id))


def test_the_first_month_is_the_month_after() -> None:
    office = stories.Office()
    make_award(first_month=JAN)
    assert stories.build(office).lines_count == 0


def test_each_reason_is_an_exception_and_the_gravest_wins() -> None:
    office = stories.Office()
    dead = make_award(make_household(people=[make_person(), make_person(died_on=date(2026, 11, 18))]))
    held = make_award()
    holds.set_hold(held.payee, "doubtful", "邻居反映", actor=office.checker, on=ON)
    poor = make_award(with_account=False)
    everything = make_award(make_household(people=[make_person(died_on=date(2026, 11, 2))]), with_account=False)
    holds.set_hold(everything.payee, "death", "", actor=office.checker, on=ON)
    fine = make_award()
    made = stories.build(office)
    reasons = dict(PaymentException.objects.filter(list=made).values_list("award_id", "reason"))
    assert reasons == {dead.pk: "death", held.pk: "hold", poor.pk: "no_account", everything.pk: "death"}
    assert list(made.lines.values_list("award_id", flat=True)) == [fine.pk]
    assert made.exceptions_count == 4
    note = PaymentException.objects.get(award=held)
    assert (note.detail, note.person_id, note.due_fen) == (
        "2026-11-16 情况存疑待核：邻居反映",
        held.payee_id,
        held.ledger.get().amount_fen,
    )
    assert not PaymentSlot.objects.exclude(award=fine).exists()
    assert everybody_due_is_accounted_for(made)


def test_who_was_held_is_caught_up_without_being_remembered(moving_clock: object) -> None:
    office = stories.Office()
    award = make_award(amount_fen=50_000, with_account=False)
    ledger.change(award, 60_000, JAN, "标准提高", actor=office.approver, on=ON)
    december = stories.build(office)
    assert december.lines_count == 0
    make_account(award.payee)
    january = stories.build(office, JAN, on=date(2026, 12, 16))
    line = january.lines.get()
    assert (line.due_fen, line.back_pay_fen, line.net_fen) == (60_000, 50_000, 110_000)
    assert (line.month_from, line.month_to) == (MONTH, JAN)
    assert set(line.slots.values_list("period", flat=True)) == {MONTH, JAN}


def test_months_already_paid_are_not_paid_again() -> None:
    office = stories.Office()
    make_award()
    stories.lock(office, stories.build(office))
    again = stories.build(office)
    assert (again.number, again.lines_count, again.exceptions_count) == (2, 0, 0)


def test_temporary_aid_is_paid_once_on_the_next_list() -> None:
    office = stories.Office()
    award = make_award(programme=Programme.TEMPORARY, amount_fen=500_000)
    stories.lock(office, stories.build(office))
    slot = PaymentSlot.objects.get()
    assert (slot.kind, slot.slot, slot.person_id, slot.period) == ("once", "", award.payee_id, MONTH)
    assert stories.build(office, JAN, on=date(2026, 12, 16)).lines_count == 0


def test_a_slot_taken_elsewhere_is_an_exception_that_says_where() -> None:
    office, other = stories.Office(), stories.Office(OTHER_COUNTY)
    first = make_award()
    stories.lock(office, stories.build(office))
    ledger.stop(first, MONTH, "迁往东阿县", actor=office.approver, on=ON)
    moved = make_award(make_household("371524101285", people=[make_person()]), people=[first.payee])
    made = stories.build(other)
    told = PaymentException.objects.get(list=made)
    assert (told.award_id, told.reason) == (moved.pk, "taken")
    assert told.detail == "莘县 2026-12 第 1 期名单已发 2026-12"


def test_one_programme_alone() -> None:
    office = stories.Office()
    make_award()
    tekun = make_award(programme=Programme.TEKUN)
    made = stories.build(office, programme="tekun")
    assert list(made.lines.values_list("award_id", flat=True)) == [tekun.pk]


def test_stopped_and_suspended_awards_are_not_due() -> None:
    office = stories.Office()
    ledger.stop(make_award(), MONTH, "停", actor=office.approver, on=ON)
    ledger.suspend(make_award(), MONTH, "停", actor=office.approver, on=ON)
    made = stories.build(office)
    assert (made.lines_count, made.exceptions_count) == (0, 0)


def test_another_county_is_refused() -> None:
    with pytest.raises(NotHere):
        monthly.start_build(region(COUNTY), MONTH, actor=make_user("county", OTHER_COUNTY), on=ON)


@pytest.mark.parametrize("role", ["checker", "approver", "release", "auditor"])
def test_another_post_is_refused(role: str) -> None:
    with pytest.raises(Forbidden, match="县级经办"):
        monthly.start_build(region(COUNTY), MONTH, actor=make_user(role), on=ON)


@pytest.mark.parametrize("month", [date(2026, 10, 1), JAN, date(2026, 12, 2)])
def test_invalid_input_names_the_field(month: date) -> None:
    with pytest.raises(Invalid) as refused:
        monthly.start_build(region(COUNTY), month, actor=make_user("county"), on=ON)
    assert set(refused.value.errors) == {"month"}


def test_twice_is_once_and_another_is_told_who_and_when() -> None:
    office = stories.Office()
    made = stories.build(office)
    with pytest.raises(monthly.AlreadyDone, match="已由本人于") as again:
        monthly.start_build(region(COUNTY), MONTH, actor=office.county, on=ON)
    assert again.value.payment_list == made
    with pytest.raises(WrongState, match=f"已由{office.county.full_name}于"):
        monthly.start_build(region(COUNTY), MONTH, actor=make_user("county"), on=ON)
    assert PaymentList.objects.count() == 1


def test_two_at_once_is_once() -> None:
    one, two = make_user("county"), make_user("county")
    refused = 0
    for _ in range(50):
        outcomes = stories.at_once(
            *(lambda a=a: monthly.start_build(region(COUNTY), MONTH, actor=a, on=ON) for a in (one, two))
        )
        assert [type(o) for o in outcomes].count(PaymentList) == 1, outcomes
        made = next(o for o in outcomes if isinstance(o, PaymentList))
        told = next(o for o in outcomes if isinstance(o, WrongState))
        assert f"已由{made.built_by.full_name}于" in told.message
        refused += 1
        monthly.cancel(made.pk, "再试一次", actor=made.built_by, on=ON)
    assert refused == 50
    assert PaymentList.objects.exclude(state="cancelled").count() == 0


def test_killed_in_the_middle_it_ends_as_one_full_list(monkeypatch: pytest.MonkeyPatch) -> None:
    office = stories.Office()
    for code in ("371522101201", "371522102200", "371522103200"):
        make_award(make_household(code, people=2))
    made = monthly.start_build(region(COUNTY), MONTH, actor=office.county, on=ON)
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
    assert PaymentLine.objects.filter(list=made).count() == 1
    assert stories.fresh(made).state == "building"
    monkeypatch.setattr(building, "_add_piece", whole)
    Job.objects.filter(kind="payments.build").update(lease_until=made.built_at)
    stories.run_jobs()
    made = stories.fresh(made)
    assert (made.state, made.lines_count, made.people_count) == ("built", 3, 6)
    assert list(made.lines.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
    assert Award.objects.count() == 3


def test_what_becomes_due_meanwhile_is_caught_up(monkeypatch: pytest.MonkeyPatch) -> None:
    office = stories.Office()
    make_award(make_household("371522101201"))
    make_award(make_household("371522102200"))
    whole = building._add_piece
    late: list[Award] = []

    def somebody_confirms(*given: object) -> building.Counted:
        added = whole(*given)  # type: ignore[arg-type]
        if not late:
            late.append(make_award(make_household("371522101201")))
        return added

    monkeypatch.setattr(building, "_add_piece", somebody_confirms)
    made = stories.build(office)
    assert made.lines_count == 3
    assert everybody_due_is_accounted_for(made)


def test_a_cancelled_list_is_not_filled() -> None:
    office = stories.Office()
    make_award()
    made = monthly.start_build(region(COUNTY), MONTH, actor=office.county, on=ON)
    monthly.cancel(made.pk, "选错了月份", actor=office.county, on=ON)
    stories.run_jobs()
    assert not PaymentLine.objects.exists()
    assert stories.fresh(made).state == "cancelled"


def test_who_left_the_post_builds_nothing() -> None:
    office = stories.Office()
    make_award()
    monthly.start_build(region(COUNTY), MONTH, actor=office.county, on=ON)
    stories.moved_to(office.county, "checker")
    jobs.run_waiting()
    assert Job.objects.get(kind="payments.build").state == "failed"
    assert not PaymentLine.objects.exists()


def test_a_land_of_two_counties_meets_at_one_person_and_pays_once() -> None:
    """Two counties owe the same person the same month: whichever commits second names it as an exception."""
    office, other = stories.Office(), stories.Office(OTHER_COUNTY)
    first = make_award()
    person = members_of(first.household)[0]
    ledger.stop(first, JAN, "迁出", actor=office.approver, on=ON)
    make_award(make_household("371524101285"), people=[person], first_month=JAN)
    stories.build(office, MONTH)
    one = monthly.start_build(region(COUNTY), JAN, actor=office.county, on=date(2026, 12, 16))
    two = monthly.start_build(region(OTHER_COUNTY), JAN, actor=other.county, on=date(2026, 12, 16))
    stories.at_once(*(lambda m=m: jobs.run(jobs.claim(m.job_id)) for m in (one, two)))  # type: ignore[arg-type]
    assert PaymentSlot.objects.filter(person=person, period=JAN).count() == 1
