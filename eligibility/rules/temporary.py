"""临时救助: 社会救助法 art. 29; 国务院令649号 art. 47; 聊政字〔2020〕28号 三(二)."""

from __future__ import annotations

from typing import Final

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.codes import Need
from eligibility.rules.columns import Facts
from eligibility.rules.counted import Counted
from eligibility.rules.edge import TEN_THOUSANDTHS
from eligibility.rules.figures import NONE_IN_FORCE, Figures
from eligibility.rules.income import NO_LINE, Income
from eligibility.rules.ternary import ABSENT, NO, UNKNOWN, YES, Bools, Fen, Ternary, certain
from eligibility.rules.verdict import NO_SUM, Condition, Verdict, verdict

LEAST: Final = 3 * TEN_THOUSANDTHS
MOST: Final = {Need.MEDICAL: 12 * TEN_THOUSANDTHS, Need.EDUCATION: 6 * TEN_THOUSANDTHS}
"""聊政字〔2020〕28号 三(二): medical 3-12 ×, education 3-6 × the urban standard."""


def within_range(facts: Facts) -> Ternary:
    """Below the range no; in it yes; above it, or not known, a person decides (一事一议)."""
    most = np.where(facts.need == Need.MEDICAL, MOST[Need.MEDICAL], MOST[Need.EDUCATION])
    answer = np.where(facts.need_multiple < LEAST, NO, np.where(facts.need_multiple > most, UNKNOWN, YES))
    return np.where(facts.need_multiple < 0, UNKNOWN, answer)


def reference_line(figures: Figures, number: Fen) -> Fen:
    """Last year's disposable income per head × people, fen a year; −1 where that year is not known."""
    reference = figures.reference
    return np.where(reference == NONE_IN_FORCE, NO_LINE, reference * number)


def _only(shown: Bools, code: str, passed: Ternary) -> Condition:
    return Condition(code, np.where(shown, passed, ABSENT))


def temporary(facts: Facts, figures: Figures, count: Counted, income: Income) -> Verdict:
    """Spending need: multiple × urban standard, once. A sudden need is met on the need alone; a person sets the sum."""
    spending = (facts.need == Need.MEDICAL) | (facts.need == Need.EDUCATION)
    in_range = within_range(facts)
    below = income.family.below(reference_line(figures, count.number))
    urban_unknown = np.where(figures.urban == NONE_IN_FORCE, UNKNOWN, ABSENT)
    tests = (
        Condition("need_known", certain(facts.need != Need.NONE)),
        _only(spending, "income_below_reference", below),
        _only(spending, "assets_within_limit", facts.assets),
        _only(spending, "within_range", in_range),
        _only(spending, "standard_in_force", urban_unknown),
    )
    payable = spending & (in_range == YES)
    exact = np.where(payable, facts.need_multiple, 0) * figures.urban
    rounded = -(-exact // (100 * TEN_THOUSANDTHS)) * 100
    return verdict(Programme.TEMPORARY, tests, np.where(payable, rounded, NO_SUM))
