"""Facts written and read: a form's means become rows with their source; the live rows become means again.

History is added to: a newer set of one person's facts of a kind withdraws or replaces the older rows, never edits them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from accounts import clock
from accounts.models import User
from households.means import Assets, Circumstances, Disability, Income, Means, Obligor
from households.models import (
    AssetFact,
    CircumstanceFact,
    Fact,
    Household,
    IncomeFact,
    Membership,
    Obligation,
    Person,
)

Kind = CircumstanceFact.Kind
_PLAIN_CODES = (Kind.WORK, Kind.STUDENT, Kind.ABSENCE, Kind.ORPHAN, Kind.RECEIVES, Kind.HEALTH)
UNKNOWN = "unknown"


class Pen:
    """Writes one household's facts of one source on one day; older live rows of the same kind are superseded."""

    def __init__(self, household: Household, *, source: str, on: date, by: User) -> None:
        self.common: dict[str, Any] = {
            "household": household,
            "source": source,
            "period_from": on,
            "recorded_by": by,
            "recorded_at": clock.now(),
        }
        self.household = household

    def person(self, person: Person, known: Circumstances) -> None:
        """Everything said of one member."""
        self.incomes(person, known.incomes)
        self.circumstances(person, _codes(known))

    def obligor(self, person: Person, known: Obligor) -> None:
        """Everything said of one obligor; an unknown income is a row without an amount."""
        self.incomes(person, (Income("other", known.monthly_income_fen, "month"),))
        codes = [
            (Kind.RECEIVES, known.receives, None),
            (Kind.STATUS, known.status, None),
            (Kind.ASSETS_WITHIN_LIMIT, _answer(known.assets_within_limit), None),
            *_disability(known.disability),
        ]
        self.circumstances(person, [(kind, code, grade) for kind, code, grade in codes if code])

    def incomes(self, person: Person, incomes: Iterable[Income]) -> None:
        self._replace(IncomeFact, person, [self._income(person, income) for income in incomes])

    def _income(self, person: Person, income: Income) -> IncomeFact:
        return IncomeFact(
            **self.common,
            person=person,
            kind=income.kind,
            amount_fen=income.amount_fen,
            per=income.per,
            evidence=income.evidence,
        )

    def circumstances(self, person: Person, codes: Iterable[tuple[str, str, int | None]]) -> None:
        rows = [CircumstanceFact(**self.common, person=person, kind=k, code=c, grade=g) for k, c, g in codes]
        self._replace(CircumstanceFact, person, rows)

    def assets(self, assets: Assets) -> None:
        rows = [
            AssetFact(**self.common, kind=kind, quantity=quantity, amount_fen=amount)
            for kind, quantity, amount in (
                (AssetFact.Kind.HOUSE, assets.houses, None),
                (AssetFact.Kind.VEHICLE, assets.vehicles, None),
                (AssetFact.Kind.DEPOSIT, None, assets.deposit_fen),
            )
            if quantity is not None or amount is not None
        ]
        self._replace(AssetFact, None, rows)

    def income(self, person: Person, kinds: Collection[str], income: Income | None) -> None:
        """One income in place of those of these kinds; what else the person has stays."""
        self._replace(IncomeFact, person, [self._income(person, income)] if income else [], kinds)

    def circumstance(self, person: Person, kind: str, code: str | None, grade: int | None = None) -> None:
        """One circumstance in place of what was said of this kind; none where there is no code."""
        fresh = [CircumstanceFact(**self.common, person=person, kind=kind, code=code, grade=grade)] if code else []
        self._replace(CircumstanceFact, person, fresh, [kind])

    def asset(self, kind: str, *, quantity: int | None = None, amount_fen: int | None = None) -> None:
        """One asset in place of what was said of this kind."""
        fresh = [AssetFact(**self.common, kind=kind, quantity=quantity, amount_fen=amount_fen)]
        self._replace(AssetFact, None, fresh, [kind])

    def _replace(
        self, model: type[Any], person: Person | None, fresh: list[Any], kinds: Collection[str] | None = None
    ) -> None:
        """The nth fresh row supersedes the nth live one; live rows left over are withdrawn by rows that say so."""
        rows = model.objects.live().filter(household=self.household, person=person)
        live = list((rows if kinds is None else rows.filter(kind__in=kinds)).order_by("recorded_at", "id"))
        for new, old in zip(fresh, live, strict=False):
            new.supersedes = old
        withdrawals = [_withdrawal(old, self.common) for old in live[len(fresh) :]]
        model.objects.bulk_create([*fresh, *withdrawals])


def _withdrawal(old: Fact, common: dict[str, Any]) -> Fact:
    kept = {f.attname: getattr(old, f.attname) for f in old._meta.concrete_fields if f.name not in _OWN}
    return type(old)(**{**kept, **common, "person": old.person, "supersedes": old, "is_withdrawal": True})


_OWN = {
    "id",
    "household",
    "person",
    "source",
    "period_from",
    "recorded_by",
    "recorded_at",
    "supersedes",
    "is_withdrawal",
}


