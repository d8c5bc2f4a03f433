"""A file that can't be used is refused whole, before a single row of it is."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from xlsxwriter import Workbook

from tests.verification.sources.asking import LI, WANG, answered, delivered, read, table
from verification.sources import registry, tables, writing
from verification.sources.base import Delivered, Garbage, Source
from verification.sources.writing import Answered

TAX, BANKS, DISABLED = (registry.source(code) for code in ("tax", "financial", "disabled_federation"))
SOURCES = registry.sources()


def whole(source: Source) -> Delivered:
    return answered(source, *(Answered(one.id_number, one.name, True) for one in (WANG, LI)))


def refused(source: Source, answer: Delivered) -> str:
    with pytest.raises(Garbage) as caught:
        read(source, answer)
    return str(caught.value)


def unproved(answer: Delivered, raw: bytes) -> Delivered:
    """These bytes instead, without a sheet."""
    return dataclasses.replace(answer, raw=raw, sha256=None, rows=None)


@pytest.mark.parametrize("source", SOURCES, ids=[source.code for source in SOURCES])
def test_half_a_file_does_not_fit_its_sheet(source: Source) -> None:
    answer = whole(source)
    half = dataclasses.replace(answer, raw=answer.raw[: len(answer.raw) // 2])
    assert refused(source, half) == "文件与清单的校验值不符"


@pytest.mark.parametrize("source", SOURCES, ids=[source.code for source in SOURCES])
def test_a_cut_inside_a_line_is_seen_without_a_sheet_too(source: Source) -> None:
    answer = whole(source)
    assert refused(source, unproved(answer, answer.raw[:-5])) != ""


@pytest.mark.parametrize("source", SOURCES, ids=[source.code for source in SOURCES])
@pytest.mark.parametrize("raw", [Random(7).randbytes(2000), b"", b" \r\n ", b"<html>502</html>\n", b"\x00" * 64])
def test_bytes_that_are_no_answer_are_refused(source: Source, raw: bytes) -> None:
    assert refused(source, unproved(whole(source), raw)) != ""


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_file_that_ends_inside_a_line_is_not_whole(cut: int) -> None:
    """Cut anywhere in its last line; only the line feed alone may be missing."""
    answer = table(TAX, [WANG.id_number, "王秀兰", "1", "42000.50"])
    if cut == 1:
        assert len(list(read(TAX, unproved(answer, answer.raw[:-1])))) == 1
    else:
        assert refused(TAX, unproved(answer, answer.raw[:-cut])) == "文件不完整，最后一行没有写完"


def test_a_last_row_too_short_is_not_whole() -> None:
    assert (
        refused(TAX, table(TAX, [WANG.id_number, "王秀兰", "1", "5"], [LI.id_number])) == "文件不完整，最后一行没有写完"
    )


def test_a_sheet_that_fits_proves_a_file_without_a_last_line_break() -> None:
    raw = table(TAX, [WANG.id_number, "王秀兰", "1", "42000.50"]).raw.rstrip()
    (said,) = read(TAX, delivered(TAX, raw, rows=1, is_proved=True))
    assert said.values == {"tax_wage": 4_200_050}


def test_an_open_quote_is_not_whole() -> None:
    raw = table(TAX).raw + f'{WANG.id_number},"王秀兰,1,5\r\n'.encode()
    assert refused(TAX, delivered(TAX, raw)) == "文件不完整，引号没有成对"


@pytest.mark.parametrize("promised", [0, 1, 3])
def test_a_row_more_or_less_than_its_sheet_says(promised: int) -> None:
    answer = dataclasses.replace(whole(TAX), rows=promised)
    assert refused(TAX, answer) == f"行数与清单不符：清单 {promised} 行，文件 2 行"


def test_another_encoding_is_refused() -> None:
    answer = whole(TAX)
    foreign = answer.raw.decode("utf-8-sig").encode("gb18030")
    assert refused(TAX, unproved(answer, foreign)) == "文件不是 utf-8-sig 编码"


def test_a_null_character_is_refused() -> None:
    answer = whole(BANKS)
    assert refused(BANKS, unproved(answer, answer.raw.replace(b",", b",\0", 1))) == "文件里有空字符，不是文本"


def test_a_missing_or_doubled_column_is_named() -> None:
    heading = writing.headings(TAX)
    without = tables.written(TAX, [heading[:-1], ["1", "2", "3"]])
    assert refused(TAX, delivered(TAX, without)) == "缺少列：近12个月申报工资薪金"
    doubled = tables.written(TAX, [[*heading, "纳税人姓名"], ["1", "2", "3", "4", "5"]])
    assert refused(TAX, delivered(TAX, doubled)) == "列重复：纳税人姓名"


def workbook(*rows: list[Any]) -> Delivered:
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate((writing.headings(DISABLED), *rows)):
            sheet.write_row(line, 0, row)
    return delivered(DISABLED, made.getvalue())


def test_a_number_kept_as_a_number_has_lost_its_digits() -> None:
    rows = [WANG.id_number, "王秀兰", "未持证"], [float(LI.id_number[:17] + "0"), "李建国", "未持证"]
    assert refused(DISABLED, workbook(*rows)) == "证件号码列是数字格式，末几位已丢失"


def test_an_empty_workbook_has_no_columns() -> None:
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet()
    assert refused(DISABLED, delivered(DISABLED, made.getvalue())) == "缺少列：证件号码"


def altered(part: bytes, other: bytes) -> Delivered:
    """The workbook of two people with something in its parts written otherwise."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole(DISABLED).raw)) as packed, zipfile.ZipFile(made, "w") as again:
        for name in packed.namelist():
            again.writestr(name, packed.read(name).replace(part, other))
    return delivered(DISABLED, made.getvalue())


def test_a_null_character_in_a_workbook_is_refused() -> None:
    answer = altered("王秀兰".encode(), "王秀兰_x0000_".encode())
    assert refused(DISABLED, answer) == "文件里有空字符，不是文本"


@pytest.mark.parametrize("place", [b"XFD1048576", b"ZZZZZZ999999999999"])
def test_a_workbook_with_a_cell_at_the_end_of_the_world_is_not_laid_out(place: bytes) -> None:
    assert refused(DISABLED, altered(b'r="A2"', b'r="%s"' % place)) == "表格的行列过多"


def test_a_long_workbook_is_read() -> None:
    assert len(read(DISABLED, altered(b'r="A3"', b'r="A200000"'))) == 3


@pytest.mark.parametrize("torn", range(60))
def test_a_workbook_with_a_few_bytes_altered_is_refused_or_read(torn: int) -> None:
    random, raw = Random(torn), bytearray(whole(DISABLED).raw)
    at = raw.rindex(b"PK\x01\x02") if torn % 2 else 0
    for _ in range(5):
        raw[random.randrange(at, len(raw))] = random.randrange(256)
    with suppress(Garbage):
        read(DISABLED, delivered(DISABLED, bytes(raw)))


def test_a_workbook_of_another_version_is_refused() -> None:
    raw = bytearray(whole(DISABLED).raw)
    raw[raw.index(b"PK\x01\x02") + 6] = 99
    assert refused(DISABLED, delivered(DISABLED, bytes(raw))) == "表格打不开，文件不完整或不是 xlsx"


def test_a_workbook_that_unpacks_to_a_mountain_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_UNPACKED", 1000)
    assert refused(DISABLED, whole(DISABLED)) == "表格解压后过大"
