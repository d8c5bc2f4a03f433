"""What the rules answer, as a page says it: the formula, each condition with its numbers, what a person must decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.roles import Permission
from applications.models import Matter
from applications.verdicts import Verdict
from applications.workflow import holders
from eligibility.assess import Judged
from eligibility.models import RulingTest
from eligibility.programmes import Programme
from households.models import Person

UNDECIDED = "待认定"
CARE_LEVELS = {"self_reliant": "全自理", "semi": "半护理", "full": "全护理"}


@dataclass(frozen=True)
class Term:
    """One figure of the formula."""

    operator: str
    figure: str
    name: str


@dataclass(frozen=True)
class Check:
    """One condition: `sign` done | no | unknown, the sentence with its numbers, and the article."""

    sign: str
    answer: str
    said: str
    clause: str


@dataclass(frozen=True)
class Unknown:
    """What a named person decides, and about whom; `most` is the highest number to answer with (1: yes or no)."""

    test: str
    label: str
    person: Person | None
    most: int

    @property
    def which(self) -> str:
        return f"{self.test}.{self.person.pk}" if self.person else self.test


@dataclass(frozen=True)
class ShownVerdict:
    """The answer of the rules for one matter. `lacking` are nulls that only better facts can answer."""

    title: str
    tone: str
    headline: str
    terms: tuple[Term, ...]
    law: str
    checks: tuple[Check, ...]
    unknowns: tuple[Unknown, ...]
    lacking: tuple[str, ...]
    who_decides: str
    amount_fen: int | None
    per: str


def show(matter: Matter, verdict: Verdict, *, as_of: date, judged: Judged | None) -> ShownVerdict:
    """`judged` None for a stored answer: what was unknown then is said, and no longer asked."""
    tests = verdict.entry["tests"]
    unknowns = tuple(_unknowns(tests, verdict, judged)) if judged else ()
    return ShownVerdict(
        title=_TITLES.get(Programme(matter.programme), "该补多少"),
        tone={"eligible": "ok", "ineligible": "bad"}.get(verdict.outcome, "warn"),
        headline=_headline(matter, verdict, len(unknowns)),
        terms=_terms(matter, verdict),
        law=_law(verdict, as_of),
        checks=tuple(Check(*_SIGNS[test["passed"]], test["said"], test["clause"]) for test in tests),
        unknowns=unknowns,
        lacking=tuple(dict.fromkeys(_lacking(tests, verdict, judged))) if judged else (),
        who_decides=holders([Permission.RULE_UNKNOWN]),
        amount_fen=verdict.amount_fen,
        per="一次" if verdict.per == "once" else "每月",
    )


_SIGNS: dict[bool | None, tuple[str, str]] = {
    True: ("done", "符合"),
    False: ("no", "不符合"),
    None: ("unknown", UNDECIDED),
}


_TITLES = {Programme.EDGE: "是否符合", Programme.RIGID: "是否符合", Programme.TEMPORARY: "该救助多少"}


def _headline(matter: Matter, verdict: Verdict, waiting: int) -> str:
    label = Programme(matter.programme).label
    if verdict.outcome == "eligible":
        return f"符合{label}条件"
    if verdict.outcome == "ineligible":
        return f"不符合：{verdict.reason}"
    return f"还不能下结论：{waiting} 项要人认定" if waiting else f"还不能下结论：{verdict.reason}"


def _law(verdict: Verdict, as_of: date) -> str:
    steps = "；".join(step["said"] for step in verdict.entry["steps"])
    named = (one for test in verdict.entry["tests"] for one in re.split("[;；]", test["clause"]) if one)
    clauses = dict.fromkeys(named)
    parts = [steps, f"依据：{'；'.join(clauses)}" if clauses else "", f"按 {as_of} 的资料计算"]
    return "。".join(part for part in parts if part) + "。"


def _terms(matter: Matter, verdict: Verdict) -> tuple[Term, ...]:
    make = _FORMULAS.get(Programme(matter.programme))
    tests = {test["code"]: test for test in verdict.entry["tests"]}
    return tuple(make(matter, verdict, tests)) if make else ()


def _result(verdict: Verdict, name: str) -> Term:
    if verdict.amount_fen is not None:
        return Term("=", grouped(f"{verdict.amount_fen // 100}.{verdict.amount_fen % 100:02d}"), name)
    return Term("=", UNDECIDED if verdict.outcome == "undetermined" else "不补", name)


def grouped(figure: str) -> str:
    """1,020.00 out of 1020.00, also of a range."""
    return "–".join(f"{Decimal(part):,.2f}" for part in figure.split("–"))


Tests = dict[str, dict[str, Any]]


def _dibao(matter: Matter, verdict: Verdict, tests: Tests) -> Iterator[Term]:
    income, count = tests.get("income_below_standard"), tests.get("someone_counted")
    if income is None or count is None or income["threshold"] is None or count["figure"] == "0":
        return
    area = "城市" if matter.area == "urban" else "农村"
    yield Term("", grouped(str(Decimal(income["threshold"]) / int(count["figure"]))), f"{area}低保标准")
    yield Term("×", count["figure"], "保障人数")
    yield Term("−", grouped(income["figure"]) if income["figure"] else UNDECIDED, "核定月收入")
    yield _result(verdict, "月补差（元）")


def _single(matter: Matter, verdict: Verdict, tests: Tests) -> Iterator[Term]:
    income = tests.get("own_income_below_standard")
    if income is None or income["threshold"] is None:
        return
    yield Term("", grouped(income["threshold"]), "低保标准")
    yield Term("−", grouped(income["figure"]) if income["figure"] else UNDECIDED, "本人核定月收入")
    yield _result(verdict, "月补差（元）")


def _tekun(matter: Matter, verdict: Verdict, tests: Tests) -> Iterator[Term]:
    entry = verdict.entry
    if not entry.get("basic"):
        return
    level = CARE_LEVELS.get(entry.get("care_level") or "", "自理能力未评")
    yield Term("", grouped(entry["basic"]), "基本生活标准")
    yield Term("+", grouped(entry["care"]) if entry.get("care") else UNDECIDED, f"照料护理标准（{level}）")
    yield _result(verdict, "月供养金（元）")


def _temporary(matter: Matter, verdict: Verdict, tests: Tests) -> Iterator[Term]:
    steps = verdict.entry["steps"]
    if not steps or not matter.need_multiple:
        return
    yield Term("", grouped(str(Decimal(steps[0]["exact"]) / matter.need_multiple)), "城市低保月标准")
    yield Term("×", f"{matter.need_multiple.normalize():f}", "救助倍数")
    yield _result(verdict, "一次发放（元）")


_FORMULAS = {
    Programme.DIBAO: _dibao,
    Programme.DIBAO_SINGLE: _single,
    Programme.TEKUN: _tekun,
    Programme.TEMPORARY: _temporary,
}

_OF_INCOME = frozenset(
    {"income_below_standard", "own_income_below_standard", "not_dibao", "income_below_edge", "income_below_reference"}
)
_OF_ASSETS = frozenset({"assets_within_limit", "no_living", "no_able_obligor", "in_edge_family"})
PENSION_RULE_ENDED = date(2025, 12, 31)


def _unknowns(tests: list[dict[str, Any]], verdict: Verdict, judged: Judged) -> Iterator[Unknown]:
    """The rulings that would answer the nulls of this programme's tests: exactly those, each once."""
    null, line = {test["code"] for test in tests if test["passed"] is None}, judged.line
    if null & _OF_ASSETS and line["assets_within_limit"] is None:
        yield _unknown(RulingTest.ASSETS_WITHIN_LIMIT)
    if null & (_OF_INCOME | {"in_edge_family"}) and _pension_open(line):
        yield _unknown(RulingTest.BASIC_PENSION_COUNTED)
    person = verdict.entry.get("person")
    whose = judged.people[person] if person is not None and 0 <= person < len(judged.people) else None
    if "severe" in null and whose is not None and line["people"][person]["major_illness"] is None:
        yield _unknown(RulingTest.MAJOR_ILLNESS, whose)
    if "care_level_known" in null and whose is not None:
        yield _unknown(RulingTest.SELF_CARE_FAILED, whose, most=6)
    if "no_able_obligor" in null:
        for obligor, row in zip(judged.obligors, line["obligors"], strict=True):
            if row["assets_within_limit"] is None:
                yield _unknown(RulingTest.OBLIGOR_ASSETS, obligor)


