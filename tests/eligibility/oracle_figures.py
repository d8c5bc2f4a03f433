"""The oracle's figures in force: a plain scan of published rows, in exact yuan."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from pathlib import Path

STANDARDS = Path(__file__).resolve().parents[2] / "eligibility" / "data" / "standards.csv"


@dataclass(frozen=True)
class Row:
    region: str
    area: str
    measure: str
    value: Fraction
    since: date
    year: int | None = None


@dataclass(frozen=True)
class Amount:
    value: Fraction
    below_floor: bool = False
    derived: bool = False


@dataclass(frozen=True)
class InForce:
    S: Fraction | None
    U: Fraction | None
    wage: Fraction | None
    reference: Fraction | None
    basic: Amount | None
    care: dict[str, Amount | None]
    institution: Amount | None
    dispersed: Amount | None
    living: dict[int, Amount | None]
    """The living subsidy, by grade 1-4."""
    nursing: dict[int, Amount | None]
    """The care subsidy, by grade 1-2."""


def shipped_rows() -> list[Row]:
    with STANDARDS.open(encoding="utf-8") as file:
        return [
            Row(
                r["region_code"],
                r["area"],
                f"{r['programme']}.{r['measure']}",
                Fraction(r["value"]),
                date.fromisoformat(r["effective_from"]),
                int(r["for_year"]) if r["for_year"] else None,
            )
            for r in csv.DictReader(file)
        ]


def _covers(row_region: str, region: str) -> bool:
    stem = row_region.rstrip("0")
    for width in (2, 4, 6, 9, 12):
        if len(stem) <= width:
            return region[:width] == row_region[:width]
    return False


def _find(rows: list[Row], region: str, area: str, measure: str, on: date) -> Fraction | None:
    fitting = [
        r for r in rows if r.measure == measure and r.area in (area, "") and r.since <= on and _covers(r.region, region)
    ]
    if not fitting:
        return None
    return max(fitting, key=lambda r: (len(r.region.rstrip("0")), r.area == area, r.since)).value


def _published_or(published: Fraction | None, floor: Fraction | None) -> Amount | None:
    if published is not None:
        return Amount(published, floor is not None and published < floor)
    return None if floor is None else Amount(Fraction(ceil(floor)), derived=True)


def _share_of_urban(rows: list[Row], region: str, area: str, measure: str, on: date, share: str) -> Amount | None:
    """The published figure, or a share of the urban standard. Only four floors are ever checked; this is none."""
    published = _find(rows, region, area, measure, on)
    if published is not None:
        return Amount(published)
    urban = _find(rows, region, "urban", "dibao.standard", on)
    return None if urban is None else Amount(Fraction(ceil(urban * Fraction(share))), derived=True)


def figures_of(rows: list[Row], region: str, area: str, on: date) -> InForce:
    before = on.year - 1
    s = _find(rows, region, area, "dibao.standard", on)
    last_wage = _find(rows, region, "", "minimum_wage.monthly", date(max(before, 1), 12, 31))
    of_last_year = [r for r in rows if r.year == before and r.area == ""]
    care = {
        level: _published_or(
            _find(rows, region, area, f"tekun.care_{level}", on), None if last_wage is None else last_wage / share
        )
        for level, share in (("self_reliant", 10), ("semi", 6), ("full", 3))
    }

    def share(measure: str, of_urban: str) -> Amount | None:
        return _share_of_urban(rows, region, area, measure, on, of_urban)

    severe, slight = share("disability_living.grade_1_2", "0.20"), share("disability_living.grade_3_4", "0.15")
    return InForce(
        S=s,
        U=_find(rows, region, "urban", "dibao.standard", on),
        wage=_find(rows, region, "", "minimum_wage.monthly", on),
        reference=_find(of_last_year, region, "", "reference_income.disposable_per_head", on),
        basic=_published_or(_find(rows, region, area, "tekun.basic", on), None if s is None else s * Fraction(13, 10)),
        care=care,
        institution=share("orphan.institution", "2.5"),
        dispersed=share("orphan.dispersed", "2"),
        living={1: severe, 2: severe, 3: slight, 4: slight},
        nursing={1: share("disability_care.grade_1", "0.18"), 2: share("disability_care.grade_2", "0.15")},
    )
