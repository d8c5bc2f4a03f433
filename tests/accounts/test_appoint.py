"""Appoint and relieve: the only door to a post and its grants."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from guardian.models import UserObjectPermission

from accounts import clock, posts
from accounts.access import held, may
from accounts.errors import Conflict, Invalid
from accounts.models import AuditEntry, Post, Region, User
from accounts.roles import INCOMPATIBLE, ROLES, Permission
from tests.making import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, make_user, region

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    """The user as the next request loads it."""
    return User.objects.get(pk=user.pk)


def someone() -> User:
    user = User(username="nobody-yet", full_name="谢云峰")
    user.set_unusable_password()
    user.save()
    return user


def test_it_gives_the_roles_permissions_over_the_region_and_beneath() -> None:
    user = make_user("clerk", TOWNSHIP)
    assert may(user, Permission.ACCEPT_CASE, VILLAGE)
    assert not may(user, Permission.ACCEPT_CASE, OTHER_TOWNSHIP)
    assert not may(user, Permission.CONFIRM_CASE, VILLAGE)


def test_it_is_audited() -> None:
    user = make_user("clerk", TOWNSHIP)
    entry = AuditEntry.objects.get(action="post.appoint", target_id=str(user.posts.get().pk))
    assert entry.region_code == TOWNSHIP
    assert '"role":"clerk"' in entry.detail


def test_a_role_is_held_at_its_own_level() -> None:
    with pytest.raises(Invalid) as refused:
        posts.appoint(someone(), "clerk", region(COUNTY), on=clock.today(), by=None)
    assert refused.value.errors == {"region": "乡镇窗口经办只能设在乡镇"}


@pytest.mark.parametrize("pair", sorted(map(sorted, INCOMPATIBLE)), ids="+".join)
def test_incompatible_roles_are_refused(pair: list[str]) -> None:
    first, second = pair
    user = make_user(first, VILLAGE)
    with pytest.raises(Invalid) as refused:
        posts.appoint(user, second, _seat(second), on=clock.today(), by=None)
    assert "不能兼任" in refused.value.errors["role"]
    assert Post.objects.filter(user=user).count() == 1


def _seat(role: str) -> Region:
    from tests.making import at_level

    return region(at_level(VILLAGE, ROLES[role].level))


def test_a_role_given_up_no_longer_stands_in_the_way() -> None:
    user = make_user("county", COUNTY)
    posts.relieve(user.posts.get(), on=clock.today(), by=None)
    posts.appoint(user, "checker", region(COUNTY), on=clock.today(), by=None)
    assert [post.role for post in held(fresh(user))] == ["checker"]


def test_twice_is_refused() -> None:
    user = make_user("clerk", TOWNSHIP)
    with pytest.raises(Conflict):
        posts.appoint(user, "clerk", region(TOWNSHIP), on=clock.today(), by=None)


def test_relieving_takes_the_grants_at_once() -> None:
    user = make_user("clerk", TOWNSHIP)
    posts.relieve(user.posts.get(), on=clock.today(), by=None)
    assert held(fresh(user)) == ()
    assert not UserObjectPermission.objects.filter(user=user).exists()


def test_a_post_counts_from_its_first_day_to_before_its_last() -> None:
    today, user = clock.today(), someone()
    posts.appoint(user, "clerk", region(TOWNSHIP), on=today + timedelta(1), until=today + timedelta(3), by=None)
    for days, expected in ((0, 0), (1, 1), (2, 1), (3, 0)):
        assert len(held(fresh(user), today + timedelta(days))) == expected


def test_a_grant_without_a_post_gives_nothing() -> None:
    user = make_user("clerk", TOWNSHIP, on=date(2020, 1, 1))
    Post.objects.filter(user=user).update(ends_on=date(2020, 2, 1))
    assert UserObjectPermission.objects.filter(user=user).exists()
    assert not may(fresh(user), Permission.VIEW_CASE, VILLAGE)


def test_a_post_without_its_grants_gives_nothing() -> None:
    user = make_user("clerk", TOWNSHIP)
    UserObjectPermission.objects.filter(user=user).delete()
    assert not may(fresh(user), Permission.VIEW_CASE, VILLAGE)


def test_a_disabled_user_holds_nothing() -> None:
    user = make_user("clerk", TOWNSHIP)
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert held(fresh(user)) == ()


def test_a_role_that_comes_to_permit_more_permits_it_in_posts_held_already() -> None:
    user = make_user("clerk", TOWNSHIP)
    UserObjectPermission.objects.filter(user=user, permission__codename="work_finding").delete()
    assert not may(fresh(user), Permission.WORK_FINDING, VILLAGE)
    assert posts.regrant() == 1
    assert may(fresh(user), Permission.WORK_FINDING, VILLAGE)
    assert posts.regrant() == 0


def test_a_post_that_has_ended_is_given_nothing() -> None:
    user = make_user("clerk", TOWNSHIP)
    posts.relieve(user.posts.get(), on=clock.today(), by=None)
    assert posts.regrant() == 0
    assert not may(fresh(user), Permission.WORK_FINDING, VILLAGE)
