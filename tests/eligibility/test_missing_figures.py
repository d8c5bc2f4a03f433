"""A month without a value: what each programme lacks where nobody published it and no formula gives it."""

from __future__ import annotations

from datetime import date

import pytest

from eligibility.assess import book
from eligibility.missing_figures import missing
from eligibility.programmes import Programme
from tests.making import COUNTY

pytestmark = pytest.mark.django_db
ALL = [(one.value, area) for one in Programme for area in ("urban", "rural")]


def lacks(month: date, *running: tuple[str, str], region: str = COUNTY) -> dict[str, tuple[str, ...]]:
    return {one.lacks: one.programmes for one in missing(region, month, running, book())}


def test_nothing_is_missing_in_2026() -> None:
    assert lacks(date(2026, 12, 1), *ALL) == {}


def test_only_what_runs_is_asked_for() -> None:
    assert lacks(date(2028, 1, 1), ("dibao", "rural")) == {}
    assert lacks(date(2028, 1, 1), ("temporary", "rural"), ("rigid", "urban")) == {
        " 2027 年人均可支配收入": ("刚性支出困难家庭", "临时救助")
    }


def test_a_figure_no_formula_gives_names_its_base() -> None:
    """Before 2023 no standard was published; the wage of 2021 was."""
    found = lacks(date(2022, 5, 1), ("tekun", "rural"), ("orphan", "urban"), ("dibao", "rural"))
    assert found["农村最低生活保障标准"] == ("最低生活保障", "特困人员救助供养")
    assert found["农村特困人员基本生活标准（或农村低保标准）"] == ("特困人员救助供养",)
    assert found["孤儿基本生活费（散居）（或城市低保标准）"] == ("孤儿",)
    assert not any("照料护理" in words for words in found)


def test_another_citys_county_lacks_everything() -> None:
    found = lacks(date(2026, 12, 1), ("edge", "urban"), ("tekun", "urban"), region="370102000000")
    assert {"城市最低生活保障标准", "月最低工资"} <= set(found)
    assert "特困照料护理标准（全护理）（或2025 年的最低工资）" in found
