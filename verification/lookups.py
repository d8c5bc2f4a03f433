"""Reading a night by its indexes, whatever the planner believes of tables that were filled an hour ago."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Settings of the planner, and their values. Nothing that is asked of one request needs more than its indexes, and the
# tables are joined in the order they are written.
_SETTINGS = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "join_collapse_limit": "1",
}


@contextmanager
def by_index() -> Iterator[None]:
    """A transaction in which no table is read whole: a night is asked and answered before its statistics are known.

    A hash of a city's subjects for each of its thousand requests is what it keeps from happening.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config(name, value, true) FROM unnest(%s, %s) AS n(name, value)",
                [list(_SETTINGS), list(_SETTINGS.values())],
            )
        yield
