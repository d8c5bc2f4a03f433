"""What a person reads: the published example, the law of the day, the steps of a sum."""

from __future__ import annotations

from datetime import date

import pytest

from eligibility.assess_lines import assess, assess_briefly
from eligibility.lines.published import published_book
from eligibility.programmes import Programme
from eligibility.rules.clauses import clause
from eligibility.rules.figures import FigureBook, FigureRow
from tests.eligibility.lines import entry, family, income, line, person
from tests.eligibility.test_malformed_lines import FULL

OPEN = {**FULL, "rulings": None}


def test_the_published_example() -> None:
    """The answer printed in the interface: a settled test shows one figure, an open one the range."""
    dibao, edge = entry(OPEN, "dibao"), entry(OPEN, "edge")
    assert dibao["excludes"] == ["edge", "rigid"]
    assert [test["passed"] for test in dibao["tests"]] == [True, False, True]
    assert dibao["tests"][1] == {
        "code": "income_below_standard",
        "passed": False,
        "figure": "1020.00",
        "threshold": "753.00",
        "clause": "社会救助法 第18条",
        "said": "月收入 1,020.00 元,不低于 753.00 × 1 = 753.00 元",
    }
    assert (dibao["tests"][0]["figure"], dibao["tests"][0]["threshold"]) == ("1", "1")
    assert dibao["steps"] == []
    assert (edge["outcome"], edge["amount"], edge["excludes"]) == ("undetermined", None, ["dibao", "rigid"])
    between = edge["tests"][1]
    assert (between["code"], between["passed"]) == ("income_below_edge", None)
    assert (between["figure"], between["threshold"]) == ("1020.00–1163.00", "1129.50")
    assert between["clause"] == "社会救助法 第21条"


@pytest.mark.parametrize(("as_of", "law"), [("2026-06-30", "国务院令649号"), ("2026-07-01", "社会救助法")])
def test_the_clause_is_the_law_in_force(as_of: str, law: str) -> None:
    source = OPEN | {"as_of": as_of}
    for programme, code in [("dibao", 1), ("tekun", 0), ("temporary", 0)]:
        assert law in entry(source, programme)["tests"][code]["clause"]


@pytest.mark.parametrize(("as_of", "named"), [("2024-12-31", False), ("2025-01-01", True)])
def test_rigid_stands_on_its_rules_from_their_first_day(as_of: str, named: bool) -> None:
    """刚性支出困难家庭认定办法, in force from 2025-01-01."""
    for test in entry(OPEN | {"as_of": as_of, "people": [person()]}, "rigid")["tests"]:
        assert ("刚性支出困难家庭认定办法 第4条" in test["clause"]) is named


@pytest.mark.parametrize("as_of", [date(2026, 6, 30), date(2026, 7, 1)])
def test_a_test_nobody_knows_has_no_clause(as_of: date) -> None:
    assert clause(Programme.DIBAO, "spending_above_ratio", as_of) == ""


def test_every_test_names_a_clause_and_says_something() -> None:
    for programme in Programme:
        for source in (OPEN, OPEN | {"as_of": "2022-12-31", "people": [person(born="1940-01-01")]}):
            for test in entry(source, programme)["tests"]:
                assert test["clause"], (programme, test["code"])
                assert test["said"], (programme, test["code"])


def test_a_third_of_a_yuan_is_never_hidden() -> None:
    """10,000 a year is 833.33 a month, marked 约, with the exact year beside it; the sum shows both."""
    source = line(person(income=income("10000.00", per="year")), person("spouse"), person("sibling"))
    found = entry(source, "dibao")
    assert found["tests"][1]["said"] == "月收入约 833.33 元(全年 10,000.00 元),低于 753.00 × 3 = 2,259.00 元"
    assert found["steps"] == [
        {
            "code": "shortfall",
            "exact": "1425.67",
            "rounded": "1426.00",
            "said": "(753.00 × 3 × 12 − 10,000.00) ÷ 12 = 1,425.67 元,进到整元为 1,426.00 元",
        }
    ]


def test_the_steps_of_tekun_show_a_derived_standard_both_ways() -> None:
    steps = entry(line(person(born="1940-01-01", self_care_failed=1)), "tekun")["steps"]
    assert [(s["code"], s["exact"], s["rounded"]) for s in steps] == [
        ("basic", "979.00", "979.00"),
        ("care", "303.33", "304.00"),
        ("sum", "1283.00", "1283.00"),
    ]
    assert "1,820.00 ÷ 6" in steps[1]["said"]


def test_an_open_pension_shows_both_sums() -> None:
    pension = income("143.00", "basic_pension")
    steps = entry(line(person(income=pension), as_of="2026-06-10"), "dibao")["steps"]
    assert [s["rounded"] for s in steps] == ["753.00", "610.00"]


@pytest.mark.parametrize("pension", ["53.00", "53.01", "100.00"])
def test_no_sum_is_shown_where_the_pension_may_end_it(pension: str) -> None:
    """700 + 53 = 753 reaches the standard: with the pension nothing is owed, so no sum is shown."""
    source = line(person(income=[*income("700.00"), *income(pension, "basic_pension")]), as_of="2026-06-10")
    found = entry(source, "dibao")
    assert (found["outcome"], found["steps"]) == ("undetermined", [])


def test_the_capped_edge_line_names_the_minimum_wage() -> None:
    said = entry(family(1, "1000.00", area="urban", edge_multiple=2), "edge")["tests"][1]["said"]
    assert said == "月收入 1,000.00 元,低于最低工资 1,820.00 × 1 = 1,820.00 元"


def test_a_line_that_meets_the_minimum_wage_is_still_the_multiple() -> None:
    """1.5 × 1000 = 1500, the wage itself."""
    rows = (
        FigureRow("371500000000", area, programme, measure, fen, date(2024, 1, 1))
        for area, programme, measure, fen in [
            ("urban", "dibao", "standard", 100_000),
            ("", "minimum_wage", "monthly", 150_000),
        ]
    )
    answer = assess(family(1, "1200.00", area="urban"), FigureBook(rows))["results"]
    tests = next(e["tests"] for e in answer if e["programme"] == "edge")
    assert tests[1]["said"] == "月收入 1,200.00 元,低于 1.5 × 1,000.00 × 1 = 1,500.00 元"


def test_unknown_income_says_what_is_known() -> None:
    source = line(person(income=[{"kind": "wage", "amount": None, "per": "month"}, *income("100.00")]))
    found = entry(source, "dibao")["tests"][1]
    assert (found["passed"], found["figure"]) == (None, "100.00")
    assert found["said"] == "已知月收入 100.00 元,另有收入不明,不能与 753.00 × 1 = 753.00 元比较"


@pytest.mark.parametrize("programme", list(Programme))
def test_one_programme_alone_is_explained_as_among_all(programme: Programme) -> None:
    among_all = [one for one in assess(OPEN)["results"] if one["programme"] == programme]
    [brief] = assess_briefly([(OPEN, programme)], published_book())
    assert brief.entries == among_all
