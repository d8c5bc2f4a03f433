"""What goes out, in each source's own kind of file; and an answer as the source writes it: the reader's inverse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from verification.sources import cells, tables
from verification.sources.base import Field, Item, Question, Source
from verification.sources.registry import kinds

LINE, ALSO = "序号", "另查事项"


@dataclass(frozen=True, slots=True)
class Answered:
    """One person of an answer to be written. A list where the item adds or lists: so many rows."""

    id_number: str
    name: str
    is_found: bool | None
    values: Mapping[str, Any] = field(default_factory=dict)


def question(source: Source, asked: Question) -> bytes:
    """The request's file: line, number, name; and what else is asked of whom, where the source has such items."""
    limited = {item.kind for item in source.items if item.only_for}
    heading = [LINE, source.columns["number"], source.columns["name"], *([ALSO] if limited else [])]
    rows = [
        [str(one.line), one.id_number, one.name, *(["、".join(_labels(one.also, limited))] if limited else [])]
        for one in asked.people
    ]
    return tables.written(source, [heading, *rows])


def _labels(also: Iterable[str], limited: set[str]) -> list[str]:
    return [kinds()[kind].label for kind in also if kind in limited]


def headings(source: Source) -> list[str]:
    """The columns of an answer, in the order of the source's file."""
    return [*source.columns.values(), *(one for item in source.items for one in item.columns.values())]


def answer(source: Source, people: Iterable[Answered]) -> tuple[bytes, int]:
    """The answer's file and how many rows it has below the heading."""
    rows = [row for one in people for row in rows_of(source, one)]
    return tables.written(source, [headings(source), *rows]), len(rows)


def rows_of(source: Source, one: Answered) -> Iterator[list[str]]:
    """As many rows as the longest item needs; the others have their cells in the first ones."""
    if one.is_found is not True and "found" not in source.columns:
        return
    blocks = [list(_block(item, one.values.get(item.kind))) for item in source.items]
    first = [one.id_number, one.name]
    if "found" in source.columns:
        first.append(next(word for word, means in source.found_words.items() if means is one.is_found))
    for place in range(max(1, *map(len, blocks))):
        row = list(first)
        for item, block in zip(source.items, blocks, strict=True):
            row += block[place] if place < len(block) else [""] * len(item.columns)
        yield row


def _block(item: Item, value: Any) -> Iterator[list[str]]:
    """The cells of one item, row by row."""
    fields = {field.name: field for field in kinds()[item.kind].fields}
    if value is None:
        return
    if item.many == "count":
        yield from ([f"{place:05d}"] for place in range(1, value + 1))
    elif item.many == "list":
        yield from ([_cell(item, fields[name], entry.get(name)) for name in item.columns] for entry in value)
    else:
        (name,) = item.columns
        yield from ([_cell(item, fields[name], part)] for part in (value if isinstance(value, list) else [value]))


def _cell(item: Item, field: Field, value: Any) -> str:
    return cells.written(field, item.words.get(field.name, {}), value)
