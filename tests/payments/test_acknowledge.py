"""Settle an exception: what is done about somebody due and not paid."""

from __future__ import annotations

import pytest

from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from payments import holds, monthly
from payments.models import PaymentException
from tests.making import OTHER_COUNTY, make_award, make_user
from tests.payments import stories
from tests.payments.stories import ON, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> stories.Office:
    return stories.Office()


def an_exception(office: stories.Office) -> PaymentException:
    make_award(with_account=False)
    return stories.build(office).exceptions.get()


def test_it_works(office: stories.Office) -> None:
    told = monthly.acknowledge(an_exception(office).pk, " 换卡后补发 ", actor=office.county, on=ON)
    told.refresh_from_db()
    assert (told.note, told.acknowledged_by) == ("换卡后补发", office.county)


def test_another_county_is_refused(office: stories.Office) -> None:
    with pytest.raises(NotHere):
        monthly.acknowledge(an_exception(office).pk, "办", actor=make_user("county", OTHER_COUNTY), on=ON)


def test_another_post_is_refused(office: stories.Office) -> None:
    with pytest.raises(Forbidden, match="县级经办"):
        monthly.acknowledge(an_exception(office).pk, "办", actor=office.checker, on=ON)


def test_who_set_the_hold_does_not_settle_it(office: stories.Office) -> None:
    award = make_award()
    holds.set_hold(award.payee, "doubtful", "", actor=office.county, on=ON)
    told = stories.build(office).exceptions.get()
    with pytest.raises(Forbidden, match="由本人于 2026-11-16 提出"):
        monthly.acknowledge(told.pk, "办", actor=office.county, on=ON)
    monthly.acknowledge(told.pk, "待入户核实", actor=make_user("county"), on=ON)


@pytest.mark.parametrize("note", ["", "  ", "长" * 201])
def test_invalid_input_names_the_field(office: stories.Office, note: str) -> None:
    with pytest.raises(Invalid) as refused:
        monthly.acknowledge(an_exception(office).pk, note, actor=office.county, on=ON)
    assert set(refused.value.errors) == {"note"}


def test_it_needs_a_list_not_yet_checked(office: stories.Office) -> None:
    told = an_exception(office)
    monthly.cancel(told.list_id, "重建", actor=office.county, on=ON)
    with pytest.raises(WrongState, match="已作废"):
        monthly.acknowledge(told.pk, "办", actor=office.county, on=ON)


def test_twice_is_once_and_another_is_told(office: stories.Office) -> None:
    told = an_exception(office)
    monthly.acknowledge(told.pk, "换卡", actor=office.county, on=ON)
    with pytest.raises(monthly.AlreadyDone, match="已由本人于"):
        monthly.acknowledge(told.pk, "再写", actor=office.county, on=ON)
    with pytest.raises(WrongState, match=f"已由{office.county.full_name}于"):
        monthly.acknowledge(told.pk, "再写", actor=make_user("county"), on=ON)
    told.refresh_from_db()
    assert told.note == "换卡"


def test_two_at_once_is_once(office: stories.Office) -> None:
    told, other = an_exception(office), make_user("county")
    outcomes = at_once(
        *(lambda a=a: monthly.acknowledge(told.pk, "办", actor=a, on=ON) for a in (office.county, other))
    )
    assert sorted(type(o).__name__ for o in outcomes) == ["PaymentException", "WrongState"]
