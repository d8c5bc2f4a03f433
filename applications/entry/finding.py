"""A2 查人: one box for name, pinyin initials, the last four of a number, a case number or a village; masked answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from accounts import clock, regions
from accounts.crypto import keys
from accounts.models import User
from applications.entry.lookups import look_up
from applications.models import CLOSED, Matter
from eligibility.programmes import Programme
from households.identity import age_on, squeeze
from households.masking import mask_id, mask_name
from households.models import Membership, Person
from households.names import match_key
from payments.models.awards import AwardCover

MOST = 20
_TAIL = re.compile(r"[0-9]{3}[0-9X]")
_WHOLE = re.compile(r"[0-9]{17}[0-9X]")
_NUMBER = re.compile(r"[0-9]{6,12}-[0-9]{4}(-[0-9]*)?")
_INITIALS = re.compile(r"[a-z]{2,20}")


@dataclass(frozen=True)
class Found:
    """One person as a list shows them: nothing whole, and what is going on."""

    person: UUID
    name: str
    number: str
    about: str
    village: str
    standing: tuple[str, ...]
    case: UUID | None


def find(text: str, user: User, purpose: str) -> list[Found]:
    """At most twenty people within the user's regions, best first; recorded with its purpose. Raises TooMany."""
    condition = _condition(text)
    if condition is None:
        return []

    def search() -> Sequence[Person]:
        return _people(condition, text, user)

    return _shown(look_up(user, purpose, search, lambda person: person.pk))


def _condition(text: str) -> Q | None:
    """How the words are looked for: by the shape they have."""
    plain = squeeze(text)
    if _WHOLE.fullmatch(plain):
        return Q(id_index=keys.index(plain, "id_number"))
    if _TAIL.fullmatch(plain):
        return Q(id_tail_index=keys.index(plain, "id_tail"))
    if _NUMBER.fullmatch(text.strip()):
        return Q(memberships__household__applications__receipt_number__startswith=text.strip())
    letters = text.strip().lower()
    if _INITIALS.fullmatch(letters):
        return Q(initials__startswith=letters) | Q(initials__contains=f" {letters}")
    key = match_key(text)
    if not key:
        return None
    return Q(name_key__startswith=key) | Q(region__name__contains=text.strip())


def _people(condition: Q, text: str, user: User) -> list[Person]:
    rows = Person.objects.visible_to(user).filter(condition).select_related("region").distinct()
    return sorted(rows.order_by("name_key", "id")[:MOST], key=lambda person: person.name != text.strip())


def _shown(people: Sequence[Person]) -> list[Found]:
    """What is going on for each of them, and their newest case. Three queries, however many people."""
    ids = [person.pk for person in people]
    homes = dict(Membership.objects.live().filter(person_id__in=ids).values_list("person_id", "household_id"))
    matters: dict[UUID, list[Matter]] = defaultdict(list)
    for matter in Matter.objects.filter(household_id__in=set(homes.values())).order_by("-created_at"):
        matters[matter.household_id].append(matter)
    held: dict[UUID, list[str]] = defaultdict(list)
    covers = AwardCover.objects.filter(person_id__in=ids, ends_on=None).select_related("award")
    for cover in covers.order_by("starts_on", "id"):
        held[cover.person_id].append(f"{Programme(cover.award.programme).label} 在册")
    return [_found(person, held[person.pk], matters[homes.get(person.pk, person.pk)]) for person in people]


def _found(person: Person, held: list[str], matters: list[Matter]) -> Found:
    open_ones = [
        f"{Programme(one.programme).label} {one.get_state_display()}" for one in matters if one.state not in CLOSED
    ]
    today = clock.today()
    age = f"{age_on(person.birth_date, today)} 岁" if person.birth_date and person.birth_date <= today else ""
    sex = {"M": "男", "F": "女"}.get(person.sex, "")
    return Found(
        person=person.pk,
        name=mask_name(person.name),
        number=mask_id(person.id_number) or "--",
        about=" ".join(part for part in (sex, age) if part) or "--",
        village=regions.full_name(person.region_id),
        standing=(f"死亡 {person.died_on}",) if person.died_on else tuple(dict.fromkeys([*held, *open_ones])),
        case=matters[0].pk if matters else None,
    )
