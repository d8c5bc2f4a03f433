"""The file a bank pays from: GB 18030, CRLF, a header and a trailer that name the count and the sum.

    H,批次,笔数,总金额,县,月份
    批次,序号,账号,户名,金额,用途        one record a line
    T,笔数,总金额

Text is never "neutralised" here: a changed name would pay somebody else. A character that has a meaning in CSV or
in a spreadsheet, or that GB 18030 cannot hold, stops the export and names the row.
"""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

ENCODING = "gb18030"
LARGEST_LINE_FEN = 10**11 - 1

_MEANINGS = re.compile("[,\"'=+\\-@＝＋－＠]")
_ACCOUNT = re.compile("[0-9]{10,22}")
_AMOUNT = re.compile(r"(0|[1-9][0-9]*)\.([0-9]{2})")


class BankFileError(ValueError):
    """A file that is not written, or does not hold what it says. `row` is the 序号, 0 for the file as a whole."""

    def __init__(self, row: int, field: str, message: str) -> None:
        super().__init__(message)
        self.row = row
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class BankHeading:
    """A batch is sent once: its number is part of every record. Letters, digits or Han, no dashes."""

    batch: str
    county: str
    month: date


@dataclass(frozen=True, slots=True)
class BankRow:
    """One payment, in fen. `serial` is the line's number in the list: with the batch, the key of the bank's answer."""

    serial: int
    account: str
    name: str
    amount_fen: int
    purpose: str


@dataclass(frozen=True, slots=True)
class BankTotals:
    """How many payments and their sum in fen."""

    lines: int
    total_fen: int


def write_bank_csv(path: Path, heading: BankHeading, rows: Iterable[BankRow]) -> BankTotals:
    """Write the file whole or not at all. Raises BankFileError; no file, nor a changed one, is left then."""
    for field, text in (("批次", heading.batch), ("县", heading.county)):
        refuse_text(0, field, text)
    records: list[bytes] = []
    total = last = 0
    for row in rows:
        refuse_row(row, after=last)
        line = f"{heading.batch},{row.serial},{row.account},{row.name},{yuan(row.amount_fen)},{row.purpose}\r\n"
        records.append(line.encode(ENCODING))
        total += row.amount_fen
        last = row.serial
    totals = BankTotals(len(records), total)
    header = f"H,{heading.batch},{totals.lines},{yuan(total)},{heading.county},{heading.month:%Y%m}\r\n"
    trailer = f"T,{totals.lines},{yuan(total)}\r\n"
    _replace(path, [header.encode(ENCODING), *records, trailer.encode(ENCODING)])
    return totals


def read_back(path: Path) -> BankTotals:
    """Count and add a written file anew, from its bytes alone.

    Raises BankFileError where header, records and trailer do not agree in batch, count or sum.
    """
    header, *records, trailer = _parse(path)
    if len(header) != 6 or header[0] != "H" or len(trailer) != 3 or trailer[0] != "T":
        raise BankFileError(0, "", "代发文件的首尾行不全，重新导出")
    batch, seen, total = header[1], set[str](), 0
    for fields in records:
        if len(fields) != 6 or fields[0] != batch or fields[1] in seen:
            raise BankFileError(0, "序号", f"代发文件第 {len(seen) + 2} 行的批次或序号不对，重新导出")
        seen.add(fields[1])
        total += _fen(int(fields[1]) if fields[1].isdecimal() else 0, fields[4])
    for count, amount in (header[2:4], trailer[1:3]):
        if count != str(len(records)) or _fen(0, amount) != total:
            raise BankFileError(0, "", "代发文件的笔数或总金额与明细不一致，重新导出")
    return BankTotals(len(records), total)


def refuse_row(row: BankRow, *, after: int) -> None:
    """Raises BankFileError where the row could not be sent; asked at the lock, and again as it is written."""
    if row.serial <= after:
        raise BankFileError(row.serial, "序号", f"第 {row.serial} 行序号重复或倒退，重新生成名单")
    if not _ACCOUNT.fullmatch(row.account):
        raise BankFileError(row.serial, "账号", f"第 {row.serial} 行账号不是 10 至 22 位数字，改正后再导出")
    if not 0 < row.amount_fen <= LARGEST_LINE_FEN:
        raise BankFileError(row.serial, "金额", f"第 {row.serial} 行金额不在可代发范围，核对后再导出")
    refuse_text(row.serial, "户名", row.name)
    refuse_text(row.serial, "用途", row.purpose)


def refuse_text(serial: int, field: str, text: str) -> None:
    where = f"第 {serial} 行{field}" if serial else field
    if not text.strip():
        raise BankFileError(serial, field, f"{where}是空的，补上后再导出")
    if text.isascii() and text.isalnum():
        return
    if found := _MEANINGS.search(text):
        raise BankFileError(serial, field, f"{where}含有符号 {found.group()} ，改正后再导出")
    if any(_is_hidden(char) for char in text):
        raise BankFileError(serial, field, f"{where}含有看不见或打不出的字符，改正后再导出")


def _is_hidden(char: str) -> bool:
    """Controls, invisible marks, line ends, private-use characters, and surrogates (all GB 18030 cannot hold)."""
    return unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _replace(path: Path, records: list[bytes]) -> None:
    """Put the whole file in place at once, on disk before it has its name."""
    with TemporaryDirectory(dir=path.parent, prefix=".bank-") as scratch:
        draft = Path(scratch) / "bank.csv"
        with draft.open("wb") as file:
            file.writelines(records)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def _parse(path: Path) -> Iterator[list[str]]:
    try:
        text = path.read_bytes().decode(ENCODING)
    except UnicodeDecodeError:
        raise BankFileError(0, "", "代发文件不是 GB 18030 编码，重新导出") from None
    lines = text.split("\r\n")
    if len(lines) < 3 or lines.pop() != "" or any("\n" in line for line in lines):
        raise BankFileError(0, "", "代发文件的首尾行不全，重新导出")
    return (line.split(",") for line in lines)


def _fen(serial: int, text: str) -> int:
    match = _AMOUNT.fullmatch(text)
    if not match:
        where = f"第 {serial} 行" if serial else ""
        raise BankFileError(serial, "金额", f"代发文件{where}的金额不是两位小数，重新导出")
    return int(match[1]) * 100 + int(match[2])
