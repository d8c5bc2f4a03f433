"""Of whom a file says that there is no record: a bit for each place of its request, in one row of the file's."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from verification.models import Exchange, Request


def keep(exchange: Exchange, places: str) -> None:
    """`places`: "1" for each place of the request that has no record, "0" for every other."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO verification_silence VALUES (%s, %s::bit varying)", [exchange.pk, places])


def of_request(request: Request) -> str:
    """The places of the request nobody has a record of, by all its files together."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bit_or(s.places)::text FROM verification_silence s"
            " JOIN verification_exchange x ON x.id = s.exchange_id WHERE x.request_id = %s",
            [request.pk],
        )
        return cursor.fetchone()[0] or ""


def of_file(exchange: Exchange) -> str:
    """The same of one file; "" where it keeps none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT places::text FROM verification_silence WHERE exchange_id = %s", [exchange.pk])
        row = cursor.fetchone()
        return row[0] if row else ""


def counted() -> dict[UUID, int]:
    """Of how many people each file says that there is no record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_id, bit_count(places) FROM verification_silence")
        return dict(cursor.fetchall())
