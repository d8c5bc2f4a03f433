"""`simulate`: what it prints, what it refuses by the argument's name, and that nothing is changed."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from tests.making import OTHER_COUNTY_VILLAGE, VILLAGE, make_award, make_user
from tests.simulate.families import family

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> User:
    return make_user("reviewer", VILLAGE)


def simulate(*standards: str, **given: Any) -> str:
    out = StringIO()
    call_command("simulate", *(f"--standard={one}" for one in standards), stdout=out, **given)
    return out.getvalue()


def everything() -> dict[str, str]:
    """Each table's rows as one hash."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {}
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{name}\" t")
            found[name] = cursor.fetchone()[0]
    return found


def test_it_answers_in_words(by: User) -> None:
    family(by, [780])
    said = simulate("dibao:rural=800", as_of="2026-12-01")
    assert "聊城市 dibao.standard:rural=800.00 自 2026-12-01 起" in said
    assert "最低生活保障：0 → 1 户，新增 1 户 1 人" in said
    assert "莘县张鲁镇" in said


def test_it_answers_as_json(by: User) -> None:
    make_award(family(by, [700]))
    family(by, [780], region=OTHER_COUNTY_VILLAGE)
    found = json.loads(simulate("dibao:rural=800", as_of="2026-12-01", json=True))
    assert (found["households"], found["people"], found["incomplete"]) == (2, 2, 0)
    dibao = found["programmes"]["dibao"]
    assert (dibao["gained_families"], dibao["more_month"], dibao["more_year"]) == (1, "67.00", "804.00")
    assert (dibao["live_families"], dibao["live_month_before"], dibao["live_month_after"]) == (1, "53.00", "100.00")
    assert set(found["townships"]) == {"371522101000", "371524101000"}
    assert found["counties"]["371524000000"]["dibao"]["gained_month"] == "20.00"


def test_one_county_is_asked_alone(by: User) -> None:
    family(by, [780])
    family(by, [780], region=OTHER_COUNTY_VILLAGE)
    for code in ("371524", "371524000000"):
        assert json.loads(simulate("dibao=990", county=code, json=True))["households"] == 1


def test_several_values_are_asked_together(by: User) -> None:
    family(by, [780])
    family(by, [940], area="urban")
    found = json.loads(simulate("dibao:rural=800", "dibao:urban=950", json=True))
    assert found["programmes"]["dibao"]["gained_families"] == 2


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"standard": ["dibao:rural=many"]}, "--standard dibao:rural=many：金额"),
        ({"standard": ["dibao=1", "dibao:urban=2"]}, "--standard dibao:urban=2：同一个标准"),
        ({"as_of": "2026-13-01"}, "--as-of 2026-13-01："),
        ({"county": "371599"}, "--county 371599："),
        ({"county": "3715"}, "--county 3715："),
        ({"county": "371522101000"}, "--county 371522101000："),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, Any], part: str) -> None:
    standards = given.pop("standard", ["dibao:rural=800"])
    with pytest.raises(CommandError) as wrong:
        simulate(*standards, **given)
    assert part in str(wrong.value)


def test_nothing_is_changed(by: User) -> None:
    make_award(family(by, [700]))
    before = everything()
    simulate("dibao:rural=800")
    simulate("dibao:rural=800", json=True)
    assert everything() == before
