"""残疾人两项补贴: 国发〔2015〕52号; 鲁政发〔2015〕27号; 聊城 2024 standards. Whoever is on tekun draws neither."""

from __future__ import annotations

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.codes import Disability
from eligibility.rules.columns import Facts
from eligibility.rules.counted import Counted
from eligibility.rules.disability import needs_care
from eligibility.rules.figures import NONE_IN_FORCE, Figures
from eligibility.rules.ternary import YES, Index, Ternary, certain, negated
from eligibility.rules.verdict import Condition, Verdict, figure_missing, verdict, whole_yuan_up


def _disabled(facts: Facts, count: Counted) -> Index:
    """Every counted person with a disability of any kind and grade: whom both subsidies look at."""
    rows: Index = np.flatnonzero(count.person & (facts.people.disability != Disability.NONE))
    return rows


def not_on_tekun(tekun: Verdict, rows: Index) -> Ternary:
    """The person's own tekun answer, negated; whoever is not listed there is not on tekun."""
    assert tekun.persons is not None, "tekun answers for persons"
    answer = np.full(len(rows), YES, np.int8)
    if len(tekun.persons):
        place = np.minimum(np.searchsorted(tekun.persons, rows), len(tekun.persons) - 1)
        listed = tekun.persons[place] == rows
        answer[listed] = negated(tekun.outcome[place[listed]])
    return answer


def disability_living(facts: Facts, figures: Figures, count: Counted, dibao: Verdict, tekun: Verdict) -> Verdict:
    """困难残疾人生活补贴: a disabled person of a dibao family, by grade band, per month."""
    rows = _disabled(facts, count)
    home = facts.people.home[rows]
    each = np.where(facts.people.grade[rows] <= 2, figures.living(0)[home], figures.living(1)[home])
    tests = (
        Condition("has_disability", certain(facts.people.disability[rows] != Disability.NONE)),
        Condition("family_on_dibao", dibao.outcome[home]),
        Condition("not_tekun", not_on_tekun(tekun, rows)),
        figure_missing(each != NONE_IN_FORCE),
    )
    return verdict(Programme.DISABILITY_LIVING, tests, whole_yuan_up(each), rows)


def disability_care(facts: Facts, figures: Figures, count: Counted, tekun: Verdict) -> Verdict:
    """重度残疾人护理补贴: kind and grade that need care, by grade, per month."""
    people, rows = facts.people, _disabled(facts, count)
    home, grade = people.home[rows], people.grade[rows]
    each = np.where(grade == 1, figures.care_subsidy(0)[home], figures.care_subsidy(1)[home])
    tests = (
        Condition("care_disability", needs_care(people.disability[rows], grade)),
        Condition("not_tekun", not_on_tekun(tekun, rows)),
        figure_missing((each != NONE_IN_FORCE) | (grade > 2)),
    )
    return verdict(Programme.DISABILITY_CARE, tests, whole_yuan_up(each), rows)
