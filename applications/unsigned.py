"""Cases the night can't ask about for want of a signature: who must sign, for whoever takes the signature."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from accounts.access import held
from accounts.models import User
from accounts.roles import Permission
from applications import rows
from applications.models import Matter
from applications.night import to_ask
from applications.workdays import Calendar
from applications.worklist import Waiting, with_head
from households import consents
from households.consents import Wanted
from households.models import Person
from verification.asking import ToAsk

NAMED = 3


def names(user: User, today: date) -> dict[str, str]:
    """By case number, who must sign before the night may ask; for the regions whose cases this user enters.

    Somebody without an ID number is not among them: no signature would let them be asked about. One query where
    everybody has signed.
    """
    prefixes = {post.region.prefix for post in held(user) if Permission.ENTER_CASE in post.permissions}
    asked = {one for prefix in prefixes for one in to_ask(prefix, today, applying=True)}
    signed = _signed(asked, today)
    return _named([one for one in asked if one not in signed])


def _signed(asked: set[ToAsk], today: date) -> set[ToAsk]:
    wanted = [Wanted(one.household_id, one.person_id, one.since, one.role == "member") for one in asked]
    standings = consents.in_force(wanted, today)
    return {one for one in asked if standings[one.household_id, one.person_id].consent_id is not None}


def _named(lacking: list[ToAsk]) -> dict[str, str]:
    if not lacking:
        return {}
    people = Person.objects.filter(pk__in=[one.person_id for one in lacking], id_index__isnull=False)
    called = dict(people.order_by("created_at", "pk").values_list("pk", "name"))
    cases: dict[str, list[str]] = defaultdict(list)
    for one in sorted(lacking, key=lambda one: (one.case_number, one.role, str(one.person_id))):
        if one.person_id in called:
            cases[one.case_number].append(called[one.person_id])
    return {number: _listed(who) for number, who in cases.items()}


def _listed(who: list[str]) -> str:
    more = f"等 {len(who)} 人" if len(who) > NAMED else ""
    return f"缺授权：{'、'.join(who[:NAMED])}{more}"


def waiting(matters: QuerySet[Matter], lacking: dict[str, str], *, today: date, calendar: Calendar) -> list[Waiting]:
    """Those of `matters` that wait for a signature, least time left first; no query where none does."""
    if not lacking:
        return []
    named = with_head(matters.filter(number__in=lacking)).annotate(initials=F("head__person__initials"))
    found: list[Any] = list(
        named.values_list(
            "pk", "programme", "state", "region_id", "created_at", "initials", "application__submitted_on"
        )
    )
    clocks = rows.clocks_of([one[:4] for one in found], today=today, calendar=calendar)
    listed = [
        Waiting(pk, state, clocks.get(pk), created, initials or "", programme, received)
        for pk, programme, state, _, created, initials, received in found
    ]
    return sorted(listed, key=lambda one: (one.due, one.created, str(one.pk)))
