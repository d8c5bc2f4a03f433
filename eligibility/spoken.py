"""What the rules say, as a clerk reads it: with the marks of Chinese print, and a wrong field as whose and which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from eligibility.lines.errors import LineError
from households.models import Person


def chinese(said: str) -> str:
    """A sentence of the rules with the marks of Chinese print; commas inside figures stay."""
    said = re.sub(r",(?!\d{3})", "，", said).replace(";", "；").replace(":", "：")
    return re.sub(r"\(([^()]*[\u4e00-\u9fff][^()]*)\)", r"（\1）", said)


@dataclass(frozen=True)
class Who:
    """The names behind the places of a line, where they are known."""

    people: tuple[str, ...] = ()
    obligors: tuple[str, ...] = ()

    @classmethod
    def of(cls, people: Iterable[Person], obligors: Iterable[Person]) -> Who:
        return cls(tuple(one.name for one in people), tuple(one.name for one in obligors))


NOBODY: Final = Who()

FIELDS: Final = {
    "id": "编号",
    "as_of": "测算日期",
    "region": "所在地",
    "area": "城乡类别",
    "people": "家庭成员",
    "obligors": "义务人",
    "assets_within_limit": "家庭财产认定",
    "spending": "支出",
    "need": "临时困难",
    "multiple": "救助倍数",
    "edge_multiple": "低保边缘倍数",
    "rigid_ratio": "刚性支出比例",
    "rulings": "认定",
    "basic_pension_counted": "基础养老金是否计入",
    "relation": "家庭关系",
    "birth_date": "出生日期",
    "sex": "性别",
    "work": "劳动能力",
    "student": "就学情况",
    "disability": "残疾",
    "grade": "等级",
    "major_illness": "重特大疾病",
    "self_care_failed": "生活自理未达到项数",
    "absence": "不计入原因",
    "orphan": "孤儿情形",
    "income": "收入",
    "deductions": "扣减",
    "lives_here": "是否共同生活",
    "prior": "此前享受的救助",
    "age": "年龄",
    "monthly_income": "月收入",
    "receives": "享受的救助",
    "status": "不能履行义务的情形",
    "kind": "种类",
    "amount": "金额",
    "per": "周期",
}
"""Every field of a line, by its word in the `assess` contract."""

_STEP: Final = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
_COUNTED: Final = {"people": "位成员", "obligors": "位义务人"}


def problem(error: LineError, who: Who = NOBODY) -> str:
    """What is wrong with a line in one sentence: whose field, which, and what to do about it. No path shows."""
    where = "的".join(_places(error.field, who))
    return f"{where}：{error.message}" if where else error.message


def _places(path: str, who: Who) -> Iterator[str]:
    for name, index in _STEP.findall(path):
        label = FIELDS.get(name, "所填内容")
        yield _numbered(name, label, int(index), who) if index else label


def _numbered(name: str, label: str, index: int, who: Who) -> str:
    """The name of that person where it is known; else which of the list it is."""
    names = {"people": who.people, "obligors": who.obligors}.get(name, ())
    if index < len(names) and names[index]:
        return names[index]
    return f"第 {index + 1} {_COUNTED.get(name, f'项{label}')}"