def _answer(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _disability(disability: Disability | None) -> list[tuple[str, str, int | None]]:
    return [(Kind.DISABILITY, disability.kind, disability.grade)] if disability else []


def _codes(known: Circumstances) -> list[tuple[str, str, int | None]]:
    plain = {
        Kind.WORK: known.work,
        Kind.STUDENT: known.student,
        Kind.ABSENCE: known.absence,
        Kind.ORPHAN: known.orphan,
        Kind.RECEIVES: known.receives,
        Kind.HEALTH: known.health,
        Kind.MAJOR_ILLNESS: _answer(known.major_illness),
        Kind.LIVES_HERE: "" if known.lives_here else "no",
    }
    rows: list[tuple[str, str, int | None]] = [(kind, code, None) for kind, code in plain.items() if code]
    rows += _disability(known.disability)
    if known.self_care_failed is not None:
        rows.append((Kind.SELF_CARE_FAILED, "failed", known.self_care_failed))
    rows += [(Kind.PRIOR, programme, None) for programme in known.prior]
    return rows


Read = tuple[Means, list[Person], list[Person]]
_Key = tuple[UUID, UUID | None]


def read(household: Household) -> Read:
    """The household's live facts as means, with its members and its obligors in the same order. Five queries."""
    return read_many([household])[household.pk]


def read_many(households: Collection[Household]) -> dict[UUID, Read]:
    """The same for many households, by id: five queries for all of them."""
    ids = [one.pk for one in households]
    live = Membership.objects.live().filter(household__in=ids).select_related("person").order_by("position")
    owed = Obligation.objects.filter(household__in=ids, ends_on=None).select_related("obligor").order_by("id")
    memberships, obligations = _by_household(live), _by_household(owed)
    incomes, circumstances = _by_person(IncomeFact, ids), _by_person(CircumstanceFact, ids)
    assets = _by_household(AssetFact.objects.live().filter(household__in=ids).order_by("recorded_at", "id"))
    read = {}
    for one in households:
        home, outside = memberships[one.pk], obligations[one.pk]
        people = tuple(_circumstances(m, *_of(m.person_id, one, incomes, circumstances)) for m in home)
        obligors = tuple(_obligor(o, *_of(o.obligor_id, one, incomes, circumstances)) for o in outside)
        means = Means(one.area, one.region_id, people, obligors, _assets(_pick(assets[one.pk])))
        read[one.pk] = means, [m.person for m in home], [o.obligor for o in outside]
    return read


def _by_household(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.household_id].append(row)
    return grouped


def _by_person(model: type[Any], households: Collection[UUID]) -> dict[_Key, list[Any]]:
    grouped: dict[_Key, list[Any]] = defaultdict(list)
    for fact in model.objects.live().filter(household__in=households).order_by("recorded_at", "id"):
        grouped[fact.household_id, fact.person_id].append(fact)
    return grouped


def _of(
    person: UUID, household: Household, incomes: dict[_Key, list[Any]], circumstances: dict[_Key, list[Any]]
) -> tuple[list[Any], list[Any]]:
    return incomes[household.pk, person], circumstances[household.pk, person]


def _assets(facts: dict[str, Any]) -> Assets:
    def of(kind: str, field: str) -> int | None:
        return getattr(facts[kind], field) if kind in facts else None

    return Assets(of("house", "quantity"), of("vehicle", "quantity"), of("deposit", "amount_fen"))


def _pick(facts: list[Any]) -> dict[str, Any]:
    return {fact.kind: fact for fact in facts}


def _code(facts: dict[str, Any], kind: str) -> str | None:
    return facts[kind].code if kind in facts else None


def _yes(facts: dict[str, Any], kind: str) -> bool | None:
    return facts[kind].code == "yes" if kind in facts else None


def _read_disability(facts: dict[str, Any]) -> Disability | None:
    row = facts.get(Kind.DISABILITY)
    return Disability(row.code, row.grade) if row else None


def _circumstances(membership: Membership, incomes: list[Any], rows: list[Any]) -> Circumstances:
    facts, person = _pick(rows), membership.person
    return Circumstances(
        relation=membership.relation,
        birth_date=person.birth_date,
        sex=person.sex,
        work=_code(facts, Kind.WORK),
        student=_code(facts, Kind.STUDENT),
        disability=_read_disability(facts),
        major_illness=_yes(facts, Kind.MAJOR_ILLNESS),
        self_care_failed=facts[Kind.SELF_CARE_FAILED].grade if Kind.SELF_CARE_FAILED in facts else None,
        absence=_code(facts, Kind.ABSENCE),
        orphan=_code(facts, Kind.ORPHAN),
        lives_here=Kind.LIVES_HERE not in facts,
        receives=_code(facts, Kind.RECEIVES),
        health=_code(facts, Kind.HEALTH) or "",
        prior=tuple(row.code for row in rows if row.kind == Kind.PRIOR),
        incomes=tuple(Income(i.kind, i.amount_fen, i.per, i.evidence) for i in incomes),
    )


def _obligor(obligation: Any, incomes: list[Any], rows: list[Any]) -> Obligor:
    facts = _pick(rows)
    return Obligor(
        relation=obligation.relation,
        birth_date=obligation.obligor.birth_date,
        monthly_income_fen=incomes[0].amount_fen if incomes else None,
        receives=_code(facts, Kind.RECEIVES),
        disability=_read_disability(facts),
        status=_code(facts, Kind.STATUS),
        assets_within_limit=_yes(facts, Kind.ASSETS_WITHIN_LIMIT),
    )
