"""Citizen numbers at the door: R-50, cases N01 and N03, GB 11643-1999."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from households.identity import IdentityError, check_digit, check_sex, read_id_number

ON = date(2026, 11, 23)
# The standard's own example (N01) and invented people of the unassigned prefix.
STANDARD = "11010519491231002X"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def digit_by_hand(first17: str) -> str:
    """The standard's table, written out: the oracle, sharing nothing with the module."""
    total = sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def invent(area: str = "371599", born: str = "19560201", sequence: str = "003") -> str:
    first17 = area + born + sequence
    return first17 + digit_by_hand(first17)


def refusal(text: str, *, on: date = ON) -> IdentityError:
    with pytest.raises(IdentityError) as caught:
        read_id_number(text, on=on)
    return caught.value


def test_the_standards_own_example_is_taken() -> None:
    read = read_id_number(STANDARD, on=ON)
    assert (read.number, read.birth_date, read.sex) == (STANDARD, date(1949, 12, 31), "F")
    assert read.converted_from_15 is False
    assert read.area_known is True


def test_a_wrong_check_digit_is_refused_without_printing_the_right_one() -> None:
    error = refusal("110105194912310021")
    assert error.code == "check_digit"
    assert error.message == "第 18 位与前 17 位不符，对照证件核对"
    assert "X" not in error.message


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        "11010519491231002Ｘ",
        "11010519491231002ｘ",
        "11010519491231002Ⅹ",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X ",
        "110105　19491231　002X",
        "110105\u00a019491231\u2009002X",
        "110105-19491231-002X",
        "110105–19491231—002X",
        "\ufeff110105\u200b194912\u200d31002X\u2060",
        "\t110105194912 31002X\r\n",
    ],
)
def test_full_width_spaces_dashes_and_lower_case_are_normalised(typed: str) -> None:
    assert read_id_number(typed, on=ON).number == STANDARD


def test_fifteen_digits_become_19yy_with_a_check_digit() -> None:
    read = read_id_number("110105491231002", on=ON)
    assert read.number == STANDARD
    assert read.converted_from_15 is True


@pytest.mark.parametrize(
    ("typed", "code", "message"),
    [
        ("", "empty", "填写身份证号，18 位"),
        ("  \u200b ", "empty", "填写身份证号，18 位"),
        (STANDARD[:17], "length", "身份证号少 1 位，应为 18 位"),
        (STANDARD[:16], "length", "身份证号少 2 位，应为 18 位"),
        (STANDARD[:17] + "12", "length", "身份证号多 1 位，应为 18 位"),
        ("11010519491231O02X", "characters", "身份证号前 17 位只能是数字"),
        ("X10105491231002", "characters", "身份证号前 17 位只能是数字"),
        ("11010519491231002A", "characters", "身份证号第 18 位只能是数字或 X"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "characters", "身份证号前 17 位只能是数字"),
        (invent(born="19560230"), "birth_date", "身份证号里的出生日期不存在，对照证件核对"),
        (invent(born="19551301"), "birth_date", "身份证号里的出生日期不存在，对照证件核对"),
        (invent(born="19550229"), "birth_date", "身份证号里的出生日期不存在，对照证件核对"),
        (invent(born="20261124"), "birth_future", "身份证号里的出生日期晚于今天，对照证件核对"),
        (invent(born="18991231"), "birth_early", "身份证号里的出生年份早于 1900 年"),
        ("371599550229003", "birth_date", "身份证号里的出生日期不存在，对照证件核对"),
    ],
)
def test_refusals_say_what_to_do(typed: str, code: str, message: str) -> None:
    error = refusal(typed)
    assert (error.code, error.message, str(error)) == (code, message, message)
    assert len(message) <= 25


def test_born_today_is_taken_and_a_leap_day_is_a_day() -> None:
    assert read_id_number(invent(born="20261123"), on=ON).birth_date == ON
    assert read_id_number(invent(born="19560229"), on=ON).birth_date == date(1956, 2, 29)


@pytest.mark.parametrize(
    ("area", "known"),
    [
        ("371599", False),  # unassigned: the demonstration's people
        ("371523", True),  # 茌平县 until 2019
        ("371503", True),
        ("372522", True),  # the former 聊城地区
        ("810000", True),
        ("820000", True),
        ("830000", True),  # Taiwan residents' residence permit
        ("910156", None),  # a foreigner's permanent residence card: no area in it
    ],
)
def test_an_area_code_is_flagged_never_refused(area: str, known: bool | None) -> None:
    assert read_id_number(invent(area=area), on=ON).area_known is known


def test_a_county_older_than_the_holder_is_still_known() -> None:
    """Born in 1921, numbered in the 1980s with a code of that day: the birth year says nothing of the code."""
    assert read_id_number(invent(area="371581", born="19210305"), on=ON).area_known is True


def test_sex_is_the_seventeenth_digit_and_must_agree_with_the_record() -> None:
    man = read_id_number(invent(sequence="001"), on=ON)
    assert man.sex == "M"
    check_sex(man, "M")
    with pytest.raises(IdentityError) as caught:
        check_sex(man, "F")
    assert caught.value.code == "sex"
    assert len(caught.value.message) <= 25


def test_every_single_slip_and_every_swap_is_caught() -> None:
    """ux.md: 153 of 153 single-digit slips, 13 of 13 swaps of unlike neighbours, in the first 17 digits."""
    slips = [STANDARD[:i] + d + STANDARD[i + 1 :] for i in range(17) for d in "0123456789" if d != STANDARD[i]]
    swaps = [
        STANDARD[:i] + STANDARD[i + 1] + STANDARD[i] + STANDARD[i + 2 :]
        for i in range(16)
        if STANDARD[i] != STANDARD[i + 1]
    ]
    assert len(slips) == 153
    for wrong in slips + swaps:
        refusal(wrong)


@given(st.text(alphabet="0123456789", min_size=17, max_size=17))
def test_the_check_digit_is_the_standards(first17: str) -> None:
    assert check_digit(first17) == digit_by_hand(first17)


VALID = st.builds(
    lambda area, born, sequence: invent(area, born.strftime("%Y%m%d"), f"{sequence:03d}"),
    st.sampled_from(["371599", "371522", "372501", "110105", "830000"]),
    st.dates(date(1900, 1, 1), ON),
    st.integers(0, 999),
)


def mutate(number: str, dice: random.Random) -> str:
    """One to three of the slips hands, keyboards and scanners make."""
    for _ in range(dice.randint(1, 3)):
        i = dice.randrange(len(number))
        j = dice.randrange(len(number))
        other = dice.choice("0123456789xXＸ０５９ -Ol\u200b")
        number = dice.choice(
            [
                number[:i] + other + number[i + 1 :],
                number[:i] + other + number[i:],
                number[:i] + number[i + 1 :],
                number[: min(i, j)] + number[max(i, j)] + number[min(i, j) + 1 :],
                number[:i] + number[i:][::-1],
            ]
        )
    return number


@settings(max_examples=1_000, deadline=None)
@given(VALID, st.randoms(use_true_random=False))
def test_of_ten_thousand_mutations_none_is_taken_with_a_wrong_check_digit(number: str, dice: random.Random) -> None:
    for _ in range(10):
        try:
            read = read_id_number(mutate(number, dice), on=ON)
        except IdentityError:
            continue
        assert len(read.number) == 18
        assert read.number[17] == digit_by_hand(read.number[:17])
        assert read.birth_date.strftime("%Y%m%d") == read.number[6:14]
