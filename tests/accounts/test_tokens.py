"""A token of the interface: told once, kept as a hash, over at its time, by a word, or with its holder's account."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from accounts import clock, posts, tokens
from accounts.errors import AidError, Forbidden, Invalid, NotHere, WrongState
from accounts.ids import uuid7
from accounts.models import ApiToken, AuditEntry, User
from tests.conftest import Clock
from tests.making import OTHER_COUNTY, TOWNSHIP, make_user

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 25)


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", TOWNSHIP)


def text_for(user: User, days: int = 90) -> str:
    return tokens.issue(user, days, by=user, on=ON)[1]


def test_it_names_its_holder(clerk: User) -> None:
    row, text = tokens.issue(clerk, 90, by=make_user("county"), on=ON)
    assert tokens.holder(text) == clerk
    assert row.expires_at - row.issued_at == timedelta(days=90)


def test_only_its_hash_is_kept(clerk: User) -> None:
    text = text_for(clerk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_apitoken t")
        assert text.removeprefix("aid_") not in str(cursor.fetchall())


def test_no_two_are_alike(clerk: User) -> None:
    assert len({text_for(clerk) for _ in range(20)}) == 20


def test_it_is_put_on_record(clerk: User) -> None:
    county = make_user("county")
    row, text = tokens.issue(clerk, 30, by=county, on=ON)
    tokens.revoke(row.pk, by=county, on=ON)
    entries = AuditEntry.objects.filter(target_id=str(row.pk)).order_by("seq")
    assert [(one.action, one.actor, one.region_code) for one in entries] == [
        ("token.issue", county, TOWNSHIP),
        ("token.revoke", county, TOWNSHIP),
    ]
    assert text.removeprefix("aid_") not in entries[0].detail


def test_another_county_may_not_issue_it(clerk: User) -> None:
    stranger = make_user("county", OTHER_COUNTY)
    with pytest.raises(Forbidden):
        tokens.issue(clerk, 90, by=stranger, on=ON)
    with pytest.raises(Forbidden):
        tokens.revoke(tokens.issue(clerk, 90, by=clerk, on=ON)[0].pk, by=stranger, on=ON)


def test_the_holder_needs_a_post(clerk: User) -> None:
    posts.relieve(clerk.posts.get(), on=clock.today(), by=None)
    with pytest.raises(WrongState):
        tokens.issue(User.objects.get(pk=clerk.pk), 90, by=make_user("county"), on=ON)


@pytest.mark.parametrize("days", [0, -1, tokens.MOST_DAYS + 1])
def test_the_days_are_bounded(clerk: User, days: int) -> None:
    with pytest.raises(Invalid) as caught:
        text_for(clerk, days)
    assert list(caught.value.errors) == ["days"]


@pytest.mark.parametrize("text", ["", "aid_", "aid_x", "a" * 10_000, "\x00", "人", "\udcff"])
def test_what_is_none_holds_nothing(clerk: User, text: str) -> None:
    text_for(clerk)
    assert tokens.holder(text) is None


def test_it_is_over_at_its_time(clerk: User, moving_clock: Clock) -> None:
    text = text_for(clerk, 1)
    moving_clock.move(timedelta(hours=23, minutes=59))
    assert tokens.holder(text) == clerk
    moving_clock.move(timedelta(days=1, seconds=1))
    assert tokens.holder(text) is None


def test_a_closed_account_stops_it_at_once(clerk: User) -> None:
    text = text_for(clerk)
    clerk.is_active = False
    clerk.save(update_fields=["is_active"])
    assert tokens.holder(text) is None


def test_revoked_it_stops_and_the_others_stay(clerk: User) -> None:
    row, text = tokens.issue(clerk, 90, by=clerk, on=ON)
    other = text_for(clerk)
    tokens.revoke(row.pk, by=clerk, on=ON)
    assert (tokens.holder(text), tokens.holder(other)) == (None, clerk)


def test_an_unknown_one_cannot_be_revoked(clerk: User) -> None:
    with pytest.raises(NotHere):
        tokens.revoke(uuid7(), by=clerk, on=ON)


def test_revoked_twice_is_once(clerk: User) -> None:
    row, _ = tokens.issue(clerk, 90, by=clerk, on=ON)
    tokens.revoke(row.pk, by=clerk, on=ON)
    with pytest.raises(WrongState):
        tokens.revoke(row.pk, by=clerk, on=ON)
    assert AuditEntry.objects.filter(action="token.revoke").count() == 1


@pytest.mark.django_db(transaction=True)
def test_revoked_by_two_at_once_is_once() -> None:
    clerk = make_user("clerk", TOWNSHIP)
    row, _ = tokens.issue(clerk, 90, by=clerk, on=ON)

    def revoke(_: int) -> bool:
        try:
            tokens.revoke(row.pk, by=clerk, on=ON)
        except AidError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as everybody:
        assert sum(everybody.map(revoke, range(4))) == 1


def test_it_takes_one_query(clerk: User, django_assert_num_queries: object) -> None:
    text = text_for(clerk)
    with django_assert_num_queries(1):  # type: ignore[operator]
        tokens.holder(text)


def test_the_rows_are_the_owner_s_until_revoked(clerk: User) -> None:
    """The database itself lets only the revocation be written, and that once."""
    from django.db import ProgrammingError, transaction

    row, _ = tokens.issue(clerk, 90, by=clerk, on=ON)
    for change in ({"expires_at": clock.now()}, {"user_id": clerk.pk}, {"digest": "0" * 64}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            ApiToken.objects.filter(pk=row.pk).update(**change)
    tokens.revoke(row.pk, by=clerk, on=ON)
    with pytest.raises(ProgrammingError), transaction.atomic():
        ApiToken.objects.filter(pk=row.pk).update(revoked_at=None, revoked_by=None)
