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
    away = away[people.relation[away] == Relation.CHILD]
    student = people.student[away]
    studies = (student >= Student.COMPULSORY) & (student <= Student.UNDERGRADUATE)
    adult = people.birth[away] <= facts.as_of[people.home[away]] - 18 * YEARS
    gone: Index = away[adult & ~studies]
    return gone


def _alone_in_religion(facts: Facts, absent: Index) -> Index:
    """The only person listed, three years or more at a religious site: applies alone (art. 8)."""
    rows = absent[facts.people.absence[absent] == Away.RELIGIOUS_3_YEARS]
    home = facts.people.home[rows]
    alone: Index = rows[facts.person_first[home + 1] - facts.person_first[home] == 1]
    return alone


def counted(facts: Facts) -> Counted:
    """Everyone listed but the absent, and grown children who left and do not study. 57号 art. 7."""
    people = facts.people
    person: Bools = people.absence == Away.NONE
    absent = np.flatnonzero(~person)
    person[_grown_and_gone(facts)] = False
    person[_alone_in_religion(facts, absent)] = True
    missing = np.bincount(people.home[np.flatnonzero(~person)], minlength=facts.households)
    return Counted(person, np.diff(facts.person_first) - missing)
