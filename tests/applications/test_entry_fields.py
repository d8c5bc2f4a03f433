"""Every field of the entry page against bad and odd input: R-50, R-51, R-57, R-58, R-59. No database, no request."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from applications.entry.forms import Setting
from applications.entry.reading import submission
from applications.entry.sheet import Problem, Sheet, typed_from
from households.identity import check_digit
from tests import making
from tests.applications.entry_filled import CARD, HEAD_ID, WIFE_ID, filled, number

TODAY = date(2026, 11, 23)
BANNED = re.compile(r"非法|无效|(?<!申)请|错误代码")


def sheet(**changes: str | None) -> Sheet:
    raw = {name: value if isinstance(value, list) else [value] for name, value in filled(**changes).items()}
    raw["received_on"] = [changes.get("received_on", TODAY.isoformat()) or ""]
    setting = Setting(on=TODAY, is_judged=True)
    return Sheet(typed_from(raw), setting=setting, villages=[(making.VILLAGE, "化庄村")])


def problems(**changes: str | None) -> list[Problem]:
    return sheet(**changes).problems


BAD: list[tuple[str, str, str]] = [
    # R-50 numbers
    ("a__id_number", "", "填写申请人身份证号，18 位"),
    ("a__id_number", HEAD_ID[:17], "申请人身份证号少 1 位，应为 18 位"),
    ("a__id_number", HEAD_ID + "1", "申请人身份证号多 1 位，应为 18 位"),
    ("a__id_number", number("19600517", "103")[:17] + "0", "申请人证件号第 18 位与前 17 位不符，对照证件核对"),
    ("a__id_number", "3715991960O5171011", "申请人身份证号前 17 位只能是数字"),
    ("a__id_number", "371599196005171\x00", "申请人身份证号前 17 位只能是数字"),
    ("m0__id_number", number("20270101"), "第 2 人身份证号里的出生日期晚于今天，对照证件核对"),
    ("m0__id_number", "37159919600230101X", "第 2 人身份证号里的出生日期不存在，对照证件核对"),
    ("m0__id_number", "371599189901011012", "第 2 人身份证号里的出生年份早于 1900 年"),
    ("m0__id_number", HEAD_ID, "第 2 人证件号码与前面的人相同，删去一行"),
    ("o0__id_number", WIFE_ID[:17] + "0", "义务人 1 证件号第 18 位与前 17 位不符，对照证件核对"),
    # R-57 names
    ("a__name", "", "填写申请人姓名，和证件一致"),
    ("a__name", "赵\u202e广田", "申请人姓名里有看不见的方向符，清空后重输"),
    ("a__name", "赵\x07广田", "申请人姓名里有看不见的控制符，清空后重输"),
    ("a__name", "赵1", "申请人姓名里有数字，对照证件删去"),
    ("a__name", "赵😀", "申请人姓名第 2 个字是符号，对照证件删去"),
    ("a__name", "=HYPERLINK(1)", "姓名"),
    ("a__name", "赵" * 51, "申请人姓名最多 50 个字，现有 51 个"),
    ("m1__name", "⺀子涵", "第 3 人姓名第 1 个字是偏旁，换成整字"),
    ("agent_name", "李四3", "姓名里有数字，对照证件删去"),
    ("holder_name", "赵田!", "是符号，对照证件删去"),
    # phones
    ("a__phone", "", "填写户主手机号，没有就勾“无手机”"),
    ("a__phone", "1001234567", "申请人手机号是 11 位数字，以 1 开头"),
    ("a__phone", "20012345678", "申请人手机号是 11 位数字，以 1 开头"),
    ("a__phone", "1001234567a", "申请人手机号是 11 位数字，以 1 开头"),
    # R-58 money and counts
    ("i0__amount", "-1", "第 1 项金额填 0–999999.99 的数字"),
    ("i0__amount", "1.234", "第 1 项金额最多两位小数"),
    ("i0__amount", "1e9", "第 1 项金额填 0–999999.99 的数字"),
    ("i0__amount", "NaN", "第 1 项金额填 0–999999.99 的数字"),
    ("i0__amount", "12,34", "第 1 项金额填 0–999999.99 的数字"),
    ("i0__amount", "1000000", "第 1 项金额填 0–999999.99 的数字"),
    ("i1__amount", "100000", "第 2 项金额每月填 0–99999.99 的数字"),
    ("i0__amount", "٣٤", "第 1 项金额填 0–999999.99 的数字"),
    ("o0__monthly_income", "Infinity", "义务人 1 月收入填 0–99999.99 的数字"),
    ("deposit", "=1+1", "存款（元）填 0–99999999.99 的数字"),
    ("houses", "1.5", "住房（处）填 0–99 的整数"),
    ("vehicles", "-1", "机动车（辆）填 0–99 的整数"),
    ("a__self_care_failed", "7", "申请人自理未达到项数填 0–6 的整数"),
    # R-59 days
    ("received_on", "2026-11-24", "受理日期填 2025-11-23 到今天"),
    ("received_on", "1899-01-01", "受理日期填 2025-11-23 到今天"),
    ("received_on", "2026-02-29", "受理日期没有这一天，对照材料核对"),
    ("received_on", "2026-13-01", "受理日期没有这一天，对照材料核对"),
    ("received_on", "腊月二十三", "受理日期填 2025-11-23 到今天"),
    ("received_on", "", "填写受理日期"),
    # choices
    ("programme", "", "选择申请的事项"),
    ("programme", "rigid", "事项按列出的选项选"),
    ("village", "", "选择申请人所在的村"),
    ("village", making.OTHER_COUNTY_VILLAGE, "村（社区）按列出的选项选"),
    ("m0__relation", "", "选择第 2 人关系"),
    ("m0__relation", "head", "第 2 人关系按列出的选项选"),
    ("i0__kind", "", "选择第 1 项收入种类"),
    ("i0__owner", "m7", "第 1 项归谁按列出的选项选"),
    ("i0__owner", "", "选择第 1 项归谁"),
    ("i0__per", "", "选择第 1 项每月还是每年"),
    ("a__disability_kind", "physical", "选择申请人残疾等级"),
    ("a__disability_grade", "1", "选择申请人残疾类别"),
    ("o0__relation", "", "选择义务人 1 关系"),
    ("o0__name", "", "填写义务人 1 姓名，和证件一致"),
    # lines of text
    ("a__hukou_address", "村" * 201, "申请人户籍地址最多 200 字，现有 201 字"),
    ("a__home_address", "村\u200b口", "申请人居住地址里有看不见的字符，清空后重输"),
    ("i0__evidence", "a\tb", "第 1 项凭据里有看不见的字符，清空后重输"),
    ("bank", "行" * 61, "开户行最多 60 字，现有 61 字"),
    # R-51 accounts
    ("account_number", CARD[:-1] + "8", "社保卡号有数字不对，对照卡面核对"),
    ("account_number", CARD[:15], "社保卡号应为 16 至 19 位，现有 15 位"),
    ("account_number", CARD + "0", "社保卡号应为 16 至 19 位，现有 20 位"),
    ("account_number", "621A" + CARD[4:], "社保卡号只能是数字，对照实物核对"),
    ("account_kind", "", "选择社保卡或存折"),
    ("bank", "", "填写开户行"),
    ("holder_name", "孙玉梅", "户名不是领款人，写明原因"),
]


@pytest.mark.parametrize(("field", "typed", "sentence"), BAD)
def test_invalid_input_names_the_field(field: str, typed: str, sentence: str) -> None:
    page = sheet(**{field: typed})

    words = [problem.words for problem in page.problems]

    assert any(sentence in one for one in words), words
    for one in words:
        assert len(re.sub(r"\s", "", one)) <= 25, one
        assert not BANNED.search(one), one
    name = field.replace("__", "-")
    assert page.raw().get(name, [""]) == [typed.encode("utf-8", "replace").decode()]


GOOD: list[tuple[str, str, Any]] = [
    ("a__id_number", " 3715 9919 6005 1710 11 ", HEAD_ID),
    ("a__id_number", HEAD_ID.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"}), HEAD_ID),
    ("a__id_number", number("19600517", "101")[:6] + "600517101", HEAD_ID),
]


@pytest.mark.parametrize(("field", "typed", "read"), GOOD)
def test_numbers_are_normalised(field: str, typed: str, read: str) -> None:
    assert submission(sheet(**{field: typed})).members[0].entry.id_number == read


def test_a_small_x_becomes_a_capital() -> None:
    ends_in_x = next(n for n in (number("19620309", f"{s:03d}") for s in range(2, 200, 2)) if n.endswith("X"))
    assert submission(sheet(m0__id_number=ends_in_x.lower())).members[1].entry.id_number == ends_in_x


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("1,234.5", 123_450), ("６２４０", 624_000), ("0", 0), ("", None), (" 12.30 ", 1_230), ("1,234,567", 123_456_700)],
)
def test_money_is_read_to_the_fen_and_empty_is_not_zero(typed: str, fen: int | None) -> None:
    page = sheet(deposit=typed)
    assert page.problems == []
    assert submission(page).assets.deposit_fen == fen


@pytest.mark.parametrize(
    "typed", ["2026-11-20", "20261120", "2026/11/20", "2026.11.20", "2026年11月20日", "２０２６-１１-２０"]
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert submission(sheet(received_on=typed)).received_on == date(2026, 11, 20)


def test_an_unknown_amount_is_unknown() -> None:
    incomes = submission(sheet(i0__amount="", i0__per="")).members[0].known.incomes
    assert [(i.kind, i.amount_fen) for i in incomes] == [("business", None), ("property", 360_000)]


def test_a_passbook_is_no_luhn_number() -> None:
    assert problems(account_kind="passbook", account_number="1234567890") == []
    assert [p.words for p in problems(account_kind="passbook", account_number="123456789")] == [
        "存折账号应为 10 至 22 位，现有 9 位"
    ]


def test_an_account_may_come_later() -> None:
    assert submission(sheet(account_kind=None, bank=None, account_number=None)).account is None


def test_another_holder_needs_a_reason() -> None:
    account = submission(sheet(holder_name="孙玉梅", holder_reason="户主卧床，由妻子代领")).account
    assert account is not None
    assert (account.holder_name, account.holder_reason) == ("孙玉梅", "户主卧床，由妻子代领")


def test_the_separator_is_one_sign() -> None:
    assert submission(sheet(a__name="阿依•古丽")).members[0].entry.name == "阿依·古丽"


def test_an_unknown_area_needs_a_reason() -> None:
    first17 = "10000019600517101"
    stranger = first17 + check_digit(first17)
    assert [p.words for p in problems(a__id_number=stranger)] == ["申请人前 6 位查不到地区，选择证件说明"]
    assert problems(a__id_number=stranger, a__id_reason="old_area") == []


def test_other_documents_are_kept_with_kind_and_reason() -> None:
    said = {"a__id_kind": "passport", "a__id_number": "E12345678"}
    assert [p.words for p in problems(**said)][:1] == ["写明申请人没有居民身份证的原因"]
    whole = sheet(**said, a__id_reason="residence", a__birth_date="1960-05-17", a__sex="M")
    assert whole.problems == []
    assert submission(whole).members[0].entry.id_kind == "passport"


def test_somebody_without_papers_has_a_birthday() -> None:
    words = [p.words for p in problems(m1__id_kind="none", m1__id_number="")]
    assert words == ["填写第 3 人出生日期，证件号里没有", "选择第 3 人性别，证件号里没有"]
    whole = sheet(m1__id_kind="none", m1__id_number="", m1__birth_date="2026-10-01", m1__sex="F")
    entry = submission(whole).members[2].entry
    assert (entry.id_kind, entry.id_number, entry.birth_date) == ("none", None, date(2026, 10, 1))


def test_the_sex_is_that_of_the_number() -> None:
    assert [p.words for p in problems(a__sex="F")] == ["申请人性别与身份证号第 17 位不一致，对照证件核对"]


def test_nobody_is_born_after_the_application() -> None:
    words = [p.words for p in problems(received_on="2026-01-10", m1__id_number=number("20260510"))]
    assert words == ["第 3 人出生日期晚于受理日期，核对两处"]


def test_temporary_aid_needs_its_multiple() -> None:
    assert [p.words for p in problems(programme="temporary_medical", area="rural")] == [
        "填写救助倍数，城市低保标准的几倍"
    ]
    for typed in ("0", "100", "1.234", "三"):
        words = [p.words for p in problems(programme="temporary_medical", area="rural", need_multiple=typed)]
        assert words == ["救助倍数填 0.01–99.99 的数字"]


def test_a_programme_without_an_area_asks_for_it() -> None:
    assert [p.words for p in problems(programme="edge")] == ["选择城市或农村"]


def test_a_blank_row_does_not_count() -> None:
    assert len(submission(sheet(m5__name=" ", i9__evidence="")).members) == 3


def test_of_a_thousand_altered_numbers_none_with_a_wrong_check_digit_is_taken() -> None:
    for place in range(18):
        for digit in "0123456789X":
            altered = HEAD_ID[:place] + digit + HEAD_ID[place + 1 :]
            if altered == HEAD_ID or altered[17] == (check_digit(altered[:17]) if altered[:17].isdigit() else ""):
                continue
            assert problems(a__id_number=altered), altered
