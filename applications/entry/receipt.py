"""The receipt of an application (受理回执): its number, what comes next and by when, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from accounts import access, clock, regions
from accounts.models import Region, User
from applications import holidays
from applications.clocks import Clock, Past, clock_of
from applications.entry.sending import papers_missing
from applications.models import Application, Matter
from eligibility.programmes import Programme
from households.identity import ADULT, age_on
from households.models import Consent, Membership, Person
from payments.models import PayeeAccount


@dataclass(frozen=True)
class Receipt:
    """What is printed and taken home."""

    number: str
    programme: str
    applicant: str
    people: int
    received_on: date
    taken_by: str
    office: str
    phone: str
    state: str
    next_step: str
    due: date | None
    missing: tuple[str, ...]


def of(number: str, user: User) -> Receipt:
    """The receipt with this number. Raises NotHere outside the user's regions."""
    rows = Application.objects.visible_to(user).select_related("applicant", "submitted_by", "household")
    application = access.find(rows, receipt_number=number)
    matter = application.matters.get()
    members = list(Membership.objects.live().filter(household_id=application.household_id).select_related("person"))
    township = Region.objects.get(code=application.region_id[:9].ljust(12, "0"))
    clock_now = _clock(matter)
    return Receipt(
        number=application.receipt_number,
        programme=Programme(matter.programme).label,
        applicant=application.applicant.name,
        people=len(members),
        received_on=application.submitted_on,
        taken_by=application.submitted_by.full_name,
        office=regions.full_name(township.code),
        phone=township.phone or settings.AID_HELP_PHONE,
        state=matter.get_state_display(),
        next_step=clock_now.limit or clock_now.why if clock_now else "",
        due=clock_now.due if clock_now else None,
        missing=tuple(_missing(application, matter, [member.person for member in members])),
    )


def _clock(matter: Matter) -> Clock | None:
    past = [Past(t.action, t.on, t.at) for t in matter.transitions.order_by("seq")]
    return clock_of(matter.programme, matter.state, past, holidays.calendar(), today=clock.today())


def _missing(application: Application, matter: Matter, people: list[Person]) -> list[str]:
    payee = matter.person or application.applicant
    missing = papers_missing(application)
    if not PayeeAccount.objects.filter(person=payee, closed_on=None).exists():
        missing.append("收款账户")
    signed = set(
        Consent.objects.filter(household_id=application.household_id, end=None).values_list("person_id", flat=True)
    )
    obligors = [o.obligor for o in application.household.obligations.filter(ends_on=None).select_related("obligor")]
    for person in (*people, *obligors):
        grown = person.birth_date is None or age_on(person.birth_date, application.submitted_on) >= ADULT
        if grown and person.pk not in signed:
            missing.append(f"{person.name}的核对授权书")
    return missing
