"""A source's circuit: twenty failures in a row open it, an answer closes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import clock
from verification import circuits
from verification.models import Circuit

pytestmark = pytest.mark.django_db
SOURCE = "market"


def fail(times: int) -> None:
    for _ in range(times):
        circuits.failed(SOURCE, "连接超时")


def test_the_twentieth_failure_in_a_row_opens_it() -> None:
    fail(circuits.OPENS_AFTER - 1)
    assert circuits.rests_until(SOURCE) is None
    fail(1)
    until = circuits.rests_until(SOURCE)
    assert until is not None
    assert until > clock.now()


@pytest.mark.parametrize("times", [1, circuits.OPENS_AFTER])
def test_an_answer_closes_it_however_lately_it_answered(times: int) -> None:
    circuits.answered(SOURCE)
    fail(times)
    circuits.answered(SOURCE)
    assert circuits.rests_until(SOURCE) is None
    assert Circuit.objects.get().failures == 0


def test_where_nothing_changes_it_is_written_once_a_minute() -> None:
    circuits.answered(SOURCE)
    first = Circuit.objects.get().last_answered_at
    with CaptureQueriesContext(
        connection,
    ) as asked:
        circuits.answered(SOURCE)
    assert (len(asked), Circuit.objects.get().last_answered_at) == (1, first)
    Circuit.objects.update(last_answered_at=clock.now() - timedelta(minutes=2))
    circuits.answered(SOURCE)
    again = Circuit.objects.get().last_answered_at
    assert again is not None
    assert first is not None
    assert again >= first
