"""A view another system lets us read: only the people asked about, and the rows written as the source's own file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from verification.sources import tables, writing
from verification.sources.base import Asked, Delivered, Question, Source, SourceRefused, SourceUnavailable

# The address, the rights or the view itself is wrong: asking again changes nothing.
_LASTING = (psycopg2.ProgrammingError, psycopg2.NotSupportedError)
CONNECT_SECONDS = 10


class View:
    """One view on somebody else's server. Its columns carry the headings of the source's file."""

    def __init__(self, source: Source, *, dsn_file: str, view: str, timeout_seconds: float = 60) -> None:
        self.source = source
        self.dsn_file = Path(dsn_file)
        self.view = view
        self.timeout_seconds = timeout_seconds

    @property
    def longest_seconds(self) -> float:
        return CONNECT_SECONDS + self.timeout_seconds

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
            sql.SQL(", ").join(self._column(heading, number) for heading in headings),
            sql.Identifier(*self.view.split(".")),
            number,
            number,
        )
        limited = [_numbers(one for one in question.people if kind in one.also) for kind in self._limited().values()]
        with closing(psycopg2.connect(self._dsn(), connect_timeout=CONNECT_SECONDS)) as connection:
            connection.set_session(readonly=True)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = %s", [int(self.timeout_seconds * 1000)])
                cursor.execute(statement, [*limited, _numbers(question.people)])
                found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _column(self, heading: str, number: sql.Identifier) -> sql.Composable:
        """What is asked of some people only doesn't leave their server for the others."""
        if heading not in self._limited():
            return sql.Identifier(heading)
        return sql.SQL("CASE WHEN {} = ANY(%s) THEN {} END").format(number, sql.Identifier(heading))

    def _limited(self) -> dict[str, str]:
        """Heading → kind of the items that have an `only_for`, in the order of the headings."""
        return {one: item.kind for item in self.source.items if item.only_for for one in item.columns.values()}

    def _dsn(self) -> str:
        try:
            return self.dsn_file.read_text(encoding="utf-8").strip()
        except OSError as broken:
            raise SourceRefused(f"{self.source.label}：读不到密钥文件") from broken


def _numbers(people: Iterable[Asked]) -> list[str]:
    """Some registers write the check character small."""
    return sorted({form for one in people for form in (one.id_number, one.id_number.lower())})


def _text(cell: Any) -> str:
    """A cell as the file would have it; decimals come from the driver exact."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return str(cell)
