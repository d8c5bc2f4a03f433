"""Equal, a fen below, the birthday itself, the last day of a rule and the first of the next."""

from __future__ import annotations

from typing import Any

import pytest

from tests.eligibility.lines import codes, entry, family, income, line, outcome, passed, person

PENSION = {"kind": "basic_pension", "amount": "143.00", "per": "month"}


@pytest.mark.parametrize(
    ("monthly", "expected"),
    [("752.99", ("eligible", "1.00")), ("753.00", ("ineligible", None)), ("753.01", ("ineligible", None))],
)
def test_dibao_is_strictly_below(monthly: str, expected: tuple[str, str | None]) -> None:
    assert outcome(family(1, monthly), "dibao") == expected


def test_a_twelfth_of_a_fen_below() -> None:
    """9035.99 a year is below 753 × 12 = 9036.00: 0.01 ÷ 12 is owed, a whole yuan is paid."""
    source = line(person(income=income("9035.99", per="year")))
    assert outcome(source, "dibao") == ("eligible", "1.00")
    assert outcome(line(person(income=income("9036.00", per="year"))), "dibao") == ("ineligible", None)


def test_an_exact_sum_is_not_carried_up() -> None:
    assert outcome(family(1, "752.00"), "dibao") == ("eligible", "1.00")
    assert outcome(family(1, "751.99"), "dibao") == ("eligible", "2.00")


@pytest.mark.parametrize(("monthly", "expected"), [("1129.49", True), ("1129.50", False)])
def test_edge_is_strictly_below(monthly: str, expected: bool) -> None:
    assert passed(family(1, monthly), "edge", "income_below_edge") is expected


@pytest.mark.parametrize(("monthly", "expected"), [("929.57", True), ("929.58", False)])
def test_the_edge_line_is_never_rounded(monthly: str, expected: bool) -> None:
    """1.2345 × 753 = 929.5785."""
    assert passed(family(1, monthly, edge_multiple="1.2345"), "edge", "income_below_edge") is expected


@pytest.mark.parametrize(("yearly", "expected"), [("11154.94", True), ("11154.95", False)])
def test_the_edge_line_is_exact_to_a_fraction_of_a_fen(yearly: str, expected: bool) -> None:
    """1.2345 × 753 × 12 = 11154.942 a year: between two fen."""
    source = line(person(income=income(yearly, per="year")), edge_multiple=1.2345)
    assert passed(source, "edge", "income_below_edge") is expected


@pytest.mark.parametrize("multiple", [2, "2.0000", "999999999.9999"])
def test_the_edge_line_stops_at_the_minimum_wage(multiple: Any) -> None:
    """931 × 2 = 1862, above the wage of 1820."""
    urban = {"area": "urban", "edge_multiple": multiple}
    assert passed(family(2, "3639.99", **urban), "edge", "income_below_edge") is True
    assert passed(family(2, "3640.00", **urban), "edge", "income_below_edge") is False


@pytest.mark.parametrize(
    ("multiple", "monthly", "expected"),
    [
        ("2.4169", "1819.92", True),
        ("2.4169", "1819.93", False),
        ("2.4170", "1819.99", True),
        ("2.4170", "1820.00", False),
    ],
)
def test_the_last_multiple_below_the_minimum_wage(multiple: str, monthly: str, expected: bool) -> None:
    """753 × 2.4169 = 1819.9257 rules; 753 × 2.4170 = 1820.001 is above the wage of 1820, which rules."""
    assert passed(family(1, monthly, edge_multiple=multiple), "edge", "income_below_edge") is expected


@pytest.mark.parametrize(("spent", "above"), [("150.00", True), ("100.01", True), ("100.00", False)])
def test_the_smallest_ratio_is_as_exact_as_any(spent: str, above: bool) -> None:
    """0.0001 × 1,000,000 = 100."""
    spending = [{"kind": "medical", "amount": spent, "per": "year"}]
    earner = person(income=income("1000000.00", per="year"))
    source = line(earner, as_of="2026-06-10", rigid_ratio="0.0001", spending=spending)
    assert passed(source, "rigid", "spending_above_ratio") is above


