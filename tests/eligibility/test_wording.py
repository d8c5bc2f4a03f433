"""Figures as text, to the last digit."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eligibility.rules.wording import exact_yuan, grouped, joined, line_yuan, times, yuan


@pytest.mark.parametrize(("fen", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-123_456, "-1234.56")])
def test_yuan(fen: int, text: str) -> None:
    assert yuan(fen) == text


@pytest.mark.parametrize(("fen", "text"), [(123_456_789, "1,234,567.89"), (-123_456, "-1,234.56")])
def test_grouped(fen: int, text: str) -> None:
    assert grouped(fen) == text


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (Fraction(310_330), "3103.30"),
        (Fraction(31_033_023, 100), "3103.3023"),
        (Fraction(1, 10**5), "0.0000001"),
        (Fraction(1, 10**6), "0.00000001"),  # eight places are shown
        (Fraction(1, 10**7), "0.00"),  # nine are not
        (Fraction(427_700, 3), "1425.67"),
    ],
)
def test_exact_yuan(fen: Fraction, text: str) -> None:
    assert exact_yuan(fen) == text


def test_lines_and_multiples_drop_their_trailing_zeros() -> None:
    assert [line_yuan(value) for value in (929_578_500, 1_129_500_000, 5)] == ["929.5785", "1129.50", "0.000005"]
    assert line_yuan(1_129_500_000, ",") == "1,129.50"
    assert [times(value) for value in (15_000, 20_000, 12_345, 100_000)] == ["1.5", "2", "1.2345", "10"]


@pytest.mark.parametrize(("rest", "text"), [("3 元", "与 3 元"), ("3人", "与 3人"), ("标准", "与标准")])
def test_a_figure_stands_apart_from_a_word(rest: str, text: str) -> None:
    assert joined("与", rest) == text
