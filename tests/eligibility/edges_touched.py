"""Which of the boundaries that matter a random line stands on, told from the oracle's own reading of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.eligibility.oracle_figures import Row
from tests.eligibility.oracle_household import Household, disabled
from tests.eligibility.oracle_rigid import spent_in_a_year

FEN = Fraction(1, 100)
BESIDE = {-FEN: "a_fen_below", Fraction(0): "equal", FEN: "a_fen_above"}
DAYS = {-1: "day_before", 0: "day", 1: "day_after"}
CHANGES = {"dibao.standard": "standard", "minimum_wage.monthly": "wage"}


def every_boundary() -> Iterator[str]:
    for line in ("dibao", "edge", "own", "reference", "ratio"):
        yield from (f"{line}:{beside}" for beside in BESIDE.values())
    for age in (18, 60, 70):
        yield from (f"birthday_{age}:{beside}" for beside in DAYS.values())
        yield f"born_on_29_february:{age}"
    yield from (f"obligor_age:{age}" for age in (59, 60, 69, 70))
    yield from (f"{what}_changes:{beside}" for what in CHANGES.values() for beside in ("day_before", "day"))
    yield from ("pension:2025-12-31", "pension:2026-01-01", "law:2026-06-30", "law:2026-07-01")
    for measure in ("orphan", "living", "nursing"):
        yield from (f"{measure}:{how}" for how in ("published", "derived", "missing"))


def touched(line: dict[str, Any], rows: list[Row]) -> Iterator[str]:
    """The boundaries this line stands on."""
    h = Household(line, rows)
    yield from _sums(h)
    yield from _birthdays(h)
    yield from (f"obligor_age:{o['age']}" for o in line.get("obligors") or [] if o.get("age") is not None)
    for row in rows:
        if row.measure in CHANGES and row.region == "371500000000":
            days = (h.as_of - row.since).days
            if days in (-1, 0):
                yield f"{CHANGES[row.measure]}_changes:{DAYS[days]}"
    has_pension = any(e["kind"] == "basic_pension" for p in h.people for e in p.get("income") or [])
    if has_pension:
        yield f"pension:{h.as_of}"
    yield f"law:{h.as_of}"
    yield from _figures(h)


def _sums(h: Household) -> Iterator[str]:
    for reading in h.readings:
        income = h.family(reading)
        if income.more or not h.n:
            continue
        if h.dibao_line is not None:
            yield _beside("dibao", income.known, h.dibao_line)
            if h.f.wage is not None and h.line.get("edge_multiple") is None and h.f.S is not None:
                yield _beside("edge", income.known, min(h.f.S * Fraction(3, 2), h.f.wage) * h.n)
        if h.f.reference is not None:
            yield _beside("reference", income.known * 12, h.f.reference * h.n)
        if h.line.get("rigid_ratio") is not None:
            line = Fraction(str(h.line["rigid_ratio"])) * income.known * 12
            if line:
                yield _beside("ratio", spent_in_a_year(h).known, line)
        if h.f.S is not None:
            yield from (_beside("own", h.own(i, reading).known, h.f.S) for i in h.counted)


def _beside(what: str, found: Fraction, line: Fraction) -> str:
    """Equal, or nearer than a fen on one side."""
    apart = found - line
    step = FEN if 0 < apart <= FEN else -FEN if -FEN <= apart < 0 else apart
    return f"{what}:{BESIDE.get(step, 'apart')}"


def _birthdays(h: Household) -> Iterator[str]:
    for person in h.people:
        born = date.fromisoformat(person["birth_date"])
        for age in (18, 60, 70):
            leap_day = (born.month, born.day) == (2, 29)
            try:
                birthday = born.replace(year=born.year + age)
            except ValueError:
                birthday = date(born.year + age, 3, 1)
            days = (h.as_of - birthday).days
            if days in DAYS:
                yield f"birthday_{age}:{DAYS[days]}"
                if leap_day and h.as_of in (birthday, birthday - timedelta(days=1)):
                    yield f"born_on_29_february:{age}"


def _figures(h: Household) -> Iterator[str]:
    for i in h.counted:
        status = h.people[i].get("orphan")
        _, grade = disabled(h.people[i])
        asked = []
        if status is not None:
            asked.append(("orphan", h.f.institution if status == "institution" else h.f.dispersed))
        if grade:
            asked.append(("living", h.f.living[grade]))
        if grade in h.f.nursing:
            asked.append(("nursing", h.f.nursing[grade]))
        for what, figure in asked:
            yield f"{what}:{'missing' if figure is None else 'derived' if figure.derived else 'published'}"
