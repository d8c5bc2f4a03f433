"""The payment lists above the worklist: each for the post whose turn it is, never for a hand that was there before."""

from __future__ import annotations

from datetime import date

import pytest

from accounts import clock
from accounts.models import User
from applications import awaiting_payment
from payments.models import PaymentList
from tests.applications import opened
from tests.making import COUNTY, OTHER_COUNTY, make_user

pytestmark = pytest.mark.django_db


def built_list(builder: User) -> PaymentList:
    made = PaymentList.objects.create(
        region_id=COUNTY,
        county_code=COUNTY[:6],
        month=date(2026, 12, 1),
        number=1,
        built_by=builder,
        built_at=clock.now(),
    )
    made.state, made.lines_count, made.total_fen = "built", 2, 120_600
    made.save(update_fields=["state", "lines_count", "total_fen"])
    return made


def acts(user: User) -> list[str]:
    return [one.act for one in awaiting_payment.waiting(user)]


def test_each_state_waits_for_its_post() -> None:
    builder = make_user("county")
    hands = {role: make_user(role) for role in ("checker", "approver", "release", "city")}
    built_list(builder)
    assert {role: acts(user) for role, user in hands.items()} == {
        "checker": ["复核名单"],
        "approver": [],
        "release": [],
        "city": [],
    }
    assert acts(make_user("checker", OTHER_COUNTY)) == []


def test_the_home_page_shows_it_with_its_total() -> None:
    built_list(make_user("county"))
    page = opened.signed_in(make_user("checker")).get("/").content.decode()
    assert "1,206.00" in page
    assert "复核名单" in page


def test_nobody_checks_a_list_of_their_own() -> None:
    """The roles may not meet in one person today; whoever built it when they held another post still does not check."""
    checker = make_user("checker")
    built_list(checker)
    assert acts(checker) == []
