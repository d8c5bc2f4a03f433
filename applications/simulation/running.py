"""One question asked of everybody registered in a place: the run behind the command, the page and the job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts import clock
from eligibility.assess import book
from eligibility.programmes import Programme
from eligibility.rules.ternary import Bools
from eligibility.simulate.compare import Compared, compare
from eligibility.simulate.copying import one_moment
from eligibility.simulate.population import Population, read
from eligibility.simulate.proposed import Proposed, overlaid
from eligibility.simulate.totals import Table, table
from payments import live


@dataclass(frozen=True)
class Question:
    """These values from this day, in this city or county (12 digits)."""

    proposed: tuple[Proposed, ...]
    on: date
    region: str

    @property
    def prefix(self) -> str:
        """The digits every village in the place begins with."""
        return self.region[:4] if self.region.endswith("00000000") else self.region[:6]


@dataclass(frozen=True)
class Outcome:
    """What the question found. `live` (H,) per programme: who is paid next month."""

    question: Question
    population: Population
    compared: Mapping[Programme, Compared]
    live: Mapping[Programme, Bools]
    table: Table

    @property
    def households(self) -> int:
        return self.population.facts.households

    @property
    def people(self) -> int:
        return len(self.population.facts.people.home)

    @property
    def incomplete(self) -> int:
        return int(self.population.incomplete.sum())


def run(question: Question, tell: Callable[[int], None] = lambda _: None) -> Outcome:
    """Read, judge twice, add up. Writes nothing. `tell` is told how far it came, in tenths."""
    with one_moment():
        figures = book()
        population = read(question.on, question.prefix)
        holders = live.families(population, clock.today())
    tell(6)
    proposed = overlaid(figures, question.proposed, region=question.region, on=question.on)
    compared = compare(population, figures, proposed)
    tell(9)
    return Outcome(question, population, compared, holders, table(population, compared, holders))
