"""A county with its four hands, and its list at any stage: what the tests of one step begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from accounts import jobs
from accounts.models import Job, User
from payments import monthly
from payments.models import PaymentList
from tests.making import COUNTY, make_user, region

ON = date(2026, 11, 16)
MONTH = date(2026, 12, 1)


@dataclass
class Office:
    """The people of one county a list needs."""

    code: str = COUNTY
    county: User = field(init=False)
    checker: User = field(init=False)
    approver: User = field(init=False)
    release: User = field(init=False)

    def __post_init__(self) -> None:
        for role in ("county", "checker", "approver", "release"):
            setattr(self, role, make_user(role, self.code))


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
