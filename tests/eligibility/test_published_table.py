"""Liaocheng's published table of 2023 and 2024 against the formulas: reproduced where they fit, flagged where not."""

from __future__ import annotations

from datetime import date

import pytest

from eligibility.assess import book
from eligibility.figure_checks import Proposed, check, figure_of
from eligibility.rules.codes import Area
from eligibility.rules.columns import day
from tests.making import CITY

pytestmark = pytest.mark.django_db
# item, area, published in 2023, published in 2024
TABLE = [
    (("tekun", "basic"), "rural", 900, 979),  # 692 × 1.3 = 899.60; 753 × 1.3 = 978.90
    (("orphan", "institution"), "", 2178, 2328),  # 871 × 2.5 = 2,177.50; 931 × 2.5 = 2,327.50
    (("orphan", "dispersed"), "", 1742, 1862),  # exact
    (("disability_living", "grade_1_2"), "", 175, 187),  # 174.20; 186.20: only rounding up fits
    (("disability_living", "grade_3_4"), "", 138, 140),  # 130.65 ≠ 138; 139.65
    (("disability_care", "grade_1"), "", 157, 168),  # 156.78; 167.58
    (("disability_care", "grade_2"), "", 132, 140),  # 130.65 ≠ 132; 139.65
]
DOES_NOT_FIT = {
    (("disability_living", "grade_3_4"), 2023): 131,
    (("disability_care", "grade_2"), 2023): 131,
}
ROWS = [(key, area, year, value) for key, area, *both in TABLE for year, value in zip((2023, 2024), both, strict=True)]


@pytest.mark.parametrize(("key", "area", "year", "published"), ROWS)
def test_the_formula_gives_the_published_value_or_is_flagged(
    key: tuple[str, str], area: str, year: int, published: int
) -> None:
    on = date(year, 6, 1)
    figures = book().on(CITY, Area.RURAL if area == "rural" else Area.URBAN, day(on))
    figure = figure_of(figures, *key)
    assert figure is not None
    assert (figure.fen, figure.derived) == (published * 100, False), "the published value is the one in force"
    assert figure.formula == DOES_NOT_FIT.get((key, year), published) * 100
    assert not figure.below_floor
    said = check(Proposed(CITY, area, *key, published * 100, on), today=on)
    assert said.differs == ((key, year) in DOES_NOT_FIT)
    assert not said.is_below_floor
    assert said.arithmetic


def test_all_fourteen_rows_of_liaocheng_are_there() -> None:
    assert len(ROWS) == 14
    assert len(DOES_NOT_FIT) == 2


def test_the_sentence_says_what_does_not_fit() -> None:
    """871 × 15 % = 130.65, up to 131; the paper says 138."""
    said = check(Proposed(CITY, "", "disability_living", "grade_3_4", 13_800, date(2023, 6, 1)), today=date(2023, 6, 1))
    assert said.arithmetic == "城市低保标准 871.00 × 15% = 130.65，进到整元 131.00"
    assert (said.differs, said.is_floor, said.needs_reason) == (True, False, False)


def test_a_new_minimum_wage_moves_the_care_sums_of_next_january() -> None:
    said = check(Proposed(CITY, "", "minimum_wage", "monthly", 230_000, date(2026, 10, 1)), today=date(2026, 9, 1))
    assert [(one.before_fen, one.after_fen) for one in said.follows] == [
        (20_200, 23_000),
        (33_700, 38_400),
        (67_400, 76_700),
    ]
