"""最低生活保障边缘家庭: 社会救助法 art. 21; 民发〔2021〕57号 art. 8; Shandong: at most the minimum wage."""

from __future__ import annotations

from typing import Final

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.columns import Facts
from eligibility.rules.counted import Counted
from eligibility.rules.dibao import dibao_line
from eligibility.rules.figures import NONE_IN_FORCE, Figures
from eligibility.rules.income import NO_LINE, Income
from eligibility.rules.ternary import Bools, Fen, negated
from eligibility.rules.verdict import Condition, Verdict, figure_missing, verdict

TEN_THOUSANDTHS: Final = 10_000


def edge_figures_known(figures: Figures) -> Bools:
    """The standard, and the minimum wage that caps it. Shape (H,)."""
    known: Bools = (figures.standard != NONE_IN_FORCE) & (figures.wage != NONE_IN_FORCE)
    return known


def edge_line(facts: Facts, figures: Figures, number: Fen) -> Fen:
    """min(k × standard, minimum wage) × people; −1 where a figure is missing.

    The smallest whole fen a year that is not below the line: for whole fen, income < line and income < ceil(line) are
    the same. k is capped by division first, since k × standard may not fit 64 bits: k × S > W is k > floor(W / S).
    """
    wage = np.maximum(figures.wage, 0) * TEN_THOUSANDTHS
    standard = np.maximum(figures.standard, 0)
    capped = facts.edge_multiple > wage // np.maximum(standard, 1)
    capped &= standard > 0
    each = np.where(capped, wage, np.where(capped, 0, facts.edge_multiple) * standard)
    line = -(-each * 12 * number // TEN_THOUSANDTHS)
    return np.where(edge_figures_known(figures), line, NO_LINE)


def edge(facts: Facts, figures: Figures, count: Counted, income: Income) -> Verdict:
    """Not below the dibao line, strictly below the edge line, assets within the limit. No sum."""
    standard_known = figures.standard != NONE_IN_FORCE
    tests = (
        figure_missing(standard_known),
        Condition("not_dibao", negated(income.family.below(dibao_line(figures, count.number)))),
        figure_missing(edge_figures_known(figures) | ~standard_known),
        Condition("income_below_edge", income.family.below(edge_line(facts, figures, count.number))),
        Condition("assets_within_limit", facts.assets),
    )
    return verdict(Programme.EDGE, tests)
