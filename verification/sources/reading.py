"""An answer's bytes, read: the whole file proved first, then one `Said` a person.

The first pass goes over every row and counts it, so that nothing of a file that is not whole is ever used; the second
reads. People with one row leave as they are read; those with several are held and joined at the end.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from verification.sources import cells, tables
from verification.sources.base import Delivered, Field, Garbage, Item, Said, Source, Value
from verification.sources.cells import BadCell, half_width
from verification.sources.registry import kinds

Values = Value | list[dict[str, Value]]
Row = list[str]
Taker = Callable[[Row], Values]


class _Fault(Exception):
    """One row can't be used: the sentence."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything stands in this file, looked up once."""

    width: int
    number: int
    name: int
    found: int | None
    found_heading: str
    found_words: dict[str, bool | None]
    takers: tuple[tuple[str, Taker], ...]
    places: tuple[int, ...]
    many: dict[str, str]
    counted: dict[str, int]
    delimiter: str


def read(source: Source, delivered: Delivered) -> Iterator[Said]:
    """What the answer says, a person at a time. Raises Garbage before the first, never after.

    Rows with the same number and name are one person; those the sheet's count, the heading or the encoding speaks
    against are nobody's. Whether the person and the request are those asked about is the caller's to see.
    """
    rows = tables.opened(source, delivered)
    try:
        plan = _plan(source, next(rows(), []))
        repeated = _survey(rows(), plan, delivered.rows)
    except csv.Error as broken:
        raise Garbage("文件不完整，引号没有成对") from broken
    return _said(rows(), plan, repeated)


def _plan(source: Source, heading: Row) -> _Plan:
    """Raises Garbage: a column too few, or one twice."""
    places: dict[str, int] = {}
    needed = [*source.columns.values(), *(one for item in source.items for one in item.columns.values())]
    found = [half_width(one) for one in heading]
    for one in needed:
        if found.count(half_width(one)) != 1:
            raise Garbage(f"{'列重复' if half_width(one) in found else '缺少列'}：{one}")
        places[one] = found.index(half_width(one))
    column = source.columns
    takers = tuple((item.kind, _taker(item, places)) for item in source.items)
    return _Plan(
        width=len(heading),
        number=places[column["number"]],
        name=places[column["name"]],
        found=places[column["found"]] if "found" in column else None,
        found_heading=column.get("found", ""),
        found_words=source.found_words,
        takers=takers,
        places=tuple(places[one] for item in source.items for one in item.columns.values()),
        many={item.kind: item.many for item in source.items},
        counted={item.kind: places[item.columns["value"]] for item in source.items if item.many == "count"},
        delimiter=tables.DELIMITERS.get(source.file_format, "\t"),
    )


def _taker(item: Item, places: dict[str, int]) -> Taker:
    """What one row says of this kind. None: nothing."""
    fields = {field.name: field for field in kinds()[item.kind].fields}
    if item.many == "list":
        return _list_taker([(fields[name], heading, places[heading]) for name, heading in item.columns.items()], item)
    (name, heading), *_ = item.columns.items()
    place = places[heading]
    if item.many == "count":
        return lambda row: 1 if row[place].strip() else 0
    reader = cells.reader(fields[name], item.words.get(name, {}))

    def take(row: Row) -> Values:
        cell = row[place]
        if not cell:
            return None
        try:
            return reader(cell)
        except BadCell as bad:
            raise _Fault(f"{heading}：写法无法识别") from bad

    return take


def _list_taker(columns: list[tuple[Field, str, int]], item: Item) -> Taker:
    readers = [
        (field.name, heading, place, cells.reader(field, item.words.get(field.name, {})))
        for field, heading, place in columns
    ]

    def take(row: Row) -> Values:
        entry: dict[str, Value] = {}
        for name, heading, place, reader in readers:
            try:
                value = reader(row[place])
            except BadCell as bad:
                raise _Fault(f"{heading}：写法无法识别") from bad
            if value is not None:
                entry[name] = value
        return [entry] if entry else []

    return take


