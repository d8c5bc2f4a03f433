"""An invented population as columns: 350,000 households, 1,000,000 people. Same seed, same people."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from eligibility.lines.published import published_book
from eligibility.rules.codes import Area, Away, Disability, Need, Orphan, Relation, Student
from eligibility.rules.columns import Facts, Obligors, People, day
from eligibility.rules.figures import FigureBook, FigureRow, Figures

HOUSEHOLDS: Final = 350_000
PEOPLE: Final = 1_000_000
AS_OF: Final = day(date(2024, 6, 10))
REGION: Final = "371522000000"
CITY: Final = "371500000000"


def _sizes(chance: np.random.Generator, households: int) -> np.ndarray:
    """People of each household: one for sure, 20/7 on average."""
    more = chance.multinomial(households * 13 // 7, np.full(households, 1 / households))
    return 1 + more.astype(np.int64)


def _births(chance: np.random.Generator, number: int) -> np.ndarray:
    years = AS_OF // 10_000 - chance.integers(0, 95, number)
    births = years * 10_000 + chance.integers(1, 13, number) * 100 + chance.integers(1, 29, number)
    return np.minimum(births, AS_OF).astype(np.int32)


def _relations(chance: np.random.Generator, first: np.ndarray) -> np.ndarray:
    choices = [Relation.SPOUSE, Relation.CHILD, Relation.CHILD, Relation.PARENT, Relation.SIBLING]
    relations = chance.choice(np.array(choices, np.int8), first[-1])
    relations[first[:-1]] = Relation.HEAD
    return relations


def _rare(chance: np.random.Generator, number: int, share: float, values: list[int]) -> np.ndarray:
    picked = chance.random(number) < share
    return np.where(picked, chance.choice(np.array(values, np.int8), number), 0).astype(np.int8)


def _money(chance: np.random.Generator, number: int, share: float, most_fen: int) -> np.ndarray:
    return np.where(chance.random(number) < share, chance.integers(0, most_fen, number) * 12, 0)


def people(chance: np.random.Generator, first: np.ndarray) -> People:
    number = int(first[-1])
    disability = _rare(chance, number, 0.08, [kind for kind in Disability if kind])
    return People(
        home=np.repeat(np.arange(len(first) - 1), np.diff(first)),
        relation=_relations(chance, first),
        birth=_births(chance, number),
        lives_here=chance.random(number) > 0.1,
        student=_rare(chance, number, 0.2, [s for s in Student if s]),
        disability=disability,
        grade=np.where(disability > 0, chance.integers(1, 5, number), 0).astype(np.int8),
        illness=chance.choice(np.array([0, 0, 0, 0, 1, -1], np.int8), number),
        self_care=chance.integers(-1, 7, number).astype(np.int8),
        absence=_rare(chance, number, 0.03, [Away.PRISON, Away.MISSING, Away.DRUG_ISOLATION, Away.RELIGIOUS_3_YEARS]),
        held=_rare(chance, number, 0.05, [1, 2, 3]),
        orphan=_rare(chance, number, 0.01, [kind for kind in Orphan if kind]),
        income=_money(chance, number, 0.5, 250_000),
        pension=_money(chance, number, 0.2, 30_000),
        deductions=_money(chance, number, 0.3, 30_000),
        income_unknown=chance.random(number) < 0.02,
        pension_unknown=chance.random(number) < 0.02,
    )


def obligors(chance: np.random.Generator, home: np.ndarray) -> Obligors:
    number = len(home)
    return Obligors(
        home=home,
        age=chance.integers(-1, 95, number).astype(np.int8),
        income=np.where(chance.random(number) < 0.1, -1, chance.integers(0, 600_000, number) * 12),
        held=_rare(chance, number, 0.2, [1, 2]),
        disability=_rare(chance, number, 0.1, [kind for kind in Disability if kind]),
        grade=chance.integers(1, 5, number).astype(np.int8),
        status=_rare(chance, number, 0.05, [Away.PRISON, Away.MISSING, Away.NO_CAPACITY]),
        assets=chance.choice(np.array([1, 1, 1, 0, -1], np.int8), number),
    )


def _book() -> FigureBook:
    """The published figures, and an invented income per head of 2023: the first published one is of 2025."""
    since = date(2024, 1, 1)
    income = FigureRow(CITY, "", "reference_income", "disposable_per_head", 2_800_000, since, 2023)
    return FigureBook([*published_book().rows, income])


def population(seed: int = 7, households: int = HOUSEHOLDS) -> tuple[Facts, Figures]:
    """Facts of the whole county on one day, and the figures in force there."""
    chance = np.random.default_rng(seed)
    first = np.concatenate(([0], np.cumsum(_sizes(chance, households))))
    needs = _rare(chance, households, 0.2, [need for need in Need if need])
    counts = chance.choice(np.array([0, 0, 1, 2]), households)
    facts = Facts(
        as_of=np.full(households, AS_OF, np.int32),
        area=chance.choice(np.array([Area.URBAN, Area.RURAL], np.int8), households),
        assets=chance.choice(np.array([1, 1, 1, 1, 0, -1], np.int8), households),
        edge_multiple=np.full(households, 15_000, np.int64),
        pension_ruling=np.full(households, -1, np.int8),
        need=needs,
        need_multiple=np.where(needs > 0, chance.integers(-1, 140_000, households), -1),
        spending=chance.integers(0, 6_000_000, households),
        spending_unknown=chance.random(households) < 0.05,
        rigid_ratio=chance.choice(np.array([6_000, 6_000, 6_000, -1], np.int64), households),
        obligors_known=chance.random(households) > 0.05,
        person_first=first,
        people=people(chance, first),
        obligor_first=np.concatenate(([0], np.cumsum(counts))),
        obligors=obligors(chance, np.repeat(np.arange(households), counts)),
    )
    book = _book()
    sets = [book.on(REGION, area, AS_OF) for area in Area]
    return facts, Figures(sets, facts.area.astype(np.int64))
