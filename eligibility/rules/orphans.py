"""孤儿: 国办发〔2010〕54号. 事实无人抚养儿童: 民发〔2019〕62号. Per child and month, never noticed in public."""

from __future__ import annotations

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.codes import Orphan
from eligibility.rules.columns import Facts
from eligibility.rules.counted import YEARS, Counted
from eligibility.rules.figures import NONE_IN_FORCE, Figures
from eligibility.rules.ternary import Bools, Fen, Index, certain
from eligibility.rules.verdict import Condition, Verdict, figure_missing, verdict, whole_yuan_up


def _child_allowance(programme: Programme, facts: Facts, rows: Index, status: Bools, each: Fen) -> Verdict:
    people = facts.people
    minor = people.birth[rows] > facts.as_of[people.home[rows]] - 18 * YEARS
    tests = (
        Condition("under_18", certain(minor)),
        Condition("orphan_status", certain(status[rows])),
        figure_missing(each != NONE_IN_FORCE),
    )
    return verdict(programme, tests, whole_yuan_up(each), rows)


def orphan(facts: Facts, figures: Figures, count: Counted) -> Verdict:
    """A child who lost both parents, by where it lives: an institution or a family."""
    people = facts.people
    status = (people.orphan == Orphan.INSTITUTION) | (people.orphan == Orphan.DISPERSED)
    rows: Index = np.flatnonzero(count.person & status)
    home = people.home[rows]
    kept = people.orphan[rows] == Orphan.INSTITUTION
    each = np.where(kept, figures.orphan(0)[home], figures.orphan(1)[home])
    return _child_allowance(Programme.ORPHAN, facts, rows, status, each)


def de_facto_orphan(facts: Facts, figures: Figures, count: Counted) -> Verdict:
    """A child nobody in fact brings up: as an orphan outside an institution."""
    people = facts.people
    status = people.orphan == Orphan.DE_FACTO
    rows: Index = np.flatnonzero(count.person & status)
    each = figures.orphan(1)[people.home[rows]]
    return _child_allowance(Programme.DE_FACTO_ORPHAN, facts, rows, status, each)
