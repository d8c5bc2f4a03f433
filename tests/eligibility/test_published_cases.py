"""Every row of cases.csv that is for `assess` and one of the five programmes, with its arithmetic."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.eligibility.lines import entry, exact, family, income, line, outcome, passed, person

CASES = Path(__file__).parent / "data" / "cases.csv"
MID_2026 = "2026-06-10"

Line = dict[str, Any]


def single(disability: dict[str, Any] | None, monthly: str = "3000.00", **more: Any) -> Line:
    """A rural family of three whose income the spouse earns; the member spoken of is person 1."""
    spouse = person("spouse", income=income(monthly))
    return line(person(), person("sibling", disability=disability, **more), spouse)


def failing(items: int, **more: Any) -> Line:
    """A rural person of 70 alone, without income or obligors, failing some items of self-care."""
    return line(person(born="1954-01-01", self_care_failed=items), **more)


def in_need(kind: str, multiple: float) -> Line:
    return family(1, as_of=MID_2026, need={"kind": kind, "multiple": multiple})


DIBAO: dict[str, tuple[Line, str, str | None]] = {
    # 753 × 3 − 0 = 2259
    "D01": (family(3), "eligible", "2259.00"),
    # 753 × 3 − 1200 = 1059
    "D02": (family(3, "1200.00"), "eligible", "1059.00"),
    # 931 × 2 − 1000.50 = 861.50, up to 862
    "D03": (family(2, "1000.50", area="urban"), "eligible", "862.00"),
    # 1506 < 753 × 2 is false: equal is not below
    "D04": (family(2, "1506.00"), "ineligible", None),
    # (753 × 3 × 12 − 10000) ÷ 12 = 1425.67, up to 1426
    "D07": (
        line(person(income=income("10000.00", per="year")), person("spouse"), person("sibling")),
        "eligible",
        "1426.00",
    ),
    # 931 × 1 − 0
    "D08": (family(1, area="urban"), "eligible", "931.00"),
    # 2000 < 1506 is false
    "D11": (family(2, "2000.00"), "ineligible", None),
    # 2259 < 1506 is false
    "D12": (family(2, "2259.00"), "ineligible", None),
    # 优待抚恤金 is not counted: 1506 − 0
    "D16": (line(person(income=income("600.00", "veteran_benefit")), person("spouse")), "eligible", "1506.00"),
    # scholarship and relief are not counted: 1506 − 0
    "D17": (
        line(person(income=income("3000.00", "scholarship", "year") + income("800.00", "relief")), person("spouse")),
        "eligible",
        "1506.00",
    ),
    # 2500 − 20 % cost of work = 2000; 2259 − 2000 = 259
    "D19": (
        line(
            person(income=income("2500.00"), deductions=[{"kind": "work_cost", "amount": "500.00", "per": "month"}]),
            person("spouse"),
            person("child", "2015-01-01"),
        ),
        "eligible",
        "259.00",
    ),
    # the student of 20 lives at college and is counted: 753 × 3 − 1500 = 759
    "D24": (
        line(
            person(income=income("1500.00")),
            person("spouse"),
            person("child", "2004-01-01", student="undergraduate", lives_here=False),
        ),
        "eligible",
        "759.00",
    ),
    # a religious professional, listed alone, is counted: 753
    "D27": (line(person(absence="religious_3_years")), "eligible", "753.00"),
    # entered as a one-person dibao: 753 − 0
    "S09": (line(person(disability={"kind": "physical", "grade": 1})), "eligible", "753.00"),
}

EDGE: dict[str, tuple[Line, str]] = {
    # 1506 = 753 × 2: not below the dibao line, below 753 × 1.5 × 2 = 2259
    "D04": (family(2, "1506.00"), "eligible"),
    # 2000 < 2259
    "D11": (family(2, "2000.00"), "eligible"),
    # 2259 < 2259 is false
    "D12": (family(2, "2259.00"), "ineligible"),
}

SINGLE: dict[str, tuple[Line, str, str | None]] = {
    # per head 1000, between 753 and 1129.50; grade 2 of any kind; 753 − 0
    "S01": (single({"kind": "physical", "grade": 2}), "eligible", "753.00"),
    # a recognised serious illness; 753 − 0
    "S04": (single(None, major_illness=True), "eligible", "753.00"),
    # per head 1300 < min(753 × 2, wage 1820) = 1506
    "S07": (single({"kind": "physical", "grade": 1}, "3900.00") | {"edge_multiple": 2}, "eligible", "753.00"),
}

TEKUN: dict[str, tuple[Line, str, str | None]] = {
    # 979 + 1820 ÷ 10 = 979 + 182
    "T01": (failing(0), "eligible", "1161.00"),
    # 1820 ÷ 6 = 303.33, up to 304; 979 + 304
    "T02": (failing(1), "eligible", "1283.00"),
    # 1820 ÷ 3 = 606.67, up to 607; 979 + 607
    "T04": (failing(4), "eligible", "1586.00"),
    "T05": (failing(6), "eligible", "1586.00"),
    # last year's wage is 2020: 336.67, up to 337; 979 + 337
    "T06": (failing(3, as_of=MID_2026), "eligible", "1316.00"),
    # 60 today
    "T12": (line(person(born="1964-06-10")), "eligible", "1161.00"),
    # 59 years and 364 days
    "T13": (line(person(born="1964-06-11")), "ineligible", None),
    # 17, the parents missing and in prison
    "T14": (
        line(person("child", "2007-01-01"), person(absence="missing"), person("spouse", absence="prison")),
        "eligible",
        "1161.00",
    ),
    # visual 2: only visual 1 counts
    "T17": (line(person(born="1984-01-01", disability={"kind": "visual", "grade": 2})), "ineligible", None),
    # physical 3: only physical 1-2
    "T19": (line(person(born="1984-01-01", disability={"kind": "physical", "grade": 3})), "ineligible", None),
    # the only obligor is a son of 61 on dibao
    "T20": (failing(0, obligors=[{"age": 61, "receives": "dibao"}]), "eligible", "1161.00"),
    # an obligor of 70 with 2500 a month: 30000 < 30349; 979 + 2020 ÷ 10
    "T21": (
        failing(0, as_of=MID_2026, obligors=[{"age": 70, "monthly_income": "2500.00", "assets_within_limit": True}]),
        "eligible",
        "1181.00",
    ),
    # ten years old, an orphan: qualifies as tekun too, the guardian chooses
    "T23": (line(person("other", "2014-01-01", orphan="dispersed")), "eligible", "1161.00"),
}

TEMPORARY: dict[str, tuple[Line, str, str | None]] = {
    # 931 × 3
    "L01": (in_need("medical", 3), "eligible", "2793.00"),
    # 13 > 12: 一事一议
    "L03": (in_need("medical", 13), "undetermined", None),
    # 931 × 6
    "L04": (in_need("education", 6), "eligible", "5586.00"),
    # 2 < 3
    "L06": (in_need("medical", 2), "ineligible", None),
}


@pytest.mark.parametrize("case", DIBAO)
def test_dibao(case: str) -> None:
    source, expected, amount = DIBAO[case]
    assert outcome(source, "dibao") == (expected, amount)


@pytest.mark.parametrize("case", EDGE)
def test_edge(case: str) -> None:
    source, expected = EDGE[case]
    assert outcome(source, "edge") == (expected, None)
    assert ("equal_to_standard" in entry(source, "edge")["flags"]) is (case == "D04")


@pytest.mark.parametrize("case", SINGLE)
def test_dibao_single(case: str) -> None:
    source, expected, amount = SINGLE[case]
    assert entry(source, "dibao_single")["person"] == 1
    assert outcome(source, "dibao_single", 1) == (expected, amount)


def test_dibao_single_of_grade_3_physical() -> None:
    """S03: nobody is listed; one entry says so."""
    found = entry(single({"kind": "physical", "grade": 3}), "dibao_single")
    assert (found["person"], found["outcome"]) == (None, "ineligible")
    assert [(t["code"], t["passed"]) for t in found["tests"]] == [("severe", False)]


def test_dibao_single_needs_the_adopted_multiple() -> None:
    """S07 with 1.5: per head 1300 is not below 1129.50."""
    assert outcome(single({"kind": "physical", "grade": 1}, "3900.00"), "dibao_single")[0] == "ineligible"


@pytest.mark.parametrize("case", TEKUN)
def test_tekun(case: str) -> None:
    source, expected, amount = TEKUN[case]
    assert outcome(source, "tekun") == (expected, amount)


@pytest.mark.parametrize("case", ["T13", "T17", "T19"])
def test_tekun_lists_nobody_who_can_work(case: str) -> None:
    found = entry(TEKUN[case][0], "tekun")
    assert found["person"] is None
    assert [(t["code"], t["passed"]) for t in found["tests"]] == [("no_labour", False)]


def test_tekun_and_orphan_exclude_each_other() -> None:
    """T23: not both."""
    assert "orphan" in entry(TEKUN["T23"][0], "tekun")["excludes"]


def test_temporary_above_and_below_the_range() -> None:
    """L03 is routed to a person, L06 is refused."""
    assert passed(TEMPORARY["L03"][0], "temporary", "within_range") is None
    assert passed(TEMPORARY["L06"][0], "temporary", "within_range") is False


@pytest.mark.parametrize("case", TEMPORARY)
def test_temporary(case: str) -> None:
    source, expected, amount = TEMPORARY[case]
    assert outcome(source, "temporary") == (expected, amount)


def _exact(case: str) -> str:
    with CASES.open(encoding="utf-8") as file:
        return next(row["amount_exact_yuan"] for row in csv.DictReader(file) if row["case_id"] == case)


STEPS: list[tuple[dict[str, tuple[Line, str, str | None]], str, str, Callable[[str], bool]]] = [
    (DIBAO, "dibao", "shortfall", lambda case: DIBAO[case][1] == "eligible"),
    (SINGLE, "dibao_single", "shortfall", lambda case: True),
    (TEMPORARY, "temporary", "multiple", lambda case: case != "L06"),
]


@pytest.mark.parametrize(("cases", "programme", "step", "shown"), STEPS)
def test_steps_show_the_unrounded_sum_of_the_file(
    cases: dict[str, tuple[Line, str, str | None]], programme: str, step: str, shown: Callable[[str], bool]
) -> None:
    checked = [case for case in cases if shown(case)]
    assert checked
    for case in checked:
        assert exact(cases[case][0], programme, step) == _exact(case), case


def test_every_row_of_the_five_programmes_is_here() -> None:
    with CASES.open(encoding="utf-8") as file:
        ids = {row["case_id"] for row in csv.DictReader(file)}
    for_assess = {case for case in ids if case[0] in "DSTL"} - {"D20", "D21", "D22", "D23"}
    for_assess -= {"T08", "T09", "T10", "T11", "L07", "L09"}
    assert for_assess == {*DIBAO, *EDGE, *SINGLE, *TEKUN, *TEMPORARY, "S03"}
