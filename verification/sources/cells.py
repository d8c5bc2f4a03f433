"""One cell of an answer: the ways departments write numbers, money, dates, yes and no, each read to one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from verification.sources.base import Field, Value

Reader = Callable[[str], Value]


class BadCell(ValueError):
    """The cell is not what its column promises. Never carries the cell: what it says may be about a person."""


# Full-width forms and the ideographic space.
_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_plain_number = re.compile(r"[0-9]{17}[0-9X]").fullmatch
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|([0-9]{2})([0-9]{2})|年([0-9]{1,2})月([0-9]{1,2})日)(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
)
_AMOUNT = re.compile(r"([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.([0-9]{1,2})0*)?")
_COUNT = re.compile(r"([0-9]{1,6})(?:\.0+)?")
_YES = frozenset({"是", "有", "1", "Y", "true"})
_NO = frozenset({"否", "无", "0", "N", "false"})
MOST_FEN = 10**11  # what a fact's amount can hold


def half_width(text: str) -> str:
    return text.strip() if text.isascii() else text.translate(_HALF_WIDTH).strip()


def number(text: str) -> str:
    """An identity number as it is compared: half width, no spaces, a capital X; a spreadsheet's leading ' gone."""
    if _plain_number(text):
        return text
    return half_width(text).lstrip("'").replace(" ", "").upper()


@lru_cache(maxsize=4096)
def day(text: str) -> Value:
    """A date as ISO text. Raises BadCell for two-digit years, months alone and days that don't exist."""
    if not (text := half_width(text)):
        return None
    if not (found := _DATE.fullmatch(text)):
        raise BadCell
    year, month, of_month = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, of_month).isoformat()
    except ValueError as impossible:
        raise BadCell from impossible


def hundredths(text: str) -> Value:
    """Money in fen, land in hundredths of a mu: whole, from the digits themselves. Never negative, never rounded."""
    if not (text := half_width(text)):
        return None
    found = _AMOUNT.fullmatch(text.removeprefix("¥").removeprefix("￥").removesuffix("元"))
    if not found:
        raise BadCell
    whole, part = found.groups()
    value = int(whole.replace(",", "")) * 100 + int((part or "").ljust(2, "0"))
    if value > MOST_FEN:
        raise BadCell
    return value


def count(text: str) -> Value:
    if not (text := half_width(text)):
        return None
    if not (found := _COUNT.fullmatch(text)):
        raise BadCell
    return int(found[1])


def flag(text: str) -> Value:
    if not (text := half_width(text)):
        return None
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise BadCell


def words(text: str) -> Value:
    return text.strip() or None


def code(known: Mapping[str, str]) -> Reader:
    """A reader of the source's own words for our codes."""

    def read(text: str) -> Value:
        if not (text := half_width(text)):
            return None
        if text not in known:
            raise BadCell
        return known[text]

    return read


_READERS: dict[str, Reader] = {
    "date": day,
    "fen": hundredths,
    "mu": hundredths,
    "count": count,
    "flag": flag,
    "text": words,
    "region": words,
    "id_number": lambda text: number(text) or None,
}


def reader(field: Field, own_words: Mapping[str, str]) -> Reader:
    """How a field's cells are read: "" is nothing (None). The reader raises BadCell."""
    if field.type == "code":
        return code({label: key for key, label in field.codes.items()} | dict(own_words))
    return _READERS[field.type]


def written(field: Field, own_words: Mapping[str, str], value: Value) -> str:
    """The inverse of the field's reader: the cell as the source writes it."""
    if value is None:
        return ""
    if field.type in ("fen", "mu"):
        return f"{int(value) // 100}.{int(value) % 100:02d}"
    if field.type == "flag":
        return "是" if value else "否"
    if field.type == "code":
        own = {key: word for word, key in own_words.items()}
        return own.get(str(value)) or field.codes[str(value)]
    return str(value)
