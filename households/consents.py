"""Consents to be checked: which one is in force, by set; given and ended (社会救助法 art. 40, 41, 62).

A person signs for one household. Of several papers the newest alone counts, so that a withdrawal is never got round by
an older paper. Whatever is decided about the consents of one household takes turns on an advisory lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts import access, audit, clock
from accounts.errors import Invalid, WrongState
from accounts.models import User
from accounts.roles import Permission
from households.models import Consent, ConsentEnd, Household, Membership, Obligation, Person

Reason = ConsentEnd.Reason
LONGEST_NAME = 50


class Lack(StrEnum):
    """Why nobody may ask; the words of `verification.Subject.Unasked`."""

    NO_CONSENT = "no_consent"
    LAPSED = "lapsed"


class Lapse(models.TextChoices):
    """What the newest consent fails, the first that does."""

    ENDED = "ended", "已撤回或换签，需重新签订"
    PAST = "past", "已过有效期，需重新签订"
    BEFORE = "before", "签于本次申请之前，需重新签订"
    CHANGED = "changed", "成员有变动，需重新签订"


class Wanted(NamedTuple):
    """One person to be asked about for a household, in a case that began on `since`."""

    household_id: UUID
    person_id: UUID
    since: date
    is_member: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest consent of a person in a household, and what it fails; neither where there never was one."""

    newest: UUID | None = None
    lapse: Lapse | None = None

    @property
    def consent_id(self) -> UUID | None:
        """The consent that bears an enquiry; None where none does."""
        return None if self.lapse else self.newest

    @property
    def lack(self) -> Lack | None:
        """Why there is none; None where there is one."""
        if self.newest is None:
            return Lack.NO_CONSENT
        return Lack.LAPSED if self.lapse else None


Standings = dict[tuple[UUID, UUID], Standing]

# A paper entered by mistake was never signed: it counts neither as the newest nor as one that lapsed. Of two papers of
# one day the one in force comes first: who withdrew in the morning and signed again at noon has consented.
_IN_FORCE = """
WITH wanted AS (
  SELECT * FROM unnest(%(households)s::uuid[], %(people)s::uuid[], %(since)s::date[], %(members)s::boolean[])
    WITH ORDINALITY AS w(household_id, person_id, since, is_member, place)
), changed AS (
  SELECT household_id, max(greatest(joined_on, CASE WHEN left_on <= %(on)s THEN left_on END)) AS last
  FROM households_membership
  WHERE household_id IN (SELECT household_id FROM wanted) AND joined_on <= %(on)s GROUP BY household_id
)
SELECT w.place, c.id, CASE
    WHEN c.is_ended THEN 'ended'
    WHEN c.valid_until < %(on)s THEN 'past'
    WHEN c.given_on < w.since THEN 'before'
    WHEN w.is_member AND c.given_on < m.last THEN 'changed' END
FROM wanted w LEFT JOIN changed m USING (household_id) LEFT JOIN LATERAL (
  SELECT k.id, k.given_on, k.valid_until, coalesce(e.ended_on <= %(on)s, false) AS is_ended
  FROM households_consent k LEFT JOIN households_consentend e ON e.consent_id = k.id
  WHERE k.person_id = w.person_id AND k.household_id = w.household_id AND k.given_on <= %(on)s
    AND NOT coalesce(e.reason = 'mistaken' AND e.ended_on <= %(on)s, false)
  ORDER BY k.given_on DESC, is_ended, k.id DESC LIMIT 1
) c ON true"""


def in_force(wanted: Sequence[Wanted], on: date) -> Standings:
    """By (household, person) the consent that bears an enquiry on that day, or why there is none. One statement.

    In force is the newest consent of that person in that household, if it was signed from `since` on, has not ended,
    is within its own term and, for a member, is not older than the last change of the household's members.
    """
    if not wanted:
        return {}
    given: dict[str, Any] = {
        "households": [str(one.household_id) for one in wanted],
        "people": [str(one.person_id) for one in wanted],
        "since": [one.since for one in wanted],
        "members": [one.is_member for one in wanted],
        "on": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, given)
        return {
            wanted[place - 1][:2]: Standing(newest, Lapse(lapse) if lapse else None)
            for place, newest, lapse in cursor.fetchall()
        }


