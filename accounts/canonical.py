"""One way to write a value as bytes, so that a hash means the value: RFC 8785 (JCS) for what we sign.

Audit entries, locked lists and idempotent requests are hashed over this. The standard library's encoder does the
writing; what makes it RFC 8785 is what is refused here: floats (money is integer fen), keys outside ASCII (there
the orders by UTF-16 unit and by code point part), integers a double cannot hold, lone surrogates.
"""

import hashlib
import json
from datetime import date, datetime

# RFC 8785 §3.2.2.3: a number is an IEEE 754 double; beyond this an integer would be written as another one.
LARGEST_INTEGER = 2**53 - 1

_PLAIN = frozenset({str, bool, type(None)})


class NotCanonical(ValueError):
    """The value has no canonical form here; the message names the path to the offending part."""


def canonical(value: object) -> bytes:
    """UTF-8 JSON of None, bool, int, str, date (as ISO text), lists, tuples and dicts with ASCII keys.

    Equal values give equal bytes. Raises NotCanonical for anything else.
    """
    _check(value, "$")
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical(f"lone surrogate {error.object[error.start]!r}") from None


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _check(value: object, path: str) -> None:
    """Walk the value before the C encoder does: that one would write floats and sort any key."""
    kind = type(value)
    if kind in _PLAIN:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonical(f"{path}: key {key!r} is not ASCII text")
            if type(item) not in _PLAIN:
                _check(item, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for position, item in enumerate(value):
            if type(item) not in _PLAIN:
                _check(item, f"{path}[{position}]")
    elif isinstance(value, int):
        if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
            raise NotCanonical(f"{path}: {value} is beyond 2^53 - 1")
    elif not (isinstance(value, str) or _is_day(value)):
        raise NotCanonical(f"{path}: {kind.__name__} has no canonical form")


def _is_day(value: object) -> bool:
    """A moment is no day: its zone and precision are for the caller to write as text."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _days_as_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_days_as_text
)
