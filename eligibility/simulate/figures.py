"""The figures of a whole population: each place's, found once for all villages that share them."""

from __future__ import annotations

from eligibility.rules.columns import day
from eligibility.rules.figures import FigureBook, Figures
from eligibility.simulate.places import places
from eligibility.simulate.population import Population


def figures_of(book: FigureBook, population: Population) -> Figures:
    """What is in force on the population's day in each household's place."""
    found, of = places(population.region, population.facts.area, {row.region_code for row in book.rows})
    return Figures([book.on(region, area, day(population.on)) for region, area in found], of)
