"""Many submitted matters at once, for pages that must not slow down: rows in bulk, each with its step and its seal."""

from __future__ import annotations

from datetime import date

from accounts import clock
from accounts.ids import uuid7
from accounts.models import AuditEntry, User
from applications.models import Application, Matter, Transition
from households.identity import check_digit
from households.models import Household, Membership, Person
from tests.making import VILLAGE, invent_name

BORN = date(1960, 1, 1)


def submitted(number: int, clerk: User, village: str = VILLAGE) -> None:
    """So many families, each with one matter that came in today."""
    first = Application.objects.count()
    now, today = clock.now(), clock.today()
    households = [Household(region_id=village, area="rural", created_at=now) for _ in range(number)]
    people = [_person(first + index, village) for index in range(number)]
    applications = [
        Application(
            receipt_number=f"{village[:9]}-C-{first + index:06d}",
            submission_key=uuid7(),
            region_id=village,
            household=household,
            applicant=person,
            channel="window",
            submitted_on=today,
            submitted_at=now,
            submitted_by=clerk,
        )
        for index, (household, person) in enumerate(zip(households, people, strict=True))
    ]
    matters = [
        Matter(
            application=one,
            number=one.receipt_number,
            household=one.household,
            region_id=village,
            county_code=village[:6],
            programme="dibao",
            area="rural",
            created_at=now,
        )
        for one in applications
    ]
    entries = [_entry(matter, clerk, today) for matter in matters]
    Household.objects.bulk_create(households)
    Person.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(household=household, person=person, relation="head", position=1, joined_on=today)
        for household, person in zip(households, people, strict=True)
    )
    Application.objects.bulk_create(applications)
    Matter.objects.bulk_create(matters)
    AuditEntry.objects.bulk_create(entries)
    Transition.objects.bulk_create(
        Transition(
            matter=matter, seq=1, action="submit", target="submitted", actor=clerk, role="clerk", on=today, at=now,
            audit_entry=entry,
        )
        for matter, entry in zip(matters, entries, strict=True)
    )  # fmt: skip


def _person(number: int, village: str) -> Person:
    first17 = f"371599{1900 + number // 1000 % 100:04d}0101{number % 1000:03d}"
    return Person(
        region_id=village,
        name=invent_name(number),
        name_key=f"crowd{number}",
        initials="c",
        id_number=first17 + check_digit(first17),
        birth_date=BORN,
        sex="M",
        created_at=clock.now(),
    )


def _entry(matter: Matter, clerk: User, today: date) -> AuditEntry:
    return AuditEntry(
        county_code=matter.county_code,
        actor=clerk,
        actor_name=clerk.full_name,
        action="matter.submit",
        target_type="applications.matter",
        target_id=str(matter.pk),
        region_code=matter.region_id,
        on=today,
        is_seal=False,
        detail="{}",
    )
