"""The figures of one county: in force today with paper, formula and floor; those to come; those that were."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from accounts import regions
from eligibility.figure_checks import base_of, figure_of, in_words
from eligibility.measures import AREA_NAMES, MEASURES, NAMES, UNIT_NAMES
from eligibility.models import MinimumWage, Standard, StandardDecision, StandardDraft
from eligibility.rules.codes import Area
from eligibility.rules.columns import day
from eligibility.rules.derivations import DERIVATIONS
from eligibility.rules.figures import NONE_IN_FORCE, FigureBook, FigureSet
from eligibility.standard_drafts import decision_of
from eligibility.targets import Kind, Target

CITY = "371500000000"
Slot = tuple[str, str, str]
"""Programme, measure, area."""


@dataclass(frozen=True)
class Published:
    """One published row. `until` the day the next one of the same place ended or will end it."""

    slot: Slot
    name: str
    area: str
    unit: str
    value_fen: int
    since: date
    until: date | None
    before_fen: int | None
    document: str
    source: str
    region_code: str
    paper: UUID | None
    """The draft it was put in force by, with its scan and its two people; None for the table of the release."""

    @property
    def place(self) -> str:
        return regions.name_of(self.region_code)

    @property
    def raise_fen(self) -> int | None:
        return None if self.before_fen is None else self.value_fen - self.before_fen


@dataclass(frozen=True)
class Line:
    """One measure of the county today: what is published, what the formula gives, and what is said of the two."""

    code: str
    name: str
    area: str
    unit: str
    published: Published | None
    value_fen: int | None
    formula_fen: int | None
    arithmetic: str
    verdict: str
    tone: str


@dataclass(frozen=True)
class Page:
    """Everything the page shows of one county's figures."""

    lines: list[Line]
    coming: list[Published]
    past: list[Published]


# The table of figures carries its keeper's remarks in English behind the source.
_ENGLISH_NOTE = re.compile(r"\s*\([A-Za-z][^)]*\)")


@dataclass(frozen=True)
class _Row:
    slot: Slot
    region_code: str
    unit: str
    value_fen: int
    since: date
    document: str
    source: str
    year: int | None
    paper: UUID | None


def page(county_code: str, today: date, known: FigureBook) -> Page:
    """The county's own rows and the city's it stands on. Two small queries."""
    published = _published({county_code, CITY})
    begun = [one for one in published if one.since <= today]
    lines = [_line(target, county_code, today, begun, known) for target in _targets()]
    shown = {id(line.published) for line in lines}
    coming = sorted((one for one in published if one.since > today), key=lambda one: one.since)
    past = sorted((one for one in begun if id(one) not in shown), key=lambda one: one.since, reverse=True)
    return Page(lines, coming, past)


def _targets() -> list[Target]:
    return [Target(Kind.FIGURE, one.programme, one.measure, area) for one in MEASURES.values() for area in one.areas]


def _published(places: set[str]) -> list[Published]:
    groups: dict[tuple[str, Slot], list[_Row]] = defaultdict(list)
    for row in sorted(_rows(places), key=lambda row: row.since):
        groups[row.region_code, row.slot].append(row)
    return [one for (_, slot), rows in groups.items() for one in _in_turn(rows, groups.get((CITY, slot), []))]


def _in_turn(rows: list[_Row], city: list[_Row]) -> list[Published]:
    """Each row of one place and measure with the one before and after it; a county's first follows the city's."""
    first = [row for row in city if row.since < rows[0].since][-1:] if rows[0].region_code != CITY else []
    before: list[_Row | None] = [first[0] if first else None, *rows]
    return [
        Published(
            slot=row.slot,
            name=f"{row.year} 年{_name(row.slot)}" if row.year else _name(row.slot),
            area=AREA_NAMES.get(row.slot[2], row.slot[2]),
            unit=UNIT_NAMES.get(row.unit, row.unit),
            value_fen=row.value_fen,
            since=row.since,
            until=rows[place + 1].since if place + 1 < len(rows) else None,
            before_fen=last.value_fen if (last := before[place]) else None,
            document=row.document,
            source=row.source,
            region_code=row.region_code,
            paper=row.paper,
        )
        for place, row in enumerate(rows)
    ]


def _name(slot: Slot) -> str:
    return NAMES.get(slot[:2], f"{slot[0]} {slot[1]}")


