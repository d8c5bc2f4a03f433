"""Which months of a county can't be worked out: warned of before a list is built, never a block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from eligibility.assess import book
from eligibility.missing_figures import Missing, missing
from payments.models import Award, AwardCover


@dataclass(frozen=True)
class Warned:
    """A month, and what its figures lack there."""

    county_name: str
    month: date
    lacks: list[Missing]


def running(county_codes: Iterable[str], since: date) -> dict[str, set[tuple[str, str]]]:
    """The programmes and areas of awards still covering somebody, by county (six digits). One query."""
    live = AwardCover.objects.exclude(ends_on__lte=since).values("award")
    rows = Award.objects.filter(county_code__in=list(county_codes), is_once=False, pk__in=live)
    found: dict[str, set[tuple[str, str]]] = {}
    for county, programme, area in rows.order_by().values_list("county_code", "programme", "area").distinct():
        found.setdefault(county, set()).add((programme, area))
    return found


def warned(counties: Iterable[tuple[str, str]], months: Iterable[date]) -> list[Warned]:
    """For counties (12-digit code, name) and the months a list may be built of. Two queries."""
    places, asked = list(counties), sorted(months)
    figures = book()
    known = running([code[:6] for code, _ in places], asked[0])
    made = [
        Warned(name, month, missing(code, month, known.get(code[:6], ()), figures))
        for code, name in places
        for month in asked
    ]
    return [one for one in made if one.lacks]
