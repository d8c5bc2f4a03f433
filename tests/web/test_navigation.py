"""The side navigation: what each role has, at most seven entries, and where one is."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import ROLES
from tests.applications import opened
from tests.making import VILLAGE, make_user

pytestmark = pytest.mark.django_db
COUNTY_WAYS = ["待办", "申请与在册", "主动发现", "核对", "公示", "发放名单", "政策与标准"]


def ways(role: str, address: str = "/") -> list[tuple[str, bool]]:
    answer = opened.signed_in(make_user(role, VILLAGE)).get(address)
    assert answer.status_code == 200
    return [(way.label, way.current) for way in answer.context["nav"]]


@pytest.mark.parametrize("role", ROLES)
def test_nobody_has_more_than_seven(role: str) -> None:
    assert 3 <= len(ways(role)) <= 7


def test_the_county_has_all_of_them() -> None:
    assert [label for label, _ in ways("county")] == COUNTY_WAYS


def test_who_pays_out_has_the_lists_alone() -> None:
    assert [label for label, _ in ways("release")] == ["待办", "发放名单", "政策与标准"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("home", "待办"),
        ("findings", "核对"),
        ("runs", "核对"),
        ("pushed", "主动发现"),
        ("adjustments", "政策与标准"),
        ("simulation", "政策与标准"),
        ("people", ""),
    ],
)
def test_the_entry_one_is_under_is_marked(name: str, label: str) -> None:
    here = [label for label, current in ways("county", reverse(name)) if current]
    assert here == ([label] if label else [])


def test_the_adjustments_stand_with_the_standards() -> None:
    page = opened.signed_in(make_user("county")).get(reverse("standards")).content.decode()
    assert f'href="{reverse("adjustments")}"' in page
    village = opened.signed_in(make_user("village", VILLAGE)).get(reverse("standards")).content.decode()
    assert f'href="{reverse("adjustments")}"' not in village
