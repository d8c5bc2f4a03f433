"""A view another system lets us read: only the people asked about, and the rows written as the source's own file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from verification.sources import tables, writing
from verification.sources.base import Delivered, Question, Source, SourceRefused, SourceUnavailable

# The address, the rights or the view itself is wrong: asking again changes nothing.
_LASTING = (psycopg2.ProgrammingError, psycopg2.NotSupportedError)


class View:
    """One view on somebody else's server. Its columns carry the headings of the source's file."""

    def __init__(self, source: Source, *, dsn_file: str, view: str, timeout_seconds: float = 60) -> None:
        self.source = source
        self.dsn_file = Path(dsn_file)
        self.view = view
        self.timeout_seconds = timeout_seconds

    def ask(self, question: Question) -> Delivered:
        """Whoever has no row is not in the answer. Raises SourceUnavailable, SourceRefused."""
        headings = writing.headings(self.source)
        try:
            rows = self._select(headings, question)
        except _LASTING as wrong:
            raise SourceRefused(f"{self.source.label}：视图打不开或没有权限") from wrong
        except psycopg2.Error as broken:
            raise SourceUnavailable(f"{self.source.label}：数据库连接不上或超时") from broken
        raw = tables.written(self.source, [headings, *([_text(cell) for cell in row] for row in rows)])
        name = f"{question.reference}.{self.source.file_format}"
        media_type = tables.MEDIA_TYPES[self.source.file_format]
        return Delivered(name, raw, media_type, question.reference, sha256(raw).hexdigest(), len(rows))

    def collect(self) -> Iterator[Delivered]:
        """A view answers at once; nothing comes later."""
        return iter(())

    def settle(self, delivered: Delivered, *, is_taken: bool) -> None:
        """Nothing lies anywhere."""

    def _select(self, headings: Sequence[str], question: Question) -> list[tuple[Any, ...]]:
        number = sql.Identifier(self.source.columns["number"])
        statement = sql.SQL("SELECT {} FROM {} WHERE {} = ANY(%s) ORDER BY {}").format(
            sql.SQL(", ").join(map(sql.Identifier, headings)),
            sql.Identifier(*self.view.split(".")),
            number,
            number,
        )
        # Some registers write the check character small.
        numbers = sorted({form for one in question.people for form in (one.id_number, one.id_number.lower())})
        with closing(psycopg2.connect(self._dsn(), connect_timeout=10)) as connection:
            connection.set_session(readonly=True)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [int(self.timeout_seconds * 1000)])
                cursor.execute(statement, [numbers])
                return cursor.fetchall()

    def _dsn(self) -> str:
        try:
            return self.dsn_file.read_text(encoding="utf-8").strip()
        except OSError as broken:
            raise SourceRefused(f"{self.source.label}：读不到密钥文件") from broken


def _text(cell: Any) -> str:
    """A cell as the file would have it; decimals come from the driver exact."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return str(cell)
