"""最低生活保障: 社会救助法 art. 18; 国务院令649号 art. 9; 民发〔2021〕57号 art. 23."""

from __future__ import annotations

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.columns import Facts
from eligibility.rules.counted import Counted
from eligibility.rules.figures import NONE_IN_FORCE, Figures
from eligibility.rules.income import NO_LINE, Income
from eligibility.rules.ternary import Fen, certain
from eligibility.rules.verdict import Condition, Verdict, figure_missing, verdict


def dibao_line(figures: Figures, number: Fen) -> Fen:
    """Standard × people, fen a year; −1 where no standard is in force."""
    standard = figures.standard
    return np.where(standard == NONE_IN_FORCE, NO_LINE, standard * 12 * number)


def dibao(facts: Facts, figures: Figures, count: Counted, income: Income) -> Verdict:
    """Income strictly below standard × people, and assets within the limit; the shortfall, per month."""
    below, shortfall = income.family.shortfall(dibao_line(figures, count.number))
    tests = (
        Condition("someone_counted", certain(count.number >= 1)),
        figure_missing(figures.standard != NONE_IN_FORCE),
        Condition("income_below_standard", below),
        Condition("assets_within_limit", facts.assets),
    )
    return verdict(Programme.DIBAO, tests, shortfall)
