"""Whom a request's question named, kept sealed beside it: an answer is matched without opening a number a person.

Written when the question goes, let go when everybody is answered. It only saves time: without it the same is read from
the people themselves, as they are now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from accounts.crypto import keys
from verification.lookups import by_index
from verification.models import Request

DOMAIN = "answer"


class Roll(NamedTuple):
    """Everybody of a request in the order of its enquiries: ID numbers ("" for none) and names."""

    numbers: Sequence[str]
    names: Sequence[str]

    @property
    def places(self) -> dict[str, int]:
        """By ID number the place among the enquiries, from 0; nobody for "" ."""
        places = dict(zip(self.numbers, range(len(self.numbers)), strict=True))
        places.pop("", None)
        return places


def sealed(people: Iterable[tuple[str, str]]) -> bytes:
    """Number and name of everybody in the order of the enquiries, as the request keeps them."""
    numbers, names = zip(*people, strict=True)
    return keys.seal(json.dumps([numbers, names], ensure_ascii=False).encode(), DOMAIN)


def of(request: Request) -> Roll:
    """Whom the question named; of a request without a roll, its people as they are."""
    if request.roll is not None:
        return Roll(*json.loads(keys.unseal(bytes(request.roll), DOMAIN)))
    with by_index(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.id_number, p.name FROM verification_enquiry e JOIN households_person p ON p.id = e.person_id
            WHERE e.id BETWEEN %s AND %s AND e."on" = %s ORDER BY e.id
            """,
            [*request.stretch, request.run.on],
        )
        rows = cursor.fetchall()
    return Roll([opened(number) for number, _ in rows], [name for _, name in rows])


def opened(number: bytes | memoryview | None) -> str:
    """A person's ID number; "" for none."""
    return keys.unseal(bytes(number), "id_number").decode() if number else ""
