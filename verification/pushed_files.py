"""A pushed list's file as rows of named cells: CSV in the encodings offices write, or the first sheet of a workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from accounts.errors import Invalid
from verification.sources.cells import half_width

MOST_BYTES = 10 * 2**20
MOST_UNPACKED = 128 * 2**20
MOST_ROWS = 20_000
ENCODINGS = ("utf-8-sig", "gb18030")
# How departments head their columns; the first is what the page asks for.
HEADINGS = {
    "name": ("姓名",),
    "number": ("身份证号", "身份证号码", "公民身份号码", "证件号码"),
    "phone": ("联系电话", "电话", "手机号码"),
    "township": ("乡镇", "乡镇（街道）", "镇街", "乡镇街道"),
    "village": ("村", "村（社区）", "村居", "村（居）委会"),
    "ground": ("情况", "情形", "情况说明", "困难情形"),
}
NEEDED = ("name", "number")
_CALLED = {half_width(heading): name for name, headings in HEADINGS.items() for heading in headings}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line it stands on in the file, its known cells by name, and the whole of it as text.

    `is_typed` False: the identity number is a spreadsheet's number, whose last digits are lost.
    """

    line: int
    cells: dict[str, str]
    text: str
    is_typed: bool = True


def read(raw: bytes) -> list[Line]:
    """Every row that is not empty. Raises Invalid("file") for what can't be read as a whole; then nothing is taken."""
    if not raw.strip():
        raise Invalid({"file": "文件是空的，重新选择"})
    if len(raw) > MOST_BYTES:
        raise Invalid({"file": "文件最大 10 MB，分成几份"})
    rows = list(_workbook(raw) if raw.startswith(b"PK") else _text(raw))
    places = _places(rows[0] if rows else ())
    lines = [_line(number, row, places) for number, row in enumerate(rows[1:], start=2) if any(map(_words, row))]
    if not lines:
        raise Invalid({"file": "表里没有人，核对后再上传"})
    if len(lines) > MOST_ROWS:
        raise Invalid({"file": f"一份最多 {MOST_ROWS} 人，分成几份"})
    return lines


def _places(heading: Sequence[object]) -> dict[str, int]:
    """Where each known column stands. Raises Invalid where one is missing or stands twice."""
    found: dict[str, int] = {}
    for place, cell in enumerate(heading):
        name = _CALLED.get(half_width(_words(cell)))
        if name in found:
            raise Invalid({"file": f"“{_words(cell)[:10]}”这一列有两个，删去一个"})
        if name:
            found[name] = place
    for name in NEEDED:
        if name not in found:
            raise Invalid({"file": f"表头缺“{HEADINGS[name][0]}”，补上再上传"})
    return found


def _line(number: int, row: Sequence[object], places: dict[str, int]) -> Line:
    cells = {name: _words(row[place]) for name, place in places.items() if place < len(row)}
    place = places["number"]
    typed = place >= len(row) or isinstance(row[place], str)
    return Line(number, cells, "\t".join(map(_words, row)), typed)


def _words(cell: object) -> str:
    """A cell as text; a whole number by its digits alone."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\0", "").strip()


def _text(raw: bytes) -> Iterator[Sequence[object]]:
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise Invalid({"file": "文件不是文本表格，另存为 CSV"})
    try:
        yield from csv.reader(io.StringIO(text, newline=""), strict=True)
    except csv.Error as broken:
        raise Invalid({"file": "表格不完整，另存为 CSV 再传"}) from broken


def _workbook(raw: bytes) -> Iterator[Sequence[object]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise Invalid({"file": "表格解压后过大，分成几份"})
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        yield from book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError) as broken:
        raise Invalid({"file": "表格打不开，另存为 xlsx 再传"}) from broken
