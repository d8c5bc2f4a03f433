"""Register people and households, join and leave; find who is already known before anybody is entered twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import clock, regions
from accounts.crypto import keys
from accounts.errors import WrongState
from accounts.models import Region
from households.models import Household, Membership, Person
from households.names import match_key, pinyin_initials


@dataclass(frozen=True)
class PersonEntry:
    """What the papers say of one person, already read and normalised. `id_number` None: no document yet."""

    name: str
    id_kind: str
    id_number: str | None
    birth_date: date | None
    sex: str
    phone: str | None = None
    hukou_address: str = ""
    home_address: str = ""


@dataclass(frozen=True)
class Hit:
    """Somebody already known: the person and the live household, where there is one."""

    person: Person
    household: Household | None
    is_same_number: bool


def by_number(id_number: str) -> Person | None:
    """The one person on file with this number, anywhere."""
    return Person.objects.filter(id_index=keys.index(id_number, "id_number"), id_shared_reason="").first()


def hits(entry: PersonEntry) -> list[Hit]:
    """Who is on file with this number, or with a name like this one and the same birthday (a possible twin)."""
    same = Q(id_index=keys.index(entry.id_number, "id_number")) if entry.id_number else Q(pk=None)
    if entry.birth_date:
        same |= Q(name_key=match_key(entry.name), birth_date=entry.birth_date)
    found = []
    for person in Person.objects.filter(same).order_by("created_at")[:5]:
        live = Membership.objects.live().filter(person=person).select_related("household").first()
        found.append(Hit(person, live.household if live else None, person.id_number == entry.id_number))
    return found


def register(entry: PersonEntry, region: Region) -> Person:
    """The person with this number: the one on file, brought up to date, or a new row."""
    known = by_number(entry.id_number) if entry.id_number else None
    if known is None:
        return _add(entry, region)
    known = Person.objects.select_for_update(of=("self",)).get(pk=known.pk)
    changed = [name for name in ("phone", "hukou_address", "home_address") if getattr(entry, name)]
    for name in changed:
        setattr(known, name, getattr(entry, name))
    if changed:
        known.save(update_fields=changed)
    return known


def _add(entry: PersonEntry, region: Region) -> Person:
    person = Person(
        region=region,
        name=entry.name,
        name_key=match_key(entry.name)[:100],
        initials=" ".join(pinyin_initials(entry.name))[:100],
        id_kind=entry.id_kind if entry.id_number else "none",
        id_number=entry.id_number,
        birth_date=entry.birth_date,
        sex=entry.sex,
        phone=entry.phone,
        hukou_address=entry.hukou_address,
        home_address=entry.home_address,
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        known = by_number(entry.id_number or "")
        if known is None:
            raise
        return known
    return person


def household_of(person: Person) -> Household | None:
    """Where the person lives now."""
    live = Membership.objects.live().filter(person=person).select_related("household").first()
    return live.household if live else None


def form(region: Region, area: str, address: str) -> Household:
    household = Household(region=region, area=area, address=address, created_at=clock.now())
    household.save(force_insert=True)
    return household


def join(household: Household, person: Person, relation: str, position: int, *, on: date) -> Membership:
    """The person lives here from that day. Raises WrongState where they live in another household."""
    try:
        with transaction.atomic():
            return Membership.objects.create(
                household=household, person=person, relation=relation, position=position, joined_on=on
            )
    except IntegrityError as elsewhere:
        raise WrongState(_lives_elsewhere(person)) from elsewhere


def _lives_elsewhere(person: Person) -> str:
    other = household_of(person)
    where = regions.full_name(other.region_id) if other else "另一户"
    return f"{person.name}已登记在{where}的一户，先办迁出再登记"


def leave(membership: Membership, *, on: date) -> None:
    """The person lives here no more from that day."""
    membership.left_on = max(on, membership.joined_on)
    membership.save(update_fields=["left_on"])
