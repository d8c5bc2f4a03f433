"""A matter of the catalogue as the public reads it: its sums of today, its papers sorted by who brings them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from accounts.models import Region
from accounts.roles import Level
from eligibility import catalogue
from eligibility.assess import book
from eligibility.catalogue import Figure, Kind, Matter, Paper, Provider, Step
from eligibility.in_force import InForce, in_force
from eligibility.local_settings import Settings, settings
from eligibility.rules.figures import FigureBook

Known = tuple[FigureBook, Settings]


@dataclass(frozen=True)
class Group:
    """The matters somebody in one kind of trouble looks through."""

    code: str
    label: str
    matters: tuple[Matter, ...]


@dataclass(frozen=True)
class Elsewhere:
    """A county with a figure of its own."""

    place: str
    sum: InForce


@dataclass(frozen=True)
class Sum:
    """One figure by its name; `sum` None where nobody has published it."""

    name: str
    unit: str
    sum: InForce | None
    elsewhere: tuple[Elsewhere, ...]


@dataclass(frozen=True)
class Shown:
    """Everything on the page of one matter."""

    matter: Matter
    lines: tuple[Sum, ...]
    sums: tuple[Sum, ...]
    bring: tuple[Paper, ...]
    fetched: tuple[Paper, ...]
    never: tuple[Paper, ...]
    headline: Step

    @property
    def names(self) -> str:
        return "、".join(self.matter.also_called)

    @property
    def is_long(self) -> bool:
        """Whether its slip needs the small type to stay one A4 sheet."""
        return len(self.matter.papers) + len(self.matter.steps) > SHORT


SHORT = 14  # papers and steps a sheet holds in ordinary type
UNITS = {"month": "元/月", "year": "元/年", "once": "元，一次"}


def groups() -> list[Group]:
    """The whole catalogue, by trouble."""
    by_kind = groupby(catalogue.matters(), key=lambda matter: matter.kind)
    return [Group(kind, Kind(kind).label, tuple(mine)) for kind, mine in by_kind]


def shown(matter: Matter, on: date) -> Shown:
    """The page of one matter on that day. One query for the places, two for the figures where they changed."""
    places, known = _places(), (book(), settings())
    return Shown(
        matter=matter,
        lines=tuple(_sums(matter.who.figures, known, places, on)),
        sums=tuple(_sums(matter.gives.figures, known, places, on)),
        bring=matter.papers_of(Provider.APPLICANT),
        fetched=matter.papers_of(Provider.OFFICE),
        never=matter.papers_of(Provider.NOBODY),
        headline=headline(matter),
    )


def headline(matter: Matter) -> Step:
    """The one limit to know: what cannot wait, else the whole way, else the decision, else the first step."""
    if matter.steps[0].limit.unit in ("at_once", "hours"):
        return matter.steps[0]
    by_code = {step.code: step for step in matter.steps}
    return by_code.get("overall") or by_code.get("decide") or matter.steps[0]


def _places() -> list[Region]:
    """The city first, then its counties."""
    return list(Region.objects.filter(level__in=(Level.CITY, Level.COUNTY)).order_by("code"))


def _sums(figures: Iterable[Figure], known: Known, places: list[Region], on: date) -> Iterable[Sum]:
    figures_known, local = known
    for figure in figures:
        here, *own_sums = [in_force(figures_known, figure, place.code, on, local=local) for place in places]
        different = zip(places[1:], own_sums, strict=True)
        others = tuple(Elsewhere(county.name, own) for county, own in different if own and own != here)
        yield Sum(figure.name, UNITS[figure.per], here, others)
