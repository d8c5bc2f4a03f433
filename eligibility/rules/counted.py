"""Who is counted in the family: 民发〔2021〕57号 art. 7."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eligibility.rules.codes import Away, Relation, Student
from eligibility.rules.columns import Facts
from eligibility.rules.ternary import Bools, Fen, Index

YEARS = 10_000
"""A year in a yyyymmdd integer: whoever was born on or before day − 18 × YEARS is 18 or older."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Which people count (P,), and how many of each household (H,)."""

    person: Bools
    number: Fen


def _grown_and_gone(facts: Facts) -> Index:
    """Of the people who live elsewhere: children of 18 or more who do not study up to undergraduate."""
    people = facts.people
    away = np.flatnonzero(~people.lives_here)
    student = people.student[away]
    studies = (student >= Student.COMPULSORY) & (student <= Student.UNDERGRADUATE)
    adult = people.birth[away] <= facts.as_of[people.home[away]] - 18 * YEARS
    gone: Index = away[(people.relation[away] == Relation.CHILD) & adult & ~studies]
    return gone


def _alone_in_religion(facts: Facts, sizes: Fen) -> Index:
    """The only person listed, three years or more at a religious site: applies alone (art. 8)."""
    people = facts.people
    rows = np.flatnonzero(people.absence == Away.RELIGIOUS_3_YEARS)
    alone: Index = rows[sizes[people.home[rows]] == 1]
    return alone


def counted(facts: Facts) -> Counted:
    """Everyone listed but the absent, and grown children who left and do not study. 57号 art. 7."""
    people = facts.people
    sizes = np.diff(facts.person_first)
    person = people.absence == Away.NONE
    person[_grown_and_gone(facts)] = False
    person[_alone_in_religion(facts, sizes)] = True
    missing = np.flatnonzero(~person)
    return Counted(person, sizes - np.bincount(people.home[missing], minlength=facts.households))
