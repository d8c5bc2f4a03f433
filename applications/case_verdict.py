"""What the rules answer, as a page says it: the formula, each condition with its numbers, what a person must decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from accounts.roles import Permission
from applications.models import Matter
from applications.verdict_figures import InForce, in_force
from applications.verdict_formulas import UNDECIDED, Term, terms
from applications.verdicts import Verdict
from applications.workflow import holders
from eligibility import assess
from eligibility.assess import Judged
from eligibility.models import Assessment, RulingTest
from eligibility.programmes import Programme
from eligibility.spoken import chinese
from households.models import Person


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
    """The answer of the rules for one matter. `lacking` are nulls that only better facts can answer.

    `failed` is the one condition a no stands on: the first that failed; the others are in `checks` with the rest.
    `agrees` None where nothing is stored yet; else whether the stored answer is worked out again to the same bytes.
    """

    title: str
    tone: str
    headline: str
    terms: tuple[Term, ...]
    law: str
    failed: Check | None
    checks: tuple[Check, ...]
    figures: tuple[InForce, ...]
    rules_version: str
    agrees: bool | None
    unknowns: tuple[Unknown, ...]
    lacking: tuple[str, ...]
    who_decides: str
    amount_fen: int | None
    per: str

    @property
    def differs(self) -> str:
        """Whom to call where the stored answer does not come back."""
        return f"先不要办理、不要发放，把受理编号报给系统维护电话 {settings.AID_HELP_PHONE}"


def show(
    matter: Matter, verdict: Verdict, *, as_of: date, judged: Judged | None, stored: Assessment | None = None
) -> ShownVerdict:
    """`judged` None for a stored answer: what was unknown then is said, and no longer asked."""
    programme, tests = Programme(matter.programme), verdict.entry["tests"]
    checks = [_check(test) for test in tests]
    failed = failed_check(verdict)
    unknowns = tuple(_unknowns(verdict, judged)) if judged else ()
    return ShownVerdict(
        title=_TITLES.get(programme, "该补多少"),
        tone={"eligible": "ok", "ineligible": "bad"}.get(verdict.outcome, "warn"),
        headline=_headline(matter, verdict, len(unknowns)),
        terms=terms(matter, verdict),
        law=_law(verdict, as_of),
        failed=failed,
        checks=tuple(one for one in checks if one != failed),
        figures=in_force(programme, matter.area, verdict),
        rules_version=verdict.rules_version,
        agrees=None if stored is None else assess.agrees(stored),
        unknowns=unknowns,
        lacking=tuple(dict.fromkeys(_lacking(tests, verdict, judged))) if judged else (),
        who_decides=holders([Permission.RULE_UNKNOWN]),
        amount_fen=verdict.amount_fen,
        per="一次" if verdict.per == "once" else "每月",
    )


def failed_check(verdict: Verdict) -> Check | None:
    """The one condition a no stands on; None where the answer is no refusal."""
    tests = verdict.entry["tests"] if verdict.outcome == "ineligible" else ()
    return next((_check(test) for test in tests if test["passed"] is False), None)


def _check(test: dict[str, Any]) -> Check:
    return Check(*_SIGNS[test["passed"]], chinese(test["said"]), chinese(test["clause"]))


_SIGNS: dict[bool | None, tuple[str, str]] = {
    True: ("done", "符合"),
    False: ("no", "不符合"),
    None: ("unknown", UNDECIDED),
}


_TITLES = {
    Programme.EDGE: "是否符合",
    Programme.RIGID: "是否符合",
    Programme.TEMPORARY: "该救助多少",
    Programme.TEKUN: "该供养多少",
    Programme.ORPHAN: "该发多少",
    Programme.DE_FACTO_ORPHAN: "该发多少",
    Programme.DISABILITY_LIVING: "该发多少",
    Programme.DISABILITY_CARE: "该发多少",
}


def _headline(matter: Matter, verdict: Verdict, waiting: int) -> str:
    label = Programme(matter.programme).label
    if verdict.outcome == "eligible":
        return f"符合{label}条件"
    if verdict.outcome == "ineligible":
        return f"不符合：{verdict.reason}"
    return f"还不能下结论：{waiting} 项要人认定" if waiting else f"还不能下结论：{verdict.reason}"


def _law(verdict: Verdict, as_of: date) -> str:
    steps = "；".join(chinese(step["said"]) for step in verdict.entry["steps"])
    named = (one for test in verdict.entry["tests"] for one in re.split("[;；]", test["clause"]) if one)
    clauses = dict.fromkeys(named)
    parts = [steps, f"依据：{'；'.join(map(chinese, clauses))}" if clauses else "", f"按 {as_of} 的资料计算"]
    return "。".join(part for part in parts if part) + "。"


_OF_INCOME = frozenset(
    {
        "income_below_standard",
        "own_income_below_standard",
        "not_dibao",
        "income_below_edge",
        "income_below_reference",
        "in_edge_family",
        "family_on_dibao",
    }
)
_OF_ASSETS = frozenset({"assets_within_limit", "no_living", "no_able_obligor"})
PENSION_RULE_ENDED = date(2025, 12, 31)


def _unknowns(verdict: Verdict, judged: Judged) -> Iterator[Unknown]:
    """The rulings that would answer the nulls this answer hangs on: exactly those, each once."""
    null, line = {code for code, _ in verdict.open_tests}, judged.line
    if null & _OF_ASSETS and line["assets_within_limit"] is None:
        yield _unknown(RulingTest.ASSETS_WITHIN_LIMIT)
    if null & _OF_INCOME and _pension_open(line):
        yield _unknown(RulingTest.BASIC_PENSION_COUNTED)
    for code, person in sorted((one for one in verdict.open_tests if one[1] is not None), key=str):
        whose = judged.people[person] if person is not None and 0 <= person < len(judged.people) else None
        if code == "severe" and whose is not None and line["people"][person]["major_illness"] is None:
            yield _unknown(RulingTest.MAJOR_ILLNESS, whose)
        if code == "care_level_known" and whose is not None:
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
    null = {code for code, _ in verdict.open_tests}
    if null & (_OF_INCOME | {"no_living", "no_able_obligor", "spending_above_ratio"}):
        for person, row in zip(judged.people, judged.line["people"], strict=True):
            if row["income"] is None:
                yield f"{person.name}的收入不清楚，入户调查时问清并填写"
    if "no_able_obligor" in null:
        for person, row in zip(judged.obligors, judged.line["obligors"], strict=True):
            missing = [word for key, word in (("age", "年龄"), ("monthly_income", "月收入")) if row[key] is None]
            if missing:
                yield f"义务人{person.name}的{'、'.join(missing)}不清楚"
    yield from (chinese(test["said"]) for test in tests if test["passed"] is None and test["code"] in _FOR_BETTER_FACTS)


_FOR_BETTER_FACTS = frozenset(
    {"standard_in_force", "within_range", "no_labour", "care_disability", "spending_above_ratio"}
)
