"""An answer read: what its writer wrote comes back, for every source and kind; a bad row says what is wrong with it."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from tests.verification.sources.asking import LI, WANG, ZHAO, answered, delivered, read, table
from verification.sources import reading, registry, tables, writing
from verification.sources.base import Field, Item, Said, Source
from verification.sources.writing import Answered

SOURCES = registry.sources()
DATES = st.dates().map(lambda day: day.isoformat()).filter(lambda day: day >= "1900")
TEXTS = st.text(st.characters(codec="gb18030", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=12)
NAMES = st.text("王李张刘䶮𬱖欧阳·", min_size=2, max_size=4)
NUMBERS = st.from_regex(r"371599[0-9]{11}[0-9X]", fullmatch=True)


def values_of(field: Field) -> st.SearchStrategy[Any]:
    amounts = st.integers(0, 10**11)
    return {
        "date": DATES,
        "fen": amounts,
        "mu": amounts,
        "count": st.integers(0, 999_999),
        "flag": st.booleans(),
        "code": st.sampled_from(sorted(field.codes) or [""]),
        "text": TEXTS,
        "region": TEXTS,
        "id_number": NUMBERS,
    }[field.type]


def values(item: Item) -> st.SearchStrategy[Any]:
    fields = registry.kinds()[item.kind].fields
    if item.many == "list":
        entry = st.fixed_dictionaries(
            {}, optional={one.name: values_of(one) for one in fields if one.name in item.columns}
        )
        return st.lists(entry.filter(bool), max_size=3)
    if item.many == "count":
        return st.integers(0, 4)
    return values_of(fields[0])


def people(source: Source) -> st.SearchStrategy[list[Answered]]:
    said = st.fixed_dictionaries(
        {item.kind: values(item) for item in source.items if item.many in ("count", "list")},
        optional={item.kind: values(item) for item in source.items if item.many not in ("count", "list")},
    )
    found = st.builds(Answered, NUMBERS, NAMES, st.just(True), said)
    others = [means for means in set(source.found_words.values()) if means is not True]
    other = st.builds(Answered, NUMBERS, NAMES, st.sampled_from(others)) if others else found
    return st.lists(found | other, max_size=5, unique_by=lambda one: one.id_number)


@pytest.mark.parametrize("source", SOURCES, ids=[source.code for source in SOURCES])
@given(told=st.data())
@settings(max_examples=20, deadline=None)
def test_what_its_writer_wrote_comes_back(source: Source, told: st.DataObject) -> None:
    written = told.draw(people(source))
    said = {one.id_number: one for one in read(source, answered(source, *written))}
    assert {number: (one.name, one.is_found, one.values, one.fault) for number, one in said.items()} == {
        one.id_number: (one.name, one.is_found, one.values, "") for one in written
    }


def test_every_kind_is_one_of_some_source() -> None:
    assert {item.kind for source in SOURCES for item in source.items} == set(registry.kinds())


def one(source: Source, *rows: list[str]) -> Said:
    (said,) = read(source, table(source, *rows))
    return said


TAX, POLICE, BANKS = (registry.source(code) for code in ("tax", "public_security", "financial"))


def tax(cell: str, *, number: str = WANG.id_number, name: str = WANG.name, found: str = "1") -> Said:
    return one(TAX, [number, name, found, cell])


def test_a_row_says_who_where_and_what() -> None:
    said = tax("42,000.50")
    assert said == Said(2, WANG.id_number, "王秀兰", True, {"tax_wage": 4_200_050}, said.text)
    assert said.text == f"{WANG.id_number},王秀兰,1,42,000.50"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("３７１５９９１９６００１０１００１ｘ", "37159919600101001X"),
        (" 37159919600101001x\t", "37159919600101001X"),
        ("'37159919600101001X", "37159919600101001X"),
        ("371599 19600101 001X", "37159919600101001X"),
        ("h12345678", "H12345678"),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, meant: str) -> None:
    assert tax("1", number=written).id_number == meant


@pytest.mark.parametrize(
    ("cell", "fen"),
    [("0", 0), ("1234.5", 123450), ("1,234,567.89", 123456789), ("￥12.30", 1230), ("１２元", 1200), ("0.10", 10),
     ("1.2300", 123), (" 7 ", 700), ("90071992547.41", 9007199254741)],
)  # fmt: skip
def test_money_is_exact_to_the_fen(cell: str, fen: int) -> None:
    expected = {"tax_wage": fen} if fen <= 10**11 else {}
    assert tax(cell).values == expected


@pytest.mark.parametrize(
    "cell", ["-1", "1.234", "12,34", "1e3", "1万", "约100", "NaN", "100000000001", "٣", "9" * 5000]
)
def test_what_is_no_sum_is_a_fault_that_names_the_column_only(cell: str) -> None:
    said = tax(cell)
    assert (said.is_found, said.values, said.fault) == (None, {}, "近12个月申报工资薪金：写法无法识别")


def police(**cells: str) -> list[str]:
    """A row of the police's answer; those cells that are not given are empty."""
    given = {"公民身份号码": WANG.id_number, "姓名": WANG.name, "查询结果": "有", **cells}
    return [given.get(heading, "") for heading in writing.headings(POLICE)]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-10-03",
        "2026/10/3",
        "2026.10.03",
        "20261003",
        "2026年10月3日",
        "2026-10-03 00:00:00",
        "２０２６年１０月３日",
    ],
)
def test_a_date_is_read_however_it_is_written(cell: str) -> None:
    assert one(POLICE, police(死亡注销日期=cell)).values["death"] == "2026-10-03"


