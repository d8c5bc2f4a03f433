"""A proposed figure beside what it replaces and what the formula gives: shown while drafting and when deciding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from eligibility.assess import book
from eligibility.measures import AREA_NAMES, MEASURES
from eligibility.rules.codes import Area
from eligibility.rules.columns import day
from eligibility.rules.derivations import DERIVATIONS, Base, Derivation
from eligibility.rules.figures import NONE_IN_FORCE, Figure, FigureBook, FigureRow, FigureSet

_JUMP = Decimal("1.5")
_BASE_NAMES = {Base.URBAN: "城市低保标准", Base.WAGE_LAST_YEAR: "上年最低工资"}


@dataclass(frozen=True)
class Proposed:
    """A figure as somebody wants it from a day on; fen."""

    region_code: str
    area: str
    programme: str
    measure: str
    value_fen: int
    since: date
    for_year: int | None = None


@dataclass(frozen=True)
class Follow:
    """What a new base moves: the formula before and after; `published_fen` None where no paper says it."""

    label: str
    area: str
    before_fen: int
    after_fen: int
    published_fen: int | None
    is_below_floor: bool


@dataclass(frozen=True)
class Checked:
    """What is said of a proposed figure. `formula_fen` None where none is known; `until` a later row ends it.

    `differs` from the formula: said, never refused.
    """

    previous_fen: int | None
    previous_since: date | None
    formula_fen: int | None
    arithmetic: str
    is_floor: bool
    is_below_floor: bool
    is_below_previous: bool
    differs: bool
    is_past: bool
    is_jump: bool
    until: date | None
    follows: tuple[Follow, ...]

    @property
    def needs_reason(self) -> bool:
        return self.is_below_floor or self.is_below_previous


def check(proposed: Proposed, *, today: date) -> Checked:
    """Everything said of it, from the same book and formulas the rules read."""
    known = book()
    after = FigureBook([*known.rows, _row(proposed)])
    figure = figure_of(_on(after, proposed), proposed.programme, proposed.measure)
    how = DERIVATIONS.get((proposed.programme, proposed.measure))
    formula = figure.formula if figure and figure.formula != NONE_IN_FORCE else None
    previous = _previous(known, proposed)
    before_fen = previous.value_fen if previous else None
    return Checked(
        previous_fen=before_fen,
        previous_since=previous.effective_from if previous else None,
        formula_fen=formula,
        arithmetic=in_words(how, base_of(how, _on(after, proposed)), proposed.area) if how and formula else "",
        is_floor=bool(how and how.is_floor),
        is_below_floor=bool(figure and figure.below_floor),
        is_below_previous=before_fen is not None and proposed.value_fen < before_fen,
        is_past=proposed.since < today,
        is_jump=before_fen is not None and proposed.value_fen > before_fen * _JUMP,
        until=_until(known, proposed),
        follows=tuple(_follows(known, after, proposed)),
        differs=formula is not None and formula != proposed.value_fen,
    )


def _row(one: Proposed) -> FigureRow:
    return FigureRow(one.region_code, one.area, one.programme, one.measure, one.value_fen, one.since, one.for_year)


def _area(code: str) -> Area:
    return Area.RURAL if code == "rural" else Area.URBAN


def _on(figures: FigureBook, one: Proposed, since: date | None = None) -> FigureSet:
    return figures.on(one.region_code, _area(one.area), day(since or one.since))


def figure_of(figures: FigureSet, programme: str, measure: str) -> Figure | None:
    """That measure among the figures of a place and day; None for one that follows from nothing."""
    care, orphan, living, subsidy = figures.care, figures.orphan, figures.living, figures.care_subsidy
    return {
        ("tekun", "basic"): figures.basic,
        ("tekun", "care_self_reliant"): care[0],
        ("tekun", "care_semi"): care[1],
        ("tekun", "care_full"): care[2],
        ("orphan", "institution"): orphan[0],
        ("orphan", "dispersed"): orphan[1],
        ("disability_living", "grade_1_2"): living[0],
        ("disability_living", "grade_3_4"): living[1],
        ("disability_care", "grade_1"): subsidy[0],
        ("disability_care", "grade_2"): subsidy[1],
    }.get((programme, measure))


def in_words(how: Derivation, base_fen: int, area: str) -> str:
    """`农村低保标准 753.00 × 1.3 = 978.90，进到整元 979.00`."""
    name = _BASE_NAMES.get(how.base, f"{AREA_NAMES[area]}低保标准")
    exact = Decimal(base_fen * how.numerator) / (how.denominator * 100)
    rounded = Decimal(how.whole_yuan(base_fen)) / 100
    sums = f"{name} {Decimal(base_fen) / 100:,.2f} {how.words} = {exact:,.2f}"
    return sums if exact == rounded else f"{sums}，进到整元 {rounded:,.2f}"


def base_of(how: Derivation, figures: FigureSet) -> int:
    """What the formula stands on there and then, in fen; −1 where none is known."""
    of = {Base.STANDARD: figures.standard, Base.URBAN: figures.urban, Base.WAGE_LAST_YEAR: figures.wage_last_year}
    return of[how.base]


def _previous(known: FigureBook, one: Proposed) -> FigureRow | None:
    return known.row(one.region_code, one.area, one.programme, one.measure, day(one.since))


def _until(known: FigureBook, one: Proposed) -> date | None:
    """The day a later row of the same measure, recorded before, ends this one; the same region's only."""
    same = (one.region_code, one.area, one.programme, one.measure)
    later = (
        row.effective_from
        for row in known.rows
        if (row.region_code, row.area, row.programme, row.measure) == same and row.effective_from > one.since
    )
    return min(later, default=None)


def _follows(known: FigureBook, after: FigureBook, one: Proposed) -> Iterator[Follow]:
    """The derived figures this one moves: at once, or from next January where last year's wage is their base."""
    since = date(one.since.year + 1, 1, 1) if one.programme == "minimum_wage" else one.since
    old, new = (_on(figures, one, since) for figures in (known, after))
    for programme, measure in DERIVATIONS:
        before, now = figure_of(old, programme, measure), figure_of(new, programme, measure)
        if before is None or now is None or before.formula == now.formula:
            continue
        yield Follow(
            label=MEASURES[programme, measure].label,
            area=one.area if programme == "tekun" and measure == "basic" else "",
            before_fen=before.formula,
            after_fen=now.formula,
            published_fen=None if now.derived else now.fen,
            is_below_floor=now.below_floor,
        )
