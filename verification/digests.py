"""The digest of the answers one exchange made: what its seal promises, and what `verify_integrity` works out again."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from accounts.canonical import canonical


class Row(NamedTuple):
    """One answer as it is hashed: the line it stands in, the enquiry it answers, what it says."""

    line: int
    enquiry_id: int
    outcome: str
    values: dict[str, object]


def digest_of(rows: Iterable[Row]) -> str:
    """SHA-256 over a line `enquiry|outcome|canonical values` for each answer, by line and enquiry; hexadecimal."""
    return digest_of_written(
        (row.enquiry_id, row.outcome, written(row.values)) for row in sorted(rows, key=lambda row: row[:2])
    )


def written(values: dict[str, object]) -> str:
    """An answer's values as they are hashed, and as they are stored."""
    return canonical(values).decode() if values else "{}"


def digest_of_written(rows: Iterable[tuple[int, str, str]]) -> str:
    """The same where the values are written already and the rows in order: enquiry, outcome, values."""
    return sha256(
        "".join([f"{enquiry}|{outcome}|{values}\n" for enquiry, outcome, values in rows]).encode()
    ).hexdigest()
