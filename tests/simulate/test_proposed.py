"""What `--standard` may say, and where a proposed value stands."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.errors import Invalid
from eligibility.rules.codes import Area
from eligibility.rules.figures import FigureBook, FigureRow
from eligibility.simulate.proposed import Proposed, overlaid, parse

CITY, COUNTY = "371500000000", "371522000000"
ON = date(2027, 1, 1)


def row(value: int, region: str = CITY, area: str = "rural", since: date = date(2024, 7, 1)) -> FigureRow:
    return FigureRow(region, area, "dibao", "standard", value, since)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dibao:rural=800", [Proposed("dibao", "standard", "rural", 80_000)]),
        (
            "dibao=800.5",
            [Proposed("dibao", "standard", "rural", 80_050), Proposed("dibao", "standard", "urban", 80_050)],
        ),
        ("tekun.basic:urban=1,050", [Proposed("tekun", "basic", "urban", 105_000)]),
        ("minimum_wage=2500", [Proposed("minimum_wage", "monthly", "", 250_000)]),
        ("orphan.dispersed=1900", [Proposed("orphan", "dispersed", "", 190_000)]),
    ],
)
def test_a_value_is_read(text: str, found: list[Proposed]) -> None:
    assert parse(text) == found
    assert parse(found[0].written) == found[:1]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "dibao:rural=800 的样子"),
        ("dibao:rural", "的样子"),
        ("dibo:rural=800", "没有标准 dibo"),
        ("tekun=800", "tekun.basic"),
        ("dibao.basic:rural=800", "没有标准 dibao.basic"),
        ("dibao:village=800", "rural、urban"),
        ("orphan.dispersed:rural=800", "不分城乡"),
        ("dibao:rural=abc", "金额填"),
        ("dibao:rural=-1", "金额填"),
        ("dibao:rural=0", "金额填"),
        ("dibao:rural=1.234", "金额填"),
        ("dibao:rural=100001", "金额填"),
        ("dibao:rural=1e5", "金额填"),
        ("dibao:rural=8８0", "金额填"),
    ],
)
def test_what_is_no_value_is_said(text: str, part: str) -> None:
    with pytest.raises(Invalid) as wrong:
        parse(text)
    assert part in wrong.value.errors["standard"]


def standard(book: FigureBook, region: str = COUNTY, day: int = 20270101) -> int:
    return book.on(region, Area.RURAL, day).standard


def test_the_proposal_stands_from_its_day_over_what_is_in_force() -> None:
    proposed = overlaid(FigureBook([row(75_300)]), parse("dibao:rural=800"), region=CITY, on=ON)
    assert (standard(proposed), standard(proposed, day=20261231)) == (80_000, 75_300)


def test_it_stands_also_where_a_county_published_its_own() -> None:
    book = FigureBook([row(75_300), row(78_000, COUNTY)])
    assert standard(overlaid(book, parse("dibao:rural=800"), region=CITY, on=ON)) == 80_000


def test_it_takes_the_place_of_a_value_for_both_areas() -> None:
    book = FigureBook([row(75_300, COUNTY, area="")])
    assert standard(overlaid(book, parse("dibao:rural=800"), region=CITY, on=ON)) == 80_000


def test_a_row_of_the_same_day_gives_way() -> None:
    book = FigureBook([row(75_300), row(79_000, since=ON)])
    assert standard(overlaid(book, parse("dibao:rural=800"), region=CITY, on=ON)) == 80_000


def test_another_county_keeps_its_value() -> None:
    proposed = overlaid(FigureBook([row(75_300)]), parse("dibao:rural=800"), region=COUNTY, on=ON)
    assert (standard(proposed), standard(proposed, "371524000000")) == (80_000, 75_300)


def test_last_years_wage_stays_what_it_was() -> None:
    wage = FigureRow(CITY, "", "minimum_wage", "monthly", 201_000, date(2023, 10, 1))
    figures = overlaid(FigureBook([wage]), parse("minimum_wage=2500"), region=CITY, on=ON).on(
        CITY, Area.RURAL, 20270101
    )
    assert (figures.wage, figures.wage_last_year) == (250_000, 201_000)


def test_a_reference_income_is_that_of_the_year_before() -> None:
    figures = overlaid(FigureBook([]), parse("reference_income=32000"), region=CITY, on=ON).on(
        CITY, Area.RURAL, 20270101
    )
    assert figures.reference == 3_200_000
