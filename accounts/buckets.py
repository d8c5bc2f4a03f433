"""Allowances that any number of processes count together: a token bucket in one row, taken from by one statement.

A row keeps the moment its bucket is whole again (the generic cell rate algorithm), so that a bucket nobody has used for
a while is a row that says nothing and may go.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db import connection

_TAKE = """
INSERT INTO accounts_bucket AS known (key, full_at)
VALUES (%(key)s, clock_timestamp() + make_interval(secs => %(spent)s))
ON CONFLICT (key) DO UPDATE SET
    full_at = GREATEST(known.full_at, clock_timestamp()) + make_interval(secs => %(spent)s)
WHERE GREATEST(known.full_at, clock_timestamp()) + make_interval(secs => %(spent)s)
      <= clock_timestamp() + make_interval(secs => %(whole)s)
RETURNING 1
"""
_SECONDS_LEFT = """
SELECT extract(epoch FROM full_at - clock_timestamp()) + %(spent)s - %(whole)s FROM accounts_bucket WHERE key = %(key)s
"""


@dataclass(frozen=True)
class Allowance:
    """`burst` units at once, refilled at `per_second`."""

    name: str
    burst: int
    per_second: float


def take(allowance: Allowance, whose: str, units: int = 1) -> int:
    """Spend units of somebody's allowance; 0 where it was enough, else the seconds to wait. `units` <= its burst."""
    times: dict[str, str | float] = {
        "key": f"{allowance.name}:{whose}",
        "spent": units / allowance.per_second,
        "whole": allowance.burst / allowance.per_second,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, times)
        if cursor.fetchone() is not None:
            return 0
        cursor.execute(_SECONDS_LEFT, times)
        return max(1, math.ceil(float(cursor.fetchone()[0])))


def forget() -> int:
    """Drop the buckets that are whole again: they say nothing. How many went."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_bucket WHERE full_at < clock_timestamp()")
        return int(cursor.rowcount)