def _rows(places: set[str]) -> list[_Row]:
    paper = Subquery(StandardDecision.objects.filter(row_id=OuterRef("pk")).values("draft")[:1])
    figures: Any = Standard.objects.filter(region_id__in=places).annotate(paper=paper)
    wages: Any = MinimumWage.objects.filter(region_id__in=places).annotate(paper=paper)
    rows = [
        _Row(
            (one.programme, one.measure, one.area),
            one.region_id,
            one.unit,
            one.value_fen,
            one.effective_from,
            one.document_number,
            _ENGLISH_NOTE.sub("", one.source),
            one.for_year,
            one.paper,
        )
        for one in figures
    ]
    return rows + [
        _Row(
            ("minimum_wage", "monthly", ""),
            one.region_id,
            "month",
            one.value_fen,
            one.effective_from,
            one.document_number,
            "",
            None,
            one.paper,
        )
        for one in wages
    ]


def _line(target: Target, county_code: str, today: date, begun: list[Published], known: FigureBook) -> Line:
    measure, slot = MEASURES[target.programme, target.measure], (target.programme, target.measure, target.area)
    area = Area.RURAL if target.area == "rural" else Area.URBAN
    figures = known.on(county_code, area, day(today))
    row = known.row(county_code, target.area, target.programme, target.measure, day(today))
    place = (row.region_code, (row.programme, row.measure, row.area), row.effective_from) if row else None
    published = next((one for one in begun if (one.region_code, one.slot, one.since) == place), None)
    formula, arithmetic = _formula(slot, figures)
    verdict, tone = _overtaken(published, begun) or _verdict(slot, published, formula, figures)
    return Line(
        code=target.code,
        name=published.name if published else measure.label,
        area=AREA_NAMES[target.area],
        unit=measure.unit_name,
        published=published,
        value_fen=published.value_fen if published else formula,
        formula_fen=formula,
        arithmetic=arithmetic,
        verdict=verdict,
        tone=tone,
    )


def _formula(slot: Slot, figures: FigureSet) -> tuple[int | None, str]:
    figure, how = figure_of(figures, *slot[:2]), DERIVATIONS.get(slot[:2])
    if figure is None or how is None or figure.formula == NONE_IN_FORCE:
        return None, ""
    return figure.formula, in_words(how, base_of(how, figures), slot[2])


def _overtaken(published: Published | None, begun: list[Published]) -> tuple[str, str] | None:
    """A county's own row stands until its next one, also where the city published anew: that is said."""
    if published is None or published.region_code == CITY:
        return None
    newer = [
        one.since
        for one in begun
        if one.region_code == CITY and one.slot == published.slot and one.since > published.since
    ]
    return (f"市里 {max(newer)} 起另有公布，核对", "bad") if newer else None


def _verdict(slot: Slot, published: Published | None, formula: int | None, figures: FigureSet) -> tuple[str, str]:
    """What is said of the value in force, and its tone."""
    if published is None:
        return ("没有公布，按公式推算", "soon") if formula is not None else ("没有公布，也推算不出", "bad")
    how, figure = DERIVATIONS.get(slot[:2]), figure_of(figures, *slot[:2])
    if how is None or figure is None or formula is None:
        return "", ""
    if figure.below_floor:
        return "低于底线", "bad"
    if published.value_fen == formula:
        return "与公式一致", "ok"
    return ("高于底线", "ok") if how.is_floor else ("与公式不同", "soon")


@dataclass(frozen=True)
class Drafts:
    """Those nobody decided yet, the oldest first; and the last that were returned or withdrawn."""

    waiting: list[StandardDraft]
    decided: list[StandardDraft]


LAST_SHOWN = 20
_NOT_IN_FORCE = Q(decision=None) | Q(decision__outcome__in=["returned", "withdrawn"])


def drafts(county_code: str) -> Drafts:
    """The county's drafts but those in force, which the table shows. One query."""
    rows = StandardDraft.objects.filter(_NOT_IN_FORCE, region_id=county_code)
    people = rows.select_related("drafted_by", "region", "decision__decided_by").order_by("-drafted_at", "-id")
    listed = [(one, decision_of(one) is None) for one in people[:500]]
    decided = [one for one, is_open in listed if not is_open][:LAST_SHOWN]
    return Drafts([one for one, is_open in reversed(listed) if is_open], decided)
