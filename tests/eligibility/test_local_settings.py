"""What the rules read by themselves of the local settings: by place, area and day; empty changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eligibility.assess import line, preview
from eligibility.local_keys import KEYS
from eligibility.local_settings import settings, share_of
from eligibility.models import LocalSetting, RulingTest
from eligibility.proposals import Proposal
from households.means import Circumstances, Income, Means
from tests.eligibility.drafting import EDGE, Desk
from tests.making import OTHER_COUNTY_VILLAGE, VILLAGE

pytestmark = pytest.mark.django_db
WORK: Proposal = replace(EDGE, measure="work_cost_rate", value=Decimal("0.1"))
DAY = date(2026, 11, 20)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def made(*incomes: Income, village: str = VILLAGE, area: str = "rural", on: date = DAY) -> dict[str, Any]:
    person = Circumstances(relation="head", birth_date=date(1980, 1, 1), sex="M", incomes=incomes)
    return line(Means(area=area, region_code=village, people=(person,)), on=on)


def test_empty_changes_nothing() -> None:
    assert not LocalSetting.objects.exists()
    assert not {"edge_multiple", "rigid_ratio"} & set(made())
    assert made(Income("wage", 120_000, "month"))["people"][0]["deductions"] == []


def test_the_multiple_of_the_place_and_day_is_read(desk: Desk) -> None:
    desk.enforced(EDGE)
    assert made()["edge_multiple"] == "1.8"
    assert "edge_multiple" not in made(on=date(2026, 10, 31))
    assert "edge_multiple" not in made(village=OTHER_COUNTY_VILLAGE)


def test_the_exact_area_comes_before_both_and_the_end_of_one_leaves_the_other(desk: Desk) -> None:
    desk.enforced(EDGE)
    desk.enforced(EDGE, area="rural", value=Decimal("1.6"))
    assert (made()["edge_multiple"], made(area="urban")["edge_multiple"]) == ("1.6", "1.8")
    desk.enforced(EDGE, area="rural", value=None, effective_from=date(2026, 12, 1))
    assert made(on=date(2026, 12, 1))["edge_multiple"] == "1.8"
    desk.enforced(EDGE, value=None, effective_from=date(2026, 12, 1))
    assert "edge_multiple" not in made(on=date(2026, 12, 1))


def test_the_edge_answer_follows_the_setting(desk: Desk) -> None:
    """1,200.00 a month: above 1.5 × 753 = 1,129.50, below 1.8 × 753 = 1,355.40."""

    def passed() -> bool:
        edge = next(
            one for one in preview(made(Income("wage", 120_000, "month")))["results"] if one["programme"] == "edge"
        )
        return next(test["passed"] is True for test in edge["tests"] if test["code"] == "income_below_edge")

    assert not passed()
    desk.enforced(EDGE)
    assert passed()


def test_a_share_of_the_wage_is_deducted_where_nobody_entered_the_cost(desk: Desk) -> None:
    desk.enforced(WORK)
    wage, yearly = Income("wage", 123_456, "month"), Income("wage", 1_000_005, "year")
    assert made(wage, yearly, Income("property", 50_000, "month"))["people"][0]["deductions"] == [
        {"kind": "work_cost", "amount": "123.46", "per": "month"},
        {"kind": "work_cost", "amount": "1000.01", "per": "year"},
    ]
    entered = Income("work_cost", 5_000, "month")
    assert made(wage, entered)["people"][0]["deductions"] == [{"kind": "work_cost", "amount": "50.00", "per": "month"}]
    assert made(Income("wage", None, "month"))["people"][0]["deductions"] == []
    assert "error" not in preview(made(wage, yearly))


def test_a_share_rounds_half_a_fen_up() -> None:
    assert [share_of(fen, Decimal("0.5")) for fen in (0, 1, 2, 3)] == [0, 1, 1, 2]


def test_named_rows_are_listed_each_once(desk: Desk) -> None:
    add_on = replace(EDGE, measure="add_on", value=Decimal(50))
    desk.enforced(add_on, name="老年人")
    desk.enforced(add_on, name="未成年人", value=Decimal(60))
    desk.enforced(add_on, name="老年人", value=Decimal(70), effective_from=date(2026, 11, 15))
    rows = settings().of("add_on", VILLAGE, "rural", DAY)
    assert {(row.name, row.value) for row in rows} == {("老年人", Decimal(70)), ("未成年人", Decimal(60))}


def test_the_registry_holds_together() -> None:
    assert {code for code, key in KEYS.items() if key.is_read} == {"edge_multiple", "rigid_ratio", "work_cost_rate"}
    answered = {test for key in KEYS.values() for test in key.answers}
    assert answered == {RulingTest.ASSETS_WITHIN_LIMIT, RulingTest.OBLIGOR_ASSETS, RulingTest.BASIC_PENSION_COUNTED}
    for key in KEYS.values():
        assert 0 <= key.least < key.most, key.code
        assert len(key.code) <= 24


def test_reading_them_takes_one_query() -> None:
    made()
    with CaptureQueriesContext(connection) as asked:
        made()
    assert len(asked) == 1
