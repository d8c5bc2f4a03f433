"""刚性支出困难家庭: 社会救助法 art. 22; 刚性支出困难家庭认定办法 art. 4, 5. No sum: the gate to other help."""

from __future__ import annotations

from typing import Final

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.columns import Facts
from eligibility.rules.counted import Counted
from eligibility.rules.edge import TEN_THOUSANDTHS
from eligibility.rules.figures import Figures
from eligibility.rules.income import Income, Reading
from eligibility.rules.temporary import reference_line
from eligibility.rules.ternary import NO, UNKNOWN, YES, Bools, Ternary, agreed, negated
from eligibility.rules.verdict import Condition, Verdict, verdict

RATIO_UNKNOWN: Final = -1


def _exceeds(facts: Facts, income: Reading) -> Bools:
    """spending × 10⁴ > ratio × income, exactly and inside 64 bits.

    With income = q × 10⁴ + r: spending − ratio × q > floor(ratio × r ÷ 10⁴). Where ratio × q alone passes the spending
    the answer is no, so the product that is formed never passes it.
    """
    ratio = np.maximum(facts.rigid_ratio, 0)
    q, r = np.divmod(income.known, TEN_THOUSANDTHS)
    passed = (ratio > 0) & (q > facts.spending // np.maximum(ratio, 1))
    rest = facts.spending - ratio * np.where(passed, 0, q)
    answer: Bools = ~passed & (rest > ratio * r // TEN_THOUSANDTHS)
    return answer


def _above(facts: Facts, income: Reading) -> Ternary:
    """What is known: more spending can only lift it above, more income only below. 认定办法 art. 4(三)."""
    above = _exceeds(facts, income)
    may_fall = income.unknown & (facts.rigid_ratio > 0)
    answer = np.where(above, np.where(may_fall, UNKNOWN, YES), np.where(facts.spending_unknown, UNKNOWN, NO))
    return np.where(facts.rigid_ratio == RATIO_UNKNOWN, UNKNOWN, answer)


def spending_above_ratio(facts: Facts, income: Income) -> Ternary:
    """Twelve months' spending over the family's income above the local ratio; unknown without a local ratio."""
    family = income.family
    out = _above(facts, family.out)
    return out if family.out is family.counting else agreed(out, _above(facts, family.counting))


def nobody_on_tekun(facts: Facts, tekun: Verdict) -> Ternary:
    """No counted person's tekun answer is yes; unknown where one may be. Shape (H,)."""
    assert tekun.persons is not None, "tekun answers for persons"
    home = facts.people.home[tekun.persons]
    answer = np.full(facts.households, YES, np.int8)
    answer[home[tekun.outcome == UNKNOWN]] = UNKNOWN
    answer[home[tekun.outcome == YES]] = NO
    return answer


def rigid(
    facts: Facts, figures: Figures, count: Counted, income: Income, dibao: Verdict, tekun: Verdict, edge: Verdict
) -> Verdict:
    """On none of dibao, tekun and edge; income below last year's per head; spending above the ratio; assets."""
    tests = (
        Condition("not_dibao", negated(dibao.outcome)),
        Condition("not_tekun", nobody_on_tekun(facts, tekun)),
        Condition("not_edge", negated(edge.outcome)),
        Condition("income_below_reference", income.family.below(reference_line(figures, count.number))),
        Condition("spending_above_ratio", spending_above_ratio(facts, income)),
        Condition("assets_within_limit", facts.assets),
    )
    return verdict(Programme.RIGID, tests)
