"""The same key with the same body answers as the first time; with another body it is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections

from accounts import idempotency
from accounts.errors import Conflict, WrongState
from accounts.models import IdempotencyKey, User
from tests.making import TOWNSHIP, make_user


def answered(
    user: User, key: object, body: dict[str, object], reply: str = "371522101-2026-000001"
) -> tuple[str, bool]:
    return idempotency.once(user, "test", key, body, lambda: reply)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_twice_is_once() -> None:
    user, key = make_user("clerk", TOWNSHIP), uuid4()
    assert answered(user, key, {"a": 1}) == ("371522101-2026-000001", True)
    assert answered(user, key, {"a": 1}, "another") == ("371522101-2026-000001", False)


@pytest.mark.django_db
def test_another_body_is_refused() -> None:
    user, key = make_user("clerk", TOWNSHIP), uuid4()
    answered(user, key, {"a": 1})
    with pytest.raises(Conflict):
        answered(user, key, {"a": 2})


@pytest.mark.django_db
def test_keys_belong_to_their_user() -> None:
    key = uuid4()
    answered(make_user("clerk", TOWNSHIP), key, {"a": 1}, "one")
    assert answered(make_user("clerk", TOWNSHIP), key, {"a": 1}, "two") == ("two", True)


@pytest.mark.django_db
def test_a_refused_act_leaves_no_key_behind() -> None:
    user, key = make_user("clerk", TOWNSHIP), uuid4()

    def refused() -> str:
        raise WrongState("不能办理")

    with pytest.raises(WrongState):
        idempotency.once(user, "test", key, {}, refused)
    assert not IdempotencyKey.objects.filter(key=key).exists()
    assert answered(user, key, {}) == ("371522101-2026-000001", True)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one() -> None:
    user, key, barrier = make_user("clerk", TOWNSHIP), uuid4(), Barrier(20)
    done: list[int] = []

    def send(number: int) -> tuple[str, bool]:
        try:
            barrier.wait()
            return idempotency.once(user, "test", key, {"a": 1}, lambda: done.append(number) or f"reply {number}")  # type: ignore[func-returns-value]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(send, range(20)))
    assert len({reply for reply, _ in replies}) == 1
    assert [first for _, first in replies].count(True) == 1
