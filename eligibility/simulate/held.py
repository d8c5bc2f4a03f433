"""What each family and person would hold, nobody twice: the answers of the rules, with the law's exclusions applied.

`assess` answers every programme on its own tests, so one old man alone answers yes to both dibao and tekun, and adding
both sums up would cost him twice. Here, as the law ranks them (`Programme.excludes`):

- whoever's tekun answer is yes is on tekun (43号 art. 9), and holds no dibao_single, orphan or disability money;
- the rest of that family is asked again for dibao, edge, dibao_single and the subsidies with that person not counted:
  neither among the people nor in the income. Nobody left: no dibao;
- an orphan or de facto orphan holds no dibao_single.

Gained, lost and every sum are counted after this. `doubled` keeps who answers yes and is counted elsewhere, so that
the difference to the single answers is a number too.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final, TypeVar

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.codes import Away
from eligibility.rules.columns import Facts, Obligors, People
from eligibility.rules.decide import Decisions, decide
from eligibility.rules.figures import Figures
from eligibility.rules.ternary import NO, YES, Bools, Fen, Index, Ternary
from eligibility.rules.verdict import NO_SUM, Verdict

P = Programme
SIMULATED: Final[tuple[Programme, ...]] = tuple(programme for programme in Programme if programme is not P.TEMPORARY)
"""Temporary relief answers a need somebody applies with; the registry holds none, so nothing is said of it."""
_ASKED_AGAIN: Final = (P.DIBAO, P.EDGE, P.DIBAO_SINGLE, P.DISABILITY_LIVING, P.DISABILITY_CARE)
Rows = TypeVar("Rows", People, Obligors)


@dataclass(frozen=True, slots=True)
class Held:
    """One programme: rows as in its verdict (`persons` None: one a household). `fen` is 0 where nothing is paid."""

    persons: Index | None
    outcome: Ternary
    fen: Fen
    doubled: Bools


@dataclass(frozen=True, slots=True)
class Holding:
    """Every programme's rows, and how many people each family counts beside those on tekun. Shape (H,)."""

    held: dict[Programme, Held]
    people: Fen


def holding(facts: Facts, figures: Figures) -> Holding:
    """What everybody of this batch would hold under these figures."""
    found = decide(facts, figures)
    on_tekun = _eligible_people(found.verdicts[P.TEKUN], facts)
    outcomes: dict[Programme, Ternary] = {one: found.verdicts[one].outcome.copy() for one in SIMULATED}
    fen: dict[Programme, Fen] = {one: found.verdicts[one].amount.copy() for one in SIMULATED}
    people = found.count.number.copy()
    if on_tekun.any():
        _ask_again(facts, figures, found, on_tekun, outcomes, fen, people)
    orphans = on_tekun.copy()
    for programme in (P.ORPHAN, P.DE_FACTO_ORPHAN):
        persons = found.verdicts[programme].persons
        assert persons is not None, f"{programme} answers for persons"
        outcomes[programme][on_tekun[persons]] = NO
        orphans[persons[outcomes[programme] == YES]] = True
    single = found.verdicts[P.DIBAO_SINGLE].persons
    outcomes[P.DIBAO_SINGLE][orphans[single]] = NO
    return Holding({one: _held(found.verdicts[one], outcomes[one], fen[one]) for one in SIMULATED}, people)


def _held(verdict: Verdict, outcome: Ternary, fen: Fen) -> Held:
    paid = (outcome == YES) & (fen != NO_SUM)
    return Held(verdict.persons, outcome, np.where(paid, fen, 0), (verdict.outcome == YES) & (outcome != YES))


def _eligible_people(verdict: Verdict, facts: Facts) -> Bools:
    mine = np.zeros(len(facts.people.home), np.bool_)
    assert verdict.persons is not None, "tekun answers for persons"
    mine[verdict.persons[verdict.outcome == YES]] = True
    return mine


def _ask_again(
    facts: Facts,
    figures: Figures,
    found: Decisions,
    on_tekun: Bools,
    outcomes: dict[Programme, Ternary],
    fen: dict[Programme, Fen],
    people: Fen,
) -> None:
    """Families with somebody on tekun, judged again without them; the answers are written over the first ones."""
    homes = np.unique(facts.people.home[on_tekun])
    chosen = np.zeros(facts.households, np.bool_)
    chosen[homes] = True
    persons = np.flatnonzero(chosen[facts.people.home])
    rest = _without(_some(facts, chosen, persons), on_tekun[persons])
    again = decide(rest, Figures(figures.sets, figures.of[homes]))
    people[homes] = again.count.number
    for programme in _ASKED_AGAIN:
        verdict, first = again.verdicts[programme], found.verdicts[programme].persons
        if verdict.persons is None or first is None:
            rows = homes
        else:
            theirs = chosen[facts.people.home[first]]
            outcomes[programme][theirs], fen[programme][theirs] = NO, NO_SUM
            rows = np.searchsorted(first, persons[verdict.persons])
        outcomes[programme][rows], fen[programme][rows] = verdict.outcome, verdict.amount


def _without(facts: Facts, aside: Bools) -> Facts:
    """Those people not counted: the rules leave out whoever is absent, and ask no more of them."""
    absence = np.where(aside, np.int8(Away.DRUG_ISOLATION), facts.people.absence)
    return replace(facts, people=replace(facts.people, absence=absence))


_APART: Final = frozenset({"person_first", "people", "obligor_first", "obligors"})


def _some(facts: Facts, chosen: Bools, persons: Index) -> Facts:
    """The chosen households alone, in their order."""
    place = np.cumsum(chosen) - 1
    obligors = np.flatnonzero(chosen[facts.obligors.home])
    return replace(
        facts,
        **{one.name: getattr(facts, one.name)[chosen] for one in fields(Facts) if one.name not in _APART},
        person_first=_first(np.diff(facts.person_first)[chosen]),
        people=_rows(facts.people, persons, place),
        obligor_first=_first(np.diff(facts.obligor_first)[chosen]),
        obligors=_rows(facts.obligors, obligors, place),
    )


def _first(sizes: Index) -> Index:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def _rows(rows: Rows, which: Index, place: Index) -> Rows:
    columns = {one.name: getattr(rows, one.name)[which] for one in fields(rows) if one.name != "home"}
    return replace(rows, **columns, home=place[rows.home[which]])
