"""The written notice of a decision (告知书): everything the family needs to check it, out of what was frozen then.

Its text is the decision, the assessment it stands on, and the names of the people; the digest of it all stands on the
paper and in the audit of every print, so that an altered paper is told apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts import access, audit, clock, paper, regions
from accounts.canonical import digest
from accounts.models import User
from applications import verdicts, workflow
from applications.case_verdict import PENSION_RULE_ENDED, failed_check
from applications.clocks import SERVE_DAYS
from applications.holidays import calendar
from applications.models import Decision, Matter
from applications.verdict_figures import in_force
from applications.verdict_formulas import terms
from applications.verdicts import Verdict
from eligibility import assess
from eligibility.programmes import Programme
from eligibility.spoken import chinese
from households.models import Person
from households.models.facts import IncomeKind
from payments.words import amount_in_words

HOTLINE = "12349"
TEMPLATE = "decision_notice"


@dataclass(frozen=True)
class Came:
    """One line of what was counted as income: whose, what, how much, and whether the sum takes it."""

    person: str
    kind: str
    amount: str
    counts: str


@dataclass(frozen=True)
class Figure:
    """A standard in force on the day, with its paper."""

    name: str
    value: str
    since: str
    document: str


@dataclass(frozen=True)
class DecisionNotice:
    """The paper as text: page and PDF print the same. `failed` "" unless a condition failed."""

    title: str
    kind: str
    number: str
    case_number: str
    addressee: str
    programme: str
    about: str
    applied_on: str
    decided: str
    terms: tuple[tuple[str, str, str], ...]
    failed: str
    failed_clause: str
    reason: str
    counted: str
    incomes: tuple[Came, ...]
    figures: tuple[Figure, ...]
    law: str
    assessed_on: str
    rules_version: str
    duty: str
    remedies: tuple[str, ...]
    phones: str
    office: str
    decided_on: str

    @property
    def check(self) -> str:
        """What stands on the paper: the first 64 bits of the text's digest, in groups of four."""
        whole = self.sha256[:16].upper()
        return "-".join(whole[i : i + 4] for i in range(0, 16, 4))

    @property
    def sha256(self) -> str:
        return digest(asdict(self))


_WITH = (
    "assessment",
    "decided_by",
    "matter__region__parent__parent",
    "matter__person",
    "matter__household",
    "matter__application__applicant",
)


def find(user: User, case: UUID, pk: UUID) -> Decision:
    """The decision of a case in the user's regions. Raises NotHere, also where nothing has been decided."""
    visible = Decision.objects.filter(matter__in=Matter.objects.visible_to(user)).select_related(*_WITH)
    return access.find(visible, pk=pk, matter_id=case)


def of(decision: Decision) -> DecisionNotice:
    """The notice of this decision. One query for names, one for who confirms there."""
    matter, kept = decision.matter, decision.assessment
    programme, verdict = Programme(matter.programme), verdicts.of(matter, kept)
    refused = decision.outcome == Decision.Outcome.REFUSED
    failed = failed_check(verdict) if refused else None
    names = _names(kept.inputs)
    line = json.loads(kept.inputs)["line"]
    return DecisionNotice(
        title="社会救助决定告知书",
        kind=_KINDS[Decision.Outcome(decision.outcome)],
        number=f"{matter.number}-告",
        case_number=matter.number,
        addressee=matter.application.applicant.name,
        programme=programme.label,
        about=matter.person.name if matter.person else "",
        applied_on=_day(matter.application.submitted_on),
        decided=_decided(decision, programme),
        terms=tuple((one.operator, one.figure, one.name) for one in terms(matter, verdict) if failed or not refused),
        failed=failed.said if failed else "",
        failed_clause=failed.clause if failed else "",
        reason=decision.reason if refused else "",
        counted=_counted(decision, line, names),
        incomes=tuple(_incomes(line, names)),
        figures=tuple(_figures(programme, matter.area, verdict)),
        law=_law(verdict, refused=refused),
        assessed_on=_day(kept.as_of),
        rules_version=kept.rules_version,
        duty="" if refused else _DUTY,
        remedies=_remedies(decision),
        phones=_phones(decision),
        office=_office(decision),
        decided_on=_day(decision.decided_on),
    )


# A reduction and a stop get theirs here when they are decided.
_KINDS = {Decision.Outcome.CONFIRMED: "确认", Decision.Outcome.REFUSED: "不予确认"}
_DUTY = "家庭人口、收入、财产等情况发生变化的，应当及时告知乡镇人民政府（街道办事处）（《社会救助法》第46条）。"


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _decided(decision: Decision, programme: Programme) -> str:
    who = decision.matter.person.name if decision.matter.person else "你户"
    if decision.outcome == Decision.Outcome.REFUSED:
        return f"经调查、审核，决定对{who}申请的{programme.label}不予确认。"
    if decision.amount_fen is None or decision.first_month is None:
        return f"经调查、审核和公示，确认{who}为{programme.label}。这一项认定身份，不直接发放保障金。"
    sum_ = f"{decision.amount_fen // 100:,}.{decision.amount_fen % 100:02d} 元"
    words = f"{sum_}（{amount_in_words(decision.amount_fen)}）"
    month = f"{decision.first_month.year} 年 {decision.first_month.month} 月"
    people = "" if decision.matter.person else f"，保障 {decision.people} 人"
    if programme.per == "once":
        return f"经调查、审核和公示，确认给予{who}{programme.label}{people}，一次发放 {words}，{month}发放。"
    return f"经调查、审核和公示，确认{who}享受{programme.label}{people}，自 {month}起每月发放 {words}。"


