"""Every programme that is built, over one batch: the same call for one household and for a million."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eligibility.programmes import Programme
from eligibility.rules.columns import Facts
from eligibility.rules.counted import Counted, counted
from eligibility.rules.dibao import dibao
from eligibility.rules.dibao_single import dibao_single
from eligibility.rules.edge import edge
from eligibility.rules.figures import Figures
from eligibility.rules.income import Income, countable
from eligibility.rules.tekun import tekun
from eligibility.rules.temporary import temporary
from eligibility.rules.verdict import Verdict

RULES_VERSION: Final = "2026.07.1"
"""Written with every stored assessment; changes whenever an answer may."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was counted on the way, and each programme's verdict."""

    count: Counted
    income: Income
    verdicts: dict[Programme, Verdict]


def decide(facts: Facts, figures: Figures) -> Decisions:
    """Answer every built programme. `figures` has one row a household of `facts`."""
    count = counted(facts)
    income = countable(facts, count)
    on_edge = edge(facts, figures, count, income)
    verdicts = (
        dibao(facts, figures, count, income),
        dibao_single(facts, figures, count, income, on_edge),
        tekun(facts, figures, count, income),
        temporary(facts, figures, count, income),
        on_edge,
    )
    return Decisions(count, income, {verdict.programme: verdict for verdict in verdicts})
