"""Register people and households, join and leave; find who is already known before anybody is entered twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import audit, clock, regions
from accounts.canonical import digest
from accounts.crypto import keys
from accounts.errors import WrongState
from accounts.models import Region, User
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


def register(entry: PersonEntry, region: Region, *, by: User | None, on: date) -> Person:
    """The person with this number: the one on file, or a new row.

    Phone and addresses of somebody on file are brought up to date only by the village that keeps the file.
    """
    known = by_number(entry.id_number) if entry.id_number else None
    if known is None:
        return _add(entry, region)
    if known.region_id == region.code:
        known = _bring_up_to_date(known, entry, by, on)
    return known


CONTACT = ("phone", "hukou_address", "home_address")


def _bring_up_to_date(known: Person, entry: PersonEntry, by: User | None, on: date) -> Person:
    known = Person.objects.select_for_update(of=("self",)).get(pk=known.pk)
    before = {name: getattr(known, name) for name in CONTACT}
    changed = [name for name in CONTACT if getattr(entry, name) and getattr(entry, name) != before[name]]
    if not changed:
        return known
    for name in changed:
        setattr(known, name, getattr(entry, name))
    known.save(update_fields=changed)
    after = digest({name: getattr(known, name) for name in CONTACT})
    audit.record(
        by,
        "person.contact",
        known,
        on=on,
        region_code=known.region_id,
        before=digest(before),
        after=after,
        detail={"fields": ",".join(changed)},
    )
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


def same_without_number(entry: PersonEntry, head: Person) -> Person | None:
    """The member of the head's household without papers who has this name and birthday."""
    household = None if entry.id_number else household_of(head)
    if household is None:
        return None
    live = Membership.objects.live().filter(household=household, person__id_index=None)
    same = live.filter(person__name_key=match_key(entry.name)[:100], person__birth_date=entry.birth_date)
    found = same.select_related("person").first()
    return found.person if found else None


def record_death(person: Person, died_on: date, *, by: User, on: date) -> Person:
    """The file says since when; a day already there stays. Who lives with whom is another act's matter."""
    known = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if known.died_on is None:
        known.died_on = died_on
        known.save(update_fields=["died_on"])
        audit.record(by, "person.died", known, on=on, region_code=known.region_id)
    return known


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
