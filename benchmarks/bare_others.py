"""The other eight programmes without our structure, over the raw arrays and what they share.

The population's day is before 2026 and every figure is in force, so no pension is counted and no figure is missing.
"""

from __future__ import annotations

import numpy as np

from benchmarks.bare_numpy import Answer, Shared, _below, _every, _severe, _some, dibao, listed, shared, tekun
from eligibility.programmes import Programme
from eligibility.rules.columns import Facts
from eligibility.rules.figures import Figures


def _not(answer: np.ndarray) -> np.ndarray:
    return np.where(answer == -1, -1, 1 - answer).astype(np.int8)


def _none(outcome: np.ndarray) -> np.ndarray:
    return np.full(len(outcome), -1)


def edge(s: Shared) -> Answer:
    each = np.minimum(s.facts.edge_multiple * s.figures.standard, s.figures.wage * 10_000)
    lower = _below(s.income, s.unknown, s.figures.standard * 12 * s.number)
    upper = _below(s.income, s.unknown, -(-each * 12 * s.number // 10_000))
    outcome = _every([_not(lower), upper, s.facts.assets])
    return outcome, _none(outcome)


def dibao_single(s: Shared, in_edge: Answer) -> Answer:
    p = s.facts.people
    frail = _some([_severe(p.disability, p.grade), p.illness])
    rows = np.flatnonzero(s.count & (frail != 0))
    line = (s.figures.standard * 12)[p.home]
    outcome = _every([in_edge[0][p.home], frail, _below(s.own, p.income_unknown, line)])
    amount = -(-(line - s.own) // 1200) * 100
    return outcome[rows], np.where(outcome == 1, amount, -1)[rows]


def temporary(s: Shared) -> Answer:
    need, multiple = s.facts.need, s.facts.need_multiple
    most = np.where(need == 1, 120_000, 60_000)
    fits = np.where(multiple < 0, -1, np.where(multiple < 30_000, 0, np.where(multiple > most, -1, 1)))
    poor = _below(s.income, s.unknown, s.figures.reference * s.number)
    spending = _every([poor, s.facts.assets, fits.astype(np.int8)])
    outcome = np.where(need == 0, 0, np.where(need == 3, 1, spending)).astype(np.int8)
    amount = -(-multiple * s.figures.urban // 1_000_000) * 100
    return outcome, np.where((outcome == 1) & (need != 3), amount, -1)


def rigid(s: Shared, on_dibao: Answer, on_tekun: Answer, on_edge: Answer) -> Answer:
    facts, rows = s.facts, listed(s)
    somebody, perhaps = np.zeros(facts.households, bool), np.zeros(facts.households, bool)
    somebody[facts.people.home[rows[on_tekun[0] == 1]]] = True
    perhaps[facts.people.home[rows[on_tekun[0] == -1]]] = True
    nobody = np.where(somebody, 0, np.where(perhaps, -1, 1)).astype(np.int8)
    over = facts.spending * 10_000 > facts.rigid_ratio * s.income
    sure = np.where(over, np.where(s.unknown, -1, 1), np.where(facts.spending_unknown, -1, 0))
    above = np.where(facts.rigid_ratio < 0, -1, sure).astype(np.int8)
    poor = _below(s.income, s.unknown, s.figures.reference * s.number)
    outcome = _every([_not(on_dibao[0]), nobody, _not(on_edge[0]), poor, above, facts.assets])
    return outcome, _none(outcome)


def _children(s: Shared, status: np.ndarray, each: np.ndarray) -> Answer:
    rows = np.flatnonzero(s.count & status)
    outcome = (s.age[rows] < 18).astype(np.int8)
    return outcome, np.where(outcome == 1, each[rows], -1)


def orphan(s: Shared) -> Answer:
    p = s.facts.people
    each = np.where(p.orphan == 1, s.figures.orphan(0)[p.home], s.figures.orphan(1)[p.home])
    return _children(s, (p.orphan == 1) | (p.orphan == 2), each)


def de_facto_orphan(s: Shared) -> Answer:
    return _children(s, s.facts.people.orphan == 3, s.figures.orphan(1)[s.facts.people.home])


def _free_of_tekun(s: Shared, on_tekun: Answer) -> np.ndarray:
    """Of every person: 1 not on tekun, 0 on it, -1 open."""
    answer = np.ones(len(s.age), np.int8)
    answer[listed(s)] = _not(on_tekun[0])
    return answer


def disability_living(s: Shared, on_dibao: Answer, free: np.ndarray) -> Answer:
    p = s.facts.people
    rows = np.flatnonzero(s.count & (p.disability > 0))
    each = np.where(p.grade <= 2, s.figures.living(0)[p.home], s.figures.living(1)[p.home])[rows]
    outcome = _every([on_dibao[0][p.home][rows], free[rows]])
    return outcome, np.where(outcome == 1, each, -1)


def disability_care(s: Shared, free: np.ndarray) -> Answer:
    p = s.facts.people
    kind, grade = p.disability, p.grade
    rows = np.flatnonzero(s.count & (kind > 0))
    sure = ((kind == 1) | ((kind >= 4) & (kind <= 6))) & (grade <= 2)
    needs = np.where(sure, 1, np.where((kind == 7) & (grade <= 2), -1, 0)).astype(np.int8)[rows]
    each = np.where(grade == 1, s.figures.care_subsidy(0)[p.home], s.figures.care_subsidy(1)[p.home])[rows]
    outcome = _every([needs, free[rows]])
    return outcome, np.where(outcome == 1, each, -1)


def everything(facts: Facts, figures: Figures) -> dict[Programme, Answer]:
    """All ten, each thing computed once."""
    s = shared(facts, figures)
    on_dibao, on_edge, on_tekun = dibao(s), edge(s), tekun(s)
    free = _free_of_tekun(s, on_tekun)
    return {
        Programme.DIBAO: on_dibao,
        Programme.DIBAO_SINGLE: dibao_single(s, on_edge),
        Programme.TEKUN: on_tekun,
        Programme.TEMPORARY: temporary(s),
        Programme.EDGE: on_edge,
        Programme.RIGID: rigid(s, on_dibao, on_tekun, on_edge),
        Programme.ORPHAN: orphan(s),
        Programme.DE_FACTO_ORPHAN: de_facto_orphan(s),
        Programme.DISABILITY_LIVING: disability_living(s, on_dibao, free),
        Programme.DISABILITY_CARE: disability_care(s, free),
    }
