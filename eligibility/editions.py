"""Which edition of the published figures and local settings this is: it changes with every row that commits."""

from __future__ import annotations

from django.db import connection

Edition = tuple[tuple[int, str], ...]

# The count beside the newest id: of two people at once, the row made first may commit last, and the newest stays.
_SQL = """
SELECT count(*), coalesce(max(id::text), ''), 1 FROM eligibility_standard
UNION ALL SELECT count(*), coalesce(max(id::text), ''), 2 FROM eligibility_minimumwage
UNION ALL SELECT count(*), coalesce(max(id::text), ''), 3 FROM eligibility_localsetting
ORDER BY 3
"""


def edition() -> Edition:
    """One small query; what was parsed for the same edition may be kept."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL)
        return tuple((count, newest) for count, newest, _ in cursor.fetchall())