def _names(inputs: str) -> list[str]:
    """The names of the people of the assessment, in the order of its indices."""
    keys = [UUID(pk) for pk in json.loads(inputs)["people"]]
    found = dict(Person.objects.filter(pk__in=keys).values_list("pk", "name"))
    return [found[pk] for pk in keys]


def _counted(decision: Decision, line: dict[str, Any], names: list[str]) -> str:
    if decision.matter.person is not None:
        return ""
    flags = assess.counted(line)
    return "、".join(name for name, counts in zip(names, flags, strict=True) if counts)


_PER = {"month": "每月", "year": "每年"}
# Not counted as income, each by its own rule (57号 art. 13).
UNCOUNTED = frozenset({"veteran_benefit", "family_planning_award", "scholarship", "bravery_award", "relief"})


def _incomes(line: dict[str, Any], names: list[str]) -> Iterator[Came]:
    """Person by person; whoever has none in one line at the end."""
    without = []
    for name, person in zip(names, line["people"], strict=True):
        if person["income"] is None:
            yield Came(name, "收入", "不清楚", "待查")
        elif not person["income"] and not person["deductions"]:
            without.append(name)
        for row in (*(person["income"] or ()), *(person["deductions"] or ())):
            label = IncomeKind(row["kind"]).label.removeprefix("减：")
            yield Came(name, label, f"{_PER[row['per']]} {Decimal(row['amount']):,.2f} 元", _counts(row["kind"], line))
    if without:
        yield Came("没有收入", "、".join(without), "0.00 元", "")


def _counts(kind: str, line: dict[str, Any]) -> str:
    if kind in UNCOUNTED:
        return "不计入"
    if kind == IncomeKind.BASIC_PENSION:
        ruled = line.get("rulings", {}).get("basic_pension_counted")
        if line["as_of"] <= PENSION_RULE_ENDED.isoformat() or ruled is False:
            return "不计入"
        return "计入" if ruled else "计不计入结论相同"
    return "减去" if IncomeKind(kind).label.startswith("减") else "计入"


def _figures(programme: Programme, area: str, verdict: Verdict) -> Iterator[Figure]:
    for one in in_force(programme, area, verdict):
        value = f"{one.unit} {one.value_fen // 100:,}.{one.value_fen % 100:02d} 元"
        yield Figure(one.name, value, f"{_day(one.since)}起", one.document)


def _law(verdict: Verdict, *, refused: bool) -> str:
    """The sum in one line, and every article a condition stands on; of a refusal only what was failed."""
    tests = verdict.entry["tests"]
    failed = [test for test in tests if test["passed"] is False]
    standing = failed[:1] if refused and failed else tests
    named = dict.fromkeys(one for test in standing for one in test["clause"].split(";") if one)
    steps = "；".join(chinese(step["said"]) for step in verdict.entry["steps"]) if not refused else ""
    return f"{steps}{'。' if steps else ''}依据：{'；'.join(map(chinese, named))}。" if named else steps


def _county(decision: Decision) -> str:
    return regions.name_of(decision.matter.county_code.ljust(12, "0"))


def _office(decision: Decision) -> str:
    """Whoever decides there: the county's bureau, or the township it delegated to (社会救助法 art. 44)."""
    township = decision.matter.region.parent
    if township is not None and workflow.is_delegated(decision.matter, decision.decided_on):
        return f"{_county(decision)}{regions.office_of(township.name)}"
    return f"{_county(decision)}民政局"


def _remedies(decision: Decision) -> tuple[str, ...]:
    government = f"{_county(decision)}人民政府"
    court = (
        "行政诉讼：也可以自知道之日起 6 个月内直接向有管辖权的人民法院起诉（《行政诉讼法》第46条）。"
        "申请了行政复议，对复议决定不服的，自收到复议决定书之日起 15 日内起诉（第45条）。"
    )
    return (
        f"行政复议：不服本决定的，可以自知道之日起 60 日内向{government}申请行政复议（《行政复议法》第20条）。",
        court,
    )


def _phones(decision: Decision) -> str:
    township = decision.matter.region.parent
    phone = (township.phone if township else "") or settings.AID_HELP_PHONE
    return f"咨询电话 {phone}（{township.name if township else '乡镇'}），社会救助服务热线 {HOTLINE}"


def serve_by(decision: Decision) -> date | None:
    """By when a refusal must be served in writing; None for a confirmation, for which no days are set."""
    if decision.outcome != Decision.Outcome.REFUSED:
        return None
    return calendar().add_working_days(decision.decided_on, SERVE_DAYS)


def note_print(decision: Decision, notice: DecisionNotice, user: User, *, form: str) -> None:
    """Who took this paper out, when, in which form (`page`, `pdf`), and the digest of what stood on it."""
    code = decision.matter.region_id
    audit.record(
        user,
        "decision.notice",
        decision,
        on=clock.today(),
        region_code=code,
        post=access.post_label(user, code),
        detail={"form": form, "sha256": notice.sha256},
    )


def pdf(decision: Decision, notice: DecisionNotice) -> bytes:
    """The paper: the same bytes at every print. Raises NoFont."""
    return paper.pdf(TEMPLATE, asdict(notice) | {"check": notice.check}, on=decision.decided_at)
