"""What each test says in Chinese, with its figure and threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from eligibility.rules.codes import Need
from eligibility.rules.columns import day
from eligibility.rules.edge import TEN_THOUSANDTHS
from eligibility.rules.figures import NONE_IN_FORCE, FigureSet
from eligibility.rules.inputs import HouseholdInput
from eligibility.rules.temporary import LEAST, MOST
from eligibility.rules.wording import Known, compared, grouped, line_yuan, times

LEVELS: Final = ("self_reliant", "semi", "full")
LEVEL_WORDS: Final = ("全自理", "半护理", "全护理")


@dataclass(frozen=True, slots=True)
class View:
    """One household as the sentences see it; `person` is the index of the person spoken of, if one is."""

    household: HouseholdInput
    figures: FigureSet
    number: int
    family: Known
    person: int | None = None
    own: Known | None = None
    bare: Known | None = None
    """Own income that never counts the basic pension: the living of tekun."""


@dataclass(frozen=True, slots=True)
class Said:
    figure: str | None
    threshold: str | None
    text: str


Line: TypeAlias = tuple[int, str]
"""A line per head in ten-thousandths of a fen, and how it came about."""


def edge_each(view: View) -> Line | None:
    """The edge line per head; None where a figure is missing."""
    standard, wage = view.figures.standard, view.figures.wage
    if NONE_IN_FORCE in (standard, wage):
        return None
    k = view.household.edge_multiple
    if k * standard > wage * TEN_THOUSANDTHS:
        return wage * TEN_THOUSANDTHS, f"最低工资 {grouped(wage)}"
    return k * standard, f"{times(k)} × {grouped(standard)}"


def _against(name: str, income: Known, line: Line | None, number: int | None, passed: bool | None) -> Said:
    """Income against a line per head × `number` people; `number` None: one person's own line."""
    if line is None:
        return Said(income.figure(passed), None, compared(name, income, None, passed))
    total = line[0] * (1 if number is None else number)
    shown = f"{line[1]} 元" if number is None else f"{line[1]} × {number} = {line_yuan(total, ',')} 元"
    return Said(income.figure(passed), line_yuan(total), compared(name, income, shown, passed))


def _whole(fen: int) -> Line | None:
    return None if fen == NONE_IN_FORCE else (fen * TEN_THOUSANDTHS, grouped(fen))


def _standard(view: View) -> Line | None:
    return _whole(view.figures.standard)


def _someone_counted(view: View, passed: bool | None) -> Said:
    return Said(str(view.number), "1", f"共同生活的家庭成员计 {view.number} 人")


def _standard_in_force(view: View, passed: bool | None) -> Said:
    return Said(None, None, "该地区当日没有公布的标准,由工作人员确定")


def _income_below_standard(view: View, passed: bool | None) -> Said:
    return _against("月收入", view.family, _standard(view), view.number, passed)


def _not_dibao(view: View, passed: bool | None) -> Said:
    below = None if passed is None else not passed
    return _against("月收入", view.family, _standard(view), view.number, below)


def _income_below_edge(view: View, passed: bool | None) -> Said:
    return _against("月收入", view.family, edge_each(view), view.number, passed)


def _own(view: View) -> Known:
    return view.own or view.family


def _own_income_below_standard(view: View, passed: bool | None) -> Said:
    return _against("本人月收入", _own(view), _standard(view), None, passed)


def _no_living(view: View, passed: bool | None) -> Said:
    bare, standard, assets = view.bare or view.family, _standard(view), view.household.assets_within_limit
    below = None
    if standard is not None:
        reaches = bare.out >= view.figures.standard * 12
        below = False if reaches else None if bare.unknown else True
    income = _against("本人月收入", bare, standard, None, below)
    word = {True: "符合规定", False: "不符合规定", None: "情况不明"}[assets]
    return Said(income.figure, income.threshold, f"{income.text};家庭财产{word}")


