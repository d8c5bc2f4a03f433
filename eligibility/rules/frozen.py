"""The figures one household was judged by, with the published rows they stand on: what an assessment keeps for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

NONE_IN_FORCE: Final = -1


@dataclass(frozen=True, slots=True)
class Source:
    """One published row as it stood; `value` in fen."""

    programme: str
    measure: str
    area: str
    region: str
    value: int
    effective_from: str
    document_number: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in force: fen a month (−1 none), whether we derived it, whether a published one is below its floor.

    `formula` is what it would be by derivation, −1 where its base is not known.
    """

    fen: int = NONE_IN_FORCE
    derived: bool = False
    below_floor: bool = False
    formula: int = NONE_IN_FORCE


@dataclass(frozen=True, slots=True)
class FigureSet:
    """Everything in force in one region and area on one day; fen a month, `reference` fen a year; −1 where none is."""

    standard: int
    urban: int
    wage: int
    wage_last_year: int
    reference: int
    basic: Figure
    care: tuple[Figure, Figure, Figure]
    """By level: self-reliant, semi, full."""
    orphan: tuple[Figure, Figure]
    """Institution, dispersed; the second serves de facto orphans too."""
    living: tuple[Figure, Figure]
    """Living subsidy, grades 1-2 and 3-4."""
    care_subsidy: tuple[Figure, Figure]
    """Care subsidy, grade 1 and grade 2."""
    sources: tuple[Source, ...] = ()

    @classmethod
    def thawed(cls, kept: Mapping[str, Any]) -> FigureSet:
        """The figures as an assessment kept them. Raises KeyError, TypeError where one is missing."""
        figures = {name: kept[name] for name in ("standard", "urban", "wage", "wage_last_year", "reference")}
        self_reliant, semi, full = (Figure(**one) for one in kept["care"])
        institution, dispersed = (Figure(**one) for one in kept["orphan"])
        most_severe, lighter = (Figure(**one) for one in kept["living"])
        first, second = (Figure(**one) for one in kept["care_subsidy"])
        return cls(
            **figures,
            basic=Figure(**kept["basic"]),
            care=(self_reliant, semi, full),
            orphan=(institution, dispersed),
            living=(most_severe, lighter),
            care_subsidy=(first, second),
            sources=tuple(Source(**one) for one in kept["sources"]),
        )
