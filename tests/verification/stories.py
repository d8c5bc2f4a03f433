"""A night at any stage, written row by row: what the tests of one act begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db import connection

from accounts import audit, clock, documents
from accounts.ids import uuid7
from accounts.models import User
from households.models import Consent, Household, Person
from tests.making import COUNTY, make_user, region
from verification import silence
from verification.digests import Row, digest_of
from verification.models import Enquiry, Exchange, Outcome, Record, Request, Run, Subject

NIGHT = date(2026, 11, 25)
SINCE = date(2026, 11, 1)
_serial = count(1)


def make_run(
    on: date = NIGHT, *, county: str = COUNTY, household: Household | None = None, by: User | None = None
) -> Run:
    """A county's night with its month's partitions; with a household, that household asked about again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT aid_open_month(%s)", [on])
    return Run.objects.create(
        county_code=county[:6],
        region=region(household.region_id if household else county),
        on=on,
        kind=Run.Kind.SPOT if household else Run.Kind.NIGHT,
        household=household,
        key=uuid7() if household else None,
        requested_by=(by or make_user("county", county)) if household else None,
        planned_at=clock.now(),
        promised_at=clock.now() + timedelta(hours=6),
    )


def make_consent(
    person: Person, household: Household, *, given_on: date = SINCE, until: date | None = None, by: User | None = None
) -> Consent:
    """A signed authorisation of this person in this household."""
    row = Consent(
        household=household,
        person=person,
        signed_by=person.name,
        given_on=given_on,
        valid_until=until,
        recorded_by=by or make_user("clerk", household.region_id),
        recorded_at=clock.now(),
    )
    return audit.seal(row, row.recorded_by, "consent.record", on=given_on, region_code=household.region_id)


def make_subject(run: Run, person: Person, household: Household, **given: Any) -> Subject:
    """The person as a member of a case of this run, with a consent of their own; `unasked="no_consent"` without."""
    consent = None if given.get("unasked") else given.pop("consent", None) or make_consent(person, household)
    plain: dict[str, Any] = {
        "role": Subject.Role.MEMBER,
        "purpose": Subject.Purpose.APPLIES,
        "case_number": f"SD3715222026{next(_serial):06d}",
        "programme": "dibao",
        "since": SINCE,
    }
    return Subject.objects.create(run=run, person=person, household=household, consent=consent, **{**plain, **given})


def make_request(run: Run, source: str = "civil", people: int = 1) -> Request:
    """A planned request of the run to a source, numbered after those it has."""
    number = run.requests.filter(source=source).count() + 1
    return Request.objects.create(
        run=run,
        county_code=run.county_code,
        source=source,
        number=number,
        reference=f"{source}-{run.on:%Y%m%d}-{run.county_code}-{next(_serial):05d}",
        legal_basis="社会救助法 第41条",
        people=people,
        first_enquiry=_drawn("verification_enquiry_stretch"),
    )


def _drawn(sequence: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [sequence])
        return int(cursor.fetchone()[0])


def make_enquiries(request: Request, people: Sequence[Person]) -> list[Enquiry]:
    """One enquiry a person, in their order."""
    run = request.run
    return Enquiry.objects.bulk_create(
        Enquiry(id=number, on=run.on, run=run, request=request, person=person, source=request.source)
        for number, person in enumerate(people, request.first_enquiry)
    )


def make_exchange(request: Request, *, rows: Sequence[Row] = (), **given: Any) -> Exchange:
    """A file that came in for the request and was taken, sealed with the digest of these answers. Adds no answer."""
    name = f"{request.reference}-{next(_serial)}.csv"
    plain: dict[str, Any] = {
        "direction": Exchange.Direction.IN,
        "fate": Exchange.Fate.TAKEN,
        "document": documents.store(name.encode(), "text/csv"),
        "rows": len(rows),
        "answers": len(rows),
        "digest": digest_of(rows),
    }
    row = Exchange(
        region=request.run.region,
        source=request.source,
        request=request,
        name=name,
        at=clock.now(),
        **{**plain, **given},
    )
    return audit.seal(row, None, "exchange.take", on=request.run.on, region_code=request.run.region_id)


def make_answers(enquiries: Sequence[Enquiry], said: Mapping[int, dict[str, Any]] | None = None) -> Exchange:
    """One file that answers these enquiries of one request; `said` by place, nothing found where it has no place."""
    request = Request.objects.select_related("run__region").get(pk=enquiries[0].request_id)
    found = {place: values for place, values in (said or {}).items() if values}
    rows = [Row(place + 1, enquiries[place].id, Outcome.FOUND, values) for place, values in sorted(found.items())]
    silent = ["0"] * request.people
    for place, one in enumerate(enquiries):
        silent[one.id - request.first_enquiry] = "0" if place in found else "1"
    exchange = make_exchange(request, rows=rows, answers=len(enquiries), digest=digest_of(rows, "".join(silent)))
    silence.keep(exchange, "".join(silent))
    Record.objects.bulk_create(
        Record(
            enquiry_id=row.enquiry_id,
            on=request.run.on,
            outcome=row.outcome,
            values=row.values,
            exchange=exchange,
            line=row.line,
        )
        for row in rows
    )
    request.answered += len(enquiries)
    whole = request.answered + request.left_out == request.people
    request.state = Request.State.ANSWERED if whole else Request.State.PART
    request.answered_at = clock.now()
    request.save(update_fields=["answered", "state", "answered_at"])
    return exchange


def asked(
    people: Sequence[Person], household: Household, source: str = "civil", *, run: Run | None = None, **subject: Any
) -> tuple[Request, list[Enquiry]]:
    """People of one household with consent, asked about at one source in one request."""
    run = run or make_run()
    for person in people:
        if not run.subjects.filter(person=person, household=household).exists():
            make_subject(run, person, household, **subject)
    request = make_request(run, source, len(people))
    return request, make_enquiries(request, people)
