"""A county with so many families whose case is open and whose consents are signed: rows in bulk, each with its seal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.ids import uuid7
from accounts.models import AuditEntry, Sealed, User
from applications.models import Application, Matter, Transition
from households.identity import check_digit
from households.models import Consent, Household, Membership, Person
from households.names import match_key, pinyin_initials
from tests.making import VILLAGE, invent_name, make_user

A_DAY = 500  # people born on one day
FIRST_BIRTHDAY = date(1951, 1, 1)
CHUNK = 2_000
HELD = {
    "human_resources": ("pension", 180_000),
    "public_security": ("vehicle", 1),
    "natural_resources": ("house", 2),
    "market": ("company", [{"name": "化庄豆制品店", "post": "经营者", "state": "open"}]),
    "civil_affairs": ("death", "2026-11-01"),
}


@dataclass(frozen=True)
class Home:
    """One family and its case, every row with the id it will have."""

    household: Household
    people: list[Person]
    application: Application
    matter: Matter


def populate(households: int, size: int = 2, *, on: date | None = None) -> list[Person]:
    """Families of this many people, accepted that day (today), everybody's consent signed: who they are."""
    clerk, today = make_user("clerk", VILLAGE), on or clock.today()
    everybody: list[Person] = []
    for first in range(0, households, CHUNK):
        homes = [_home(number, size, clerk, today) for number in range(first, min(first + CHUNK, households))]
        with transaction.atomic():
            _write(homes, clerk, today)
        everybody += [person for home in homes for person in home.people]
    return everybody


def known(people: list[Person], seed: int) -> Iterator[dict[str, Any]]:
    """What the registers hold: one person in ten has something in one of the five, seeded; of the others nothing."""
    chance = Random(seed)
    for person in people:
        source = chance.choice(sorted(HELD))
        if chance.random() < 0.1:
            kind, value = HELD[source]
            yield {"id_number": person.id_number, "name": person.name, "sources": {source: {kind: value}}}


def _home(number: int, size: int, clerk: User, today: date) -> Home:
    now = clock.now()
    household = Household(region_id=VILLAGE, area="rural", created_at=now)
    people = [_person(number * size + place) for place in range(size)]
    application = Application(
        receipt_number=f"371522101-N-{number:06d}",
        submission_key=uuid7(),
        region_id=VILLAGE,
        household=household,
        applicant=people[0],
        channel="window",
        submitted_on=today,
        submitted_at=now,
        submitted_by=clerk,
    )
    matter = Matter(
        application=application,
        number=application.receipt_number,
        household=household,
        region_id=VILLAGE,
        county_code=VILLAGE[:6],
        programme="dibao",
        area="rural",
        state="accepted",
        created_at=now,
    )
    return Home(household, people, application, matter)


def _person(number: int) -> Person:
    birth, name = FIRST_BIRTHDAY + timedelta(days=number // A_DAY), invent_name(number)
    first17 = f"371599{birth:%Y%m%d}{number % A_DAY * 2:03d}"
    return Person(
        region_id=VILLAGE,
        name=name,
        name_key=match_key(name),
        initials=" ".join(pinyin_initials(name)),
        id_number=first17 + check_digit(first17),
        birth_date=birth,
        sex="F",
        created_at=clock.now(),
    )


def _write(homes: list[Home], clerk: User, today: date) -> None:
    Household.objects.bulk_create(home.household for home in homes)
    Person.objects.bulk_create(person for home in homes for person in home.people)
    Membership.objects.bulk_create(
        Membership(
            household=home.household,
            person=person,
            relation="head" if place == 1 else "sibling",
            position=place,
            joined_on=today,
        )
        for home in homes
        for place, person in enumerate(home.people, start=1)
    )
    Application.objects.bulk_create(home.application for home in homes)
    Matter.objects.bulk_create(home.matter for home in homes)
    steps = [_step(home, seq, *step, clerk, today) for home in homes for seq, step in enumerate(STEPS, start=1)]
    AuditEntry.objects.bulk_create(step.audit_entry for step in steps)
    Transition.objects.bulk_create(steps)
    consents = [_consent(home.household, person, clerk, today) for home in homes for person in home.people]
    AuditEntry.objects.bulk_create(consent.audit_entry for consent in consents)
    Consent.objects.bulk_create(consents)


STEPS = (("submit", "", "submitted"), ("accept", "submitted", "accepted"))


def _step(home: Home, seq: int, action: str, source: str, target: str, clerk: User, today: date) -> Transition:
    row = Transition(
        matter=home.matter,
        seq=seq,
        action=action,
        source=source,
        target=target,
        actor=clerk,
        role="clerk",
        on=today,
        at=clock.now(),
    )
    row.audit_entry = _entry(row, f"matter.{action}", clerk, today)
    return row


def _consent(household: Household, person: Person, clerk: User, today: date) -> Consent:
    row = Consent(
        household=household,
        person=person,
        signed_by=person.name,
        given_on=today,
        recorded_by=clerk,
        recorded_at=clock.now(),
    )
    row.audit_entry = _entry(row, "consent.record", clerk, today)
    return row


def _entry(row: Sealed, action: str, clerk: User, today: date) -> AuditEntry:
    return AuditEntry(
        county_code=VILLAGE[:6],
        actor=clerk,
        actor_name=clerk.full_name,
        action=action,
        target_type=row._meta.label_lower,
        target_id=str(row.pk),
        region_code=VILLAGE,
        on=today,
        after_hash=row.content_hash(),
        is_seal=True,
        detail="{}",
    )