def _unknown(test: RulingTest, person: Person | None = None, most: int = 1) -> Unknown:
    return Unknown(test.value, test.label, person, most)


def _pension_open(line: dict[str, Any]) -> bool:
    """Somebody draws the basic pension, no rule says any more whether it counts, and nobody has ruled."""
    if line["as_of"] <= PENSION_RULE_ENDED.isoformat() or "rulings" in line:
        return False
    return any(row["kind"] == "basic_pension" for person in line["people"] for row in person["income"] or ())


def _lacking(tests: list[dict[str, Any]], verdict: Verdict, judged: Judged) -> Iterator[str]:
    null = {test["code"] for test in tests if test["passed"] is None}
    if null & (_OF_INCOME | {"no_living", "in_edge_family", "no_able_obligor"}):
        for person, row in zip(judged.people, judged.line["people"], strict=True):
            if row["income"] is None:
                yield f"{person.name}的收入不清楚，入户调查时问清并填写"
    if "no_able_obligor" in null:
        for person, row in zip(judged.obligors, judged.line["obligors"], strict=True):
            missing = [word for key, word in (("age", "年龄"), ("monthly_income", "月收入")) if row[key] is None]
            if missing:
                yield f"义务人{person.name}的{'、'.join(missing)}不清楚"
    for code in ("standard_in_force", "within_range", "no_labour", "care_disability"):
        if code in null:
            yield next(test["said"] for test in tests if test["code"] == code)
