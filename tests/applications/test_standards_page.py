"""政策与标准: what is in force with its paper, formula and floor; what is to come, what was; what a month lacks."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts import audit, clock
from applications import standards_page
from applications.standards_page import Line
from eligibility.assess import book
from eligibility.measures import MEASURES
from eligibility.models import Standard
from eligibility.programmes import Programme
from tests.applications import opened
from tests.conftest import Clock
from tests.eligibility.drafting import RAISED, Desk
from tests.making import CITY, COUNTY, OTHER_COUNTY, VILLAGE, make_award, make_household, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def line(code: str, county: str = COUNTY, on: date = TODAY) -> Line:
    return next(one for one in standards_page.page(county, on, book()).lines if one.code == code)


def test_the_newest_row_is_in_force_and_the_last_one_history() -> None:
    assert line("dibao.standard.rural").value_fen == 75_300
    assert line("dibao.standard.urban").value_fen == 93_100
    assert line("minimum_wage.monthly").value_fen == 202_000
    past = standards_page.page(COUNTY, TODAY, book()).past
    last = next(row for row in past if row.slot == ("dibao", "standard", "rural"))
    assert (last.value_fen, last.since, last.until) == (69_200, date(2023, 1, 1), date(2024, 1, 1))


def test_every_measure_has_its_line() -> None:
    assert len(standards_page.page(COUNTY, TODAY, book()).lines) == sum(len(one.areas) for one in MEASURES.values())


def test_what_is_not_published_is_worked_out_and_says_how() -> None:
    basic = line("tekun.basic.urban")
    assert (basic.published, basic.value_fen) == (None, 121_100)
    assert basic.arithmetic == "城市低保标准 931.00 × 1.3 = 1,210.30，进到整元 1,211.00"
    assert basic.verdict == "没有公布，按公式推算"
    assert line("tekun.care_semi").value_fen == 33_700


def test_what_is_published_stands_beside_its_formula() -> None:
    published = line("tekun.basic.rural")
    assert (published.value_fen, published.formula_fen, published.verdict) == (97_900, 97_900, "与公式一致")


def test_a_countys_own_row_wins_and_puts_a_floor_under_the_citys() -> None:
    Desk().enforced()
    day = date(2027, 1, 1)
    raised = line("dibao.standard.rural", on=day)
    assert raised.published is not None
    assert (raised.value_fen, raised.published.place, raised.published.document) == (80_000, "莘县", "聊民〔2026〕12号")
    assert raised.published.paper is not None
    assert line("tekun.basic.rural", on=day).verdict == "低于底线", "979 < 1.3 × 800"
    assert line("dibao.standard.rural", OTHER_COUNTY, on=day).value_fen == 75_300
    coming = standards_page.page(COUNTY, TODAY, book()).coming
    assert [(row.value_fen, row.since, row.raise_fen) for row in coming] == [(80_000, day, 4_700)]


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
    assert line("dibao.standard.rural").value_fen == 75_300
    [future] = standards_page.page(COUNTY, TODAY, book()).coming
    assert (future.document, future.raise_fen) == ("聊民〔2026〕9号", 4_700)


def test_a_city_that_publishes_after_the_county_is_said() -> None:
    Desk().enforced(effective_from=date(2026, 1, 1))
    row = Standard(
        region_id=CITY,
        area="rural",
        programme="dibao",
        measure="standard",
        unit="month",
        value_fen=85_000,
        effective_from=date(2026, 7, 1),
    )
    audit.seal(row, None, "standard.load", on=clock.today(), region_code=CITY)
    own = line("dibao.standard.rural")
    assert (own.value_fen, own.verdict) == (80_000, "市里 2026-07-01 起另有公布，核对")
    assert line("dibao.standard.rural", OTHER_COUNTY).value_fen == 85_000


@pytest.mark.parametrize("role", ["village", "clerk", "county", "release", "city", "auditor"])
def test_everybody_signed_in_may_read_it(role: str) -> None:
    client = opened.signed_in(make_user(role, VILLAGE))
    page = text(client)
    for words in ("753.00", "鲁政字〔2025〕140号"):
        assert words in page
    assert "assumed" not in page
    assert ("what=dibao.standard.rural" in page) == (role == "county")
    assert client.post("/standards/").status_code == 405


def text(client: Client, address: str = "/standards/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_drafts_that_wait_are_shown_to_the_county_only() -> None:
    desk = Desk()
    desk.draft()
    assert "聊民〔2026〕12号" in text(opened.signed_in(desk.approver))
    assert "聊民〔2026〕12号" not in text(opened.signed_in(make_user("clerk", "371524101000")))


def test_the_city_chooses_a_county() -> None:
    Desk().draft()
    client = opened.signed_in(make_user("city"))
    assert "聊民〔2026〕12号" in text(client, f"/standards/?county={COUNTY}")
    assert "聊民〔2026〕12号" not in text(client, f"/standards/?county={OTHER_COUNTY}")
    assert client.get("/standards/?county=nowhere").status_code == 200


def test_a_month_without_a_value_warns(moving_clock: Clock) -> None:
    """In 2028 the income per head of 2027 is nobody's yet; tekun needs it, dibao does not."""
    moving_clock.move(timedelta(days=(date(2028, 1, 10) - clock.today()).days))
    county = make_user("county", on=date(2026, 1, 1))
    make_award(make_household(area="rural"), programme=Programme.DIBAO)
    assert "有算不出的标准" not in text(opened.signed_in(county))
    make_award(make_household(area="rural"), programme=Programme.TEKUN)
    for address in ("/standards/", "/payments/"):
        page = text(opened.signed_in(county), address)
        assert "2028 年 1 月有算不出的标准" in page, address
        assert "缺 2027 年人均可支配收入，特困人员救助供养算不出来" in page, address


def test_it_takes_a_steady_number_of_queries() -> None:
    desk, counts = Desk(), []
    client = opened.signed_in(desk.drafter)
    text(client)
    for number in (1, 12):
        for place in range(number):
            desk.draft(effective_from=date(2027, number, place + 1), value=Decimal(800 + place))
        with opened.counting() as asked:
            text(client)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12, asked


def test_a_future_figure_lists_what_it_will_move() -> None:
    made = Desk().draft(RAISED)
    page = text(opened.signed_in(make_user("approver")), f"/standards/drafts/{made.pk}/")
    for words in ("1,040.00", "将低于底线，另行起草", "公布执行", "下载扫描件"):
        assert words in page
