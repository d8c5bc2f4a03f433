"""Whether somebody able owes support: 民发〔2021〕43号 art. 8."""

from __future__ import annotations

from typing import Final

import numpy as np

from eligibility.rules.codes import HELD_DIBAO, HELD_TEKUN, Away, Relation
from eligibility.rules.columns import UNKNOWN_SUM, Facts, combined
from eligibility.rules.counted import YEARS
from eligibility.rules.disability import severe
from eligibility.rules.figures import NONE_IN_FORCE, Figures
from eligibility.rules.income import NO_LINE, Income
from eligibility.rules.ternary import (
    NO,
    UNKNOWN,
    YES,
    Bits,
    Bools,
    Fen,
    Index,
    Ternary,
    both,
    certain,
    either,
    unless_known,
)

_GROUP: Final = {Relation.HEAD: 0, Relation.SPOUSE: 1, Relation.CHILD: 2, Relation.PARENT: 3}
_OWED_BY: Final = {
    Relation.HEAD: (Relation.SPOUSE, Relation.PARENT, Relation.CHILD),
    Relation.SPOUSE: (Relation.HEAD, Relation.CHILD),
    Relation.CHILD: (Relation.HEAD, Relation.SPOUSE),
    Relation.PARENT: (Relation.HEAD,),
}
"""Who of the people listed owes whom, by relation to the head. Of the others nobody owes anybody."""
_ABLE_SHIFT: Final = np.uint8(4)
"""Bits 0-3: an obligor of that group whose ability is unknown; bits 4-7: an able one."""

_UNSURE_BIT = np.zeros(len(Relation), np.uint8)
_UNSURE_OWED = np.zeros(len(Relation), np.uint8)
for _relation, _group in _GROUP.items():
    _UNSURE_BIT[_relation] = 1 << _group
    _UNSURE_OWED[_relation] = sum(1 << _GROUP[by] for by in _OWED_BY[_relation])


def _listed_unable(facts: Facts, figures: Figures) -> Ternary:
    """Each entry of `obligors`: unable to support? Shape (O,)."""
    o = facts.obligors
    age_known = o.age >= 0

    def aged(years: int) -> Ternary:
        return unless_known(age_known, o.age >= years)

    reference = figures.reference[o.home]
    known = (o.income != UNKNOWN_SUM) & (reference >= 0)
    poor = unless_known(known, o.income < reference)
    aged_dibao = both(aged(60), certain((o.held & HELD_DIBAO) > 0))
    frail = either(aged(70), severe(o.disability, o.grade))
    gone = certain((o.status >= Away.PRISON) & (o.status <= Away.NO_CAPACITY))
    return _any_ground(
        certain((o.held & HELD_TEKUN) > 0), aged_dibao, both(both(frail, poor), o.assets), gone, o.assets
    )


def _any_ground(tekun: Ternary, aged_dibao: Ternary, frail_poor: Ternary, gone: Ternary, assets: Ternary) -> Ternary:
    """43号 art. 8: one ground is enough."""
    return either(either(tekun, aged_dibao), either(frail_poor, both(gone, assets)))


def _family_unable(facts: Facts, figures: Figures, income: Income, destitute: Ternary) -> Ternary:
    """Each listed person as an obligor, by the same list with the family's own facts. Shape (P,).

    `destitute`: no labour and no living of their own, which is one ground more.
    """
    p, home = facts.people, facts.people.home
    today, assets = facts.as_of[home], facts.assets[home]
    frail = either(certain(p.birth <= today - 70 * YEARS), severe(p.disability, p.grade))
    grounds = np.zeros(len(home), np.int8)
    rows = np.flatnonzero(frail)
    if len(rows):
        poor = income.own.of(rows).below(_reference_line(figures)[home[rows]])
        grounds[rows] = both(both(frail[rows], poor), assets[rows])
    aged_dibao = certain((p.birth <= today - 60 * YEARS) & ((p.held & HELD_DIBAO) > 0))
    gone = certain((p.absence == Away.PRISON) | (p.absence == Away.MISSING))
    unable = _any_ground(certain((p.held & HELD_TEKUN) > 0), aged_dibao, grounds, gone, assets)
    return either(unable, destitute)


def _reference_line(figures: Figures) -> Fen:
    reference = figures.reference
    return np.where(reference == NONE_IN_FORCE, NO_LINE, reference)


def _answer(able: Bools, unsure: Bools) -> Ternary:
    return unless_known(able | ~unsure, ~able)


def _group_bits(facts: Facts, unable: Ternary) -> Bits:
    """Per household, which groups of adult relatives hold an able member, and which an unknown one. Shape (H,)."""
    people = facts.people
    adult = people.birth <= facts.as_of[people.home] - 18 * YEARS
    bit = _UNSURE_BIT[people.relation]
    bit *= adult & (unable != YES)
    bit <<= (unable == NO).view(np.uint8) * _ABLE_SHIFT
    return combined(bit, facts.person_first)


def no_able_obligor(facts: Facts, figures: Figures, income: Income, destitute: Ternary, rows: Index) -> Ternary:
    """Nobody owes these people support, or everybody who does is unable. One able obligor makes it false.

    `destitute` is (P,); the answer has one entry for each of `rows` (indices of people).
    """
    people, obligors = facts.people, facts.obligors
    bits = _group_bits(facts, _family_unable(facts, figures, income, destitute))
    listed = _listed_unable(facts, figures)
    able = np.zeros(facts.households, np.bool_)
    unsure = ~facts.obligors_known
    able[obligors.home[listed == NO]] = True
    unsure[obligors.home[listed == UNKNOWN]] = True
    home = people.home[rows]
    owed, here = _UNSURE_OWED[people.relation[rows]], bits[home]
    return _answer(able[home] | ((here >> _ABLE_SHIFT) & owed > 0), unsure[home] | (here & owed > 0))
