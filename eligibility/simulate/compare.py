"""Two questions of one population: the figures in force on a day, and those with the proposed values from that day.

Gained: not eligible, then eligible. Lost: eligible, then not. Raised and lowered: eligible both times, another sum.
Undetermined is counted apart and never as zero: neither among who gains nor in any sum; who passes between eligible
and undetermined is `settled` or `unsettled`, so that the difference of the two sums is always accounted for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.figures import FigureBook, Figures
from eligibility.rules.parts import HOUSEHOLDS_A_PART, Part, parts
from eligibility.rules.ternary import ABSENT, NO, UNKNOWN, YES, Bools, Codes, Fen, Index, Ternary
from eligibility.simulate.figures import figures_of
from eligibility.simulate.held import SIMULATED, Held, Holding, holding
from eligibility.simulate.population import Population


class Change(IntEnum):
    NONE = 0
    GAINED = 1
    LOST = 2
    RAISED = 3
    LOWERED = 4
    SETTLED = 5
    UNSETTLED = 6


@dataclass(frozen=True, slots=True)
class Compared:
    """One programme, row by row. `person` is an index of the population's people, `home` of its households.

    `people` is 1 a person, for a family programme whom the family counts. Sums are monthly fen, 0 where none is paid.
    """

    programme: Programme
    home: Index
    person: Index | None
    outcome_before: Ternary
    outcome_after: Ternary
    fen_before: Fen
    fen_after: Fen
    people_before: Fen
    people_after: Fen
    doubled: Bools

    @property
    def change(self) -> Codes:
        """What becomes of each row."""
        was, now = self.outcome_before, self.outcome_after
        found = np.zeros(len(was), np.int8)
        found[(was == NO) & (now == YES)] = Change.GAINED
        found[(was == YES) & (now == NO)] = Change.LOST
        found[(was == YES) & (now == YES) & (self.fen_after > self.fen_before)] = Change.RAISED
        found[(was == YES) & (now == YES) & (self.fen_after < self.fen_before)] = Change.LOWERED
        found[(was == UNKNOWN) & (now == YES)] = Change.SETTLED
        found[(was == YES) & (now == UNKNOWN)] = Change.UNSETTLED
        return found


def compare(population: Population, book: FigureBook, proposed: FigureBook) -> dict[Programme, Compared]:
    """Every programme of the simulation, worked out part by part. Writes nothing."""
    before, after = figures_of(book, population), figures_of(proposed, population)
    pieces = [
        _pieces(population, first, mine, household, Figures(after.sets, after.of[household]))
        for first, mine, household in _in_order(population, before)
    ]
    return {programme: _joined([piece[programme] for piece in pieces]) for programme in SIMULATED}


def _in_order(population: Population, figures: Figures) -> Iterator[tuple[int, Part, slice]]:
    """Each part with its first household; a population of nobody is one part."""
    if not population.facts.households:
        yield 0, Part(population.facts, figures, 0), slice(0, 0)
    for place, part in enumerate(parts(population.facts, figures)):
        start = place * HOUSEHOLDS_A_PART
        yield start, part, slice(start, start + part.facts.households)


def _pieces(
    population: Population, first: int, part: Part, households: slice, after: Figures
) -> dict[Programme, Compared]:
    answered = ~population.incomplete[households]
    was, will = holding(part.facts, part.figures), holding(part.facts, after)
    return {one: _piece(one, part, first, answered, was, will) for one in SIMULATED}


def _piece(programme: Programme, part: Part, first: int, answered: Bools, was: Holding, will: Holding) -> Compared:
    before, after = was.held[programme], will.held[programme]
    home = np.arange(part.facts.households) if before.persons is None else part.facts.people.home[before.persons]
    known = answered[home]

    def people(holding: Holding) -> Fen:
        return holding.people if before.persons is None else np.ones(len(home), np.int64)

    def outcome(held: Held) -> Ternary:
        return np.where(known, held.outcome, ABSENT)

    return Compared(
        programme,
        home + first,
        None if before.persons is None else before.persons + part.person,
        outcome(before),
        outcome(after),
        before.fen * known,
        after.fen * known,
        people(was),
        people(will),
        after.doubled & known,
    )


def _joined(pieces: Sequence[Compared]) -> Compared:
    """One programme's parts in order."""
    columns = [name for name in Compared.__slots__ if name not in ("programme", "person")]
    persons = [one.person for one in pieces if one.person is not None]
    return Compared(
        programme=pieces[0].programme,
        person=np.concatenate(persons) if persons else None,
        **{name: np.concatenate([getattr(one, name) for one in pieces]) for name in columns},
    )
