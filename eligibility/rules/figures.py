"""Figures in force: published rows by region, area and day, and those derived where none is published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from eligibility.rules.codes import Area, CareLevel
from eligibility.rules.columns import day
from eligibility.rules.ternary import Fen, Index

NONE_IN_FORCE: Final = -1
MOST_FEN_A_MONTH: Final = 10**8
MOST_FEN_A_YEAR: Final = 10**10
CARE_SHARE: Final = (10, 6, 3)
"""聊政字〔2020〕28号 三(二): care is at least 1/10, 1/6, 1/3 of last year's minimum wage, by level."""
CARE_MEASURES: Final = ("care_self_reliant", "care_semi", "care_full")
_YUAN: Final = 100
_LEVEL_DIGITS: Final = (12, 9, 6, 4, 2)


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


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in force: fen a month (−1 none), whether we derived it, whether a published one is below its floor."""

    fen: int = NONE_IN_FORCE
    derived: bool = False
    below_floor: bool = False


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


def _checked(row: FigureRow) -> FigureRow:
    most = MOST_FEN_A_YEAR if row.programme == "reference_income" else MOST_FEN_A_MONTH
    if not 0 <= row.value_fen <= most:
        raise ValueError(f"figure out of bounds: {row.programme}.{row.measure} {row.effective_from}")
    return row


def _up_to_yuan(numerator: int, denominator: int) -> int:
    """numerator ÷ denominator fen, rounded up to the whole yuan."""
    return -(-numerator // (denominator * _YUAN)) * _YUAN


def _with_floor(published: int, floor: int, share: int) -> Figure:
    """Published value first; the floor is `floor ÷ share` fen, rounded up where it stands in (−1: not known)."""
    if published != NONE_IN_FORCE:
        return Figure(published, below_floor=floor != NONE_IN_FORCE and published * share < floor)
    if floor == NONE_IN_FORCE:
        return Figure()
    return Figure(_up_to_yuan(floor, share), derived=True)


class FigureBook:
    """Published rows, asked by region, area and day. A value object: rows in, figures out, no clock, no database."""

    def __init__(self, rows: Iterable[FigureRow]) -> None:
        """Raises ValueError where a value is outside the bounds the exact arithmetic is proven for."""
        self._rows: dict[tuple[str, str, str, str], list[FigureRow]] = {}
        for row in sorted(map(_checked, rows), key=lambda row: row.effective_from):
            key = (row.programme, row.measure, row.region_code, row.area)
            self._rows.setdefault(key, []).append(row)
        self._asked: dict[tuple[str, Area, int], FigureSet] = {}

    def on(self, region: str, area: Area, as_of: int) -> FigureSet:
        """What is in force there on `as_of` (yyyymmdd). Elsewhere than the rows' regions every figure is −1."""
        key = (region, area, as_of)
        if key not in self._asked:
            if len(self._asked) >= 65_536:
                self._asked.clear()
            self._asked[key] = self._set(region, area, as_of)
        return self._asked[key]

    def published(
        self, region: str, area: str, programme: str, measure: str, as_of: int, year: int | None = None
    ) -> int:
        """The newest row in force, the smallest region and then the exact area first; fen, −1 where none is.

        `year` asks for the row of that year only; `area` "" for rows that serve both areas only.
        """
        for digits in _LEVEL_DIGITS:
            code = region[:digits].ljust(12, "0")
            for row_area in dict.fromkeys((area, "")):
                for row in reversed(self._rows.get((programme, measure, code, row_area), ())):
                    if day(row.effective_from) <= as_of and year in (None, row.for_year):
                        return row.value_fen
        return NONE_IN_FORCE

    def _set(self, region: str, area: Area, as_of: int) -> FigureSet:
        here, last_year = area.name.lower(), as_of // 10_000 - 1
        standard = self.published(region, here, "dibao", "standard", as_of)
        wage_last_year = self.published(region, "", "minimum_wage", "monthly", last_year * 10_000 + 1231)
        basic = self.published(region, here, "tekun", "basic", as_of)
        floor = NONE_IN_FORCE if standard == NONE_IN_FORCE else 13 * standard
        care = [self.published(region, here, "tekun", measure, as_of) for measure in CARE_MEASURES]
        self_reliant, semi, full = map(_with_floor, care, [wage_last_year] * 3, CARE_SHARE)
        return FigureSet(
            standard=standard,
            urban=self.published(region, "urban", "dibao", "standard", as_of),
            wage=self.published(region, "", "minimum_wage", "monthly", as_of),
            wage_last_year=wage_last_year,
            reference=self.published(region, "", "reference_income", "disposable_per_head", as_of, last_year),
            basic=_with_floor(basic, floor, 10),
            care=(self_reliant, semi, full),
        )


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


def figures_for(book: FigureBook, wanted: Iterable[tuple[str, Area, int]]) -> Figures:
    """The figures of each household's (region, area, as_of), distinct sets held once."""
    places: dict[tuple[str, Area, int], int] = {}
    of = np.array([places.setdefault(key, len(places)) for key in wanted], np.int64)
    return Figures([book.on(*key) for key in places], of)
