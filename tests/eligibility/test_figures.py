"""Which figure is in force: region, area, day; published first, else derived; below the floor is flagged."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date

import pytest

from eligibility.assess_lines import assess
from eligibility.lines.published import published_book
from eligibility.rules.codes import Area
from eligibility.rules.figures import Figure, FigureBook, FigureRow, FigureSet
from tests.eligibility.lines import family, line, person

CITY, COUNTY, TOWN = "371500000000", "371522000000", "371522101000"


def row(value: int, since: str, region: str = CITY, measure: str = "dibao.standard", area: str = "rural") -> FigureRow:
    programme, name = measure.split(".")
    return FigureRow(region, area, programme, name, value * 100, date.fromisoformat(since))


def standard(book: FigureBook, region: str, on: int) -> int:
    return book.on(region, Area.RURAL, on).standard


def test_a_row_rules_until_the_next() -> None:
    book = FigureBook([row(753, "2024-01-01"), row(692, "2023-01-01")])
    days = [20221231, 20230101, 20231231, 20240101, 20990101]
    assert [standard(book, CITY, on) for on in days] == [-1, 69_200, 69_200, 75_300, 75_300]


def test_a_row_covers_every_region_beneath_and_none_beside() -> None:
    book = FigureBook([row(753, "2024-01-01")])
    assert [standard(book, region, 20240101) for region in (CITY, COUNTY, TOWN)] == [75_300] * 3
    assert [standard(book, region, 20240101) for region in ("371600000000", "370000000000")] == [-1, -1]


def test_the_countys_own_row_wins_once_it_is_in_force() -> None:
    """Even over a later row of the city's; before its day the city's rules."""
    book = FigureBook([row(753, "2024-01-01"), row(800, "2024-07-01", COUNTY), row(780, "2025-01-01")])
    assert standard(book, TOWN, 20240630) == 75_300
    assert standard(book, TOWN, 20250601) == 80_000
    assert standard(book, "371521000000", 20250601) == 78_000


def test_a_row_without_area_serves_both_and_yields_to_an_exact_one() -> None:
    book = FigureBook([row(700, "2024-01-01", area=""), row(753, "2023-01-01")])
    assert book.on(CITY, Area.URBAN, 20240601).standard == 70_000
    assert standard(book, CITY, 20240601) == 75_300


@pytest.mark.parametrize(
    ("dibao", "published", "expected"),
    [
        # 753 × 1.3 = 978.90, published 979; 692 × 1.3 = 899.60, published 900
        (753, 979, Figure(97_900, formula=97_900)),
        (692, 900, Figure(90_000, formula=90_000)),
        # 744 × 1.3 = 967.20: a published 967 is used and flagged; derived it would be 968
        (744, 967, Figure(96_700, below_floor=True, formula=96_800)),
        (744, None, Figure(96_800, derived=True, formula=96_800)),
        # 791 × 1.3 = 1028.30, carried up
        (791, None, Figure(102_900, derived=True, formula=102_900)),
        # 800 × 1.3 = 1040 exactly: nothing to carry, nothing below
        (800, None, Figure(104_000, derived=True, formula=104_000)),
        (800, 1040, Figure(104_000, formula=104_000)),
    ],
)
def test_the_basic_standard(dibao: int, published: int | None, expected: Figure) -> None:
    rows = [row(dibao, "2024-01-01")]
    if published is not None:
        rows.append(row(published, "2024-01-01", measure="tekun.basic"))
    assert FigureBook(rows).on(CITY, Area.RURAL, 20240601).basic == expected


def test_published_care_below_its_share_is_flagged() -> None:
    """1820 ÷ 6 = 303.33: 303 is below, 304 is not."""
    wage = row(1820, "2023-10-01", measure="minimum_wage.monthly", area="")
    for value, below in [(303, True), (304, False)]:
        book = FigureBook([wage, row(value, "2024-01-01", measure="tekun.care_semi")])
        assert book.on(CITY, Area.RURAL, 20240601).care == (
            Figure(18_200, derived=True, formula=18_200),
            Figure(value * 100, below_floor=below, formula=30_400),
            Figure(60_700, derived=True, formula=60_700),
        )


def test_the_shipped_figures() -> None:
    shipped = published_book().on(COUNTY, Area.URBAN, 20260610)
    assert (shipped.standard, shipped.urban, shipped.wage, shipped.wage_last_year) == (93_100, 93_100, 202_000, 202_000)
    # Urban basic is not published: 931 × 1.3 = 1210.30.
    assert shipped.basic == Figure(121_100, derived=True, formula=121_100)
    assert [figure.fen for figure in shipped.care] == [20_200, 33_700, 67_400]
    assert shipped.reference == 3_034_900
    assert [figure.fen for figure in (*shipped.orphan, *shipped.living, *shipped.care_subsidy)] == [
        *[232_800, 186_200, 18_700, 14_000, 16_800, 14_000]
    ]


def test_the_figures_name_the_rows_they_stand_on() -> None:
    """Each published row once, with its day and paper; a county's own row before the city's."""
    own = replace(row(960, "2025-01-01"), region_code=COUNTY, document_number="莘民〔2025〕1号")
    found = FigureBook([row(753, "2024-01-01"), own]).on(COUNTY, Area.RURAL, 20250601)
    assert (found.standard, [(one.value, one.document_number) for one in found.sources]) == (
        96_000,
        [(96_000, "莘民〔2025〕1号")],
    )


def test_frozen_figures_thaw_to_what_they_were() -> None:
    shipped = published_book().on(COUNTY, Area.URBAN, 20260610)
    assert FigureSet.thawed(json.loads(json.dumps(asdict(shipped)))) == shipped


def test_the_reference_income_is_last_years_and_in_force() -> None:
    measure = "reference_income.disposable_per_head"
    late = replace(row(31_000, "2027-03-15", measure=measure, area=""), for_year=2026)
    book = FigureBook([late, replace(row(30_349, "2026-01-01", measure=measure, area=""), for_year=2025)])
    found = [book.on(CITY, Area.RURAL, on).reference for on in (20251231, 20260101, 20261231, 20270314, 20270315)]
    assert found == [-1, 3_034_900, 3_034_900, -1, 3_100_000]


def test_a_sum_of_nothing_is_ineligible() -> None:
    """An urban standard of 0: three times nothing is not paid."""
    reference = replace(
        row(30_349, "2026-01-01", measure="reference_income.disposable_per_head", area=""), for_year=2025
    )
    book = FigureBook([row(753, "2024-01-01"), row(0, "2024-01-01", area="urban"), reference])
    source = family(1, as_of="2026-06-10", need={"kind": "medical", "multiple": 3})
    found = next(e for e in assess(source, book)["results"] if e["programme"] == "temporary")
    assert [t["passed"] for t in found["tests"]] == [True, True, True, True]
    assert (found["outcome"], found["amount"]) == ("ineligible", None)


def test_a_published_sum_with_fen_is_paid_to_the_whole_yuan() -> None:
    """1862.40 is published; 1863 is paid, and the step shows both."""
    published = row(0, "2024-01-01", measure="orphan.dispersed", area="")
    book = FigureBook([row(931, "2024-01-01", area="urban"), replace(published, value_fen=186_240)])
    answer = assess(line(person(born="2014-01-01", orphan="dispersed")), book)["results"]
    found = next(e for e in answer if e["programme"] == "orphan")
    assert (found["outcome"], found["amount"]) == ("eligible", "1863.00")
    assert [(s["exact"], s["rounded"]) for s in found["steps"]] == [("1862.40", "1863.00")]


@pytest.mark.parametrize(
    ("yearly", "monthly", "unable"), [(30_348, "2528.99", True), (30_348, "2529.00", False), (0, "0.00", False)]
)
def test_an_obligor_with_exactly_the_reference_income_is_able(yearly: int, monthly: str, unable: bool) -> None:
    """12 × 2529 = 30348."""
    reference = replace(
        row(yearly, "2026-01-01", measure="reference_income.disposable_per_head", area=""), for_year=2025
    )
    obligor = {"age": 80, "monthly_income": monthly, "assets_within_limit": True}
    source = line(person(born="1945-01-01"), obligors=[obligor], as_of="2026-06-10")
    answer = assess(source, FigureBook([row(753, "2024-01-01"), reference]))["results"]
    tests = next(e["tests"] for e in answer if e["programme"] == "tekun")
    assert {t["code"]: t["passed"] for t in tests}["no_able_obligor"] is unable


REFERENCE = "reference_income.disposable_per_head"


@pytest.mark.parametrize(
    ("measure", "value"),
    [("dibao.standard", -1), ("dibao.standard", 1_000_001), (REFERENCE, -1), (REFERENCE, 100_000_001)],
)
def test_a_figure_the_arithmetic_is_not_proven_for_is_refused(measure: str, value: int) -> None:
    with pytest.raises(ValueError, match=rf"^figure out of bounds: {measure} 2024-01-01$"):
        FigureBook([row(value, "2024-01-01", measure=measure)])


@pytest.mark.parametrize(
    ("measure", "value"), [("dibao.standard", 0), ("dibao.standard", 1_000_000), (REFERENCE, 100_000_000)]
)
def test_the_bounds_themselves_are_taken(measure: str, value: int) -> None:
    programme, name = measure.split(".")
    assert FigureBook([row(value, "2024-01-01", measure=measure)]).published(
        CITY, "rural", programme, name, 20240101
    ) == (value * 100)


def test_one_figure_is_asked_by_region_area_day_and_year() -> None:
    of_2024 = replace(row(30_001, "2025-01-01", measure=REFERENCE, area=""), for_year=2024)
    of_2025 = replace(row(30_002, "2026-01-01", measure=REFERENCE, area=""), for_year=2025)
    book = FigureBook([row(753, "2024-01-01"), row(800, "2024-06-10", TOWN), of_2024, of_2025])
    asked = [(TOWN, "rural", 20240609), (TOWN, "rural", 20240610), (COUNTY, "rural", 20240610)]
    assert [book.published(*one[:2], "dibao", "standard", one[2]) for one in asked] == [75_300, 80_000, 75_300]
    assert book.published(TOWN, "urban", "dibao", "standard", 20240610) == -1
    assert book.published(TOWN, "", "dibao", "standard", 20240610) == -1
    yearly = [
        book.published(CITY, "rural", "reference_income", "disposable_per_head", 20270101, year)
        for year in (None, 2024, 2026)
    ]
    assert yearly == [3_000_200, 3_000_100, -1]


def test_the_wage_and_the_reference_income_are_those_of_everybody() -> None:
    """A row of one area only, as the statistics publish them too, is never read for it."""
    wage, income = "minimum_wage.monthly", REFERENCE
    both = [row(1820, "2023-01-01", measure=wage, area=""), row(30_349, "2026-01-01", measure=income, area="")]
    only = [replace(one, area="urban", value_fen=one.value_fen + 100) for one in both]
    book = FigureBook([replace(one, for_year=2025 if "reference" in one.programme else None) for one in both + only])
    found = book.on(CITY, Area.URBAN, 20260610)
    assert (found.wage, found.wage_last_year, found.reference) == (182_000, 182_000, 3_034_900)
