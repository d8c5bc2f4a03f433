"""What each test says in Chinese, with its figure and threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from eligibility.programmes import Programme
from eligibility.rules.codes import Disability, Need, Orphan
from eligibility.rules.columns import day
from eligibility.rules.edge import TEN_THOUSANDTHS
from eligibility.rules.figures import NONE_IN_FORCE, FigureSet
from eligibility.rules.inputs import HouseholdInput, PersonInput
from eligibility.rules.temporary import LEAST, MOST
from eligibility.rules.wording import Known, compared, grouped, joined, line_yuan, times, yuan

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


def _one(view: View) -> PersonInput:
    return view.household.people[view.person or 0]


def _age(view: View) -> int:
    return (day(view.household.as_of) - day(_one(view).birth)) // 10_000


def _no_labour(view: View, passed: bool | None) -> Said:
    age = _age(view)
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
    failed = _one(view).self_care_failed
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


def _under_18(view: View, passed: bool | None) -> Said:
    age = _age(view)
    return Said(str(age), "18", f"{age} 周岁,{'未满' if passed else '已满'} 18 周岁")


def _orphan_status(view: View, passed: bool | None) -> Said:
    words = {
        Orphan.INSTITUTION: "父母双亡或查找不到,由机构养育",
        Orphan.DISPERSED: "父母双亡或查找不到,散居",
        Orphan.DE_FACTO: "父母均不能履行抚养责任",
        Orphan.NONE: "没有登记为孤儿或事实无人抚养",
    }
    return Said(None, None, words[_one(view).orphan])


KIND_WORDS: Final = {
    Disability.VISUAL: "视力",
    Disability.HEARING: "听力",
    Disability.SPEECH: "言语",
    Disability.PHYSICAL: "肢体",
    Disability.INTELLECTUAL: "智力",
    Disability.MENTAL: "精神",
    Disability.MULTIPLE: "多重",
}


def _certificate(view: View) -> str:
    person = _one(view)
    return f"{KIND_WORDS[person.disability]}残疾 {person.grade} 级"


def _has_disability(view: View, passed: bool | None) -> Said:
    return Said(None, None, _certificate(view))


def _care_disability(view: View, passed: bool | None) -> Said:
    words = {
        True: "属于重度残疾护理补贴范围",
        False: "不属于重度残疾护理补贴范围(智力、精神、视力、肢体 1–2 级)",
        None: "残疾类别不明,由工作人员认定",
    }
    return Said(None, None, f"{_certificate(view)},{words[passed]}")


def _spending_above_ratio(view: View, passed: bool | None) -> Said:
    household = view.household
    sums = [entry.year_fen for entry in household.spending or ()]
    known, unknown = sum(one for one in sums if one is not None), household.spending is None or None in sums
    ratio, spent = household.rigid_ratio, joined(f"{'已知' if unknown else ''}12 个月支出", f"{grouped(known)} 元")
    if ratio is None:
        return Said(yuan(known), None, f"{spent},当地没有公布支出占收入的比例,由工作人员认定")
    low, high = (line_yuan(ratio * one, ",") for one in (view.family.out, view.family.counting))
    line = f"{times(ratio)} × 年收入 {grouped(view.family.out)} = {low} 元"
    if passed is None:
        why = "支出或收入不明" if unknown or view.family.unknown else f"计入基础养老金时为 {high} 元"
        return Said(yuan(known), None, f"{spent},线为 {line},{why},由工作人员认定")
    return Said(yuan(known), line_yuan(ratio * view.family.out), f"{spent},{'高于' if passed else '不高于'} {line}")


_PLAIN: Final[dict[str, tuple[str, str, str]]] = {
    "assets_within_limit": ("家庭财产符合规定", "家庭财产不符合规定", "家庭财产情况不明,由工作人员认定"),
    "in_edge_family": ("家庭属于低保边缘家庭", "家庭不属于低保边缘家庭", "家庭是否属于低保边缘家庭未定"),
    "severe": ("属于重度残疾或重特大疾病", "不属于重度残疾或重特大疾病", "残疾类别等级或病情不明,由工作人员认定"),
    "no_able_obligor": (
        "没有义务人,或义务人都无履行能力",
        "有具备履行能力的义务人",
        "义务人情况不明,由工作人员认定",
    ),
    "family_on_dibao": ("家庭符合低保条件", "家庭不符合低保条件", "家庭是否符合低保条件未定"),
    "not_tekun": ("本人不是特困人员", "本人属于特困人员,不享受残疾人两项补贴", "本人是否属于特困人员未定"),
    "not_edge": ("家庭不属于低保边缘家庭", "家庭属于低保边缘家庭", "家庭是否属于低保边缘家庭未定"),
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
    "under_18": _under_18,
    "orphan_status": _orphan_status,
    "has_disability": _has_disability,
    "care_disability": _care_disability,
    "spending_above_ratio": _spending_above_ratio,
}
_OF_RIGID: Final = {
    "not_dibao": ("家庭不符合低保条件", "家庭符合低保条件,按低保办理", "家庭是否符合低保条件未定"),
    "not_tekun": ("家庭中没有人属于特困人员", "家庭中有特困人员,按特困办理", "家庭中是否有特困人员未定"),
}
"""What rigid asks of another programme's whole answer, where the same code elsewhere speaks of a figure or a person."""


def said(programme: Programme, code: str, view: View, passed: bool | None) -> Said:
    """Figure, threshold and sentence of one test."""
    plain = _OF_RIGID.get(code) if programme is Programme.RIGID else None
    speak = None if plain else _WITH_FIGURE.get(code)
    if speak is not None:
        return speak(view, passed)
    yes, no, unknown = plain or _PLAIN[code]
    return Said(None, None, unknown if passed is None else yes if passed else no)


NOBODY: Final = {
    Programme.DIBAO_SINGLE: "家庭中没有重度残疾或重特大疾病的人",
    Programme.TEKUN: "家庭中没有无劳动能力的人",
    Programme.ORPHAN: "家庭中没有孤儿",
    Programme.DE_FACTO_ORPHAN: "家庭中没有事实无人抚养儿童",
    Programme.DISABILITY_LIVING: "家庭中没有持残疾证的人",
    Programme.DISABILITY_CARE: "家庭中没有持残疾证的人",
}
"""Why nobody is listed in a per-person programme, by its first own condition."""
