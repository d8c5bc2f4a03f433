"""A stored assessment is worked out again to the same bytes, whatever has been published since."""

from __future__ import annotations

import json
from datetime import date

import pytest

from accounts import audit, clock
from eligibility import assess
from eligibility.models import Assessment, Standard
from tests.making import COUNTY, make_household, make_person, make_user

pytestmark = pytest.mark.django_db
IN_2024 = date(2024, 6, 10)


def stored() -> Assessment:
    household = make_household(people=[make_person(birth=date(1960, 3, 1))])
    return assess.assess(household, on=IN_2024, by=make_user("county", COUNTY))


def publish(programme: str, measure: str, area: str, value: int, since: date) -> None:
    row = Standard(
        region_id="371522000000",
        area=area,
        programme=programme,
        measure=measure,
        unit="month",
        value_fen=value * 100,
        effective_from=since,
        document_number="莘民〔2026〕9号",
    )
    audit.seal(row, None, "standard.load", on=clock.today(), region_code="371522000000")


def test_the_stored_bytes_come_back() -> None:
    row = stored()
    assert assess.recompute(row) == row.result


def test_standards_entered_later_change_nothing() -> None:
    """Also one that reaches back behind the day of the assessment."""
    row = stored()
    publish("dibao", "standard", "rural", 800, date(2026, 1, 1))
    publish("dibao", "standard", "rural", 760, date(2024, 2, 1))
    assert assess.recompute(row) == row.result
    fresh = assess.preview(json.loads(row.inputs)["line"])
    assert fresh["figures"]["standard"] == 76_000
    assert json.loads(row.figures)["standard"] == 75_300


def test_it_names_the_papers_the_figures_stand_on() -> None:
    publish("dibao", "standard", "rural", 760, date(2024, 2, 1))
    kept = json.loads(stored().figures)["sources"]
    assert ("dibao", "standard", 76_000, "2024-02-01", "莘民〔2026〕9号") in [
        (one["programme"], one["measure"], one["value"], one["effective_from"], one["document_number"]) for one in kept
    ]


def test_an_altered_answer_shows() -> None:
    row = stored()
    row.result = row.result.replace('"outcome":"', '"outcome":"not ', 1)
    assert assess.recompute(row) != row.result
