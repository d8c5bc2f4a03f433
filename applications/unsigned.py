"""需补签授权书: whom the night can't ask about, one by one, for whoever takes the signature.

Whoever applies, receives or is confirmed, and who owes them support: as the night would find them now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts.access import held
from accounts.models import User
from accounts.roles import Permission
from applications import rows
from applications.clocks import Clock
from applications.models import Matter
from applications.night import to_ask
from applications.shown import ShownClock, shown
from applications.workdays import Calendar
from applications.worklist import FAR, with_head
from eligibility.programmes import Programme
from households import consents
from households.consents import Standing, Wanted
from households.models import Person
from verification.asking import ToAsk
from verification.models import Subject

Unasked = Subject.Unasked
SIGN, NUMBER = "登记授权", "补录证件号码"


@dataclass(frozen=True)
class Lacking:
    """One person nobody may be asked about, for one case: why, in the night's words, and more closely in `detail`."""

    asked: ToAsk
    name: str
    why: Unasked
    detail: str = ""

    @property
    def role(self) -> str:
        return Subject.Role(self.asked.role).label

    @property
    def purpose(self) -> str:
        return Subject.Purpose(self.asked.purpose).label

    @property
    def act(self) -> str:
        """What lets the night ask."""
        return NUMBER if self.why == Unasked.NO_NUMBER else SIGN


def lacking(user: User, today: date) -> list[Lacking]:
    """Everybody of the regions whose cases this user enters. One query a post, two more, none for the others."""
    prefixes = {post.region.prefix for post in held(user) if Permission.ENTER_CASE in post.permissions}
    asked = list(dict.fromkeys(one for prefix in sorted(prefixes) for one in to_ask(prefix, today)))
    if not asked:
        return []
    standings = _standings(asked, today)
    unsigned = [key for key, standing in standings.items() if standing.consent_id is None]
    concerned = Q(pk__in=[person for _, person in unsigned])
    concerned |= Q(pk__in=[one.person_id for one in asked], id_index__isnull=True)
    called = {
        pk: (name, index is not None)
        for pk, name, index in Person.objects.filter(concerned).order_by().values_list("pk", "name", "id_index")
    }
    found = (_lacking(one, called, standings[one.household_id, one.person_id]) for one in asked)
    return [one for one in found if one]


def _standings(asked: Sequence[ToAsk], today: date) -> consents.Standings:
    wanted = [Wanted(one.household_id, one.person_id, one.since, one.role == "member") for one in asked]
    return consents.in_force(wanted, today)


def _lacking(one: ToAsk, called: dict[UUID, tuple[str, bool]], standing: Standing) -> Lacking | None:
    """As `verification.nightly` has it: without a number no signature helps, so that is what is said."""
    if one.person_id not in called:
        return None
    name, has_number = called[one.person_id]
    if not has_number:
        return Lacking(one, name, Unasked.NO_NUMBER)
    if standing.consent_id is not None:
        return None
    return Lacking(one, name, Unasked(str(standing.lack)), standing.lapse.label if standing.lapse else "")


@dataclass(frozen=True)
class Row:
    """One person in the list, with the case that wants the signature."""

    pk: UUID
    lacks: Lacking
    clock: ShownClock | None
    head: str
    village: str
    programme: str
    due: date


_COLUMNS = ("pk", "programme", "state", "region_id", "number", "region__name", "region__parent__name")


def listed(
    matters: QuerySet[Matter], lacks: Sequence[Lacking], *, today: date, calendar: Calendar, with_village: bool = False
) -> list[Row]:
    """Those whose case is one of `matters`: open cases by time left, then whoever receives, family by family.

    `with_village` adds the township to the village's name. No query where nobody lacks anything, else three.
    """
    if not lacks:
        return []
    named = with_head(matters.filter(number__in={one.asked.case_number for one in lacks}))
    found: list[Any] = list(
        named.annotate(head_name=F("head__person__name")).order_by().values_list(*_COLUMNS, "head_name")
    )
    clocks = rows.clocks_of([one[:4] for one in found], today=today, calendar=calendar)
    by_number = {one[4]: one for one in found}
    made = [
        _row(one, by_number[one.asked.case_number], clocks, with_village=with_village)
        for one in lacks
        if one.asked.case_number in by_number
    ]
    return sorted(made, key=lambda row: (row.lacks.asked.purpose, row.due, row.lacks.asked.case_number))


def _row(one: Lacking, matter: tuple[Any, ...], clocks: dict[UUID, Clock | None], *, with_village: bool) -> Row:
    pk, programme, _, _, _, village, township, head = matter
    clock = clocks.get(pk)
    return Row(
        pk=pk,
        lacks=one,
        clock=shown(clock) if clock else None,
        head=head or "（无户主）",
        village=f"{township if with_village else ''}{village}",
        programme=Programme(programme).label,
        due=clock.due if clock and clock.due else FAR,
    )
