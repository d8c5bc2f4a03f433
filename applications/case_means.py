"""Income and assets on a case's page: declared against what the visit found, what counts, every figure noted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from applications.case_page import Case
from eligibility.models import RulingTest
from households.models import AssetFact, IncomeFact, Person
from households.models.facts import IncomeKind, Source

UNCOUNTED = frozenset({"veteran_benefit", "family_planning_award", "scholarship", "bravery_award", "relief"})


@dataclass(frozen=True)
class IncomeRow:
    """One kind of one person's income: declared against what the visit found. None is not stated."""

    person: str
    kind: str
    per: str
    declared_fen: int | None
    surveyed_fen: int | None
    was_surveyed: bool
    counts: str
    evidence: str

    @property
    def is_changed(self) -> bool:
        return self.was_surveyed and self.declared_fen != self.surveyed_fen


def incomes(case: Case, facts: Sequence[IncomeFact]) -> list[IncomeRow]:
    """Declared and surveyed side by side, person by person. A person nobody corrected keeps what was declared."""
    followed = {fact.supersedes_id: fact for fact in facts if fact.supersedes_id}
    by_person: dict[UUID, list[IncomeFact]] = defaultdict(list)
    for fact in facts:
        if fact.person_id:
            by_person[fact.person_id].append(fact)
    rows: list[IncomeRow] = []
    for person in case.judged.people:
        rows += _incomes_of(person, by_person[person.pk], followed, case)
    return rows


def _incomes_of(
    person: Person, facts: list[IncomeFact], followed: dict[UUID, IncomeFact], case: Case
) -> Iterator[IncomeRow]:
    def is_last_declared(fact: IncomeFact) -> bool:
        newer = followed.get(fact.pk)
        return fact.source == Source.DECLARED and (newer is None or newer.source != Source.DECLARED)

    declared = _sums(f for f in facts if is_last_declared(f) and not f.is_withdrawal)
    live = _sums(f for f in facts if f.pk not in followed and not f.is_withdrawal)
    surveyed = any(fact.source == Source.SURVEYED for fact in facts)
    evidence = {(fact.kind, fact.per): fact.evidence for fact in facts if fact.evidence}
    for kind, per in dict.fromkeys([*declared, *live]):
        yield IncomeRow(
            person=person.name,
            kind=IncomeKind(kind).label,
            per="年" if per == "year" else "月",
            declared_fen=declared.get((kind, per)),
            surveyed_fen=live.get((kind, per)) if surveyed else None,
            was_surveyed=surveyed,
            counts=_counts(kind, case),
            evidence=evidence.get((kind, per), ""),
        )


def _sums(facts: Iterable[IncomeFact]) -> dict[tuple[str, str], int | None]:
    """Sums by kind and period; None where one of them is unknown."""
    sums: dict[tuple[str, str], int | None] = {}
    for fact in facts:
        key = (fact.kind, fact.per)
        before = sums.get(key, 0)
        sums[key] = None if before is None or fact.amount_fen is None else before + fact.amount_fen
    return sums


def _counts(kind: str, case: Case) -> str:
    if kind in UNCOUNTED:
        return "不计入"
    if kind == IncomeKind.BASIC_PENSION:
        ruling = next((r for r in reversed(case.judged.rulings) if r.test == RulingTest.BASIC_PENSION_COUNTED), None)
        return "待认定" if ruling is None else "计入" if ruling.answer else "不计入"
    return "减去" if IncomeKind(kind).label.startswith("减") else "计入"


@dataclass(frozen=True)
class Counts:
    """One income as the sum reads it today."""

    person: str
    kind: str
    amount_fen: int | None
    per: str
    counts: str
    evidence: str


def counting(case: Case) -> list[Counts]:
    """Every live income with whether the sum counts it. No query beyond the household's reading."""
    return [
        Counts(
            person.name,
            IncomeKind(income.kind).label,
            income.amount_fen,
            "年" if income.per == "year" else "月",
            _counts(income.kind, case),
            income.evidence,
        )
        for person, known in zip(case.judged.people, case.judged.means.people, strict=True)
        for income in known.incomes
    ] + list(_local_costs(case))


def _local_costs(case: Case) -> Iterator[Counts]:
    """What the local rate of work costs takes off, where nobody entered the cost itself."""
    lines = case.judged.line["people"]
    for person, known, line in zip(case.judged.people, case.judged.means.people, lines, strict=True):
        if any(income.kind == IncomeKind.WORK_COST for income in known.incomes):
            continue
        for row in line["deductions"]:
            if row["kind"] == IncomeKind.WORK_COST:
                fen, per = int(Decimal(row["amount"]) * 100), "年" if row["per"] == "year" else "月"
                yield Counts(person.name, IncomeKind.WORK_COST.label, fen, per, "减去", "按本地扣减比例")


@dataclass(frozen=True)
class FactRow:
    """One row of the facts' history, newest first."""

    on: date
    person: str
    kind: str
    amount_fen: int | None
    per: str
    source: str
    is_withdrawn: bool
    by: str


def fact_history(case: Case, facts: Sequence[IncomeFact]) -> list[FactRow]:
    """Every figure ever noted of the household's income, newest first."""
    names = {person.pk: person.name for person in (*case.judged.people, *case.judged.obligors)}
    return [
        FactRow(
            fact.period_from,
            names.get(fact.person_id, "--") if fact.person_id else "全户",
            IncomeKind(fact.kind).label,
            fact.amount_fen,
            "年" if fact.per == "year" else "月",
            Source(fact.source).label,
            fact.is_withdrawal,
            fact.recorded_by.full_name,
        )
        for fact in reversed(facts)
    ]


def income_facts(case: Case) -> list[IncomeFact]:
    """Every income row of the household, oldest first."""
    rows: Any = IncomeFact.objects.filter(household=case.matter.household)
    return list(rows.select_related("recorded_by").order_by("recorded_at", "id"))


@dataclass(frozen=True)
class Fact:
    """A name and what is said of it."""

    name: str
    words: str
    fen: int | None = None


def assets(case: Case) -> list[Fact]:
    """What was declared of houses, vehicles and deposits; "--" where nothing was stated."""
    owned = case.judged.means.assets

    def many(number: int | None) -> str:
        return "--" if number is None else str(number)

    return [
        Fact(AssetFact.Kind.HOUSE.label, many(owned.houses)),
        Fact(AssetFact.Kind.VEHICLE.label, many(owned.vehicles)),
        Fact(AssetFact.Kind.DEPOSIT.label, "", owned.deposit_fen),
    ]
