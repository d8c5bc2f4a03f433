"""特困人员救助供养: 社会救助法 art. 16; 民发〔2021〕43号 art. 4-8, 21-22; 聊政字〔2020〕28号 三(二)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.codes import HELD_TEKUN, CareLevel, Student
from eligibility.rules.columns import Facts
from eligibility.rules.counted import YEARS, Counted
from eligibility.rules.disability import cannot_work
from eligibility.rules.figures import NONE_IN_FORCE, Figures
from eligibility.rules.income import NO_LINE, Income
from eligibility.rules.obligors import no_able_obligor
from eligibility.rules.ternary import NO, UNKNOWN, YES, Bools, Codes, Fen, Index, Ternary, both, certain
from eligibility.rules.verdict import Condition, Verdict, figure_missing, verdict, whole_yuan_up

LEVEL_UNKNOWN: Final = -1
_LEVEL_OF: Final = np.array(
    [CareLevel.SELF_RELIANT, *[CareLevel.SEMI] * 3, *[CareLevel.FULL] * 3, LEVEL_UNKNOWN], np.int8
)
"""By items of self-care failed, 0-6; −1 (unknown) reads the last."""


def no_labour(facts: Facts) -> Ternary:
    """60 or older; under 18; a school pupil of 18 or more who held tekun; disabled by kind and grade. 43号 art. 5."""
    people = facts.people
    today = facts.as_of[people.home]
    result = cannot_work(people.disability, people.grade)
    result[(people.birth > today - 18 * YEARS) | (people.birth <= today - 60 * YEARS)] = YES
    pupil = (people.student >= Student.COMPULSORY) & (people.student <= Student.VOCATIONAL)
    result[pupil & ((people.held & HELD_TEKUN) > 0)] = YES
    return result


def no_living(facts: Facts, figures: Figures, income: Income) -> Ternary:
    """Own income, never counting the basic pension, below the standard; and assets within the limit. 43号 art. 6."""
    home = facts.people.home
    standard = figures.standard
    line = np.where(standard == NONE_IN_FORCE, NO_LINE, standard * 12)
    return both(income.bare.below(line[home]), facts.assets[home])


def care_level(self_care: Codes) -> Codes:
    """0 failed items self_reliant, 1-3 semi, 4-6 full; −1 unknown. 43号 art. 22."""
    return _LEVEL_OF[self_care]


@dataclass(frozen=True, slots=True)
class _Sum:
    fen: Fen
    known: Bools


def _monthly(figures: Figures, home: Index, level: Codes) -> _Sum:
    """Basic + care, each a figure of its own, rounded up together to the whole yuan."""
    care = np.stack([figures.care(one) for one in CareLevel])
    by_level = care[level, home]
    every_care = (care != NONE_IN_FORCE).all(axis=0)[home]
    basic = figures.basic[home]
    care_known = np.where(level == LEVEL_UNKNOWN, every_care, by_level != NONE_IN_FORCE)
    return _Sum(whole_yuan_up(basic + by_level), care_known & (basic != NONE_IN_FORCE))


def tekun(facts: Facts, figures: Figures, count: Counted, income: Income) -> Verdict:
    """No labour, no living, no able obligor: basic + care, per person and month."""
    labour, living = no_labour(facts), no_living(facts, figures, income)
    rows = np.flatnonzero(count.person & (labour != NO))
    home = facts.people.home[rows]
    level = care_level(facts.people.self_care[rows])
    total = _monthly(figures, home, level)
    standard_known = (figures.standard != NONE_IN_FORCE)[home]
    tests = (
        Condition("no_labour", labour[rows]),
        figure_missing(standard_known),
        Condition("no_living", living[rows]),
        Condition("no_able_obligor", no_able_obligor(facts, figures, income, both(labour, living), rows)),
        Condition("care_level_known", np.where(level == LEVEL_UNKNOWN, UNKNOWN, certain(level != LEVEL_UNKNOWN))),
        figure_missing(total.known | ~standard_known),
    )
    return verdict(Programme.TEKUN, tests, total.fen, rows)
