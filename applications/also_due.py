"""What else the same facts say a family may be due, so that the window can offer it (应保尽保)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Value

from applications.case_page import Case
from applications.models import Matter, State
from eligibility import assess
from eligibility.models import Assessment
from eligibility.programmes import Programme
from eligibility.spoken import chinese
from households.models import Person
from payments.models import AwardCover
from payments.models.awards import SLOTS

Entry = dict[str, Any]
Found = tuple[Entry, UUID | None]


@dataclass(frozen=True)
class Due:
    """A programme nobody has applied for. `amount_fen` None where nothing is paid or the sum is not settled.

    `ends` names what the family could not keep beside it.
    """

    label: str
    whose: str
    is_sure: bool
    amount_fen: int | None
    per: str
    why: str
    ends: str

    @property
    def sign(self) -> str:
        return "done" if self.is_sure else "unknown"


@dataclass(frozen=True)
class Held:
    """A programme applied for or paid already: for one person, or for the family (None)."""

    programme: Programme
    person: UUID | None


_OVER = (State.REFUSED, State.DECLINED, State.WITHDRAWN)


def of(case: Case, stored: Assessment | None) -> list[Due]:
    """The sure ones first. One query, and one for names where the page has not read the family."""
    if stored is None:
        result, people = case.judged.answers, [person.pk for person in case.judged.people]
    else:
        result, people = json.loads(stored.result), [UUID(pk) for pk in assess.people_of(stored)]
    if "error" in result:
        return []
    found = [(one, _whose(one, people)) for one in result["results"] if one["outcome"] != "ineligible"]
    held = _held(case, people, found)
    offered = [o for o in _offered(found, held, alone=len(people) == 1) if not _is_own(case.matter, *o)]
    names = _names(case, {pk for _, pk in offered if pk})
    return sorted((_due(one, names[pk] if pk else "", held) for one, pk in offered), key=lambda due: not due.is_sure)


def _is_own(matter: Matter, entry: Entry, pk: UUID | None) -> bool:
    """What this case asks for is answered at the top of its page, also where it was refused."""
    return bool(entry["programme"] == matter.programme and pk == matter.person_id)


def _names(case: Case, wanted: set[UUID]) -> dict[UUID, str]:
    known = {person.pk: person.name for person in case.judged.people} if case.has_judged else {}
    if missing := wanted - known.keys():
        known |= dict(Person.objects.filter(pk__in=missing).values_list("pk", "name"))
    return known


def _whose(entry: Entry, people: Sequence[UUID]) -> UUID | None:
    return None if entry["person"] is None else people[entry["person"]]


def _held(case: Case, people: Sequence[UUID], found: list[Found]) -> list[Held]:
    """Asked for with no refusal in sight, or paid already: by whatever case. One query."""
    possible = {(one["programme"], pk) for one, pk in found}
    matters = Matter.objects.filter(household=case.matter.household).exclude(state__in=_OVER).order_by()
    asked = matters.values_list("programme", "person_id", Value(False))
    covers = AwardCover.objects.filter(person__in=people, ends_on=None).order_by()
    rows = asked.union(covers.values_list("award__programme", "person_id", Value(True)))
    return [
        Held(Programme(programme), pk if Programme(programme).per_person else None)
        for programme, pk, is_paid in rows
        if is_paid or (programme, pk) in possible
    ]


def _offered(found: list[Found], held: list[Held], *, alone: bool) -> list[Found]:
    sure = [Held(Programme(one["programme"]), pk) for one, pk in found if one["outcome"] == "eligible"]
    return [
        (one, pk)
        for one, pk in found
        if not any(_shares(other, Programme(one["programme"])) for other in _near(held, pk, alone=alone))
        and not any(one["programme"] in other.programme.excludes for other in _near(held + sure, pk, alone=alone))
    ]


def _near(held: list[Held], pk: UUID | None, *, alone: bool) -> list[Held]:
    """What this person or the family holds; what one of several holds says nothing of the family."""
    return [one for one in held if one.person in (None, pk) or (pk is None and alone)]


def _shares(held: Held, programme: Programme) -> bool:
    """The same benefit, or money for the same need; what tekun replaces is offered with what it ends."""
    slots, taken = SLOTS.get(programme, ()), SLOTS.get(held.programme, ())
    return held.programme is programme or (programme is not Programme.TEKUN and bool(set(slots) & set(taken)))


def _due(entry: Entry, name: str, held: list[Held]) -> Due:
    programme, amount = Programme(entry["programme"]), entry["amount"]
    open_test = next((test["said"] for test in entry["tests"] if test["passed"] is None), "")
    ends = dict.fromkeys(one.programme.label for one in held if one.programme in programme.excludes)
    return Due(
        label=programme.label,
        whose=name,
        is_sure=entry["outcome"] == "eligible",
        amount_fen=None if amount is None else int(Decimal(amount) * 100),
        per="一次" if programme.per == "once" else "每月",
        why=chinese(open_test),
        ends="、".join(ends),
    )
