"""An answer's bytes, read: the whole file proved first, then whatever it says of each person.

Of most people a register knows nothing, and their rows say so in so many words: those are told apart a column at a
time. All others are read cell by cell; people with several rows are held and joined at the end.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from operator import not_
from typing import Any

from verification.sources import cells, tables
from verification.sources.base import Delivered, Field, Garbage, Item, Said, Source, Value
from verification.sources.cells import BadCell, half_width
from verification.sources.registry import kinds

Values = Value | list[dict[str, Value]]
Row = list[str]
Taker = Callable[[Row], Values]
Columns = list[tuple[str, ...]]


class _Fault(Exception):
    """One row can't be used: the sentence."""


Nothing = tuple[int, str, str]
"""A row that says there is no record: its line, the ID number and the name as they stand there."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a file says. `rows`: how many it has; a person may have several, then they are one of `said`."""

    rows: int
    nothing: Sequence[Nothing]
    said: Sequence[Said]
    text: Callable[[int], str]

    def everything(self) -> Iterator[Said]:
        """All of it, one `Said` a person."""
        return chain(self.said, map(self.as_said, self.nothing))

    def as_said(self, one: Nothing) -> Said:
        line, number, name = one
        return Said(line, number, name.strip(), False, {}, self.text(line))


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where everything stands in this file, looked up once."""

    width: int
    number: int
    name: int
    found: int | None
    found_heading: str
    found_words: dict[str, bool | None]
    noes: frozenset[str]
    takers: tuple[tuple[str, Taker], ...]
    places: tuple[int, ...]
    many: dict[str, str]
    counted: dict[str, int]
    delimiter: str


def read(source: Source, delivered: Delivered) -> Answers:
    """What the answer says. Raises Garbage: then nothing of it is used.

    Rows with the same number and name are one person; a file the sheet's count, the heading or the encoding speaks
    against is nobody's. Whether the person and the request are those asked about is the caller's to see.
    """
    try:
        table = list(tables.rows(source, delivered))
    except csv.Error as broken:
        raise Garbage("文件不完整，引号没有成对") from broken
    plan = _plan(source, table[0] if table else [])
    columns = list(zip(*table, strict=True)) if set(map(len, table)) == {plan.width} else None
    if columns is None or "" in columns[plan.number]:
        lines: Sequence[int] = [line for line, row in enumerate(table, 1) if any(row)][1:]
        columns = None
    else:
        lines = range(2, len(table) + 1)
    _prove(table, lines, plan, delivered.rows)
    return _answers(table, lines, columns, plan)


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
        noes=frozenset(word for word, is_found in source.found_words.items() if is_found is False),
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
        try:
            return reader(cell) if (cell := row[place]) else None
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


def _prove(table: Sequence[Row], lines: Sequence[int], plan: _Plan, promised: int | None) -> None:
    """Raises Garbage for a file that is cut or has not the rows promised."""
    if lines and len(table[lines[-1] - 1]) < plan.width:
        raise Garbage("文件不完整，最后一行没有写完")
    if promised is not None and promised != len(lines):
        raise Garbage(f"行数与清单不符：清单 {promised} 行，文件 {len(lines)} 行")


_plain_numbers = re.compile(r"(?:[0-9]{17}[0-9X]\n)*").fullmatch


def _answers(table: Sequence[Row], lines: Sequence[int], columns: Columns | None, plan: _Plan) -> Answers:
    """Each row into the one heap or the other; rows of one number joined. `columns` None: not every row fits."""
    numbers = _numbers(table, lines, columns, plan)
    repeated = {one for one, times in Counter(numbers).items() if times > 1} if _is_any_twice(numbers) else set()
    repeated.discard("")
    nothing, others = _apart(lines, numbers, columns, plan, repeated)
    said: list[Said] = []
    held: dict[tuple[str, str], list[tuple[Said, Row]]] = {}
    for line in others:
        one = _row(line, row := table[line - 1], plan)
        if one.id_number in repeated:
            held.setdefault((one.id_number, one.name), []).append((one, row))
        else:
            said.append(one)
    nameless = {number for number, name in held if not name}
    said += [_of_one(several, plan, is_all=several[0][0].id_number not in nameless) for several in held.values()]
    return Answers(len(lines), nothing, said, lambda line: plan.delimiter.join(table[line - 1]))


def _numbers(table: Sequence[Row], lines: Sequence[int], columns: Columns | None, plan: _Plan) -> Sequence[str]:
    """Of each line the number as it is compared."""
    if columns is not None and _plain_numbers("\n".join(columns[plan.number][1:]) + "\n"):
        return columns[plan.number][1:]
    rows = [table[line - 1] for line in lines]
    return [cells.number(row[plan.number]) if len(row) > plan.number else "" for row in rows]


def _is_any_twice(numbers: Sequence[str]) -> bool:
    return len(set(numbers)) < len(numbers)


def _apart(
    lines: Sequence[int], numbers: Sequence[str], columns: Columns | None, plan: _Plan, repeated: set[str]
) -> tuple[list[Nothing], Sequence[int]]:
    """The rows that plainly say there is no record, every cell of a fact empty; and the lines of all others.

    A register without such a word lists only what it has.
    """
    if columns is None or plan.found is None:
        return [], lines
    facts = [columns[place][1:] for place in plan.places]
    said = facts[0] if len(facts) == 1 else map("".join, zip(*facts, strict=True))
    silent = [
        word in plan.noes and not fact and bool(name.strip())
        for word, fact, name in zip(columns[plan.found][1:], said, columns[plan.name][1:], strict=True)
    ]
    if repeated or "" in numbers:
        apart = repeated | {""}
        silent = [one and number not in apart for one, number in zip(silent, numbers, strict=True)]
    names = columns[plan.name][1:]
    return list(compress(zip(lines, numbers, names, strict=True), silent)), list(compress(lines, map(not_, silent)))


def _row(line: int, row: Row, plan: _Plan) -> Said:
    text = plan.delimiter.join(row)
    number = cells.number(row[plan.number]) if len(row) > plan.number else ""
    if len(row) != plan.width:
        # Nothing of it is believed but that it may be about this person, whose silence it then is not.
        return Said(line, number, "", None, {}, text, "列数与表头不符")
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


def _of_one(several: list[tuple[Said, Row]], plan: _Plan, *, is_all: bool) -> Said:
    """The rows of one number and name. `is_all` False: another row of the number has no name, and may be theirs."""
    one = several[0][0] if len(several) == 1 else _joined(several, plan)
    if is_all or one.fault:
        return one
    return one._replace(is_found=None, values={}, fault="同一证件号码另有一行不完整")


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
            if (total := sum(parts)) > cells.MOST_FEN:
                raise _Fault("同一人多行合计过大")
            yield kind, total
        elif parts:
            if any(part != parts[0] for part in parts):
                raise _Fault("同一人多行内容不一致")
            yield kind, parts[0]
