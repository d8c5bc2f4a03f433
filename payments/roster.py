"""The monthly roster (发放花名册) as a workbook: the county's columns, text that stays text, totals that agree.

Every text cell is written as a string, whatever it begins with: nothing is ever a formula, and an 18-digit number
keeps its tail. Rows are streamed, so a county's list takes the memory of one row.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from payments.words import amount_in_words

SHEET = "发放花名册"
HEADER_ROW = 3
TOTALS = "合计"

# policy.md 5.3, in the county's order; width in characters.
COLUMNS = (
    *(("序号", 6), ("乡镇", 12), ("村", 14), ("姓名(领款人)", 12), ("身份证号", 21), ("与户主关系", 10)),
    *(("社保卡开户行", 16), ("账号", 23), ("类别", 14), ("户保障人数", 8), ("标准", 10), ("本月应发", 12)),
    *(("补发", 11), ("扣发/追缴", 11), ("实发", 12), ("起止月", 18), ("备注", 18)),
)
LABELS = tuple(label for label, _ in COLUMNS)
_LAST = len(COLUMNS) - 1
_ID, _ACCOUNT, _PEOPLE, _STANDARD, _DUE = 4, 7, 9, 10, 11

# What XML 1.0 cannot hold, and the envelope the writer would pass on as markup instead of text.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKUP = ("<r>", "</r>")


class RosterError(ValueError):
    """A roster that is not written, or not what was written. `row` is the line's 序号, 0 for the sheet as a whole."""

    def __init__(self, row: int, field: str, message: str) -> None:
        super().__init__(message)
        self.row = row
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class RosterHeading:
    """What stands above the table: the list it prints, and the hash by which paper and system are compared."""

    title: str
    county: str
    month: date
    list_number: str
    list_hash: str


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of the list as it was frozen; money in fen. `household` is any key: lines of one household share it."""

    seq: int
    household: str
    township: str
    village: str
    name: str
    id_number: str
    relation: str
    bank: str
    account: str
    category: str
    people: int
    standard_fen: int | None
    due_fen: int
    back_pay_fen: int
    recover_fen: int
    net_fen: int
    month_from: date
    month_to: date
    remark: str = ""


@dataclass(frozen=True, slots=True)
class RosterTotals:
    """Sums over the lines; money in fen."""

    lines: int
    households: int
    people: int
    due_fen: int
    back_pay_fen: int
    recover_fen: int
    net_fen: int


def write_roster(
    path: Path, heading: RosterHeading, rows: Iterable[RosterRow], *, paper: Literal["A3", "A4"] = "A3"
) -> RosterTotals:
    """Write the workbook whole or not at all; the same rows give the same bytes.

    Raises RosterError for a line that does not add up, or text a workbook cannot hold, and leaves no file then.
    """
    # The scratch folder is beside the file: unencrypted rows never lie in the system's own temporary folder.
    with TemporaryDirectory(dir=path.parent, prefix=".roster-") as scratch:
        draft = Path(scratch) / "roster.xlsx"
        with xlsxwriter.Workbook(str(draft), {"constant_memory": True, "tmpdir": scratch}) as workbook:
            workbook.set_properties({"title": heading.title, "created": _stamp(heading.month)})
            totals = _Sheet(workbook, paper).fill(heading, rows)
        draft.replace(path)
    return totals


def read_back(path: Path) -> RosterTotals:
    """Count and add the lines of a written roster anew, from the file alone.

    Households are the printed count: the sheet has no column to count them by. Raises RosterError where the file is
    no roster, a number or account is no longer text, or the printed totals and words differ from the lines.
    """
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except CalamineError as error:
        raise RosterError(0, "", f"打不开花名册：{path.name}") from error
    rows = [list(row) for row in sheet.iter_rows()]
    if len(rows) <= HEADER_ROW or tuple(rows[HEADER_ROW]) != LABELS:
        raise RosterError(0, "", "花名册的表头被改过，重新导出")
    end = next((i for i, row in enumerate(rows) if row[0] == TOTALS), 0)
    if not end or end + 1 >= len(rows):
        raise RosterError(0, TOTALS, "花名册没有合计行，重新导出")
    totals = _add(rows[HEADER_ROW + 1 : end], households=_count(rows[end][3]))
    printed = (_count(rows[end][_PEOPLE]), *(_fen(0, LABELS[c], rows[end][c]) for c in range(_DUE, _DUE + 4)))
    if printed != (totals.people, totals.due_fen, totals.back_pay_fen, totals.recover_fen, totals.net_fen):
        raise RosterError(0, TOTALS, "花名册的合计与明细不一致，重新导出")
    if not str(rows[end + 1][0]).endswith(amount_in_words(totals.net_fen)):
        raise RosterError(0, TOTALS, "花名册的大写金额与明细不一致，重新导出")
    return totals


class _Sheet:
    """The one worksheet, written from the top row down."""

    def __init__(self, workbook: Any, paper: str) -> None:
        self.sheet = workbook.add_worksheet(SHEET)
        line = {"border": 1, "font_size": 10, "valign": "vcenter"}
        money = line | {"num_format": "#,##0.00"}
        self.text = workbook.add_format(line | {"text_wrap": True})
        self.digits = workbook.add_format(line | {"num_format": "@"})
        self.count = workbook.add_format(line | {"num_format": "0"})
        self.money = workbook.add_format(money)
        self.money_or_dashes = workbook.add_format(money | {"num_format": '#,##0.00;-#,##0.00;"--"', "align": "right"})
        self.head = workbook.add_format(line | {"bold": True, "align": "center", "text_wrap": True})
        self.sum = workbook.add_format(money | {"bold": True})
        self.sum_text = workbook.add_format(line | {"bold": True})
        self.sum_count = workbook.add_format(line | {"bold": True, "num_format": "0"})
        self.title = workbook.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        self.plain = workbook.add_format({"font_size": 10, "valign": "vcenter"})
        self._page(8 if paper == "A3" else 9)

    def fill(self, heading: RosterHeading, rows: Iterable[RosterRow]) -> RosterTotals:
        self._above(heading)
        households: set[str] = set()
        sums = [0] * 6
        for at, row in enumerate(rows, HEADER_ROW + 1):
            _refuse(row)
            self._line(at, row)
            households.add(row.household)
            figures = (1, row.people, row.due_fen, row.back_pay_fen, row.recover_fen, row.net_fen)
            sums = [total + figure for total, figure in zip(sums, figures, strict=True)]
        totals = RosterTotals(sums[0], len(households), *sums[1:])
        self._below(HEADER_ROW + 1 + totals.lines, totals)
        return totals

    def _page(self, paper: int) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.repeat_rows(HEADER_ROW)
        sheet.set_footer("&C第 &P 页 共 &N 页")
        sheet.freeze_panes(HEADER_ROW + 1, 4)
        sheet.ignore_errors({"number_stored_as_text": "E1:E1048576 H1:H1048576"})
        for column, (_, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)

    def _above(self, heading: RosterHeading) -> None:
        month = f"{heading.month.year} 年 {heading.month.month} 月"
        about = f"县（市、区）：{heading.county}　发放月份：{month}　名单编号：{heading.list_number}　单位：元"
        for field in fields(heading):
            _refuse_text(0, field.name, str(getattr(heading, field.name)))
        self.sheet.set_row(0, 30)
        self._across(0, heading.title, self.title)
        self._across(1, about, self.plain)
        self._across(2, f"名单校验值（SHA-256）：{heading.list_hash}", self.plain)
        for column, label in enumerate(LABELS):
            self.sheet.write_string(HEADER_ROW, column, label, self.head)

    def _line(self, at: int, row: RosterRow) -> None:
        write, number = self.sheet.write_string, self.sheet.write_number
        text, money = self.text, self.money
        number(at, 0, row.seq, self.count)
        write(at, 1, row.township, text)
        write(at, 2, row.village, text)
        write(at, 3, row.name, text)
        write(at, _ID, row.id_number, self.digits)
        write(at, 5, row.relation, text)
        write(at, 6, row.bank, text)
        write(at, _ACCOUNT, row.account, self.digits)
        write(at, 8, row.category, text)
        number(at, _PEOPLE, row.people, self.count)
        if row.standard_fen is None:
            write(at, _STANDARD, "--", text)
        else:
            number(at, _STANDARD, _yuan(row.standard_fen), money)
        number(at, _DUE, _yuan(row.due_fen), money)
        number(at, 12, _yuan(row.back_pay_fen), self.money_or_dashes)
        number(at, 13, _yuan(row.recover_fen), self.money_or_dashes)
        number(at, 14, _yuan(row.net_fen), money)
        write(at, 15, _period(row.month_from, row.month_to), text)
        if write(at, _LAST, row.remark, text):
            raise RosterError(row.seq, "备注", f"第 {row.seq} 行放不进表格，分成几份名单再导出")

    def _below(self, at: int, totals: RosterTotals) -> None:
        sheet = self.sheet
        for column in range(len(COLUMNS)):
            sheet.write_blank(at, column, None, self.sum_text)
        sheet.write_string(at, 0, TOTALS, self.sum_text)
        sheet.write_string(at, 3, f"{totals.households} 户", self.sum_text)
        sheet.write_number(at, _PEOPLE, totals.people, self.sum_count)
        for column, fen in enumerate((totals.due_fen, totals.back_pay_fen, totals.recover_fen, totals.net_fen), _DUE):
            sheet.write_number(at, column, _yuan(fen), self.sum)
        counted = f"共 {totals.lines} 笔，{totals.households} 户 {totals.people} 人"
        self._across(at + 1, f"{counted}　实发合计（大写）：{amount_in_words(totals.net_fen)}", self.plain)
        blank = "　" * 8
        self._across(
            at + 2, f"制表：{blank}复核：{blank}批准：{blank}放款：{blank}（盖章）{blank}年　　月　　日", self.plain
        )

    def _across(self, row: int, text: str, style: Any) -> None:
        self.sheet.merge_range(row, 0, row, _LAST, "", style)
        self.sheet.write_string(row, 0, text, style)


def _refuse(row: RosterRow) -> None:
    if row.net_fen != row.due_fen + row.back_pay_fen - row.recover_fen:
        raise RosterError(row.seq, "实发", f"第 {row.seq} 行实发不等于应发加补发减扣发")
    texts = (row.township, row.village, row.name, row.id_number, row.relation)
    others = (row.bank, row.account, row.category, row.remark)
    joined = "".join(texts + others)
    if _ILLEGAL.search(joined) or _MARKUP[0] in joined or len(joined) > 10_000:
        columns = (*LABELS[1:6], *LABELS[6:9], LABELS[_LAST])
        for label, text in zip(columns, texts + others, strict=True):
            _refuse_text(row.seq, label, text)


def _refuse_text(seq: int, field: str, text: str) -> None:
    where = f"第 {seq} 行{field}" if seq else "表头"
    if _ILLEGAL.search(text) or (text.startswith(_MARKUP[0]) and text.endswith(_MARKUP[1])):
        raise RosterError(seq, field, f"{where}有表格放不下的字符，改正后再导出")
    if len(text) > 10_000:
        raise RosterError(seq, field, f"{where}太长，删短后再导出")


def _add(rows: list[list[Any]], *, households: int) -> RosterTotals:
    people, sums = 0, [0, 0, 0, 0]
    for row in rows:
        seq = _count(row[0])
        for column in (_ID, _ACCOUNT):
            if not isinstance(row[column], str):
                raise RosterError(seq, LABELS[column], f"第 {seq} 行{LABELS[column]}不是文本，重新导出")
        people += _count(row[_PEOPLE])
        for i, column in enumerate(range(_DUE, _DUE + 4)):
            sums[i] += _fen(seq, LABELS[column], row[column])
    return RosterTotals(len(rows), households, people, *sums)


def _fen(seq: int, field: str, cell: object) -> int:
    """Fen of a money cell: the double nearest to a sum of yuan names that sum, up to 10^13 fen and beyond."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        fen = Decimal(repr(cell)) * 100
        if fen == fen.to_integral_value():
            return int(fen)
    raise RosterError(seq, field, f"第 {seq} 行{field}不是两位小数的金额，重新导出" if seq else "合计行的金额被改过")


def _count(cell: object) -> int:
    """A whole number, or the digits before its unit (3 户)."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str) and (match := re.fullmatch(r"(\d+) 户", cell)):
        return int(match[1])
    raise RosterError(0, "", "花名册里的序号或人数被改过，重新导出")


def _yuan(fen: int) -> Decimal:
    """Exact yuan: the writer prints the decimal itself, so no binary fraction comes between."""
    return Decimal(fen).scaleb(-2)


def _period(first: date, last: date) -> str:
    months = dict.fromkeys((f"{first:%Y-%m}", f"{last:%Y-%m}"))
    return " 至 ".join(months)


def _stamp(month: date) -> datetime:
    return datetime(month.year, month.month, month.day, tzinfo=UTC)