def wait_turn(household_id: UUID) -> None:
    """Until this transaction ends nobody else decides on this household's consents. Call it before the first audit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"consents:{household_id}"])


@transaction.atomic
def give(
    household: Household,
    person: Person,
    *,
    signed_by: str,
    given_on: date,
    valid_until: date | None = None,
    actor: User,
    on: date,
) -> Consent:
    """Record that the person (or a guardian, `signed_by`) signed; what was in force ends as replaced.

    The same paper given twice is one. Raises NotHere or Forbidden by region, Invalid by field, WrongState where the
    person neither lives in the household nor owes it support.
    """
    access.require(actor, Permission.ENTER_CASE, household.region_id)
    _check(signed_by, given_on, valid_until, on)
    wait_turn(household.pk)
    _check_belongs(household, person)
    live = _live(household, person)
    paper = (signed_by.strip(), given_on, valid_until)
    for known in live:
        if (known.signed_by, known.given_on, known.valid_until) == paper:
            return known
        if known.given_on > given_on:
            raise Invalid({"given_on": f"已有 {known.given_on} 签的，填这天或更晚"})
    for known in live:
        _end(known, Reason.REPLACED, on, actor)
    return _seal(household, person, paper, actor, on)


def _check(signed_by: str, given_on: date, valid_until: date | None, on: date) -> None:
    errors: dict[str, str] = {}
    if not 0 < len(signed_by.strip()) <= LONGEST_NAME:
        errors["signed_by"] = f"填写签字人，{LONGEST_NAME} 字以内"
    if given_on > on:
        errors["given_on"] = f"签字日期填 {on} 或更早"
    if valid_until is not None and valid_until < on:
        errors["valid_until"] = f"有效期至填 {on} 或更晚"
    if errors:
        raise Invalid(errors)


def _check_belongs(household: Household, person: Person) -> None:
    lives = Membership.objects.live().filter(household=household, person=OuterRef("pk"))
    owes = Obligation.objects.filter(household=household, obligor=OuterRef("pk"), ends_on=None)
    if not Person.objects.filter(Q(Exists(lives)) | Q(Exists(owes)), pk=person.pk).exists():
        raise WrongState(f"{person.name}不是这一户的成员或义务人，不能登记授权")


def _live(household: Household, person: Person) -> list[Consent]:
    return list(Consent.objects.filter(household=household, person=person, end=None).order_by("given_on", "id"))


def _seal(household: Household, person: Person, paper: tuple[str, date, date | None], actor: User, on: date) -> Consent:
    signed_by, given_on, valid_until = paper
    consent = Consent(
        household=household,
        person=person,
        signed_by=signed_by,
        given_on=given_on,
        valid_until=valid_until,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    post = access.post_label(actor, household.region_id)
    return audit.seal(consent, actor, "consent.record", on=on, region_code=household.region_id, post=post)


@transaction.atomic
def end(consent: Consent, *, reason: str, on: date, actor: User) -> ConsentEnd:
    """The consent holds no longer from that day on. The same end twice is one.

    Raises NotHere or Forbidden by region, Invalid where the reason is none a person gives, WrongState where it ended
    already in another way.
    """
    access.require(actor, Permission.ENTER_CASE, consent.household.region_id)
    if reason not in (Reason.WITHDRAWN, Reason.MISTAKEN):
        raise Invalid({"reason": "选择撤回的原因"})
    wait_turn(consent.household_id)
    known = ConsentEnd.objects.filter(consent=consent).select_related("recorded_by").first()
    if known is None:
        return _end(consent, Reason(reason), on, actor)
    if (known.reason, known.ended_on) != (reason, on):
        raise WrongState(
            f"已由{known.recorded_by.full_name}于 {known.ended_on} 登记“{known.get_reason_display()}”，不用再办"
        )
    return known


def _end(consent: Consent, reason: ConsentEnd.Reason, on: date, actor: User) -> ConsentEnd:
    region = consent.household.region_id
    ended = ConsentEnd(consent=consent, reason=reason, ended_on=on, recorded_by=actor, recorded_at=clock.now())
    post = access.post_label(actor, region)
    return audit.seal(ended, actor, f"consent.{reason.value}", on=on, region_code=region, post=post)
