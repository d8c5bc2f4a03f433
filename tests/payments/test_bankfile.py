"""The bank's file: R-52 (nothing is neutralised, an illegal character stops it), policy.md 5.3."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.bankfile import BankFileError, BankHeading, BankRow, BankTotals, read_back, write_bank_csv

HEADING = BankHeading(batch="371524202612001", county="东阿县", month=date(2026, 12, 1))
ROW = BankRow(serial=1, account="9999000010001234563", name="陈秀兰", amount_fen=84900, purpose="农村低保12月")
ROWS = [ROW, BankRow(serial=3, account="9150100001", name="买买提·吐尔逊", amount_fen=5, purpose="特困供养12月")]


def refusal(path: Path, rows: list[BankRow], heading: BankHeading = HEADING) -> BankFileError:
    with pytest.raises(BankFileError) as caught:
        write_bank_csv(path, heading, rows)
    assert list(path.parent.iterdir()) == []
    assert len(caught.value.message) <= 45
    return caught.value


def changed(row: BankRow, **values: Any) -> BankRow:
    return replace(row, **values)


def test_every_byte_of_a_small_file(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    assert write_bank_csv(path, HEADING, ROWS) == BankTotals(2, 84905)
    assert path.read_bytes() == (
        "H,371524202612001,2,849.05,东阿县,202612\r\n"
        "371524202612001,1,9999000010001234563,陈秀兰,849.00,农村低保12月\r\n"
        "371524202612001,3,9150100001,买买提·吐尔逊,0.05,特困供养12月\r\n"
        "T,2,849.05\r\n"
    ).encode("gb18030")
    assert list(tmp_path.iterdir()) == [path]


def test_rare_characters_arrive_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    name = "䶮𬱖\U000313f0〇"
    write_bank_csv(path, HEADING, [changed(ROW, name=name)])
    assert name in path.read_bytes().decode("gb18030")


@pytest.mark.parametrize("char", [*",\"'=+-@＝＋－＠", "\t", "\r", "\n", "\x00", "\x7f", "\u2028", "\u200b", "\u202e"])
@pytest.mark.parametrize("place", ["{}王秀英", "王{}秀英", "王秀英{}"])
def test_a_character_with_another_meaning_stops_the_export_and_names_the_row(
    tmp_path: Path, char: str, place: str
) -> None:
    path = tmp_path / "bank.csv"
    error = refusal(path, [ROW, changed(ROW, serial=7, name=place.format(char))])
    assert (error.row, error.field) == (7, "户名")
    assert error.message.startswith("第 7 行户名")
    assert refusal(path, [changed(ROW, purpose=place.format(char))]).field == "用途"


@pytest.mark.parametrize("char", ["\ud800", "\ue816"])
def test_a_character_the_bank_cannot_read_stops_the_export(tmp_path: Path, char: str) -> None:
    assert refusal(tmp_path / "bank.csv", [changed(ROW, name=f"王{char}")]).field == "户名"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("account", "", "账号"),
        ("account", "915010000", "账号"),
        ("account", "=99990000100012345", "账号"),
        ("account", "９９９９０００００１", "账号"),
        ("account", "9999000010001234563\n", "账号"),
        ("name", " ", "户名"),
        ("purpose", "", "用途"),
        ("amount_fen", 0, "金额"),
        ("amount_fen", -1, "金额"),
        ("amount_fen", 10**11, "金额"),
    ],
)
def test_a_row_no_bank_could_pay_is_refused(tmp_path: Path, field: str, value: object, named: str) -> None:
    error = refusal(tmp_path / "bank.csv", [changed(ROW, serial=4, **{field: value})])
    assert (error.row, error.field) == (4, named)


@pytest.mark.parametrize("serials", [(1, 1), (2, 1), (0, 1)])
def test_a_serial_is_used_once_and_rises(tmp_path: Path, serials: tuple[int, int]) -> None:
    assert refusal(tmp_path / "bank.csv", [changed(ROW, serial=n) for n in serials]).field == "序号"


@pytest.mark.parametrize(
    "heading", [replace(HEADING, batch="371524-1"), replace(HEADING, county="东阿,县"), replace(HEADING, batch="")]
)
def test_the_heading_is_held_to_the_same(tmp_path: Path, heading: BankHeading) -> None:
    assert refusal(tmp_path / "bank.csv", [ROW], heading).row == 0


def test_a_stopped_export_leaves_the_last_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    write_bank_csv(path, HEADING, ROWS)
    before = path.read_bytes()

    def broken() -> Iterator[BankRow]:
        yield ROW
        raise ConnectionError("database gone")

    with pytest.raises(ConnectionError):
        write_bank_csv(path, HEADING, broken())
    with pytest.raises(BankFileError):
        write_bank_csv(path, HEADING, [changed(ROW, name="=1")])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


HAN = st.text(st.sampled_from("王李张陈秀兰英·䶮𬱖𠀀"), min_size=1, max_size=50)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(HAN, st.integers(1, 10**11 - 1), st.integers(10**9, 10**22 - 1)), max_size=20))
def test_what_is_read_back_was_written(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, int, int]]
) -> None:
    path = tmp_path_factory.mktemp("bank") / "bank.csv"
    rows = [BankRow(i, str(number), name, fen, "低保") for i, (name, fen, number) in enumerate(drawn, 1)]
    written = write_bank_csv(path, HEADING, iter(rows))
    assert read_back(path) == written == BankTotals(len(rows), sum(row.amount_fen for row in rows))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("849.00,农村", "849.01,农村", "笔数或总金额与明细不一致"),
        ("849.00,农村", "849.0,农村", "第 1 行的金额不是两位小数"),
        ("849.00,农村", "0849.00,农村", "第 1 行的金额不是两位小数"),
        ("849.00,农村", "-849.00,农村", "第 1 行的金额不是两位小数"),
        ("T,2,849.05", "T,3,849.05", "笔数或总金额与明细不一致"),
        ("H,371524202612001,2,", "H,371524202612001,1,", "笔数或总金额与明细不一致"),
        ("T,2,849.05\r\n", "", "首尾行不全"),
        ("T,2,849.05\r\n", "T,2,849.05", "首尾行不全"),
        ("H,", "", "首尾行不全"),
        ("\r\n", "\n", "首尾行不全"),
        ("371524202612001,3,", "371524202612001,1,", "批次或序号不对"),
        ("371524202612001,3,", "371524202612002,3,", "批次或序号不对"),
        ("买买提·吐尔逊", "买买提,吐尔逊", "批次或序号不对"),
    ],
)
def test_a_changed_file_is_told_apart(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    path = tmp_path / "bank.csv"
    write_bank_csv(path, HEADING, ROWS)
    text = path.read_bytes().decode("gb18030")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("gb18030"))
    with pytest.raises(BankFileError, match=sentence):
        read_back(path)


def test_another_encoding_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_bytes(b"\xff\xff\r\n")
    with pytest.raises(BankFileError, match="GB 18030"):
        read_back(path)
