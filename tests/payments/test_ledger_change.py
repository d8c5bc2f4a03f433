"""Change, suspend, resume and stop: what an award pays in a month is the latest decision whose month has come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from accounts.errors import Invalid, WrongState
from accounts.models import User
from payments import ledger
from payments.models import Award, LedgerEntry
from tests.making import make_award, make_user
from tests.payments import stories

pytestmark = pytest.mark.django_db(transaction=True)
DEC, JAN, FEB, MAR = date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1), date(2027, 3, 1)
ON = date(2026, 12, 20)


@pytest.fixture
def actor() -> User:
    return make_user("approver")


def paid(award: Award, *months: date) -> list[int]:
    return [ledger.due(month).get(award.pk, 0) for month in months]


def test_it_works(actor: User) -> None:
    award = make_award(amount_fen=50_000)
    ledger.change(award, 60_000, FEB, "标准提高", actor=actor, on=ON)
    assert paid(award, DEC, JAN, FEB, MAR) == [50_000, 50_000, 60_000, 60_000]
    assert list(award.ledger.order_by("seq").values_list("seq", "kind")) == [(1, "start"), (2, "change")]


def test_suspend_and_resume_pays_what_was_paid_before(actor: User) -> None:
    award = make_award(amount_fen=50_000)
    ledger.suspend(award, JAN, "待核查", actor=actor, on=ON)
    ledger.resume(award, MAR, "核查无误", actor=actor, on=ON)
    assert paid(award, DEC, JAN, FEB, MAR) == [50_000, 0, 0, 50_000]


def test_stop_frees_the_slot_for_another_award(actor: User) -> None:
    award = make_award()
    ledger.stop(award, FEB, "收入超过标准", actor=actor, on=ON)
    assert paid(award, JAN, FEB, MAR)[1:] == [0, 0]
    assert set(award.covers.values_list("ends_on", flat=True)) == {FEB}
    again = make_award(award.household, first_month=MAR)
    assert paid(again, MAR) == [again.ledger.get().amount_fen]


def test_a_stop_stands_against_an_increase_decided_before_it(actor: User) -> None:
    award = make_award(amount_fen=50_000)
    ledger.change(award, 60_000, FEB, "标准提高", actor=actor, on=ON)
    ledger.stop(award, JAN, "死亡", actor=actor, on=ON)
    assert paid(award, DEC, JAN, FEB, MAR) == [50_000, 0, 0, 0]


def test_it_needs_an_award_that_is_not_stopped(actor: User) -> None:
    award = make_award()
    ledger.stop(award, JAN, "死亡", actor=actor, on=ON)
    acts: tuple[Callable[[], LedgerEntry], ...] = (
        lambda: ledger.change(award, 1, FEB, "再调", actor=actor, on=ON),
        lambda: ledger.suspend(award, FEB, "再停", actor=actor, on=ON),
        lambda: ledger.stop(award, FEB, "再停", actor=actor, on=ON),
    )
    for act in acts:
        with pytest.raises(WrongState, match=f"已由{actor.full_name}于 2026-12-20 停发"):
            act()


def test_suspend_twice_and_resume_of_nothing_are_refused(actor: User) -> None:
    award = make_award()
    with pytest.raises(WrongState, match="没有暂停"):
        ledger.resume(award, JAN, "恢复", actor=actor, on=ON)
    ledger.suspend(award, JAN, "待核查", actor=actor, on=ON)
    with pytest.raises(WrongState, match="已自 2027-01 暂停"):
        ledger.suspend(award, FEB, "待核查", actor=actor, on=ON)
    with pytest.raises(WrongState, match="先恢复再调整"):
        ledger.change(award, 1, FEB, "调整", actor=actor, on=ON)


def test_invalid_input_names_the_field(actor: User) -> None:
    award = make_award()
    acts: tuple[tuple[str, Callable[[], LedgerEntry]], ...] = (
        ("from_month", lambda: ledger.stop(award, date(2026, 11, 1), "停", actor=actor, on=ON)),
        ("from_month", lambda: ledger.stop(award, date(2027, 1, 5), "停", actor=actor, on=ON)),
        ("amount", lambda: ledger.change(award, 0, JAN, "调", actor=actor, on=ON)),
        ("reason", lambda: ledger.stop(award, JAN, " ", actor=actor, on=ON)),
    )
    for field, act in acts:
        with pytest.raises(Invalid) as refused:
            act()
        assert set(refused.value.errors) == {field}
    assert award.covers.filter(ends_on=None).exists()


def test_a_month_already_listed_is_not_repriced(actor: User) -> None:
    office = stories.Office()
    award = make_award()
    stories.build(office)
    with pytest.raises(Invalid, match="2026-12 已列入名单"):
        ledger.change(award, 90_000, DEC, "标准提高", actor=actor, on=ON)


def test_two_at_once_are_two_entries_in_a_row(actor: User) -> None:
    award = make_award(amount_fen=50_000)
    outcomes = stories.at_once(
        lambda: ledger.change(award, 60_000, FEB, "调增", actor=actor, on=ON),
        lambda: ledger.stop(award, MAR, "停发", actor=actor, on=ON),
    )
    kinds = list(award.ledger.order_by("seq").values_list("seq", "kind"))
    assert kinds[0] == (1, "start")
    if any(isinstance(outcome, WrongState) for outcome in outcomes):
        assert kinds == [(1, "start"), (2, "stop")]
    else:
        assert kinds == [(1, "start"), (2, "change"), (3, "stop")]
    assert LedgerEntry.objects.filter(award=award, kind="stop").count() == 1
