"""The sum of each programme as a line of figures: standard × people − income = shortfall, and its nine relatives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from applications.models import Matter
from applications.verdicts import Verdict
from eligibility.programmes import Programme
from eligibility.spoken import chinese

UNDECIDED = "待认定"
CARE_LEVELS = {"self_reliant": "全自理", "semi": "半护理", "full": "全护理"}


@dataclass(frozen=True)
class Term:
    """One figure of the formula; `operator` "=" marks the result."""

    operator: str
    figure: str
    name: str


Tests = dict[str, dict[str, Any]]


def terms(matter: Matter, verdict: Verdict) -> tuple[Term, ...]:
    """The formula of this answer; () where a figure it needs was never reached."""
    tests = {test["code"]: test for test in verdict.entry["tests"]}
    return tuple(_FORMULAS[Programme(matter.programme)](matter, verdict, tests))


def grouped(figure: str) -> str:
    """1,020.00 out of 1020.00, also of a range."""
    return "–".join(f"{Decimal(part):,.2f}" for part in figure.split("–"))


def is_derived(step: dict[str, Any]) -> bool:
    """Whether the figure of this step was worked out because nobody published one."""
    return "(推算)" in step["said"]


def _result(verdict: Verdict, name: str) -> Term:
    if verdict.amount_fen is not None:
        return Term("=", grouped(f"{verdict.amount_fen // 100}.{verdict.amount_fen % 100:02d}"), name)
    return Term("=", UNDECIDED if verdict.outcome == "undetermined" else "不补", name)


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
    derived = {step["code"] for step in entry["steps"] if is_derived(step)}
    level = CARE_LEVELS.get(entry.get("care_level") or "", "自理能力未评")
    yield Term("", grouped(entry["basic"]), f"基本生活标准{'（推算）' if 'basic' in derived else ''}")
    care = grouped(entry["care"]) if entry.get("care") else UNDECIDED
    yield Term("+", care, f"照料护理标准（{level}{'，推算' if 'care' in derived else ''}）")
    yield _result(verdict, "月供养金（元）")


def _temporary(matter: Matter, verdict: Verdict, tests: Tests) -> Iterator[Term]:
    steps = verdict.entry["steps"]
    if not steps or not matter.need_multiple:
        return
    yield Term("", grouped(str(Decimal(steps[0]["exact"]) / matter.need_multiple)), "城市低保月标准")
    yield Term("×", f"{matter.need_multiple.normalize():f}", "救助倍数")
    yield _result(verdict, "一次发放（元）")


def _against(test: dict[str, Any] | None, name: str, line: str, signs: tuple[str, str]) -> Iterator[Term]:
    """A figure beside the line it is held against; `signs` where the condition is met and where it is not."""
    if test is None or test["figure"] is None:
        return
    yield Term("", grouped(test["figure"]), name)
    met, missed = signs
    sign = {True: met, False: missed, None: "?"}[test["passed"]]
    yield Term(sign, grouped(test["threshold"]) if test["threshold"] else UNDECIDED, line)


def _edge(matter: Matter, verdict: Verdict, tests: Tests) -> Iterator[Term]:
    """Below dibao's line the family is dibao's; else the line of edge is what counts."""
    on_dibao = tests.get("not_dibao")
    if on_dibao is not None and on_dibao["passed"] is False:
        yield from _against(on_dibao, "核定月收入", "低保线（标准 × 人数），按低保办理", ("≥", "<"))
        return
    yield from _against(tests.get("income_below_edge"), "核定月收入", "低保边缘线（标准 × 倍数 × 人数）", ("<", "≥"))


def _rigid(matter: Matter, verdict: Verdict, tests: Tests) -> Iterator[Term]:
    spending = tests.get("spending_above_ratio")
    line = "规定比例 × 年收入" if spending and spending["threshold"] else "规定比例 × 年收入，比例当地没有公布"
    yield from _against(spending, "12 个月支出", line, (">", "≤"))


# As `eligibility.rules.steps` writes it, and as it was stored: 名称(推算)基数 931.00 × 2 = 1,862.00 元
_DERIVED_STEP = re.compile(r"^(?P<name>.+?)\(推算\)(?P<base>\D+) (?P<of>[\d,.]+) (?P<sign>[×÷]) (?P<by>[\d.]+%?) =")


def _allowance(matter: Matter, verdict: Verdict, tests: Tests) -> Iterator[Term]:
    """One figure by the head: as published, or as it is derived."""
    step = next((one for one in verdict.entry["steps"] if one["code"] == "standard"), None)
    if step is None:
        return
    derived = _DERIVED_STEP.match(step["said"])
    if derived is None:
        name = chinese(step["said"].split("(已公布)")[0])
        yield Term("", grouped(step["exact"]), f"{name}（已公布）")
    else:
        yield Term("", derived["of"], derived["base"])
        yield Term(derived["sign"], derived["by"], f"{chinese(derived['name'])}，没有公布，按此推算")
    yield _result(verdict, "每月（元）")


_FORMULAS: dict[Programme, Callable[[Matter, Verdict, Tests], Iterator[Term]]] = {
    Programme.DIBAO: _dibao,
    Programme.DIBAO_SINGLE: _single,
    Programme.TEKUN: _tekun,
    Programme.TEMPORARY: _temporary,
    Programme.EDGE: _edge,
    Programme.RIGID: _rigid,
    Programme.ORPHAN: _allowance,
    Programme.DE_FACTO_ORPHAN: _allowance,
    Programme.DISABILITY_LIVING: _allowance,
    Programme.DISABILITY_CARE: _allowance,
}
