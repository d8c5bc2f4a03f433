"""Digests of what a night asked and what one exchange answered: promised on record, worked out again by
`verify_integrity`.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from accounts.canonical import canonical


class Row(NamedTuple):
    """One record as it is hashed: the line it stands in, the enquiry it answers, what it says."""

    line: int
    enquiry_id: int
    outcome: str
    values: dict[str, object]


class Asked:
    """SHA-256 over a line `enquiry|person` for everybody a run asks about, by enquiry."""

    def __init__(self) -> None:
        self._sum = sha256()

    def add(self, rows: Iterable[tuple[int, object]]) -> None:
        self._sum.update("".join([f"{enquiry}|{person}\n" for enquiry, person in rows]).encode())

    def hexadecimal(self) -> str:
        return self._sum.hexdigest()


def digest_of(rows: Iterable[Row], silent: str = "") -> str:
    """SHA-256 over a line `enquiry|outcome|canonical values` a record, by line and enquiry; hexadecimal.

    After them, where there is one, the silence: "1" or "0" a place of the request.
    """
    ordered = sorted(rows, key=lambda row: row[:2])
    return digest_of_written(((row.enquiry_id, row.outcome, written(row.values)) for row in ordered), silent)


def written(values: dict[str, object]) -> str:
    """A record's values as they are hashed, and as they are stored."""
    if len(values) == 1:
        ((name, value),) = values.items()
        if type(value) is int and name.isidentifier() and name.isascii():
            return f'{{"{name}":{value}}}'  # what most records are; as canonical text it is no other
    return canonical(values).decode() if values else "{}"


def digest_of_written(rows: Iterable[tuple[int, str, str]], silent: str = "") -> str:
    """The same where the values are written already and the rows in order: enquiry, outcome, values."""
    return sha256(
        ("".join([f"{enquiry}|{outcome}|{values}\n" for enquiry, outcome, values in rows]) + silent).encode()
    ).hexdigest()