@pytest.mark.parametrize("cell", ["2026-02-30", "26-10-03", "2026年10月", "2026-10/03", "10/03/2026", "长期", "46298"])
def test_what_is_no_day_is_a_fault(cell: str) -> None:
    assert one(POLICE, police(死亡注销日期=cell)).fault == "死亡注销日期：写法无法识别"


def test_an_unknown_word_is_a_fault() -> None:
    assert one(POLICE, police(羁押类别="拘役")).fault == "羁押类别：写法无法识别"
    assert tax("1", found="是").fault == "返回码：写法无法识别"


def test_the_source_s_own_words_become_our_codes() -> None:
    said = one(POLICE, police(羁押类别="监狱服刑", 羁押起始日期="2026-05-01"))
    assert said.values["custody"] == [{"kind": "prison", "since": "2026-05-01"}]


def test_several_rows_of_one_person_become_one() -> None:
    first, other = police(机动车号牌="鲁P00001", 户籍区划代码="371522101201"), police(机动车号牌="鲁P00002")
    said = one(POLICE, first, other)
    assert said.values == {"vehicle": 2, "hukou": [{"region": "371522101201"}], "custody": []}
    assert (said.line, said.text) == (2, "\n".join(map(",".join, (first, other))))


def test_a_car_that_stands_there_twice_is_one() -> None:
    row = police(机动车号牌="鲁P00001")
    assert one(POLICE, row, row).values["vehicle"] == 1


def bank(person: Any, *sums: str, found: str = "有账户") -> list[str]:
    return [person.id_number, person.name, found, *sums, *([""] * (4 - len(sums)))]


def test_accounts_are_added_also_where_others_stand_between() -> None:
    said = list(read(BANKS, table(BANKS, bank(WANG, "100.05"), bank(LI, "7"), bank(WANG, "0.95", "3"))))
    assert [(one.id_number, one.values) for one in said] == [
        (LI.id_number, {"deposit": 700}),
        (WANG.id_number, {"deposit": 10_100, "insurance": 300}),
    ]


def test_a_fault_in_one_row_is_a_fault_of_the_person() -> None:
    said = one(BANKS, bank(WANG, "100"), bank(WANG, "一百"))
    assert (said.is_found, said.values, said.fault) == (None, {}, "存款余额：写法无法识别")


def test_rows_that_contradict_each_other_are_a_fault() -> None:
    both = one(BANKS, bank(WANG, "100"), bank(WANG, found="无账户"))
    assert both.fault == "同一人有的行有记录，有的行无记录"
    twice_dead = one(POLICE, police(死亡注销日期="2026-10-03"), police(死亡注销日期="2026-10-04"))
    assert twice_dead.fault == "同一人多行内容不一致"
    assert one(BANKS, bank(WANG, "100", found="无账户")).fault == "写明无记录，却有内容"


def test_a_sum_of_many_rows_has_the_limit_of_one() -> None:
    most = "999999999.99"
    assert one(BANKS, bank(WANG, most), bank(WANG, "0.01")).values["deposit"] == 10**11
    assert one(BANKS, bank(WANG, most), bank(WANG, "0.02")).fault == "同一人多行合计过大"


