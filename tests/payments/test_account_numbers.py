"""Account numbers at the door: R-51. The kind decides: cards carry a Luhn digit, passbooks do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.accounts_check import AccountKind, AccountRefused, read_account


def luhn_by_hand(number: str) -> int:
    """0 where the number holds: every second digit from the right doubled, the sum of digits modulo 10."""
    doubled = [int(d) * 2 if i % 2 else int(d) for i, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10


def card(body: str) -> str:
    return next(body + d for d in "0123456789" if luhn_by_hand(body + d) == 0)


CARD = card("999900001000123456")  # nineteen digits of no bank


def refusal(kind: AccountKind, text: str) -> AccountRefused:
    with pytest.raises(AccountRefused) as caught:
        read_account(kind, text)
    return caught.value


@pytest.mark.parametrize("length", [16, 17, 18, 19])
def test_a_card_of_sixteen_to_nineteen_digits_is_taken(length: int) -> None:
    number = card("9999000010001234567"[: length - 1])
    assert read_account("card", number) == number


@pytest.mark.parametrize(
    "typed",
    [
        f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}",
        f"{CARD[:4]}-{CARD[4:]}",
        CARD.translate({ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789"}),
        f"\u3000{CARD}\u200b\n",
    ],
)
def test_full_width_spaces_and_dashes_are_normalised(typed: str) -> None:
    assert read_account("card", typed) == CARD


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("card", "", "empty"),
        ("card", card("99990000100012"), "length"),  # fifteen
        ("card", card("9999000010001234567"), "length"),  # twenty
        ("card", CARD[:-1] + str((int(CARD[-1]) + 1) % 10), "luhn"),
        ("card", CARD[:10] + "A" + CARD[11:], "characters"),
        ("card", "９９９９卡号", "characters"),
        ("card", "٩٩٩٩٠٠٠٠١٠٠٠١٢٣٤", "characters"),
        ("passbook", " ", "empty"),
        ("passbook", "123456789", "length"),
        ("passbook", "1" * 23, "length"),
        ("passbook", "91501A0123456", "characters"),
    ],
)
def test_refusals_say_what_to_do(kind: AccountKind, typed: str, code: str) -> None:
    error = refusal(kind, typed)
    assert error.code == code
    assert len(error.message) <= 25
    assert str(error) == error.message
    assert typed == "" or typed not in error.message


def test_the_length_sentence_names_the_range_and_what_there_is() -> None:
    assert refusal("card", "1" * 15).message == "社保卡号应为 16 至 19 位，现有 15 位"


@pytest.mark.parametrize("length", [10, 22])
def test_a_passbook_number_needs_no_luhn(length: int) -> None:
    number = ("915" + "0" * 22)[: length - 1] + "1"
    assert luhn_by_hand(number) != 0
    assert read_account("passbook", number) == number


def test_every_single_slip_in_a_card_is_caught() -> None:
    for place in range(19):
        for digit in "0123456789":
            if digit != CARD[place]:
                assert refusal("card", CARD[:place] + digit + CARD[place + 1 :]).code == "luhn"


@given(st.text(alphabet="0123456789", min_size=16, max_size=19))
def test_a_card_is_taken_exactly_where_luhn_holds(number: str) -> None:
    try:
        assert read_account("card", number) == number
        taken = True
    except AccountRefused:
        taken = False
    assert taken == (luhn_by_hand(number) == 0)
