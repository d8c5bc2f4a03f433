"""A county with its four hands, and its list at any stage: what the tests of one step begin with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, connections
from django.test import Client

from accounts import jobs, posts
from accounts.models import Job, User
from payments import monthly
from payments.models import PaymentList
from tests.making import COUNTY, IN_OFFICE_SINCE, make_user, region

ON = date(2026, 11, 16)
MONTH = date(2026, 12, 1)


@dataclass
class Office:
    """The people of one county a list needs."""

    code: str = COUNTY
    password: str = ""
    county: User = field(init=False)
    checker: User = field(init=False)
    approver: User = field(init=False)
    release: User = field(init=False)

    def __post_init__(self) -> None:
        for role in ("county", "checker", "approver", "release"):
            setattr(self, role, make_user(role, self.code, password=self.password))


def run_jobs() -> None:
    """Everything planned, done here and now; none may have failed."""
    jobs.run_waiting()
    failed = Job.objects.filter(state=Job.State.FAILED).values_list("error", flat=True)
    assert not list(failed), list(failed)


def build(office: Office, month: date = MONTH, on: date = ON, programme: str = "") -> PaymentList:
    made = monthly.start_build(region(office.code), month, actor=office.county, on=on, programme=programme)
    run_jobs()
    return fresh(made)


def check(office: Office, made: PaymentList) -> PaymentList:
    for exception in made.exceptions.filter(acknowledged_at=None):
        monthly.acknowledge(exception.pk, "已通知村里更正", actor=office.county, on=ON)
    return monthly.check(made.pk, actor=office.checker, on=ON)


def lock(office: Office, made: PaymentList) -> PaymentList:
    return monthly.lock(check(office, made).pk, actor=office.checker, on=ON)


def approve(office: Office, made: PaymentList) -> PaymentList:
    locked = lock(office, made)
    return monthly.approve(locked.pk, seen_hash=locked.hash, actor=office.approver, on=ON)


def release(office: Office, made: PaymentList) -> PaymentList:
    approved = approve(office, made)
    return monthly.release(approved.pk, seen_hash=approved.hash, actor=office.release, on=ON)


def fresh(made: PaymentList) -> PaymentList:
    return PaymentList.objects.get(pk=made.pk)


def moved_to(user: User, role: str) -> User:
    """The same person in another post of the county from the day they came; their old post is gone."""
    post = posts.relieve(user.posts.get(), on=IN_OFFICE_SINCE, by=None)
    posts.appoint(user, role, post.region, on=IN_OFFICE_SINCE, by=None)
    return User.objects.get(pk=user.pk)


def client_of(user: User) -> Client:
    """A browser in which this user is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Every act in a thread and a connection of its own, let go at one barrier; results or exceptions, in order."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(10)
            outcomes[place] = act()
        except Exception as raised:  # noqa: BLE001 - every refusal is an outcome here
            outcomes[place] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes
