"""Outside my regions is the same as absent; inside without the post is refused."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from accounts import access
from accounts.errors import Forbidden, NotHere
from accounts.models import Region, User
from accounts.roles import Permission
from households.models import Household
from tests.making import (
    CITY,
    OTHER_COUNTY_VILLAGE,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        ("village", VILLAGE, {VILLAGE}),
        ("clerk", TOWNSHIP, {VILLAGE, OTHER_VILLAGE}),
        ("county", VILLAGE, {VILLAGE, OTHER_VILLAGE}),
        ("city", CITY, {VILLAGE, OTHER_VILLAGE, OTHER_COUNTY_VILLAGE}),
        ("release", VILLAGE, set()),
    ],
)
def test_a_queryset_holds_what_the_post_reaches(role: str, place: str, seen: set[str]) -> None:
    for code in (VILLAGE, OTHER_VILLAGE, OTHER_COUNTY_VILLAGE):
        make_household(code)
    visible = Household.objects.visible_to(make_user(role, place))
    assert set(visible.values_list("region_id", flat=True)) == seen


def test_nobody_sees_anything_without_a_sign_in() -> None:
    make_household(VILLAGE)
    assert not Household.objects.visible_to(AnonymousUser()).exists()


def test_require_tells_absent_from_forbidden() -> None:
    clerk = make_user("clerk", TOWNSHIP)
    access.require(clerk, Permission.ACCEPT_CASE, VILLAGE)
    with pytest.raises(NotHere):
        access.require(clerk, Permission.ACCEPT_CASE, OTHER_TOWNSHIP)
    with pytest.raises(Forbidden, match="这一步由县级审批办理"):
        access.require(clerk, Permission.CONFIRM_CASE, VILLAGE)


@pytest.mark.parametrize("pk", ["not-a-uuid", "00000000-0000-7000-8000-000000000000", None])
def test_an_absent_row_is_not_here_whatever_was_asked(pk: object) -> None:
    with pytest.raises(NotHere):
        access.find(Household.objects.all(), pk=pk)


def test_authority_is_read_in_two_queries_a_request(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    clerk = User.objects.get(pk=make_user("clerk", TOWNSHIP).pk)
    with django_assert_num_queries(2):
        for code in (VILLAGE, OTHER_VILLAGE, OTHER_TOWNSHIP):
            access.may(clerk, Permission.VIEW_CASE, code)


def test_a_neighbouring_code_is_not_beneath() -> None:
    assert Region.objects.get(code=TOWNSHIP).prefix != Region.objects.get(code=OTHER_TOWNSHIP).prefix
    clerk = make_user("clerk", TOWNSHIP)
    assert not access.sees(clerk, OTHER_TOWNSHIP)
    assert not access.sees(clerk, TOWNSHIP[:6] + "000000")