@pytest.mark.parametrize(
    "other", [["100"], [" ", "有账户", "900", "", "", ""], ["王秀兰", "有账户", "1", "234.00", "", "", ""]]
)
def test_another_row_of_the_number_that_is_not_whole_may_be_theirs(other: list[str]) -> None:
    """A part of a sum is a wrong sum."""
    rows = [WANG.id_number, *other], bank(WANG, "1"), bank(LI, "7")
    said = {one.name: one for one in read(BANKS, table(BANKS, *rows))}
    assert (said["王秀兰"].fault, said["王秀兰"].values) == ("同一证件号码另有一行不完整", {})
    assert (said[""].id_number, said["李建国"].values["deposit"]) == (WANG.id_number, 700)


@pytest.mark.parametrize("blank", [{"number": " "}, {"name": "　"}])
def test_a_row_without_its_person_is_no_silence(blank: dict[str, str]) -> None:
    rows = [LI.id_number, LI.name, "0", ""], [blank.get("number", WANG.id_number), blank.get("name", "王秀兰"), "0", ""]
    answers = reading.read(TAX, table(TAX, *rows))
    assert answers.nothing == [(2, LI.id_number, LI.name)]
    assert [(said.line, said.fault) for said in answers.said] == [(3, "缺少证件号码或姓名")]


def test_rows_without_a_number_stay_rows_of_their_own() -> None:
    rows = [["", "王秀兰", "1", "5"], ["", "王秀兰", "1", "6"], [LI.id_number, LI.name, "0", ""]]
    assert sorted(said.line for said in read(TAX, table(TAX, *rows))) == [2, 3, 4]


def test_another_name_under_the_number_is_another_person() -> None:
    said = list(read(BANKS, table(BANKS, bank(WANG, "1"), [WANG.id_number, "王秀英", "有账户", "900", "", "", ""])))
    assert {one.name: one.values["deposit"] for one in said} == {"王秀兰": 100, "王秀英": 90_000}


def test_a_row_may_say_that_the_source_could_not_tell() -> None:
    assert tax("", found="9").is_found is None
    assert tax("", found="9").fault == ""
    assert tax("", found="0").is_found is False


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["", "王秀兰", "1", "5"], "缺少证件号码或姓名"),
        ([WANG.id_number, " ", "1", "5"], "缺少证件号码或姓名"),
        ([WANG.id_number, "王秀兰", "1", "42", "000"], "列数与表头不符"),
    ],
)
def test_a_row_without_its_person_is_a_fault(row: list[str], fault: str) -> None:
    assert one(TAX, row).fault == fault


@pytest.mark.parametrize("code", ["housing_fund", "tax", "transport"])
def test_a_byte_order_mark_is_no_part_of_the_first_column(code: str) -> None:
    source = registry.source(code)
    raw = tables.written(source, [writing.headings(source)]).decode(source.encoding)
    assert list(read(source, delivered(source, f"\ufeff{raw}".encode(source.encoding)))) == []


def test_lines_are_counted_as_a_spreadsheet_shows_them() -> None:
    rows = [[person.id_number, person.name, "0", ""] for person in (WANG, LI, ZHAO)]
    said = list(read(TAX, table(TAX, rows[0], [], rows[1], ["", "", "", ""], rows[2])))
    assert [one.line for one in said] == [2, 4, 6]


def test_headings_are_known_full_width_and_in_any_order_among_others() -> None:
    source = registry.source("finance")
    raw = tables.written(source, [
        ["备注", "近12个月补贴金额（元）", "户主姓名", "身份证号"],
        ["地力补贴", "1,200.00", "王秀兰", WANG.id_number],
    ])  # fmt: skip
    (said,) = read(source, delivered(source, raw))
    assert (said.id_number, said.values) == (WANG.id_number, {"subsidy": 120_000})


def test_a_workbook_s_own_dates_and_sums_are_read() -> None:
    """As a spreadsheet keeps them: days as days, sums as numbers, whatever was typed as text as text."""
    source, made = registry.source("disabled_federation"), io.BytesIO()
    with Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, writing.headings(source))
        sheet.write_row(1, 0, [WANG.id_number, "王秀兰", "持证", "肢体残疾", "贰级"])
        sheet.write_datetime(1, 5, datetime(2031, 5, 1))
    (said,) = read(source, delivered(source, made.getvalue()))
    assert said.values["disability"] == [{"kind": "physical", "grade": "2", "until": "2031-05-01"}]
