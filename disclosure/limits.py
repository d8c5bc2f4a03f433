"""How many public pages an address may open: a token bucket of 120, refilled at one a second (R-36).

The bucket is one row, taken from by one statement: any number of workers on any number of machines count together,
and twenty clients at once get exactly what one would. The address itself is not kept, only its keyed hash.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from django.db import connection

from accounts.crypto import keys

BURST, PER_SECOND = 120, 1.0
FULL_AGAIN = timedelta(seconds=BURST / PER_SECOND)

_TAKE = """
INSERT INTO disclosure_visitor AS known (key, tokens, at) VALUES (%(key)s, %(burst)s - 1, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET
    at = excluded.at,
    tokens = LEAST(%(burst)s, known.tokens + GREATEST(0, extract(epoch FROM excluded.at - known.at)) * %(rate)s) - 1
WHERE LEAST(%(burst)s, known.tokens + GREATEST(0, extract(epoch FROM excluded.at - known.at)) * %(rate)s) >= 1
RETURNING 1
"""


def take(address: str) -> bool:
    """Whether this address may open one more page now."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": _key(address), "burst": BURST, "rate": PER_SECOND})
        return cursor.fetchone() is not None


def _key(address: str) -> bytes:
    """Of IPv6 the whole /64 counts as one: its owner has all of it."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return keys.index("unknown", "visitor")
    if given.version == 6:
        given = ipaddress.ip_network((given, 64), strict=False).network_address
    return keys.index(given.compressed, "visitor")


def forget() -> int:
    """Drop the buckets that are full again: they say nothing. How many went."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM disclosure_visitor WHERE at < clock_timestamp() - make_interval(secs => %s)",
            [FULL_AGAIN.total_seconds()],
        )
        return int(cursor.rowcount)