def test_equal_to_the_standard_is_flagged_only_where_it_is_certain() -> None:
    assert entry(family(1, "753.00"), "edge")["flags"] == ["equal_to_standard"]
    assert entry(family(1, "753.01"), "edge")["flags"] == []
    open_pension = line(person(income=[*income("753.00"), PENSION]), as_of="2026-06-10")
    assert entry(open_pension, "edge")["flags"] == []


@pytest.mark.parametrize(
    ("born", "listed"), [("2006-06-11", True), ("2006-06-10", False), ("1964-06-11", False), ("1964-06-10", True)]
)
def test_eighteen_and_sixty_are_reached_on_the_birthday(born: str, listed: bool) -> None:
    assert (entry(line(person(born=born)), "tekun")["person"] == 0) is listed


@pytest.mark.parametrize(("as_of", "adult"), [("2026-02-28", False), ("2026-03-01", True)])
def test_born_on_29_february_is_older_on_1_march(as_of: str, adult: bool) -> None:
    """18 in 2026: not yet on 28 February."""
    child = person("child", "2008-02-29", lives_here=False)
    source = line(person(), child, as_of=as_of)
    assert entry(source, "dibao")["tests"][0]["figure"] == ("1" if adult else "2")


@pytest.mark.parametrize(("age", "unable"), [(69, False), (70, True)])
def test_an_obligor_of_seventy(age: int, unable: bool) -> None:
    obligor = {"age": age, "monthly_income": "2529.08", "assets_within_limit": True}
    source = line(person(born="1950-01-01"), obligors=[obligor], as_of="2026-06-10")
    assert passed(source, "tekun", "no_able_obligor") is unable


@pytest.mark.parametrize(("monthly", "unable"), [("2529.08", True), ("2529.09", False)])
def test_an_obligor_below_the_reference_income(monthly: str, unable: bool) -> None:
    """12 × 2529.08 = 30348.96 < 30349 < 30349.08 = 12 × 2529.09."""
    obligor = {"age": 80, "monthly_income": monthly, "assets_within_limit": True}
    source = line(person(born="1950-01-01"), obligors=[obligor], as_of="2026-06-10")
    assert passed(source, "tekun", "no_able_obligor") is unable


@pytest.mark.parametrize(("age", "unable"), [(59, False), (60, True)])
def test_an_obligor_of_sixty_on_dibao(age: int, unable: bool) -> None:
    source = line(person(born="1950-01-01"), obligors=[{"age": age, "receives": "dibao"}])
    # At 59 nothing else is known of the obligor's assets, but no ground can hold.
    assert passed(source, "tekun", "no_able_obligor") is unable


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2025-12-31", ("eligible", "753.00")), ("2026-01-01", ("undetermined", None))],
)
def test_the_pension_rule_ends_with_2025(as_of: str, expected: tuple[str, str | None]) -> None:
    assert outcome(line(person(income=[PENSION]), as_of=as_of), "dibao") == expected


@pytest.mark.parametrize(("counted", "amount"), [(True, "610.00"), (False, "753.00"), (None, None)])
def test_a_ruling_settles_the_pension(counted: bool | None, amount: str | None) -> None:
    source = line(person(income=[PENSION]), as_of="2026-06-10", rulings={"basic_pension_counted": counted})
    assert entry(source, "dibao")["amount"] == amount


def test_a_ruling_is_not_read_before_2026() -> None:
    source = line(person(income=[PENSION]), as_of="2025-12-31", rulings={"basic_pension_counted": True})
    assert outcome(source, "dibao") == ("eligible", "753.00")


@pytest.mark.parametrize(("wage", "result"), [("100.00", True), ("99.90", None)])
def test_a_pension_that_changes_no_sum_decides_nothing(wage: str, result: bool | None) -> None:
    """753 − 100 = 653 and − 100.30 = 652.70, both 653; 653.10 and 652.80 are 654 and 653. Edge compares only."""
    tiny = {"kind": "basic_pension", "amount": "0.30", "per": "month"}
    source = line(person(income=[*income(wage), tiny]), as_of="2026-06-10")
    assert passed(source, "dibao", "income_below_standard") is result
    assert passed(source, "edge", "not_dibao") is False


