"""Sixty pages a minute an address, a hundred and twenty at once, whoever serves them (R-36)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from accounts import clock
from disclosure import limits
from disclosure.models import Visitor

pytestmark = pytest.mark.django_db
HERE, THERE = "203.0.113.7", "203.0.113.8"


def test_the_burst_then_no_more() -> None:
    assert [limits.take(HERE) for _ in range(limits.BURST)] == [True] * limits.BURST
    assert not limits.take(HERE)
    assert limits.take(THERE)


def test_a_second_earns_a_page() -> None:
    for _ in range(limits.BURST):
        limits.take(HERE)
    _age(timedelta(seconds=10))
    assert sum(limits.take(HERE) for _ in range(20)) == 10


def test_it_never_holds_more_than_the_burst() -> None:
    limits.take(HERE)
    _age(timedelta(days=2))
    assert sum(limits.take(HERE) for _ in range(limits.BURST + 20)) == limits.BURST


def _age(by: timedelta) -> None:
    for known in Visitor.objects.all():
        known.at -= by
        known.save(update_fields=["at"])


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_get_what_one_would() -> None:
    def ask(_: int) -> int:
        try:
            return sum(limits.take(HERE) for _ in range(15))
        finally:
            connection.close()

    started = clock.now()
    with ThreadPoolExecutor(20) as everybody:
        got = sum(everybody.map(ask, range(20)))
    earned = (clock.now() - started).total_seconds() * limits.PER_SECOND
    assert limits.BURST <= got <= limits.BURST + earned + 1


def test_the_page_says_to_wait() -> None:
    visitor = Client(REMOTE_ADDR=HERE)
    statuses = [visitor.get("/public/").status_code for _ in range(limits.BURST)]
    assert set(statuses) == {200}
    refused = visitor.get("/public/")
    while refused.status_code == 200:
        refused = visitor.get("/public/")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "过一分钟再看" in refused.content.decode()
    assert visitor.get("/public/notices/x/").status_code == 429
    assert Client(REMOTE_ADDR=THERE).get("/public/").status_code == 200


def test_a_whole_ipv6_network_is_one_visitor() -> None:
    for number in range(limits.BURST):
        assert limits.take(f"2001:db8:0:1::{number:x}")
    assert not limits.take("2001:db8:0:1:ffff::1")
    assert limits.take("2001:db8:0:2::1")


def test_no_address_is_kept() -> None:
    limits.take(HERE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT v::text FROM disclosure_visitor v")
        assert HERE not in str(cursor.fetchall())


def test_full_buckets_are_forgotten() -> None:
    limits.take(HERE)
    assert limits.forget() == 0
    _age(limits.FULL_AGAIN + timedelta(seconds=1))
    assert limits.forget() == 1
    assert not Visitor.objects.exists()


def test_an_address_nobody_can_read_still_counts() -> None:
    assert limits.take("")
    assert limits.take("unix:")
    assert Visitor.objects.count() == 1
