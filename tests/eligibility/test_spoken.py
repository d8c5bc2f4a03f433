"""What the rules say as a clerk reads it: whose field, which, in the marks of Chinese print; no path of a program."""

from __future__ import annotations

import re
from typing import Any

import pytest

from eligibility import assess
from eligibility.assess_lines import assess as answer
from eligibility.lines import schema
from eligibility.lines.errors import LineError
from eligibility.spoken import FIELDS, Who, chinese, problem
from tests.eligibility.lines import income, line, person
from tests.eligibility.test_malformed_lines import FULL

KNOWN = Who(("王秀兰", "赵庆华"), ("赵小军",))
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("field", "named", "unnamed"),
    [
        ("people[0].birth_date", "王秀兰的出生日期", "第 1 位成员的出生日期"),
        ("people[1].income[2].amount", "赵庆华的第 3 项收入的金额", "第 2 位成员的第 3 项收入的金额"),
        ("people[1].disability.grade", "赵庆华的残疾的等级", "第 2 位成员的残疾的等级"),
        ("people[2].relation", "第 3 位成员的家庭关系", "第 3 位成员的家庭关系"),
        ("obligors[0].monthly_income", "赵小军的月收入", "第 1 位义务人的月收入"),
        ("people[0]", "王秀兰", "第 1 位成员"),
        ("need.multiple", "临时困难的救助倍数", "临时困难的救助倍数"),
        ("area", "城乡类别", "城乡类别"),
        ("people[0].colour", "王秀兰的所填内容", "第 1 位成员的所填内容"),
    ],
)
def test_it_names_whose_and_which(field: str, named: str, unnamed: str) -> None:
    assert problem(LineError(field, "补上"), KNOWN) == f"{named}：补上"
    assert problem(LineError(field, "补上")) == f"{unnamed}：补上"


def test_a_line_that_is_none_has_no_place() -> None:
    assert problem(LineError("", "这一行不是 JSON"), KNOWN) == "这一行不是 JSON"


def test_every_field_of_the_contract_has_its_words() -> None:
    of_lists = {"kind", "grade", "multiple", "basic_pension_counted"}
    assert set(FIELDS) == (
        schema._LINE_KEYS | schema._PERSON_KEYS | schema._OBLIGOR_KEYS | schema._MONEY_KEYS | of_lists
    )


BROKEN: list[dict[str, Any]] = [
    line(person(birth_date=None)),
    line(person(birth_date="2026-1-1")),
    line(person(birth_date="2024-02-30")),
    line(person(birth_date="2025-01-01")),
    line(person(relation="godfather")),
    line(person(income=income("12"))),
    line(person(income=[{"kind": "wage", "per": "month", "pet": 1}])),
    line(person(self_care_failed=7)),
    line(person(lives_here="yes")),
    line(person(), region="3715"),
    line(person(), obligors=[{"age": 151}]),
    line(person(), need={"kind": "medical", "multiple": "1.23456"}),
    line(person(), people="nobody"),
    line(*[person()] * 1_001),
    FULL | {"id": 1.5},
]


@pytest.mark.parametrize("wrong", BROKEN, ids=lambda wrong: answer(wrong)["error"]["field"])
def test_a_program_gets_the_path_and_a_clerk_a_sentence(wrong: dict[str, Any]) -> None:
    error = answer(wrong)["error"]
    assert set(error) == {"field", "message"}
    said = problem(LineError(error["field"], error["message"]))
    for words in (error["message"], said):
        assert not HALF_WIDTH.search(words), words
    assert not re.search(r"\w\[|[a-z]_[a-z]|[a-z]\.[a-z]", said), said


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("12 个月支出 1,234.00 元,当地没有公布", "12 个月支出 1,234.00 元，当地没有公布"),
        ("不计基础养老金:753.00 − 0.00", "不计基础养老金：753.00 − 0.00"),
        ("约 1.67 元(全年 20.00 元)", "约 1.67 元（全年 20.00 元）"),
        ("(753.00 × 2 − 1.00) ÷ 12", "(753.00 × 2 − 1.00) ÷ 12"),
    ],
)
def test_a_sentence_of_the_rules_is_printed_in_chinese_marks(said: str, printed: str) -> None:
    assert chinese(said) == printed
    assert chinese(printed) == printed


@pytest.mark.django_db
def test_a_preview_says_it_in_one_sentence() -> None:
    assert assess.preview(line(person(birth_date=None)), who=KNOWN) == {"error": "王秀兰的出生日期：缺少这一项，补上"}
