"""大写: cases A01 and A03, the annex's own examples, and a reader that turns words back into fen."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.words import LARGEST_FEN, amount_in_words


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("2259.00", "贰仟贰佰伍拾玖元整"),  # A01
        ("107000.53", "壹拾万柒仟元零伍角叁分"),  # A03
        ("1409.50", "壹仟肆佰零玖元伍角整"),  # the annex's four
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("0.00", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.53", "伍角叁分"),
        ("1.00", "壹元整"),
        ("10.00", "壹拾元整"),
        ("10.01", "壹拾元零壹分"),
        ("10.10", "壹拾元零壹角整"),
        ("11.10", "壹拾壹元壹角整"),
        ("1001.00", "壹仟零壹元整"),
        ("10001.00", "壹万零壹元整"),
        ("10010.00", "壹万零壹拾元整"),
        ("100100.00", "壹拾万零壹佰元整"),
        ("1010000.00", "壹佰零壹万元整"),
        ("20300405.00", "贰仟零叁拾万零肆佰零伍元整"),
        ("100000000.00", "壹亿元整"),
        ("100000001.00", "壹亿零壹元整"),
        ("100010000.00", "壹亿零壹万元整"),
        ("1000001000.00", "壹拾亿零壹仟元整"),
        ("2986452.00", "贰佰玖拾捌万陆仟肆佰伍拾贰元整"),
        ("100000000000.00", "壹仟亿元整"),  # 10^13 fen
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_the_words_of_an_amount(yuan: str, words: str) -> None:
    assert amount_in_words(int(yuan.replace(".", ""))) == "人民币" + words


@pytest.mark.parametrize("fen", [-1, -225900, LARGEST_FEN + 1])
def test_below_nothing_and_beyond_twelve_digits_is_refused(fen: int) -> None:
    with pytest.raises(ValueError, match="no words"):
        amount_in_words(fen)


VALUE = {c: n for n, c in enumerate("零壹贰叁肆伍陆柒捌玖")} | {
    "拾": 10,
    "佰": 100,
    "仟": 1000,
    "万": 10**4,
    "亿": 10**8,
}


def read_words(words: str) -> int:
    """Fen of an amount in words, by the way a person reads: it shares nothing with the writer."""
    match = re.fullmatch(r"人民币(?:(\S+?)元)?零?(?:(.)角)?(?:(.)分)?整?", words)
    assert match is not None, words
    total = section = digit = 0
    for char in match[1] or "":
        value = VALUE[char]
        if value < 10:
            digit = value
        elif value < 10**4:
            section, digit = section + digit * value, 0
        else:
            total, section, digit = total + (section + digit) * value, 0, 0
    yuan = total + section + digit
    return yuan * 100 + VALUE[match[2] or "零"] * 10 + VALUE[match[3] or "零"]


AMOUNTS = st.integers(0, 10**13) | st.integers(0, 10**6) | st.integers(0, 10**9).map(lambda n: n * 1000)


@given(AMOUNTS)
def test_words_read_back_as_the_amount(fen: int) -> None:
    assert read_words(amount_in_words(fen)) == fen


@given(AMOUNTS)
def test_the_annexs_rules_hold_for_every_amount(fen: int) -> None:
    words = amount_in_words(fen)
    assert "零零" not in words
    assert words.endswith("分") == (fen % 10 != 0)
    assert words.endswith("整") == (fen % 10 == 0)
    assert not re.search("零[拾佰仟万亿角分]", words)
    assert fen == 0 or "零元" not in words


def test_every_amount_to_a_thousand_yuan_reads_back_and_is_its_own() -> None:
    said = {amount_in_words(fen) for fen in range(100_000)}
    assert len(said) == 100_000
    assert {read_words(words) for words in said} == set(range(100_000))
