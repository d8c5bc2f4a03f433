"""The departments that let us read a view: their tables on a server, filled from the truths."""

from __future__ import annotations

from contextlib import closing

import psycopg2
from psycopg2 import sql
from psycopg2.extras import execute_values

from verification.sources import registry, writing
from verification.sources.base import Source
from verification.sources.simulated.truths import Truths

SCHEMA = "simulated"


def fill(dsn: str, truths: Truths) -> None:
    """A table a source, made anew in the schema `simulated`."""
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(SCHEMA)))
        for source in registry.sources():
            _fill(cursor, source, truths)


def _fill(cursor: psycopg2.extensions.cursor, source: Source, truths: Truths) -> None:
    table = sql.Identifier(SCHEMA, source.code)
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(one)) for one in writing.headings(source))
    rows = [row for one in truths.held(source) for row in writing.rows_of(source, one)]
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
    cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(table, columns))
    execute_values(cursor, sql.SQL("INSERT INTO {} VALUES %s").format(table), rows)
