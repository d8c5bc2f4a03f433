"""Households of every kind written into the registry: by the real pen, and by rows no form would write."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from accounts import audit, clock
from accounts.models import User
from eligibility.models import Ruling, RulingTest
from eligibility.programmes import Programme
from households.facts import Pen
from households.means import Circumstances, Disability, Income, Obligor
from households.models import CircumstanceFact, Household, IncomeFact, Membership, Obligation, Person
from households.models.facts import IncomeKind
from households.models.people import Relation
from tests.making import OTHER_COUNTY_VILLAGE, OTHER_VILLAGE, VILLAGE

STUDENTS = ["compulsory", "senior_high", "vocational", "junior_college", "undergraduate", "postgraduate"]
KINDS = ["visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple"]
VILLAGES = [VILLAGE, VILLAGE, OTHER_VILLAGE, OTHER_COUNTY_VILLAGE]


def _maybe(chance: Random, share: float, values: list[Any]) -> Any:
    return chance.choice(values) if chance.random() < share else None


def disability(chance: Random) -> Disability | None:
    kind = _maybe(chance, 0.35, KINDS)
    return Disability(kind, chance.randint(1, 4)) if kind else None


def circumstances(chance: Random) -> Circumstances:
    """One person's means at random, near the lines where answers turn."""
    incomes = tuple(
        Income(
            chance.choice(IncomeKind.values),
            _maybe(chance, 0.93, [0, 1, 75_300, 93_100, chance.randrange(200_000), 12 * chance.randrange(90_000)]),
            chance.choice(["month", "year"]),
        )
        for _ in range(chance.choice([0, 0, 1, 1, 2, 4]))
    )
    return Circumstances(
        relation="",
        birth_date=None,
        work=_maybe(chance, 0.5, ["able", "partial", "unable"]),
        student=_maybe(chance, 0.25, STUDENTS),
        disability=disability(chance),
        major_illness=_maybe(chance, 0.6, [True, False]),
        self_care_failed=_maybe(chance, 0.6, list(range(7))),
        absence=_maybe(chance, 0.12, ["prison", "drug_isolation", "missing", "religious_3_years"]),
        orphan=_maybe(chance, 0.15, ["institution", "dispersed", "de_facto"]),
        lives_here=chance.random() > 0.15,
        receives=_maybe(chance, 0.2, ["dibao", "edge"]),
        health=_maybe(chance, 0.3, ["chronic"]) or "",
        prior=tuple(chance.sample(list(Programme), chance.choice([0, 0, 0, 1, 3]))),
        incomes=incomes,
    )


def obligor(chance: Random) -> Obligor:
    return Obligor(
        "child",
        monthly_income_fen=_maybe(chance, 0.8, [0, 252_908, chance.randrange(500_000)]),
        receives=_maybe(chance, 0.3, ["dibao", "tekun", "edge"]),
        disability=disability(chance),
        status=_maybe(chance, 0.2, ["prison", "missing", "no_capacity"]),
        assets_within_limit=_maybe(chance, 0.7, [True, True, False]),
    )


def birthday(chance: Random, on: date) -> date:
    """Often the very day somebody turns 18, 60 or 70, or the one after."""
    if chance.random() < 0.3:
        years, off = chance.choice([18, 60, 70]), chance.choice([-1, 0, 1])
        return date(on.year - years, on.month, on.day) + timedelta(days=off)
    return on - timedelta(days=chance.randrange(0, 33_000))


def person(chance: Random, on: date) -> Person:
    number = chance.randrange(10**9)
    return Person.objects.create(
        region_id=VILLAGE,
        name=f"某{number}",
        name_key="k",
        initials="m",
        id_kind="none",
        birth_date=birthday(chance, on),
        sex=chance.choice(["M", "F", ""]),
        created_at=clock.now(),
    )


def household(chance: Random, on: date, by: User) -> Household:
    """A household with its people, their relatives outside, its facts written once or twice, and rulings."""
    home = Household.objects.create(
        region_id=chance.choice(VILLAGES), area=chance.choice(["urban", "rural"]), created_at=clock.now()
    )
    relations = ["head", *chance.choices(Relation.values[1:], k=chance.choice([0, 0, 1, 2, 4]))]
    people = []
    for position, relation in enumerate(relations):
        one = person(chance, on)
        Membership.objects.create(
            household=home, person=one, relation=relation, position=position + 1, joined_on=date(2026, 1, 1)
        )
        people.append(one)
    owing = [person(chance, on) for _ in range(chance.choice([0, 0, 1, 2]))]
    for one in owing:
        Obligation.objects.create(household=home, obligor=one, relation="child", starts_on=date(2026, 1, 1))
    for source in chance.choice([["declared"], ["declared", "surveyed"]]):
        pen = Pen(home, source=source, on=date(2026, 2, 1), by=by)
        for one in people:
            pen.person(one, circumstances(chance))
        for one in owing:
            pen.obligor(one, obligor(chance))
    for _ in range(chance.choice([0, 1, 3, 6])):
        rule(home, chance.choice(RulingTest.values), chance.choice([0, 1, 1, 5]), chance.choice(people + owing), by)
    return home


def rule(home: Household, test: str, answer: int, about: Person | None, by: User) -> None:
    ruling = Ruling(
        household=home, person=about, test=test, answer=answer, reason="已核", ruled_by=by, ruled_at=clock.now()
    )
    audit.seal(ruling, by, "household.rule", on=clock.today(), region_code=home.region_id)


def say(home: Household, about: Person, kind: str, code: str, grade: int | None, by: User) -> None:
    """A circumstance past the pen: the row is live beside whatever was said before."""
    CircumstanceFact.objects.create(
        household=home, person=about, kind=kind, code=code, grade=grade, source="declared",
        period_from=date(2026, 3, 1), recorded_by=by, recorded_at=clock.now(),
    )  # fmt: skip


def earn(home: Household, about: Person, kind: str, fen: int | None, by: User, per: str = "month") -> None:
    IncomeFact.objects.create(
        household=home, person=about, kind=kind, amount_fen=fen, per=per, source="declared",
        period_from=date(2026, 3, 1), recorded_by=by, recorded_at=clock.now(),
    )  # fmt: skip
