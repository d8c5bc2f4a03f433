"""政策与标准: what is in force today, what was before, what is worked out and how."""

from __future__ import annotations

from datetime import date

import pytest

from accounts import audit, clock
from applications import standards_page
from eligibility.models import Standard
from tests.applications import opened
from tests.making import CITY, COUNTY, VILLAGE, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def in_force(name: str, area: str = "农村") -> list[int]:
    shown, _ = standards_page.published(TODAY)
    return [row.value_fen for row in shown if (row.name, row.area) == (name, area)]


def test_the_newest_row_is_in_force_and_the_last_one_history() -> None:
    assert in_force("最低生活保障标准") == [75_300]
    assert in_force("最低生活保障标准", "城市") == [93_100]
    assert in_force("月最低工资", "城乡") == [202_000]
    _, others = standards_page.published(TODAY)
    last = next(row for row in others if (row.name, row.area) == ("最低生活保障标准", "农村"))
    assert (last.value_fen, last.since, last.until) == (69_200, date(2023, 1, 1), date(2024, 1, 1))


def test_what_is_not_published_is_worked_out_and_says_how() -> None:
    rows = {(row.name, row.area): row for row in standards_page.derived(VILLAGE, TODAY)}
    basic = rows["特困人员基本生活标准", "城市"]
    assert (basic.value_fen, basic.formula) == (121_100, "城市低保标准 931.00 × 1.3，进到整元")
    assert rows["特困照料护理标准（半护理）", "城乡"].value_fen == 33_700
    assert ("特困人员基本生活标准", "农村") not in rows, "published: 979.00"


def test_a_row_of_tomorrow_is_not_in_force() -> None:
    row = Standard(
        region_id=CITY,
        area="rural",
        programme="dibao",
        measure="standard",
        unit="month",
        value_fen=80_000,
        effective_from=date(2027, 1, 1),
        document_number="聊民〔2026〕9号",
    )
    audit.seal(row, None, "standard.load", on=clock.today(), region_code=CITY)
    assert in_force("最低生活保障标准") == [75_300]
    _, others = standards_page.published(TODAY)
    future = next(row for row in others if row.value_fen == 80_000)
    assert (future.is_future, future.document, future.raise_fen) == (True, "聊民〔2026〕9号", 4_700)


@pytest.mark.parametrize("role", ["village", "clerk", "county", "release", "city", "auditor"])
def test_everybody_signed_in_may_read_it(role: str) -> None:
    answer = opened.signed_in(make_user(role, VILLAGE)).get("/standards/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "753.00" in page
    assert "鲁政字〔2025〕140号" in page
    assert "assumed" not in page
    assert opened.signed_in(make_user("county", COUNTY)).post("/standards/").status_code == 405