def _no_labour(view: View, passed: bool | None) -> Said:
    age = (day(view.household.as_of) - day(view.household.people[view.person or 0].birth)) // 10_000
    word = {True: "属于无劳动能力", False: "不属于无劳动能力", None: "残疾类别不明,由工作人员认定"}[passed]
    return Said(str(age), None, f"{age} 周岁,{word}")


def _income_below_reference(view: View, passed: bool | None) -> Said:
    year = Known(view.family.out, view.family.counting, view.family.unknown, year=True)
    return _against("年收入", year, _whole(view.figures.reference), view.number, passed)


def _within_range(view: View, passed: bool | None) -> Said:
    multiple, most = view.household.need_multiple, MOST[view.household.need]
    threshold = f"{times(LEAST)}–{times(most)}"
    if multiple is None:
        return Said(None, threshold, "救助倍数未定,由工作人员确定")
    word = {True: "在范围内", False: "低于范围", None: "高于范围,一事一议"}[passed]
    return Said(times(multiple), threshold, f"{times(multiple)} 倍,规定 {threshold} 倍,{word}")


def _care_level_known(view: View, passed: bool | None) -> Said:
    failed = view.household.people[view.person or 0].self_care_failed
    if failed is None:
        return Said(None, None, "自理能力未评估,由工作人员评定")
    level = 0 if failed == 0 else 1 if failed <= 3 else 2
    return Said(str(failed), None, f"六项自理能力有 {failed} 项未达到,为{LEVEL_WORDS[level]}")


def _need_known(view: View, passed: bool | None) -> Said:
    words = {
        Need.NONE: "没有填写临时困难",
        Need.MEDICAL: "因病支出较大",
        Need.EDUCATION: "因教育支出较大",
        Need.SUDDEN: "遭遇急难,先行救助,金额由工作人员确定",
    }
    return Said(None, None, words[view.household.need])


_PLAIN: Final[dict[str, tuple[str, str, str]]] = {
    "assets_within_limit": ("家庭财产符合规定", "家庭财产不符合规定", "家庭财产情况不明,由工作人员认定"),
    "in_edge_family": ("家庭属于低保边缘家庭", "家庭不属于低保边缘家庭", "家庭是否属于低保边缘家庭未定"),
    "severe": ("属于重度残疾或重特大疾病", "不属于重度残疾或重特大疾病", "残疾类别等级或病情不明,由工作人员认定"),
    "no_able_obligor": (
        "没有义务人,或义务人都无履行能力",
        "有具备履行能力的义务人",
        "义务人情况不明,由工作人员认定",
    ),
    "not_built": ("", "", "该项目尚不能自动测算,由工作人员办理"),
}
"""Sentences without a figure: yes, no, unknown."""

_WITH_FIGURE: Final[dict[str, Callable[[View, bool | None], Said]]] = {
    "no_labour": _no_labour,
    "no_living": _no_living,
    "someone_counted": _someone_counted,
    "standard_in_force": _standard_in_force,
    "income_below_standard": _income_below_standard,
    "not_dibao": _not_dibao,
    "income_below_edge": _income_below_edge,
    "own_income_below_standard": _own_income_below_standard,
    "income_below_reference": _income_below_reference,
    "within_range": _within_range,
    "care_level_known": _care_level_known,
    "need_known": _need_known,
}


def said(code: str, view: View, passed: bool | None) -> Said:
    """Figure, threshold and sentence of one test."""
    speak = _WITH_FIGURE.get(code)
    if speak is not None:
        return speak(view, passed)
    yes, no, unknown = _PLAIN[code]
    return Said(None, None, unknown if passed is None else yes if passed else no)


NOBODY: Final = {"severe": "家庭中没有重度残疾或重特大疾病的人", "no_labour": "家庭中没有无劳动能力的人"}
"""Why nobody is listed in a per-person programme, by its first own condition."""
