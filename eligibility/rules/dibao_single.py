"""单人保: 社会救助法 art. 21; 民发〔2021〕57号 art. 8. One person of an edge family."""

from __future__ import annotations

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.columns import Facts
from eligibility.rules.counted import Counted
from eligibility.rules.disability import severe
from eligibility.rules.figures import NONE_IN_FORCE, Figures
from eligibility.rules.income import NO_LINE, Income
from eligibility.rules.ternary import NO, either
from eligibility.rules.verdict import Condition, Verdict, figure_missing, verdict


def dibao_single(facts: Facts, figures: Figures, count: Counted, income: Income, edge: Verdict) -> Verdict:
    """A severely disabled or seriously ill person of an edge family, by the shortfall of the person's own income."""
    people = facts.people
    condition = either(severe(people.disability, people.grade), people.illness)
    rows = np.flatnonzero(count.person & (condition != NO))
    home = people.home[rows]
    standard = figures.standard[home]
    known = standard != NONE_IN_FORCE
    line = np.where(known, standard * 12, NO_LINE)
    below, shortfall = income.own.of(rows).shortfall(line)
    tests = (
        Condition("in_edge_family", edge.outcome[home]),
        Condition("severe", condition[rows]),
        figure_missing(known),
        Condition("own_income_below_standard", below),
    )
    return verdict(Programme.DIBAO_SINGLE, tests, shortfall, rows)
