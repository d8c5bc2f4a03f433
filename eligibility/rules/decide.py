"""Every programme over one batch: the same call for one household and for a million."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from eligibility.programmes import Programme
from eligibility.rules.columns import Facts
from eligibility.rules.counted import Counted, counted
from eligibility.rules.dated import ALWAYS, Batch, Formula, in_force
from eligibility.rules.dibao import dibao
from eligibility.rules.dibao_single import dibao_single
from eligibility.rules.edge import edge
from eligibility.rules.figures import Figures
from eligibility.rules.income import Income, countable
from eligibility.rules.orphans import de_facto_orphan, orphan
from eligibility.rules.parts import in_parts
from eligibility.rules.rigid import rigid
from eligibility.rules.subsidies import disability_care, disability_living
from eligibility.rules.tekun import tekun
from eligibility.rules.temporary import temporary
from eligibility.rules.verdict import Verdict

RULES_VERSION: Final = "2026.11.1"
"""Written with every stored assessment; changes whenever an answer may."""

P = Programme
Answer = Callable[[Batch], Verdict]


def _always(answer: Answer) -> tuple[Formula, ...]:
    return (Formula(ALWAYS, answer),)


FORMULAS: Final[dict[Programme, tuple[Formula, ...]]] = {
    P.DIBAO: _always(lambda b: dibao(b.facts, b.figures, b.count, b.income)),
    P.EDGE: _always(lambda b: edge(b.facts, b.figures, b.count, b.income)),
    P.DIBAO_SINGLE: _always(lambda b: dibao_single(b.facts, b.figures, b.count, b.income, b.found[P.EDGE])),
    P.TEKUN: _always(lambda b: tekun(b.facts, b.figures, b.count, b.income)),
    P.TEMPORARY: _always(lambda b: temporary(b.facts, b.figures, b.count, b.income)),
    P.ORPHAN: _always(lambda b: orphan(b.facts, b.figures, b.count)),
    P.DE_FACTO_ORPHAN: _always(lambda b: de_facto_orphan(b.facts, b.figures, b.count)),
    P.RIGID: _always(
        lambda b: rigid(b.facts, b.figures, b.count, b.income, b.found[P.DIBAO], b.found[P.TEKUN], b.found[P.EDGE])
    ),
    P.DISABILITY_LIVING: _always(
        lambda b: disability_living(b.facts, b.figures, b.count, b.found[P.DIBAO], b.found[P.TEKUN])
    ),
    P.DISABILITY_CARE: _always(lambda b: disability_care(b.facts, b.figures, b.count, b.found[P.TEKUN])),
}
"""Each programme's formulas by the day they begin, in the order they build on each other. A formula that has judged a
case is never edited: a new law adds one with its day. Exclusions and rounding inside a formula are part of it."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was counted on the way, and each programme's verdict."""

    count: Counted
    income: Income
    verdicts: dict[Programme, Verdict]


def decide(facts: Facts, figures: Figures) -> Decisions:
    """Answer every programme. `figures` has one row a household of `facts`."""
    count = counted(facts)
    income = countable(facts, count)
    found: dict[str, Verdict] = {}
    batch = Batch(facts, figures, count, income, found)
    for programme, formulas in FORMULAS.items():
        found[programme] = in_force(formulas, batch)
    return Decisions(count, income, {programme: found[programme] for programme in FORMULAS})


def verdicts(facts: Facts, figures: Figures) -> dict[Programme, Verdict]:
    """The answers of `decide` alone, however many households: worked out part by part, joined in order."""
    joined = in_parts(lambda some, theirs: list(decide(some, theirs).verdicts.values()), facts, figures)
    return {verdict.programme: verdict for verdict in joined}
