"""The figures of a whole population: each place's, found once for all villages that share them."""

from __future__ import annotations

from typing import Final

import numpy as np

from eligibility.rules.codes import Area
from eligibility.rules.columns import day
from eligibility.rules.figures import FigureBook, Figures
from eligibility.simulate.population import Population

_LEVELS: Final = (12, 9, 6, 4)
_AREAS: Final = 2


def figures_of(book: FigureBook, population: Population) -> Figures:
    """What is in force on the population's day in each household's place."""
    key = population.region * _AREAS + population.facts.area
    places, of = np.unique(key, return_inverse=True)
    named = {row.region_code for row in book.rows}
    found: dict[tuple[str, Area], int] = {}
    place_of = [
        found.setdefault((_publishing(f"{one // _AREAS:012d}", named), Area(one % _AREAS)), len(found))
        for one in places.tolist()
    ]
    sets = [book.on(region, area, day(population.on)) for region, area in found]
    return Figures(sets, np.array(place_of, np.int64)[of])


def _publishing(village: str, named: set[str]) -> str:
    """The smallest place above this village that any figure names: below it every village is alike."""
    above = (village[:digits].ljust(12, "0") for digits in _LEVELS)
    return next((code for code in above if code in named), village[:2].ljust(12, "0"))
