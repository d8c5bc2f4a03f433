"""Liaocheng's tree as published, and local units added below a county."""

from __future__ import annotations

import pytest

from accounts import regions
from accounts.errors import Invalid
from accounts.models import Region
from tests.making import COUNTY, VILLAGE, region

pytestmark = pytest.mark.django_db


def test_the_whole_city_is_there() -> None:
    levels = {level: Region.objects.filter(level=level).count() for level in ("city", "county", "township", "village")}
    assert levels == {"city": 1, "county": 8, "township": 136, "village": 2408}


def test_every_prefix_is_its_ancestry() -> None:
    rows = {row.code: row for row in Region.objects.all()}
    wrong = [row.code for row in rows.values() if row.parent_id and not row.code.startswith(rows[row.parent_id].prefix)]
    assert wrong == []


def test_loading_again_adds_nothing() -> None:
    assert regions.load() == 0


def test_a_development_zone_stands_below_its_county() -> None:
    zone = regions.add_local("371522900000", "莘县经济开发区", region(COUNTY))
    assert (zone.level, zone.is_local, zone.prefix) == ("township", True, "371522900")


@pytest.mark.parametrize(
    "code", ["371524900000", "37152290", "371522900001", "371522000000", "十二位编码", "371522101000"]
)
def test_a_code_that_is_not_the_county_s_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as refused:
        regions.add_local(code, "某开发区", region(COUNTY))
    assert set(refused.value.errors) == {"code"}


def test_a_name_carries_its_ancestors() -> None:
    assert regions.full_name(VILLAGE) == "莘县张鲁镇化庄村"
