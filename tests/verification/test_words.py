"""A stored value in words: every sort of kind, nothing, entries of a register, places; a number of others never."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verification.kinds import ALL
from verification import words

pytestmark = pytest.mark.django_db
MARRIED, SPOUSE = {"status": "married", "since": "2001-05-01"}, {"spouse_number": "ab12"}


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("death", "2026-11-08", "2026-11-08"),
        ("vehicle", 0, "0 辆"),
        ("house", 2, "2 处"),
        ("deposit", {"fen": 8_650_000, "per": ""}, "86,500.00 元"),
        ("deposit", 8_650_000, "86,500.00 元"),
        ("pension", {"fen": 114_300, "per": "month"}, "每月 1,143.00 元"),
        ("pension", 114_300, "每月 1,143.00 元"),
        ("tax_wage", {"fen": 1_200_001, "per": "year"}, "每年 12,000.01 元"),
        ("tax_wage", 1_200_001, "每年 12,000.01 元"),
        ("land", 350, "3.50 亩"),
        ("serious_mental", False, "无"),
        ("serious_mental", True, "有"),
        ("farm_machine", True, "有"),
        ("employment", {"fen": 0, "per": "month"}, "每月 0.00 元"),
        ("custody", [{"kind": "prison", "since": "2026-09-15"}], "类别 服刑，起始日期 2026-09-15"),
        ("disability", [{"kind": "visual", "grade": 2}], "类别 视力，等级 二级"),
        ("birth", [{"born": "2019-02-03"}, {"born": "2021-02-03"}], "出生日期 2019-02-03；出生日期 2021-02-03"),
        ("marriage", [MARRIED | SPOUSE], "婚姻状况 已婚，登记日期 2001-05-01"),
        ("hukou", [{"region": "371524101285"}], "户籍地 东阿县刘集镇"),
        ("hukou", [{"region": "371522"}], "户籍地 莘县"),
        ("hukou", [{"region": "370102"}], "户籍地 370102"),
        ("school", [{"stage": "senior_high", "high_fee": False}], "学段 普通高中，高收费学校 无"),
    ],
)
def test_each_sort_of_value(kind: str, value: Any, said: str) -> None:
    assert words.of(ALL[kind], value).startswith(said)


@pytest.mark.parametrize("nothing", [None, [], ""])
def test_nothing_is_two_dashes(nothing: Any) -> None:
    assert {words.of(kind, nothing) for kind in ALL.values()} == {"--"}


def test_what_was_not_declared_is_nothing() -> None:
    assert words.of(ALL["company"], False) == "--"
    assert words.of(ALL["farm_machine"], False) == "--"


def test_every_count_says_what_it_counts() -> None:
    assert {kind.code for kind in ALL.values() if kind.value == "count" and not kind.unit} == set()
