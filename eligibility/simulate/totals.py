"""From rows to the township table: families, people and sums of each programme, whole numbers throughout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules.ternary import UNKNOWN, YES, Bools, Index
from eligibility.simulate.compare import Change, Compared
from eligibility.simulate.population import Population


@dataclass(frozen=True)
class Totals:
    """One programme in one place. Families are households; sums are fen a month. Every field adds up over places.

    `unsure` are the undetermined under the proposal, in no other figure; `doubled` answer yes and are counted
    elsewhere; `live` are families with an award of this programme today.
    """

    families_before: int = 0
    people_before: int = 0
    fen_before: int = 0
    families_after: int = 0
    people_after: int = 0
    fen_after: int = 0
    gained_families: int = 0
    gained_people: int = 0
    gained_fen: int = 0
    lost_families: int = 0
    lost_people: int = 0
    lost_fen: int = 0
    raised_families: int = 0
    raised_people: int = 0
    raised_fen: int = 0
    lowered_families: int = 0
    lowered_people: int = 0
    lowered_fen: int = 0
    settled_families: int = 0
    settled_people: int = 0
    settled_fen: int = 0
    unsettled_families: int = 0
    unsettled_people: int = 0
    unsettled_fen: int = 0
    unsure_families: int = 0
    doubled_families: int = 0
    live_families: int = 0
    live_fen_before: int = 0
    live_fen_after: int = 0

    @property
    def more_fen(self) -> int:
        """What the proposal costs more a month; negative where it costs less."""
        return self.fen_after - self.fen_before

    @property
    def live_more_fen(self) -> int:
        return self.live_fen_after - self.live_fen_before

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @classmethod
    def sum(cls, several: Iterable[Totals]) -> Totals:
        return sum(several, cls())


Table = dict[str, dict[Programme, Totals]]
"""By township (12-digit code), then by programme."""


def table(
    population: Population, compared: Mapping[Programme, Compared], live: Mapping[Programme, Bools] | None = None
) -> Table:
    """Every township with a registered household. `live` (H,) says which families hold an award of the programme."""
    places, place = np.unique(population.township, return_inverse=True)
    columns = {
        programme: _Counting(place, len(places), one).columns((live or {}).get(programme))
        for programme, one in compared.items()
    }
    return {
        f"{code * 1000:012d}": {
            programme: Totals(**{name: int(column[at]) for name, column in mine.items()})
            for programme, mine in columns.items()
        }
        for at, code in enumerate(places.tolist())
    }


class _Counting:
    """Rows of one programme, counted by place. Floats add whole fen exactly: every sum stays below 2⁵³."""

    def __init__(self, place: Index, places: int, compared: Compared) -> None:
        self.one, self.places, self.place = compared, places, place
        self.at = place[compared.home]

    def columns(self, live: Bools | None) -> dict[str, Any]:
        one, change = self.one, self.one.change
        more = one.fen_after - one.fen_before
        found: dict[str, Any] = {}
        for when, outcome, people, fen in (
            ("before", one.outcome_before, one.people_before, one.fen_before),
            ("after", one.outcome_after, one.people_after, one.fen_after),
        ):
            rows = np.flatnonzero(outcome == YES)
            found[f"families_{when}"] = self._families(rows)
            found[f"people_{when}"] = self._sum(rows, people)
            found[f"fen_{when}"] = self._sum(rows, fen)
            if live is not None:
                found[f"live_fen_{when}"] = self._sum(rows[live[one.home[rows]]], fen)
        for kind in list(Change)[1:]:
            rows = np.flatnonzero(change == kind)
            was_held = kind in (Change.LOST, Change.UNSETTLED)
            found[f"{kind.name.lower()}_families"] = self._families(rows)
            found[f"{kind.name.lower()}_people"] = self._sum(rows, one.people_before if was_held else one.people_after)
            found[f"{kind.name.lower()}_fen"] = self._sum(rows, more)
        found["unsure_families"] = self._families(np.flatnonzero(one.outcome_after == UNKNOWN))
        found["doubled_families"] = self._families(np.flatnonzero(one.doubled))
        if live is not None:
            found["live_families"] = np.bincount(self.place[live], minlength=self.places)
        return found

    def _families(self, rows: Index) -> Index:
        homes = self.one.home[rows]
        if self.one.person is not None and len(homes):
            homes = homes[np.concatenate(([True], homes[1:] != homes[:-1]))]
        return np.bincount(self.place[homes], minlength=self.places)

    def _sum(self, rows: Index, values: Index) -> Index:
        return np.bincount(self.at[rows], values[rows], self.places).astype(np.int64)


def by_programme(table: Table) -> dict[Programme, Totals]:
    """The whole reach, programme by programme."""
    return _added(list(table.values()))


def by_county(table: Table) -> Table:
    """County (12-digit code), then programme."""
    counties = sorted({code[:6] for code in table})
    return {
        f"{county}000000": _added([mine for code, mine in table.items() if code.startswith(county)])
        for county in counties
    }


def _added(several: Sequence[dict[Programme, Totals]]) -> dict[Programme, Totals]:
    programmes = several[0] if several else {}
    return {programme: Totals.sum(one[programme] for one in several) for programme in programmes}
