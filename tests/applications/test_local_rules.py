"""本地参数: what is recorded, what its absence left to people, and what stands beside a question only they answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts import clock
from applications import local_rules
from applications.local_rules import Shown
from applications.models import Matter
from eligibility.local_keys import KEYS
from eligibility.programmes import Programme
from households.means import Assets, Income
from tests.applications import opened, walking
from tests.applications.walking import Office
from tests.conftest import Clock
from tests.eligibility.drafting import EDGE, Desk
from tests.making import COUNTY, OTHER_COUNTY, OTHER_COUNTY_VILLAGE, OTHER_TOWNSHIP, make_user

pytestmark = pytest.mark.django_db
OWNED = Assets(houses=1, vehicles=1, deposit_fen=4_000_000)


def shown(code: str, county: str = COUNTY) -> Shown:
    return next(one for one in local_rules.shown(county, clock.today()) if one.key.code == code)


def page_of(user: object, matter: Matter) -> str:
    return opened.signed_in(user).get(reverse("case", args=[matter.pk])).content.decode()  # type: ignore[arg-type]


@pytest.fixture
def staff() -> Office:
    return walking.office()


def test_all_are_empty_by_default() -> None:
    rows = local_rules.shown(COUNTY, clock.today())
    assert [one.key.code for one in rows] == list(KEYS)
    assert all(one.is_empty for one in rows)


def test_it_counts_what_waits_and_what_was_ruled(staff: Office, moving_clock: Clock) -> None:
    """The two matters wait for a ruling on assets; ruled on, one waits no longer and counts for twelve months."""
    first = walking.surveyed(staff)
    walking.surveyed(staff)
    walking.surveyed(walking.office(OTHER_COUNTY_VILLAGE), walking.filled(village=OTHER_COUNTY_VILLAGE))
    assert (shown("homes").ruled, shown("homes").waiting) == (0, 2)
    assert (shown("homes", OTHER_COUNTY).ruled, shown("homes", OTHER_COUNTY).waiting) == (0, 1)
    walking.rule_assets(first, staff.reviewer)
    assert (shown("homes").ruled, shown("homes").waiting) == (1, 1)
    moving_clock.move(timedelta(days=366))
    assert shown("homes").ruled == 0


def test_a_pension_waits_for_its_rule(staff: Office) -> None:
    walking.surveyed(staff)
    assert shown("basic_pension").waiting == 0
    pension = (Income("basic_pension", 20_000, "month"),)
    walking.surveyed(staff, walking.filled((walking.member(incomes=pension),)))
    assert shown("basic_pension").waiting == 1


def test_a_rigid_matter_waits_for_its_ratio(staff: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("applications.intake.ACCEPTED", tuple(Programme))
    walking.surveyed(staff, walking.filled(programme=Programme.RIGID))
    assert (shown("rigid_ratio").ruled, shown("rigid_ratio").waiting) == (None, 1)
    assert (shown("edge_multiple").ruled, shown("edge_multiple").waiting) == (None, None)


def test_the_list_behind_the_numbers_stays_within_reach(staff: Office) -> None:
    matter = walking.surveyed(staff)
    address = reverse("local_rule_cases", args=["homes"])
    here = opened.signed_in(staff.clerk).get(address).content.decode()
    assert reverse("case", args=[matter.pk]) in here
    elsewhere = opened.signed_in(make_user("clerk", OTHER_TOWNSHIP)).get(address).content.decode()
    assert "辖区内没有这样的事项" in elsewhere
    assert opened.signed_in(staff.clerk).get(reverse("local_rule_cases", args=["whim"])).status_code == 404


def test_assets_stand_beside_their_limits_and_a_person_answers(staff: Office) -> None:
    """Two people, 753 a month: 2 × 753 × 12 = 18,072 each; 40,000 ÷ 2 = 20,000 lies above."""
    desk = Desk()
    matter = walking.surveyed(staff, walking.filled(assets=OWNED))
    assert "上限每人" not in page_of(staff.reviewer, matter)
    desk.enforced(replace(EDGE, measure="financial_assets", programme="dibao", value=Decimal(2)))
    desk.enforced(replace(EDGE, measure="vehicles", programme="dibao", value=Decimal(1)))
    page = page_of(staff.reviewer, matter)
    for words in (
        "存款 40,000.00 元 ÷ 2 人，上限每人 2 × 年低保标准 9,036.00 元：超过上限（莘民〔2026〕3号）",
        "机动车 1 辆，上限 1 辆：在上限内（莘民〔2026〕3号）",
        "记下认定",
    ):
        assert words in page


def test_the_boundary_lies_within(staff: Office) -> None:
    Desk().enforced(replace(EDGE, measure="financial_assets", programme="dibao", value=Decimal(2)))
    for deposit, words in ((3_614_400, "在上限内"), (3_614_401, "超过上限")):
        matter = walking.surveyed(staff, walking.filled(assets=replace(OWNED, deposit_fen=deposit)))
        assert words in page_of(staff.reviewer, matter), deposit


def test_what_is_not_all_known_is_not_compared(staff: Office) -> None:
    Desk().enforced(replace(EDGE, measure="vehicles", programme="dibao", value=Decimal(1)))
    matter = walking.surveyed(staff, walking.filled(assets=Assets(houses=1, vehicles=1)))
    assert "上限 1 辆" not in page_of(staff.reviewer, matter)


def test_what_is_recorded_for_sums_is_shown_and_not_added(staff: Office) -> None:
    matter = walking.surveyed(staff)
    walking.rule_assets(matter, staff.reviewer)
    before = page_of(staff.reviewer, matter)
    Desk().enforced(replace(EDGE, measure="add_on", value=Decimal(50)), name="70 周岁以上老年人")
    after = page_of(staff.reviewer, matter)
    assert "分类施保增发（70 周岁以上老年人）：50 元/月，莘民〔2026〕3号" in after
    assert "登记备查，金额由人认定，系统没有加进去" in after
    assert "1,206.00" in before
    assert "1,206.00" in after


def test_the_rate_taken_off_a_wage_is_shown(staff: Office) -> None:
    """300.00 × 10 % = 30.00 off: 2 × 753.00 − 270.00 = 1,236.00."""
    Desk().enforced(replace(EDGE, measure="work_cost_rate", value=Decimal("0.1")))
    matter = walking.surveyed(staff)
    walking.rule_assets(matter, staff.reviewer)
    page = page_of(staff.reviewer, matter)
    for words in ("按本地扣减比例", "30.00", "1,236.00"):
        assert words in page


def test_the_page_takes_a_steady_number_of_queries(staff: Office) -> None:
    desk, counts = Desk(), []
    client = opened.signed_in(desk.drafter)
    assert client.get("/standards/local/").status_code == 200
    for number in (1, 6):
        for place in range(number):
            walking.surveyed(staff)
            desk.enforced(EDGE, effective_from=date(2026, number, place + 1))
        with opened.counting() as asked:
            assert client.get("/standards/local/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12, asked
