"""Fen become yuan for people: exact, grouped, with a true minus, and never from a float."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaocheng_aid.templatetags.ui import yuan
from liaocheng_aid.templatetags.ui_figures import fen_to_yuan, fen_to_yuan_signed, group_digits


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (None, "--"),
        (0, "0.00"),
        (5, "0.05"),
        (84900, "849.00"),
        (123456789, "1,234,567.89"),
        (-39800, "\u2212398.00"),
        (-1, "\u22120.01"),
    ],
)
def test_money_reads_as_an_account_book(fen: int | None, words: str) -> None:
    assert fen_to_yuan(fen) == words


def test_the_sign_of_the_currency_follows_the_minus() -> None:
    assert yuan(-123400) == "\u2212¥1,234.00"
    assert yuan(None) == "--"


@pytest.mark.parametrize(("fen", "words"), [(120400, "+1,204.00"), (0, "0.00"), (-39800, "\u2212398.00"), (None, "--")])
def test_a_difference_carries_its_sign(fen: int | None, words: str) -> None:
    assert fen_to_yuan_signed(fen) == words


@pytest.mark.parametrize("wrong", [1.0, Decimal("1.00"), "100", True])
def test_anything_but_whole_fen_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError):
        fen_to_yuan(wrong)  # type: ignore[arg-type]


@given(st.integers(-(10**15), 10**15))
def test_no_fen_is_lost(fen: int) -> None:
    back = Decimal(fen_to_yuan(fen).replace(",", "").replace("\u2212", "-"))
    assert back * 100 == fen


def test_counts_are_grouped() -> None:
    assert (group_digits(4218), group_digits(None), group_digits(-1000)) == ("4,218", "--", "\u22121,000")
