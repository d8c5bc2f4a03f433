"""Give a list up before the money goes out: its slots are free, its lines stay."""

from __future__ import annotations

import pytest

from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from payments import monthly
from payments.models import PaymentList, PaymentSlot
from tests.making import OTHER_COUNTY, make_award, make_user
from tests.payments import stories
from tests.payments.stories import ON, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> stories.Office:
    return stories.Office()


@pytest.fixture
def built(office: stories.Office) -> PaymentList:
    make_award()
    return stories.build(office)


def test_it_works(office: stories.Office, built: PaymentList) -> None:
    made = monthly.cancel(built.pk, "卡号有误", actor=office.county, on=ON)
    assert (made.state, made.cancel_reason, made.lines.count()) == ("cancelled", "卡号有误", 1)
    assert not PaymentSlot.objects.exists()
    again = stories.build(office)
    assert (again.number, again.lines_count) == (2, 1)


@pytest.mark.parametrize(
    ("stage", "may", "may_not"),
    [
        ("build", "county", "approver"),
        ("build", "checker", "release"),
        ("check", "checker", "approver"),
        ("lock", "approver", "county"),
        ("lock", "checker", "release"),
        ("approve", "approver", "checker"),
    ],
)
def test_who_may_at_which_stage(office: stories.Office, stage: str, may: str, may_not: str) -> None:
    make_award()
    made = stories.build(office)
    made = made if stage == "build" else getattr(stories, stage)(office, made)
    with pytest.raises(Forbidden, match="作废"):
        monthly.cancel(made.pk, "重建", actor=getattr(office, may_not), on=ON)
    assert monthly.cancel(made.pk, "重建", actor=getattr(office, may), on=ON).state == "cancelled"


def test_another_county_is_refused(built: PaymentList) -> None:
    with pytest.raises(NotHere):
        monthly.cancel(built.pk, "重建", actor=make_user("county", OTHER_COUNTY), on=ON)


def test_not_once_released(office: stories.Office, built: PaymentList) -> None:
    released = stories.release(office, built)
    with pytest.raises(WrongState, match="已放款不能作废"):
        monthly.cancel(released.pk, "重建", actor=office.approver, on=ON)


@pytest.mark.parametrize("reason", ["", " ", "长" * 201])
def test_invalid_input_names_the_field(office: stories.Office, built: PaymentList, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        monthly.cancel(built.pk, reason, actor=office.county, on=ON)
    assert set(refused.value.errors) == {"reason"}


def test_twice_is_once(office: stories.Office, built: PaymentList) -> None:
    monthly.cancel(built.pk, "重建", actor=office.county, on=ON)
    with pytest.raises(monthly.AlreadyDone):
        monthly.cancel(built.pk, "重建", actor=office.county, on=ON)
    with pytest.raises(WrongState, match=f"已由{office.county.full_name}于 .* 作废"):
        monthly.cancel(built.pk, "重建", actor=office.checker, on=ON)


def test_a_step_of_a_cancelled_list_is_refused(office: stories.Office, built: PaymentList) -> None:
    monthly.cancel(built.pk, "重建", actor=office.county, on=ON)
    with pytest.raises(WrongState, match="名单已作废"):
        monthly.check(built.pk, actor=office.checker, on=ON)


def test_check_and_cancel_at_once_end_in_one_order(office: stories.Office, built: PaymentList) -> None:
    outcomes = at_once(
        lambda: monthly.check(built.pk, actor=office.checker, on=ON),
        lambda: monthly.cancel(built.pk, "重建", actor=office.county, on=ON),
    )
    assert stories.fresh(built).state == "cancelled"
    assert isinstance(outcomes[1], PaymentList)
