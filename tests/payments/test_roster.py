"""The monthly roster: R-52 (nothing is a formula, numbers stay text), R-24 (totals agree), policy.md 5.3."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from payments.roster import HEADER_ROW, LABELS, RosterError, RosterHeading, RosterRow, read_back, write_roster

HEADING = RosterHeading(
    title="东阿县 2026 年 12 月困难群众救助资金发放花名册",
    county="东阿县",
    month=date(2026, 12, 1),
    list_number="371524-202612-1",
    list_hash="3f" * 32,
)
LINE = RosterRow(
    seq=1,
    household="h1",
    township="姜楼镇",
    village="咸集新村",
    name="陈秀兰",
    id_number="371599195602010034",
    relation="本人",
    bank="农商行姜楼支行",
    account="9999000010001234563",
    category="农村低保",
    people=3,
    standard_fen=75300,
    due_fen=84900,
    back_pay_fen=0,
    recover_fen=0,
    net_fen=84900,
    month_from=date(2026, 12, 1),
    month_to=date(2026, 12, 1),
)
OWED = replace(
    LINE,
    seq=2,
    household="h2",
    name="徐长河",
    people=1,
    standard_fen=None,
    due_fen=59301,
    back_pay_fen=80207,
    recover_fen=39800,
    net_fen=99708,
    month_from=date(2026, 11, 1),
    remark="补发 11 月",
)
TEXT_FIELDS = ["township", "village", "name", "id_number", "relation", "bank", "account", "category", "remark"]
ATTACKS = [
    "=1+1",
    "+86",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    '=HYPERLINK("http://x","点")',
    "=cmd|'/c calc'!A0",
    "{=1}",
    "http://x.test",
    "1e5",
    "TRUE",
    "#N/A",
    "<f>1</f>",
    "&lt;f&gt;",
]


def with_texts(line: RosterRow, **texts: Any) -> RosterRow:
    return replace(line, **texts)


def cells(path: Path) -> list[list[Any]]:
    return [list(row) for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()]


def sheet_xml(path: Path) -> str:
    with zipfile.ZipFile(path) as workbook:
        return "".join(workbook.read(n).decode() for n in workbook.namelist() if n.startswith("xl/worksheets/"))


def test_the_countys_columns_stand_in_order_and_every_line_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    write_roster(path, HEADING, [LINE, OWED])
    rows = cells(path)
    assert rows[0][0] == HEADING.title
    assert all(part in rows[1][0] for part in ("东阿县", "2026 年 12 月", "371524-202612-1"))
    assert HEADING.list_hash in rows[2][0]
    assert "、".join(rows[HEADER_ROW]) == (
        "序号、乡镇、村、姓名(领款人)、身份证号、与户主关系、社保卡开户行、账号、类别、"
        "户保障人数、标准、本月应发、补发、扣发/追缴、实发、起止月、备注"
    )
    assert rows[HEADER_ROW + 1] == [
        *[1, "姜楼镇", "咸集新村", "陈秀兰", "371599195602010034", "本人", "农商行姜楼支行", "9999000010001234563"],
        *["农村低保", 3, 753, 849, 0, 0, 849, "2026-12", ""],
    ]
    assert rows[HEADER_ROW + 2][10:] == ["--", 593.01, 802.07, 398, 997.08, "2026-11 至 2026-12", "补发 11 月"]


def test_totals_in_figures_and_words_and_who_signs(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    totals = write_roster(path, HEADING, [LINE, OWED, replace(LINE, seq=3)])
    assert (totals.lines, totals.households, totals.people, totals.net_fen) == (3, 2, 7, 269508)
    total, words, signatures = cells(path)[-3:]
    assert total[0] == "合计"
    assert total[3] == "2 户"
    assert total[9:15] == [7, "", 2291.01, 802.07, 398, 2695.08]
    assert words[0] == "共 3 笔，2 户 7 人　实发合计（大写）：人民币贰仟陆佰玖拾伍元零捌分"
    assert [name for name in ("制表", "复核", "批准", "放款") if name in signatures[0]] == [
        "制表",
        "复核",
        "批准",
        "放款",
    ]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path: Path, attack: str) -> None:
    path = tmp_path / "roster.xlsx"
    heading = replace(HEADING, title=attack, county=attack)
    write_roster(path, heading, [with_texts(LINE, **dict.fromkeys(TEXT_FIELDS, attack))])
    xml = sheet_xml(path)
    assert not re.search(r"<f[ >/]", xml)
    assert "hyperlink" not in xml
    shown = cells(path)[HEADER_ROW + 1]
    assert [shown[c] for c in (1, 2, 3, 4, 5, 6, 7, 8, 16)] == [attack] * 9
    assert cells(path)[0][0] == attack


def test_eighteen_and_nineteen_digits_keep_their_tail_as_text(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    write_roster(path, HEADING, [LINE])
    row = cells(path)[HEADER_ROW + 1]
    assert (row[4], row[7]) == (LINE.id_number, LINE.account)
    assert re.search(rf'<c r="E5"[^>]* t="inlineStr"><is><t>{LINE.id_number}</t>', sheet_xml(path))


def test_money_is_a_number_written_exactly(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    fen = 10**13 - 1
    write_roster(path, HEADING, [replace(LINE, due_fen=fen, net_fen=fen)])
    assert "<v>99999999999.99</v>" in sheet_xml(path)
    assert read_back(path).net_fen == fen


@pytest.mark.parametrize("text", ["王\x00", "王\x0b", "王\x1f", "王\ud800", "王\uffff", "<r><t>x</t></r>"])
@pytest.mark.parametrize(("field", "label"), [("name", "姓名(领款人)"), ("account", "账号"), ("remark", "备注")])
def test_text_a_workbook_cannot_hold_names_the_row_and_leaves_no_file(
    tmp_path: Path, text: str, field: str, label: str
) -> None:
    path = tmp_path / "roster.xlsx"
    bad = with_texts(OWED, seq=7, **{field: text})
    with pytest.raises(RosterError, match="第 7 行") as caught:
        write_roster(path, HEADING, [LINE, bad])
    assert (caught.value.row, caught.value.field) == (7, label)
    assert text not in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_markup_in_a_cell_would_have_been_a_formula(tmp_path: Path) -> None:
    """Why <r>…</r> is refused: the bare writer passes such a string on as XML."""
    path = tmp_path / "bare.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as bare:
        bare.add_worksheet().write_string(0, 0, "<r></r></is></c><c><f>1+1</f></c><c><is><r></r>")
    assert "<f>" in sheet_xml(path)


def test_a_line_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="第 2 行实发不等于应发加补发减扣发"):
        write_roster(tmp_path / "roster.xlsx", HEADING, [LINE, replace(OWED, net_fen=99709)])
    assert list(tmp_path.iterdir()) == []


def test_a_text_too_long_for_a_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="第 1 行备注太长"):
        write_roster(tmp_path / "roster.xlsx", HEADING, [replace(LINE, remark="长" * 10_001)])
    assert list(tmp_path.iterdir()) == []


def test_a_line_below_the_last_row_of_a_sheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bare writer drops such a row in silence."""
    monkeypatch.setattr("payments.roster.HEADER_ROW", 1_048_575)
    with pytest.raises(RosterError, match="第 1 行放不进表格"):
        write_roster(tmp_path / "roster.xlsx", HEADING, [LINE])
    assert list(tmp_path.iterdir()) == []


