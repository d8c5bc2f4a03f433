"""Figures in force: published rows by region, area and day, and those derived where none is published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from eligibility.rules.codes import Area, CareLevel
from eligibility.rules.columns import day
from eligibility.rules.derivations import DERIVATIONS, Base
from eligibility.rules.frozen import NONE_IN_FORCE, Figure, FigureSet, Source
from eligibility.rules.ternary import Fen, Index

MOST_FEN_A_MONTH: Final = 10**8
MOST_FEN_A_YEAR: Final = 10**10
CARE_MEASURES: Final = ("care_self_reliant", "care_semi", "care_full")
_LEVEL_DIGITS: Final = (12, 9, 6, 4, 2)

__all__ = ["NONE_IN_FORCE", "Figure", "FigureBook", "FigureRow", "FigureSet", "Figures", "Source", "figures_for"]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One published figure: in force from its day until the next row of the same measure. `area` "" is both."""

    region_code: str
    area: str
    programme: str
    measure: str
    value_fen: int
    effective_from: date
    for_year: int | None = None
    document_number: str = ""

    @property
    def source(self) -> Source:
        """What an assessment keeps of it."""
        return Source(
            self.programme,
            self.measure,
            self.area,
            self.region_code,
            self.value_fen,
            self.effective_from.isoformat(),
            self.document_number,
        )


def _checked(row: FigureRow) -> FigureRow:
    most = MOST_FEN_A_YEAR if row.programme == "reference_income" else MOST_FEN_A_MONTH
    if not 0 <= row.value_fen <= most:
        raise ValueError(f"figure out of bounds: {row.programme}.{row.measure} {row.effective_from}")
    return row


class FigureBook:
    """Published rows, asked by region, area and day. A value object: rows in, figures out, no clock, no database."""

    def __init__(self, rows: Iterable[FigureRow]) -> None:
        """Raises ValueError where a value is outside the bounds the exact arithmetic is proven for."""
        self.rows: Final = tuple(sorted(map(_checked, rows), key=lambda row: row.effective_from))
        self._rows: dict[tuple[str, str, str, str], list[FigureRow]] = {}
        for row in self.rows:
            key = (row.programme, row.measure, row.region_code, row.area)
            self._rows.setdefault(key, []).append(row)
        self._asked: dict[tuple[str, Area, int], FigureSet] = {}

    def on(self, region: str, area: Area, as_of: int) -> FigureSet:
        """What is in force there on `as_of` (yyyymmdd). Elsewhere than the rows' regions every figure is −1."""
        key = (region, area, as_of)
        if key not in self._asked:
            if len(self._asked) >= 65_536:
                self._asked.clear()
            self._asked[key] = _Finding(self, region, area, as_of).figures()
        return self._asked[key]

    def row(
        self, region: str, area: str, programme: str, measure: str, as_of: int, year: int | None = None
    ) -> FigureRow | None:
        """The newest row in force, the smallest region and then the exact area first; None where none is.

        `year` asks for the row of that year only; `area` "" for rows that serve both areas only.
        """
        for digits in _LEVEL_DIGITS:
            code = region[:digits].ljust(12, "0")
            for row_area in dict.fromkeys((area, "")):
                for row in reversed(self._rows.get((programme, measure, code, row_area), ())):
                    if day(row.effective_from) <= as_of and year in (None, row.for_year):
                        return row
        return None

    def published(
        self, region: str, area: str, programme: str, measure: str, as_of: int, year: int | None = None
    ) -> int:
        """The value of that row; fen, −1 where none is in force."""
        found = self.row(region, area, programme, measure, as_of, year)
        return NONE_IN_FORCE if found is None else found.value_fen


