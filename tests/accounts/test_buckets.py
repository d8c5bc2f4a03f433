"""An allowance is counted by everybody together: its burst, then what the seconds bring, and no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts import buckets, clock
from accounts.buckets import Allowance
from accounts.models import Bucket

pytestmark = pytest.mark.django_db
TEN = Allowance("test", burst=10, per_second=0.01)


def test_the_burst_then_no_more() -> None:
    assert [buckets.take(TEN, "a") for _ in range(10)] == [0] * 10
    assert buckets.take(TEN, "a") > 0
    assert buckets.take(TEN, "b") == 0


def test_units_count() -> None:
    assert buckets.take(TEN, "a", 8) == 0
    # three units are one more than is left: a hundred seconds' worth
    assert buckets.take(TEN, "a", 3) == 100
    assert buckets.take(TEN, "a", 2) == 0


def test_a_second_earns_its_part() -> None:
    buckets.take(TEN, "a", 10)
    _age(timedelta(seconds=300))
    assert [buckets.take(TEN, "a") == 0 for _ in range(4)] == [True, True, True, False]


def test_it_never_holds_more_than_the_burst() -> None:
    buckets.take(TEN, "a")
    _age(timedelta(days=9))
    assert sum(buckets.take(TEN, "a") == 0 for _ in range(20)) == 10


def test_whole_ones_are_forgotten() -> None:
    buckets.take(TEN, "a")
    assert buckets.forget() == 0
    _age(timedelta(seconds=101))
    assert buckets.forget() == 1


def _age(by: timedelta) -> None:
    for row in Bucket.objects.all():
        row.full_at -= by
        row.save(update_fields=["full_at"])


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_what_one_would() -> None:
    def ask(_: int) -> int:
        try:
            return sum(buckets.take(TEN, "a") == 0 for _ in range(5))
        finally:
            connection.close()

    began = clock.now()
    with ThreadPoolExecutor(8) as everybody:
        got = sum(everybody.map(ask, range(8)))
    earned = (clock.now() - began).total_seconds() * TEN.per_second
    assert TEN.burst <= got <= TEN.burst + earned + 1
