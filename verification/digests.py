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
    whole = sha256()
    for _, enquiry_id, outcome, values in sorted(rows, key=lambda row: row[:2]):
        written = canonical(values) if values else b"{}"
        whole.update(b"%d|%s|%s\n" % (enquiry_id, outcome.encode(), written))
    return whole.hexdigest()