class _Finding:
    """One region, area and day: looks every figure up and remembers the rows it stands on."""

    def __init__(self, book: FigureBook, region: str, area: Area, as_of: int) -> None:
        self._book, self._region, self._area, self._as_of = book, region, area.name.lower(), as_of
        self._sources: list[Source] = []
        self._base: dict[Base, int] = {}

    def figures(self) -> FigureSet:
        last_year = self._as_of // 10_000 - 1
        wage_last_year = self._one("minimum_wage", "monthly", area="", as_of=last_year * 10_000 + 1231)
        standard, urban = self._one("dibao", "standard"), self._one("dibao", "standard", area="urban")
        self._base = {Base.STANDARD: standard, Base.URBAN: urban, Base.WAGE_LAST_YEAR: wage_last_year}
        self_reliant, semi, full = (self._figure("tekun", measure) for measure in CARE_MEASURES)
        return FigureSet(
            standard=standard,
            urban=urban,
            wage=self._one("minimum_wage", "monthly", area=""),
            wage_last_year=wage_last_year,
            reference=self._one("reference_income", "disposable_per_head", area="", year=last_year),
            basic=self._figure("tekun", "basic"),
            care=(self_reliant, semi, full),
            orphan=(self._figure("orphan", "institution"), self._figure("orphan", "dispersed")),
            living=(self._figure("disability_living", "grade_1_2"), self._figure("disability_living", "grade_3_4")),
            care_subsidy=(self._figure("disability_care", "grade_1"), self._figure("disability_care", "grade_2")),
            sources=tuple(dict.fromkeys(self._sources)),
        )

    def _one(
        self,
        programme: str,
        measure: str,
        *,
        area: str | None = None,
        as_of: int | None = None,
        year: int | None = None,
    ) -> int:
        where, when = self._area if area is None else area, self._as_of if as_of is None else as_of
        found = self._book.row(self._region, where, programme, measure, when, year)
        if found is None:
            return NONE_IN_FORCE
        self._sources.append(found.source)
        return found.value_fen

    def _figure(self, programme: str, measure: str) -> Figure:
        """Published value first; what it is derived from is its floor, or stands in."""
        how, published = DERIVATIONS[programme, measure], self._one(programme, measure)
        base = self._base[how.base]
        formula = NONE_IN_FORCE if base == NONE_IN_FORCE else how.whole_yuan(base)
        if published == NONE_IN_FORCE:
            return Figure(formula, derived=formula != NONE_IN_FORCE, formula=formula)
        low = how.is_floor and base != NONE_IN_FORCE and how.is_above(base, published)
        return Figure(published, below_floor=low, formula=formula)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a batch: household h has `sets[of[h]]`. Each column (H,) is made when asked; −1 none in force."""

    sets: Sequence[FigureSet]
    of: Index

    def _spread(self, values: Iterable[int]) -> Fen:
        column: Fen = np.array(list(values), np.int64)[self.of]
        return column

    @property
    def standard(self) -> Fen:
        return self._spread(one.standard for one in self.sets)

    @property
    def urban(self) -> Fen:
        return self._spread(one.urban for one in self.sets)

    @property
    def wage(self) -> Fen:
        return self._spread(one.wage for one in self.sets)

    @property
    def reference(self) -> Fen:
        """Fen a year."""
        return self._spread(one.reference for one in self.sets)

    @property
    def basic(self) -> Fen:
        return self._spread(one.basic.fen for one in self.sets)

    def care(self, level: CareLevel) -> Fen:
        return self._spread(one.care[level].fen for one in self.sets)

    def orphan(self, place: int) -> Fen:
        """0 institution, 1 dispersed."""
        return self._spread(one.orphan[place].fen for one in self.sets)

    def living(self, band: int) -> Fen:
        """Living subsidy: 0 grades 1-2, 1 grades 3-4."""
        return self._spread(one.living[band].fen for one in self.sets)

    def care_subsidy(self, band: int) -> Fen:
        """Care subsidy: 0 grade 1, 1 grade 2."""
        return self._spread(one.care_subsidy[band].fen for one in self.sets)


def figures_for(book: FigureBook, wanted: Iterable[tuple[str, Area, int]]) -> Figures:
    """The figures of each household's (region, area, as_of), distinct sets held once."""
    places: dict[tuple[str, Area, int], int] = {}
    of = np.array([places.setdefault(key, len(places)) for key in wanted], np.int64)
    return Figures([book.on(*key) for key in places], of)
