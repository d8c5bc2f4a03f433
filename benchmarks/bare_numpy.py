"""The same arithmetic without any of our structure: one function a programme, straight NumPy over the raw arrays.

Answers are int8: 1 yes, 0 no, -1 unknown. It knows one day only, before 2026, so the basic pension is never counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eligibility.rules.codes import CareLevel
from eligibility.rules.columns import Facts
from eligibility.rules.figures import Figures

OWED_BY = {0: (1, 3, 2), 1: (0, 2), 2: (0, 1), 3: (0,)}
Answer = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Shared:
    """What several programmes start from, computed once, as anybody would."""

    facts: Facts
    figures: Figures
    age: np.ndarray
    count: np.ndarray
    own: np.ndarray
    number: np.ndarray
    income: np.ndarray
    unknown: np.ndarray
    labour: np.ndarray


def shared(facts: Facts, figures: Figures) -> Shared:
    p, start, age = facts.people, facts.person_first[:-1], _age(facts)
    count = _counted(facts, age)
    own = np.maximum(p.income - p.deductions, 0)
    return Shared(
        facts=facts,
        figures=figures,
        age=age,
        count=count,
        own=own,
        number=np.add.reduceat(count.astype(np.int64), start),
        income=np.add.reduceat(own * count, start),
        unknown=np.logical_or.reduceat(p.income_unknown & count, start),
        labour=_no_labour(facts, age),
    )


def _age(facts: Facts) -> np.ndarray:
    return (facts.as_of[facts.people.home] - facts.people.birth) // 10_000


def _counted(facts: Facts, age: np.ndarray) -> np.ndarray:
    p = facts.people
    alone = np.diff(facts.person_first)[p.home] == 1
    left = (p.relation == 2) & (age >= 18) & ~p.lives_here & ~((p.student >= 1) & (p.student <= 5))
    return ((p.absence == 0) & ~left) | (alone & (p.absence == 5))


def _every(parts: list[np.ndarray]) -> np.ndarray:
    no = np.logical_or.reduce([part == 0 for part in parts])
    unknown = np.logical_or.reduce([part == -1 for part in parts])
    return np.where(no, 0, np.where(unknown, -1, 1)).astype(np.int8)


def _some(parts: list[np.ndarray]) -> np.ndarray:
    yes = np.logical_or.reduce([part == 1 for part in parts])
    unknown = np.logical_or.reduce([part == -1 for part in parts])
    return np.where(yes, 1, np.where(unknown, -1, 0)).astype(np.int8)


def _below(known: np.ndarray, unknown: np.ndarray, line: np.ndarray) -> np.ndarray:
    return np.where(known >= line, 0, np.where(unknown, -1, 1)).astype(np.int8)


def dibao(s: Shared) -> Answer:
    """Outcome and amount in fen (-1 none) of every household."""
    line = s.figures.standard * 12 * s.number
    below = _below(s.income, s.unknown, line)
    outcome = _every([(s.number >= 1).astype(np.int8), below, s.facts.assets])
    amount = -(-(line - s.income) // 1200) * 100
    return outcome, np.where(outcome == 1, amount, -1)


def _severe(kind: np.ndarray, grade: np.ndarray) -> np.ndarray:
    yes = (kind > 0) & ((grade <= 2) | ((grade == 3) & ((kind == 5) | (kind == 6))))
    return np.where(yes, 1, np.where((kind == 7) & (grade == 3), -1, 0)).astype(np.int8)


def _no_labour(facts: Facts, age: np.ndarray) -> np.ndarray:
    p = facts.people
    kind, grade = p.disability, p.grade
    mind = ((kind == 5) | (kind == 6)) & (grade <= 3)
    body = ((kind == 4) & (grade <= 2)) | ((kind == 1) & (grade == 1))
    pupil = (p.student >= 1) & (p.student <= 3) & ((p.held & 1) > 0)
    yes = (age >= 60) | (age < 18) | pupil | mind | body
    return np.where(yes, 1, np.where((kind == 7) & (grade <= 3), -1, 0)).astype(np.int8)


def _listed(facts: Facts, figures: Figures) -> np.ndarray:
    o = facts.obligors
    known = o.age >= 0
    old = np.where(known, o.age >= 60, -1).astype(np.int8)
    aged = np.where(known, o.age >= 70, -1).astype(np.int8)
    reference = figures.reference[o.home]
    poor = np.where((o.income < 0) | (reference < 0), -1, o.income < reference).astype(np.int8)
    gone = ((o.status >= 1) & (o.status <= 3)).astype(np.int8)
    frail = _some([aged, _severe(o.disability, o.grade)])
    tekun = (o.held & 1).astype(np.int8)
    on_dibao = (o.held >> 1 & 1).astype(np.int8)
    return _some([tekun, _every([old, on_dibao]), _every([frail, poor, o.assets]), _every([gone, o.assets])])


def _relatives(facts: Facts, figures: Figures, age: np.ndarray, own: np.ndarray, destitute: np.ndarray) -> np.ndarray:
    p = facts.people
    assets, reference = facts.assets[p.home], figures.reference[p.home]
    poor = np.where(reference < 0, -1, _below(own, p.income_unknown, reference)).astype(np.int8)
    frail = _some([(age >= 70).astype(np.int8), _severe(p.disability, p.grade)])
    gone = ((p.absence == 1) | (p.absence == 2)).astype(np.int8)
    tekun = (p.held & 1).astype(np.int8)
    on_dibao = ((p.held >> 1 & 1) > 0) & (age >= 60)
    return _some([tekun, on_dibao.astype(np.int8), _every([frail, poor, assets]), _every([gone, assets]), destitute])


def _no_able(facts: Facts, age: np.ndarray, relatives: np.ndarray, listed: np.ndarray) -> np.ndarray:
    p, households = facts.people, len(facts.as_of)
    able, unsure = np.zeros((5, households), bool), np.zeros((5, households), bool)
    for group in range(4):
        owes = (p.relation == group) & (age >= 18)
        able[group][p.home[owes & (relatives == 0)]] = True
        unsure[group][p.home[owes & (relatives == -1)]] = True
    able[4][facts.obligors.home[listed == 0]] = True
    unsure[4] = ~facts.obligors_known
    unsure[4][facts.obligors.home[listed == -1]] = True
    answer = np.where(able[4], 0, np.where(unsure[4], -1, 1)).astype(np.int8)[p.home]
    for relation, groups in OWED_BY.items():
        rows = np.flatnonzero(p.relation == relation)
        some_able = np.logical_or.reduce([able[g] for g in (*groups, 4)])
        some_unsure = np.logical_or.reduce([unsure[g] for g in (*groups, 4)])
        answer[rows] = np.where(some_able, 0, np.where(some_unsure, -1, 1))[p.home[rows]]
    return answer


def listed(s: Shared) -> np.ndarray:
    """Rows of the people tekun looks at."""
    return np.flatnonzero(s.count & (s.labour != 0))


def tekun(s: Shared) -> Answer:
    """Outcome and amount in fen (-1 none) of every listed person, in the order of people."""
    facts, figures, p = s.facts, s.figures, s.facts.people
    living = _every([_below(s.own, p.income_unknown, figures.standard[p.home] * 12), facts.assets[p.home]])
    relatives = _relatives(facts, figures, s.age, s.own, _every([s.labour, living]))
    able = _no_able(facts, s.age, relatives, _listed(facts, figures))
    level_known = np.where(p.self_care < 0, -1, 1).astype(np.int8)
    rows = listed(s)
    outcome = _every([s.labour, living, able, level_known])[rows]
    level = np.where(p.self_care == 0, 0, np.where(p.self_care <= 3, 1, 2))
    care = np.choose(level, [figures.care(one)[p.home] for one in CareLevel])
    amount = (-(-(figures.basic[p.home] + care) // 100) * 100)[rows]
    return outcome, np.where(outcome == 1, amount, -1)