def test_unknown_income_is_not_zero() -> None:
    assert codes(line(person(income=None)), "dibao")[1] == ("income_below_standard", None)
    reached = line(person(income=None), person("spouse", income=income("1506.00")))
    assert passed(reached, "dibao", "income_below_standard") is False


@pytest.mark.parametrize(
    ("as_of", "amount"),
    [("2023-12-31", "692.00"), ("2024-01-01", "753.00"), ("2023-01-01", "692.00")],
)
def test_the_day_a_standard_changes(as_of: str, amount: str) -> None:
    assert outcome(family(1, as_of=as_of), "dibao") == ("eligible", amount)


def test_before_the_first_row_of_a_standard() -> None:
    before = family(1, as_of="2022-12-31", need={"kind": "medical", "multiple": 3})
    assert codes(before, "dibao") == [
        ("someone_counted", True),
        ("standard_in_force", None),
        ("income_below_standard", None),
        ("assets_within_limit", True),
    ]
    assert codes(before, "edge")[0] == ("standard_in_force", None)
    assert codes(before, "temporary")[-1] == ("standard_in_force", None)
    assert outcome(before | {"assets_within_limit": False}, "dibao") == ("ineligible", None)


def test_without_a_standard_nobody_counted_is_still_false() -> None:
    empty = line(as_of="2022-12-31")
    assert codes(empty, "dibao")[:3] == [
        ("someone_counted", False),
        ("standard_in_force", None),
        ("income_below_standard", None),
    ]
    assert outcome(empty, "dibao")[0] == "ineligible"


@pytest.mark.parametrize(
    ("as_of", "care"),
    [("2025-12-31", "182.00"), ("2026-01-01", "202.00"), ("2024-01-01", "182.00"), ("2023-12-31", "170.00")],
)
def test_care_follows_the_wage_of_last_31_december(as_of: str, care: str) -> None:
    """1820 from 2023-10-01, 2020 from 2025-10-01."""
    assert entry(line(person(born="1940-01-01"), as_of=as_of), "tekun")["care"] == care


def test_another_city_has_no_figures() -> None:
    source = line(person(born="1940-01-01"), region="370102000000")
    assert codes(source, "tekun") == [
        ("no_labour", True),
        ("standard_in_force", None),
        ("no_living", None),
        ("no_able_obligor", True),
        ("care_level_known", True),
    ]
    found = entry(source, "tekun")
    assert (found["care_level"], found["basic"], found["care"]) == ("self_reliant", None, None)


@pytest.mark.parametrize(
    ("kind", "multiple", "result"),
    [
        *[("medical", m, r) for m, r in [("2.9999", False), (3, True), (12, True), ("12.0001", None), (None, None)]],
        *[("education", m, r) for m, r in [("2.9999", False), (3, True), (6, True), ("6.0001", None), (None, None)]],
    ],
)
def test_the_range_of_temporary_relief(kind: str, multiple: Any, result: bool | None) -> None:
    source = family(1, as_of="2026-06-10", need={"kind": kind, "multiple": multiple})
    assert passed(source, "temporary", "within_range") is result


def test_temporary_is_rounded_up_once() -> None:
    """931 × 3.3333 = 3103.3023."""
    source = family(1, as_of="2026-06-10", need={"kind": "medical", "multiple": "3.3333"})
    assert outcome(source, "temporary") == ("eligible", "3104.00")
    assert entry(source, "temporary")["steps"][0]["exact"] == "3103.3023"


def test_sudden_need_is_met_on_the_need_alone() -> None:
    source = line(as_of="2022-12-31", need={"kind": "sudden"}, assets_within_limit=False)
    assert codes(source, "temporary") == [("need_known", True)]
    assert outcome(source, "temporary") == ("eligible", None)


def test_the_reference_income_is_known_for_2025_only() -> None:
    need = {"kind": "medical", "multiple": 3}
    assert passed(family(1, as_of="2025-12-31", need=need), "temporary", "income_below_reference") is None
    assert passed(family(1, as_of="2026-01-01", need=need), "temporary", "income_below_reference") is True
    assert passed(family(1, as_of="2027-01-01", need=need), "temporary", "income_below_reference") is None
