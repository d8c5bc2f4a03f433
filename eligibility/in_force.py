"""A figure of the catalogue in force somewhere on a day, as a sentence can show it: published first, derived else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from eligibility.catalogue import Figure
from eligibility.local_settings import Settings
from eligibility.rules.codes import Area
from eligibility.rules.columns import day
from eligibility.rules.figures import NONE_IN_FORCE, FigureBook, FigureSet
from eligibility.rules.figures import Figure as Found


@dataclass(frozen=True)
class InForce:
    """What is in force: fen, from and to (the same where it is one figure). `since` None: derived, not published."""

    low_fen: int
    high_fen: int
    since: date | None = None
    document: str = ""

    @property
    def is_range(self) -> bool:
        return self.low_fen != self.high_fen


def _published(fen: int) -> Found:
    return Found(fen)


_OF: Final[dict[str, Callable[[FigureSet], Found]]] = {
    "dibao.standard": lambda here: _published(here.standard),
    "tekun.basic": lambda here: here.basic,
    "tekun.care_self_reliant": lambda here: here.care[0],
    "tekun.care_semi": lambda here: here.care[1],
    "tekun.care_full": lambda here: here.care[2],
    "orphan.institution": lambda here: here.orphan[0],
    "orphan.dispersed": lambda here: here.orphan[1],
    "disability_living.grade_1_2": lambda here: here.living[0],
    "disability_living.grade_3_4": lambda here: here.living[1],
    "disability_care.grade_1": lambda here: here.care_subsidy[0],
    "disability_care.grade_2": lambda here: here.care_subsidy[1],
    "reference_income.disposable_per_head": lambda here: _published(here.reference),
}
MEASURES: Final = frozenset(_OF)
"""Every measure a file may name: the schema lists the same."""


def in_force(
    book: FigureBook, figure: Figure, region_code: str, on: date, *, local: Settings | None = None
) -> InForce | None:
    """The figure there on that day, with the times and the cap its matter puts on it; None where none is known."""
    area = Area.RURAL if figure.area == "rural" else Area.URBAN
    here = book.on(region_code, area, day(on))
    found = _OF[figure.measure](here)
    if found.fen == NONE_IN_FORCE:
        return None
    low, high = (_times(found.fen, many) for many in _span(_multiples(figure, region_code, area, on, local)))
    if figure.cap and here.wage != NONE_IN_FORCE:
        low, high = min(low, here.wage), min(high, here.wage)
    since, document = (None, "") if found.derived else _paper(book, figure, region_code, area, on)
    return InForce(low, high, since, document)


def _multiples(figure: Figure, region_code: str, area: Area, on: date, local: Settings | None) -> tuple[str, ...]:
    """The county's own multiple where one is recorded, as the rules read it."""
    own = local.value(figure.local, region_code, area.name.lower(), on) if local and figure.local else None
    return figure.times if own is None else (str(own),)


def _span(times: tuple[str, ...]) -> tuple[Fraction, Fraction]:
    if not times:
        return Fraction(1), Fraction(1)
    return Fraction(times[0]), Fraction(times[-1])


def _times(fen: int, many: Fraction) -> int:
    """A line is never rounded up: a fraction of a fen is cut."""
    return int(fen * many)


def _paper(book: FigureBook, figure: Figure, region_code: str, area: Area, on: date) -> tuple[date | None, str]:
    """From which day it is in force, and by which document."""
    programme, measure = figure.measure.split(".")
    is_income = programme == "reference_income"
    where, year = ("", on.year - 1) if is_income else (area.name.lower(), None)
    row = book.row(region_code, where, programme, measure, day(on), year)
    return (row.effective_from, row.document_number) if row else (None, "")
