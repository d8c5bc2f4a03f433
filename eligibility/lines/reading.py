"""Text to JSON values, strictly: no number becomes a float, no key is dropped, nothing raises but LineError."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from eligibility.lines.errors import LineError

_LONGEST_INTEGER: Final = 18
_LONGEST_DECIMAL: Final = 100
_SPACE: Final = re.compile(r"[ \t\n\r]*")


class Unreadable:
    """Stands where a number was written that no field accepts (NaN, Infinity, hundreds of digits)."""


UNREADABLE: Final = Unreadable()


class RepeatedKey(dict[str, Any]):
    """An object in which one key was written twice; `key` names it."""

    key: str = ""


def _integer(text: str) -> int | Unreadable:
    return int(text) if len(text) <= _LONGEST_INTEGER else UNREADABLE


def _decimal(text: str) -> Decimal | Unreadable:
    if len(text) > _LONGEST_DECIMAL:
        return UNREADABLE
    try:
        return Decimal(text)
    except InvalidOperation:
        return UNREADABLE


def _constant(_: str) -> Unreadable:
    return UNREADABLE


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated = RepeatedKey(found)
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            repeated.key = key
            break
        seen.add(key)
    return repeated


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal, parse_constant=_constant
)


def read_line(line: str | bytes) -> dict[str, Any]:
    """One line as a JSON object. Raises LineError with field "" where it is none."""
    try:
        text = line.decode("utf-8") if isinstance(line, bytes) else line
        value = _DECODER.decode(text.removeprefix("\ufeff"))
    except UnicodeDecodeError:
        raise LineError("", "这一行不是 UTF-8 文字") from None
    except RecursionError:
        raise LineError("", "这一行层次太深") from None
    except ValueError:
        raise LineError("", "这一行不是 JSON") from None
    if not isinstance(value, dict):
        raise LineError("", "每行写一个对象 {…}")
    return value


def split_list(text: str) -> Iterator[tuple[int, int]]:
    """Where each entry of a JSON array begins and ends in `text`, so that none need be held beside another.

    Raises LineError with field "" where the text is no array.
    """
    try:
        yield from _spans(text)
    except RecursionError:
        raise LineError("", "正文层次太深") from None
    except ValueError:
        raise LineError("", "正文不是 JSON") from None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Raises ValueError, as the decoder does."""
    at = end = _after_space(text, text.index("[") + 1)
    more = not text.startswith("]", at)
    while more:
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        end = _after_space(text, end)
        more = text.startswith(",", end)
        at = _after_space(text, end + 1)
    if not text.startswith("]", end) or _after_space(text, end + 1) != len(text):
        raise ValueError(end)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