def test_a_failing_source_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    write_roster(path, HEADING, [LINE])
    before = path.read_bytes()

    def broken() -> Iterator[RosterRow]:
        yield LINE
        raise ConnectionError("database gone")

    with pytest.raises(ConnectionError):
        write_roster(path, HEADING, broken())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    write_roster(one, HEADING, [LINE, OWED])
    write_roster(two, HEADING, iter([LINE, OWED]))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(("paper", "code"), [("A3", 8), ("A4", 9)])
def test_it_prints_landscape_with_its_header_on_every_page(tmp_path: Path, paper: Any, code: int) -> None:
    path = tmp_path / "roster.xlsx"
    write_roster(path, HEADING, [LINE], paper=paper)
    xml = sheet_xml(path)
    setup = re.search("<pageSetup[^>]*>", xml)
    assert setup is not None
    assert all(f'{k}="{v}"' in setup[0] for k, v in {"paperSize": code, "orientation": "landscape"}.items())
    assert 'fitToHeight="0"' in setup[0]
    assert 'xSplit="4" ySplit="4" topLeftCell="E5"' in xml
    assert "第 &amp;P 页 共 &amp;N 页" in xml
    with zipfile.ZipFile(path) as workbook:
        assert "发放花名册!$4:$4" in workbook.read("xl/workbook.xml").decode()


AMOUNT = st.integers(0, 10**9)
LINES = st.lists(
    st.builds(
        lambda household, people, due, back, recover: replace(
            LINE,
            household=household,
            people=people,
            due_fen=due,
            back_pay_fen=back,
            recover_fen=recover,
            net_fen=due + back - recover,
        ),
        st.sampled_from("abcde"),
        st.integers(1, 9),
        st.integers(10**9, 2 * 10**9),
        AMOUNT,
        AMOUNT,
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_what_is_read_back_is_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, lines: list[RosterRow]
) -> None:
    path = tmp_path_factory.mktemp("roster") / "roster.xlsx"
    written = write_roster(path, HEADING, (replace(line, seq=i) for i, line in enumerate(lines, 1)))
    assert read_back(path) == written
    assert written.net_fen == sum(line.net_fen for line in lines)


def rewrite(path: Path, old: str, new: str) -> None:
    """Change the sheet's XML the way a hand in a spreadsheet would."""
    with zipfile.ZipFile(path) as workbook:
        parts = {name: workbook.read(name) for name in workbook.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    assert old in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(old, new, 1).encode()
    with zipfile.ZipFile(path, "w") as workbook:
        for name, content in parts.items():
            workbook.writestr(name, content)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<v>997.08</v>", "<v>997.09</v>", "合计与明细不一致"),
        ("<v>997.08</v>", "<v>997.085</v>", "第 2 行实发不是两位小数的金额"),
        ("零捌分", "零玖分", "大写金额与明细不一致"),
        ('t="inlineStr"><is><t>9999000010001234563</t></is>', "><v>9.99900001000123E+18</v>", "第 1 行账号不是文本"),
        (">补发<", ">补贴<", "表头被改过"),
        (">合计<", ">总计<", "没有合计行"),
        (">2 户<", ">两户<", "序号或人数被改过"),
    ],
)
def test_a_changed_file_is_told_apart(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    path = tmp_path / "roster.xlsx"
    write_roster(path, HEADING, [LINE, OWED])
    rewrite(path, old, new)
    with pytest.raises(RosterError, match=sentence):
        read_back(path)


def test_another_file_is_no_roster(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_text("not a workbook", encoding="utf-8")
    with pytest.raises(RosterError, match="打不开花名册"):
        read_back(path)
    assert len(LABELS) == 17
