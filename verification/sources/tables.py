"""The file itself: bytes to rows of text and back, for every format and encoding a source may use."""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook

from verification.sources.base import Delivered, Garbage, Source
from verification.sources.cells import half_width

Cell = int | float | str | bool | date | datetime | object
DELIMITERS = {"csv": ",", "tsv": "\t"}
MEDIA_TYPES = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_BYTES = 64 * 2**20
MOST_UNPACKED = 512 * 2**20
MOST_CELLS = 10_000_000
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - no moment: the same rows are the same bytes


def rows(source: Source, delivered: Delivered) -> Iterator[list[str]]:
    """The file's rows, heading first. Raises Garbage for what is no such file, csv.Error on the way for a torn one.

    Its bytes fit its sheet, its characters its encoding; a text file ends with a line break unless a sheet proves it.
    """
    raw = delivered.raw
    if not raw.strip():
        raise Garbage("文件是空的")
    if len(raw) > MOST_BYTES:
        raise Garbage("文件过大")
    if delivered.sha256 is not None and delivered.sha256.lower() != sha256(raw).hexdigest():
        raise Garbage("文件与清单的校验值不符")
    return _workbook(raw, source) if source.file_format == "xlsx" else _text(source, delivered)


def _text(source: Source, delivered: Delivered) -> Iterator[list[str]]:
    if b"\0" in delivered.raw:
        raise Garbage("文件里有空字符，不是文本")
    try:
        text = delivered.raw.decode(source.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as broken:
        raise Garbage(f"文件不是 {source.encoding} 编码") from broken
    if delivered.sha256 is None and text[-1] not in "\r\n":
        raise Garbage("文件不完整，最后一行没有写完")
    delimiter = DELIMITERS[source.file_format]
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _workbook(raw: bytes, source: Source) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Garbage("表格解压后过大")
            if max(map(_reaches, map(packed.read, packed.namelist())), default=0) > MOST_CELLS:
                raise Garbage("表格的行列过多")
        cells = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (*_BROKEN, CalamineError) as broken:
        raise Garbage("表格打不开，文件不完整或不是 xlsx") from broken
    heading = half_width(source.columns["number"])
    numbers = [place for place, cell in enumerate(cells[0]) if half_width(str(cell)) == heading] if cells else []
    # A spreadsheet keeps fifteen digits: a number there has lost its last three, and which row's is past finding out.
    if any(not isinstance(row[place], str) for row in cells[1:] for place in numbers):
        raise Garbage("证件号码列是数字格式，末几位已丢失")
    if any("\0" in cell for row in cells for cell in row if isinstance(cell, str)):
        raise Garbage("文件里有空字符，不是文本")
    return ([_cell(cell) for cell in row] for row in cells)


# What a packed file that is torn or altered is met with, besides its own error.
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError, RuntimeError, EOFError)
_letters = re.compile(rb"""\sr=["']([A-Z]{1,9})""").findall
_far_rows = re.compile(rb"""\sr=["'][A-Z]{1,9}([0-9]{5,18})["']""").findall
# A column beyond ZZ or a row of five digits: without any, a sheet has no more cells than it may.
_far = re.compile(rb"""\sr=["'](?:[A-Z]{3}|[A-Z]{1,2}[0-9]{5})""").search
NEAR = 9_999  # rows of up to four digits are not looked for one by one


def _reaches(part: bytes) -> int:
    """How many cells the sheet has at most, to the farthest one named: all of them are laid out in memory."""
    if not _far(part):
        return 0
    widest = max(map(_column, set(_letters(part))), default=0)
    return widest * max(map(int, _far_rows(part)), default=NEAR)


def _column(letters: bytes) -> int:
    """AA is the 27th."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place


def _cell(cell: Cell) -> str:
    """A cell's text; a number by its shortest digits, which are those somebody typed."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)


def written(source: Source, rows: Iterable[Sequence[str]]) -> bytes:
    """The rows, heading first, as the source's own kind of file; the same rows are the same bytes."""
    if source.file_format == "xlsx":
        return _written_workbook(rows)
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=DELIMITERS[source.file_format]).writerows(rows)
    return text.getvalue().encode(source.encoding)


def _written_workbook(rows: Iterable[Sequence[str]]) -> bytes:
    made = io.BytesIO()
    with Workbook(made, {"constant_memory": True, "in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write_string(line, place, cell)
    return made.getvalue()
