"""Single values of a line: words, dates, money, counts, multiples. Each raises LineError with the field given."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from eligibility.lines.errors import LineError

T = TypeVar("T")

_MONEY: Final = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REGION: Final = re.compile(r"[0-9]{6}([0-9]{6})?")
_DECIMAL: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_WHOLE_DIGITS: Final = 9
_LONGEST: Final = 110
_LONGEST_NAME: Final = 10**18


def word(field: str, value: Any, words: dict[str, T]) -> T:
    """One of the listed words."""
    if not isinstance(value, str) or value not in words:
        raise LineError(field, "这里只填规定的代码")
    return words[value]


def day(field: str, value: Any) -> date:
    """A calendar day written YYYY-MM-DD."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise LineError(field, "日历上没有这一天") from None
    raise LineError(field, "写成年-月-日，如 2026-08-10")


def fen(field: str, value: Any) -> int:
    """Money written in yuan with two decimals, in fen."""
    if isinstance(value, str) and _MONEY.fullmatch(value):
        return int(value[:-3]) * 100 + int(value[-2:])
    raise LineError(field, "写成元和两位小数，如 1200.00")


def whole(field: str, value: Any, least: int, most: int) -> int:
    """A whole number within bounds; true and false are not numbers."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise LineError(field, f"填 {least} 到 {most} 的整数")


def flag(field: str, value: Any) -> bool:
    """true or false."""
    if isinstance(value, bool):
        return value
    raise LineError(field, "只填 true 或 false")


def region(field: str, value: Any) -> str:
    """A region code of 12 digits; 6 digits are a county's."""
    if isinstance(value, str) and _REGION.fullmatch(value):
        return value.ljust(12, "0")
    raise LineError(field, "填 12 位行政区划代码")


def name(field: str, value: Any) -> str | int | None:
    """What the caller calls the line: text, a whole number, or nothing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LONGEST_NAME:
        return value
    raise LineError(field, "填文字或整数")


def _exact(number: Decimal) -> int | None:
    """Ten-thousandths of a decimal, or None where it is negative, too large, or has more than 4 places."""
    sign, digits, exponent = number.as_tuple()
    coefficient = int("".join(map(str, digits)))
    if not coefficient:
        return 0
    if sign or not isinstance(exponent, int) or number.adjusted() >= _WHOLE_DIGITS or exponent < -_LONGEST:
        return None
    if exponent >= -4:
        return int(coefficient * 10 ** (exponent + 4))
    whole_part, rest = divmod(coefficient, 10 ** (-exponent - 4))
    return None if rest else whole_part


def _number(value: Any) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value) if _DECIMAL.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**_WHOLE_DIGITS else None
    number = Decimal(repr(value)) if isinstance(value, float) else value
    return number if number.is_finite() and len(number.as_tuple().digits) <= _LONGEST else None


def ten_thousandths(field: str, value: Any) -> int:
    """A decimal of at most 4 places, as ten-thousandths: 1.5 is 15000. A number is judged by its value."""
    number = _number(value)
    exact = None if number is None else _exact(number)
    if exact is None:
        raise LineError(field, "填不超过四位小数的数")
    return exact
