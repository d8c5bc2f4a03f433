"""Whom a request's question named, kept sealed beside it: an answer is matched without opening a number a person.

Written when the question goes, let go when everybody is answered. It only saves time: without it the same is read from
the people themselves, as they are now.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
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

    def places(self, spared: Collection[int] = ()) -> dict[str, int]:
        """By ID number the place among the enquiries, from 0; nobody for "", nor for the places spared."""
        return {number: place for place, number in enumerate(self.numbers) if number and place not in spared}

    def renewed(self, people: Mapping[int, tuple[str, str]]) -> Roll:
        """The same with number and name of these places as they are now."""
        numbers, names = list(self.numbers), list(self.names)
        for place, (number, name) in people.items():
            numbers[place], names[place] = number, name
        return Roll(numbers, names)


def sealed(named: Roll) -> bytes:
    """Everybody, as the request keeps them."""
    return keys.seal(json.dumps(named, ensure_ascii=False).encode(), DOMAIN)


def asked(request: Request, people: Mapping[int, tuple[str, str]]) -> bytes:
    """The roll of a question that names these places, sealed: the others stay as an earlier question named them."""
    nobody = [""] * request.people
    named = Roll(nobody, nobody) if len(people) == request.people else of(request)
    return sealed(named.renewed(people))


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
