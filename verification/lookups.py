"""Reading a night by its indexes, whatever the planner believes of tables that were filled an hour ago."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Settings of the planner, and their values. Nothing that is asked of one request needs more than its indexes.
_NAMES = ["enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit", "max_parallel_workers_per_gather"]
_VALUES = ["off", "off", "off", "off", "0"]


@contextmanager
def by_index() -> Iterator[None]:
    """A transaction in which no table is read whole: a night is asked and answered before its statistics are known.

    A hash of a city's subjects for each of its thousand requests is what it keeps from happening.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config(name, value, true) FROM unnest(%s, %s) AS n(name, value)", [_NAMES, _VALUES]
            )
        yield
