"""刚性支出困难家庭 as the oracle reads it: what is spent against what comes in, both of which may be half known."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.eligibility.oracle_household import Household, Sum, Truth, entry, mark, month, truth_of


def spent_in_a_year(h: Household) -> Sum:
    """Every kind counts. No list, or an entry without amount, is more that nobody knows: never 0, never less."""
    entries = h.line.get("spending")
    if entries is None:
        return Sum(Fraction(0), True)
    known = sum((12 * month(e) for e in entries if e.get("amount") is not None), Fraction(0))
    return Sum(known, any(e.get("amount") is None for e in entries))


def above(spent: Sum, ratio: Fraction, income: Sum) -> Truth:
    """spent > ratio × income a year. The spending can only grow, and so can the line it is held against."""
    least_line = ratio * 12 * income.known
    line_may_grow = income.more and ratio > 0
    if spent.known > least_line:
        mark("rigid:above_but_income_open" if line_may_grow else "rigid:above")
        return None if line_may_grow else True
    if spent.more:
        mark("rigid:below_but_spending_open")
        return None
    mark("rigid:equal" if spent.known == least_line else "rigid:below")
    return False


def spending_above_ratio(h: Household) -> Truth:
    given = h.line.get("rigid_ratio")
    if given is None:
        mark("rigid:no_ratio")
        return None
    spent = spent_in_a_year(h)
    return h.agree([above(spent, Fraction(str(given)), h.family(reading)) for reading in h.readings])


def nobody_on_tekun(outcomes: list[str]) -> Truth:
    """The answer about the counted people: one is enough to say no, one undecided to leave it open."""
    if "eligible" in outcomes:
        return False
    return None if "undetermined" in outcomes else True


def rigid(h: Household, dibao_outcome: str, edge_outcome: str, tekun_outcomes: list[str]) -> Any:
    reference = None if h.f.reference is None else h.f.reference * h.n / 12
    tests: list[tuple[str, Truth]] = [
        ("not_dibao", truth_of(dibao_outcome, negated=True)),
        ("not_tekun", nobody_on_tekun(tekun_outcomes)),
        ("not_edge", truth_of(edge_outcome, negated=True)),
        ("income_below_reference", h.family_below(reference)),
        ("spending_above_ratio", spending_above_ratio(h)),
        ("assets_within_limit", h.assets),
    ]
    return entry("rigid", None, tests, None)
