"""What a matter pays today, out of the standards: published, derived, many times, capped, or not known."""

from __future__ import annotations

from datetime import date

import pytest

from accounts import audit, clock
from eligibility import catalogue
from eligibility.assess import book
from eligibility.catalogue import Figure
from eligibility.in_force import InForce, in_force
from eligibility.local_settings import settings
from eligibility.models import Standard
from tests.eligibility.drafting import EDGE, Desk
from tests.making import CITY, COUNTY, OTHER_COUNTY

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 10)


def figures(code: str) -> dict[str, Figure]:
    matter = catalogue.find(code)
    assert matter is not None
    return {figure.name: figure for figure in (*matter.who.figures, *matter.gives.figures)}


def sums(code: str, on: date = ON, region: str = CITY) -> dict[str, tuple[int, int] | None]:
    found = {name: in_force(book(), figure, region, on) for name, figure in figures(code).items()}
    return {name: (one.low_fen, one.high_fen) if one else None for name, one in found.items()}


def test_a_published_figure_says_from_when() -> None:
    rural = figures("dibao")["农村"]
    assert in_force(book(), rural, CITY, ON) == InForce(75_300, 75_300, date(2024, 1, 1), "")
    assert in_force(book(), rural, CITY, date(2023, 12, 31)) == InForce(69_200, 69_200, date(2023, 1, 1), "")


def test_a_derived_figure_says_that_nobody_published_it() -> None:
    assert in_force(book(), figures("tekun")["护理，一至三项不能"], CITY, ON) == InForce(33_700, 33_700)


def test_a_range_is_many_times_the_urban_standard() -> None:
    """931 × 3 to 12 for illness, 3 to 6 for schooling (聊政字〔2020〕28号 三(二))."""
    shown = sums("temporary")
    assert shown["患重病花费大"] == (279_300, 1_117_200)
    assert shown["孩子上学负担重"] == (279_300, 558_600)
    assert shown["上年度人均可支配收入"] == (3_034_900, 3_034_900)


def test_a_line_is_not_rounded_and_never_above_the_minimum_wage() -> None:
    """753 × 1.5 = 1129.50; a standard whose 1.5 times lies above the wage of 2020 is capped there."""
    assert sums("edge") == {"城市": (139_650, 139_650), "农村": (112_950, 112_950)}
    publish(CITY, 140_000)
    assert sums("edge")["农村"] == (202_000, 202_000)


def test_a_countys_own_multiple_is_the_line_shown() -> None:
    """1.8 from 2026-11-01 in one county (社会救助法 art. 21): 753 × 1.8 = 1355.40; elsewhere the national 1.5."""
    Desk().enforced(EDGE)
    rural, day = figures("edge")["农村"], date(2026, 11, 20)
    here, elsewhere = (in_force(book(), rural, place, day, local=settings()) for place in (COUNTY, OTHER_COUNTY))
    assert here is not None
    assert elsewhere is not None
    assert (here.low_fen, elsewhere.low_fen) == (135_540, 112_950)


def publish(region: str, fen: int) -> None:
    row = Standard(
        region_id=region, area="rural", programme="dibao", measure="standard", unit="month",
        value_fen=fen, effective_from=date(2026, 1, 1), document_number="聊民〔2026〕1号",
    )  # fmt: skip
    audit.seal(row, None, "standard.load", on=clock.today(), region_code=region)


def test_a_county_with_a_figure_of_its_own_has_it_and_the_others_the_citys() -> None:
    publish(COUNTY, 80_000)
    rural = figures("dibao")["农村"]
    assert in_force(book(), rural, COUNTY, ON) == InForce(80_000, 80_000, date(2026, 1, 1), "聊民〔2026〕1号")
    assert sums("dibao", region=OTHER_COUNTY)["农村"] == (75_300, 75_300)


def test_before_the_first_row_and_in_another_city_nothing_is_known() -> None:
    assert sums("dibao", on=date(2022, 12, 31)) == {"城市": None, "农村": None}
    assert sums("orphan", region="370100000000") == {"住在儿童福利机构": None, "跟亲属等生活（散居）": None}
    assert sums("rigid", on=date(2025, 6, 1)) == {"上年度人均可支配收入": None}