def _survey(rows: Iterator[Row], plan: _Plan, promised: int | None) -> set[str]:
    """The numbers that stand in several rows. Raises Garbage for a file that is cut or has not the rows promised."""
    seen: set[str] = set()
    repeated: set[str] = set()
    normal, place, width = cells.number, plan.number, plan.width
    count, last = 0, width
    next(rows)
    for row in rows:
        if not any(row):
            continue
        count += 1
        last = len(row)
        if last > place:
            number = normal(row[place])
            if number in seen:
                repeated.add(number)
            seen.add(number)
    if last < width:
        raise Garbage("文件不完整，最后一行没有写完")
    if promised is not None and promised != count:
        raise Garbage(f"行数与清单不符：清单 {promised} 行，文件 {count} 行")
    return repeated


def _said(rows: Iterator[Row], plan: _Plan, repeated: set[str]) -> Iterator[Said]:
    held: dict[tuple[str, str], list[tuple[Said, Row]]] = {}
    next(rows)
    for line, row in enumerate(rows, 2):
        if not any(row):
            continue
        said = _row(line, row, plan)
        if said.id_number in repeated:
            held.setdefault((said.id_number, said.name), []).append((said, row))
        else:
            yield said
    for several in held.values():
        yield several[0][0] if len(several) == 1 else _joined(several, plan)


def _row(line: int, row: Row, plan: _Plan) -> Said:
    text = plan.delimiter.join(row)
    if len(row) != plan.width:
        return Said(line, "", "", None, {}, text, "列数与表头不符")
    number = cells.number(row[plan.number])
    name = row[plan.name].strip()
    try:
        if not number or not name:
            raise _Fault("缺少证件号码或姓名")
        is_found = True if plan.found is None else _found(row[plan.found], plan)
        if is_found:
            return Said(line, number, name, True, _values(row, plan), text)
        if is_found is False and any(map(row.__getitem__, plan.places)) and any(_values(row, plan).values()):
            raise _Fault("写明无记录，却有内容")
    except _Fault as fault:
        return Said(line, number, name, None, {}, text, str(fault))
    return Said(line, number, name, is_found, {}, text)


def _found(cell: str, plan: _Plan) -> bool | None:
    try:
        return plan.found_words[cell if cell in plan.found_words else half_width(cell)]
    except KeyError as unknown:
        raise _Fault(f"{plan.found_heading}：写法无法识别") from unknown


def _values(row: Row, plan: _Plan) -> dict[str, Values]:
    values: dict[str, Values] = {}
    for kind, take in plan.takers:
        value = take(row)
        if value is not None:
            values[kind] = value
    return values


def _joined(several: list[tuple[Said, Row]], plan: _Plan) -> Said:
    """The rows of one person as one: a fault in any is a fault in all, for a part of a sum is a wrong sum."""
    first = several[0][0]
    text = "\n".join(said.text for said, _ in several)
    try:
        _agree([said for said, _ in several])
        values = {} if first.is_found is not True else dict(_joined_values(several, plan))
    except _Fault as fault:
        return Said(first.line, first.id_number, first.name, None, {}, text, str(fault))
    return Said(first.line, first.id_number, first.name, first.is_found, values, text)


def _agree(several: list[Said]) -> None:
    for said in several:
        if said.fault:
            raise _Fault(said.fault)
    if len({said.is_found for said in several}) > 1:
        raise _Fault("同一人有的行有记录，有的行无记录")


def _joined_values(several: list[tuple[Said, Row]], plan: _Plan) -> Iterator[tuple[str, Values]]:
    for kind, many in plan.many.items():
        parts: list[Any] = [said.values[kind] for said, _ in several if kind in said.values]
        if many == "count":
            # A car or a house that stands there twice is one.
            yield kind, len({row[plan.counted[kind]].strip() for _, row in several} - {""})
        elif many == "list":
            yield kind, [entry for part in parts for entry in part]
        elif many == "sum" and parts:
            yield kind, sum(parts)
        elif parts:
            if any(part != parts[0] for part in parts):
                raise _Fault("同一人多行内容不一致")
            yield kind, parts[0]
