"""Plan: the run, whom it has to do with, its requests and enquiries, in one transaction; or the run that is there.

A request never splits a household, so what its members own is summed where it is compared. Who is in two households
is asked about once a source, with the members of the household they live in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts import access, audit, clock, jobs
from accounts.errors import Invalid
from accounts.ids import uuid7
from accounts.models import Region, User
from accounts.roles import Permission
from households import consents
from households.models import Household, Person
from verification.asking import ToAsk
from verification.connected import Connected, connected
from verification.digests import Asked
from verification.models import Request, Run, Subject
from verification.sources.base import Source

CHUNK = 5_000
ROWS_AT_ONCE = 200_000
# From here on a plan made before the night was filled may be a thousand times too slow.
WORTH_COUNTING = 10_000
JOB = "verification.ask"


@dataclass(frozen=True, slots=True)
class Piece:
    """One request to be: its source, its serial within the source, and the people in it."""

    source: Source
    number: int
    people: Sequence[UUID]


@transaction.atomic
def plan(people: Iterable[ToAsk], *, county: Region, on: date, by: User | None = None) -> Run:
    """The county's night of that day: planned now, or as it was planned before, whoever asks and however often.

    Raises Invalid where no source is connected.
    """
    _one_at_a_time(f"night {county.code} {on}")
    planned = Run.objects.filter(kind=Run.Kind.NIGHT, county_code=county.code[:6], on=on).first()
    if planned is not None:
        return planned
    run = Run(
        kind=Run.Kind.NIGHT,
        county_code=county.code[:6],
        region=county,
        on=on,
        requested_by=by,
        planned_at=clock.now(),
        promised_at=morning_after(clock.now()),
    )
    return _fill(run, list(people), by=by)


@transaction.atomic
def ask_again(
    household: Household,
    people: Sequence[ToAsk],
    *,
    key: UUID,
    actor: User,
    on: date,
    sources: frozenset[str] = frozenset(),
) -> Run:
    """One household asked about again now, at these sources or at all; once for a key.

    Raises NotHere, Forbidden, Invalid.
    """
    access.require(actor, Permission.WORK_FINDING, household.region_id)
    if any(one.household_id != household.pk for one in people):
        raise Invalid({"household": "只能查询这一户的人"})
    _one_at_a_time(f"spot {household.pk}")
    planned = Run.objects.filter(key=key).first()
    if planned is not None:
        return planned
    run = Run(
        kind=Run.Kind.SPOT,
        county_code=household.county_code,
        region_id=household.region_id,
        household=household,
        key=key,
        on=on,
        requested_by=actor,
        planned_at=clock.now(),
        promised_at=clock.now() + timedelta(days=1),
    )
    return _fill(run, people, by=actor, only=sources)


def _one_at_a_time(what: str) -> None:
    """Two schedulers and five clicks stand in one line; the line is as long as a county takes to plan."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5min'")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def morning_after(moment: datetime) -> datetime:
    """The next time it is the promised hour, after that moment."""
    local = timezone.localtime(moment)
    promised = time.fromisoformat(settings.NIGHT_PROMISED_AT)
    day = local.date() + timedelta(days=local.time() >= promised)
    return datetime.combine(day, promised, tzinfo=local.tzinfo)


def _fill(run: Run, people: Sequence[ToAsk], *, by: User | None, only: frozenset[str] = frozenset()) -> Run:
    reached = {code: one for code, one in connected().items() if not only or code in only}
    if not reached:
        raise Invalid({"sources": "没有接入的核对来源，由系统管理员先接入"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT aid_open_month(%s)", [run.on])
    run.save(force_insert=True)
    subjects = _subjects(run, people)
    asked = [one for one in subjects if one.consent_id]
    pieces = _pieces(run, asked, reached)
    requests = _requests(run, pieces, by)
    run.people = len({one.person_id for one in subjects})
    run.unasked = len({one.person_id for one in subjects} - {one.person_id for one in asked})
    asked_about = Asked()
    run.enquiries = _enquire(run, pieces, requests, asked_about)
    run.save(update_fields=["people", "unasked", "enquiries"])
    if run.enquiries >= WORTH_COUNTING:
        with connection.cursor() as cursor:
            cursor.execute("SELECT aid_count_month(%s)", [run.on])
    counts: dict[str, str | int | bool | None] = {
        "people": run.people,
        "unasked": run.unasked,
        "enquiries": run.enquiries,
    }
    audit.record(
        *(by, f"run.{run.kind}", run),
        on=run.on,
        region_code=run.region_id,
        after=asked_about.hexadecimal(),
        detail=counts,
    )
    return run


def _subjects(run: Run, people: Sequence[ToAsk]) -> list[Subject]:
    """Everybody, with the consent that bears the enquiry or the reason why there is none."""
    wanted = [
        consents.Wanted(one.household_id, one.person_id, one.since, one.role == Subject.Role.MEMBER) for one in people
    ]
    standing: consents.Standings = {}
    for start in range(0, len(wanted), CHUNK):
        standing |= consents.in_force(wanted[start : start + CHUNK], run.on)
    numbered = _with_a_number([one.person_id for one in people])
    subjects = []
    for one in people:
        held = standing[one.household_id, one.person_id]
        unasked = (held.lack or "") if held.consent_id is None else ""
        if one.person_id not in numbered:
            unasked = Subject.Unasked.NO_NUMBER
        subjects.append(
            Subject(
                run=run,
                person_id=one.person_id,
                household_id=one.household_id,
                role=one.role,
                purpose=one.purpose,
                case_number=one.case_number,
                programme=one.programme,
                since=one.since,
                consent_id=None if unasked else held.consent_id,
                unasked=unasked,
            )
        )
    Subject.objects.bulk_create(subjects, batch_size=CHUNK)
    return subjects


def _with_a_number(people: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(people), CHUNK):
        rows = Person.objects.filter(pk__in=people[start : start + CHUNK], id_index__isnull=False)
        found.update(rows.values_list("pk", flat=True))
    return found


def _pieces(run: Run, asked: Sequence[Subject], reached: Mapping[str, Connected]) -> list[Piece]:
    """In the order number × source: no source stands before the others."""
    by_source = [list(_of_source(run, one.source, asked)) for one in reached.values()]
    longest = max(map(len, by_source), default=0)
    return [pieces[number] for number in range(longest) for pieces in by_source if number < len(pieces)]


def _of_source(run: Run, source: Source, asked: Sequence[Subject]) -> Iterator[Piece]:
    lately = _answered_lately(run, source)
    wanted = [one for one in asked if _concerns(source, one) and one.person_id not in lately]
    for number, people in enumerate(_whole_households(wanted, source.batch_size), start=1):
        yield Piece(source, number, people)


def _concerns(source: Source, subject: Subject) -> bool:
    return f"{subject.role}s" in source.asks_about


def _answered_lately(run: Run, source: Source) -> set[UUID]:
    """Who this source answered about within its own rhythm; a spot run asks whatever was answered."""
    if source.every_days <= 1 or run.kind == Run.Kind.SPOT:
        return set()
    since = run.on - timedelta(days=source.every_days - 1)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT e.person_id
            FROM verification_request q JOIN verification_run r ON r.id = q.run_id
              JOIN verification_enquiry e ON e.request_id = q.id AND e."on" = r."on"
              JOIN verification_answer a ON a.enquiry_id = e.id AND a."on" = e."on"
            WHERE q.source = %s AND q.county_code = %s AND q.answered > 0 AND r."on" BETWEEN %s AND %s
            """,
            [source.code, run.county_code, since, run.on],
        )
        return {person for (person,) in cursor.fetchall()}


def _whole_households(subjects: Sequence[Subject], size: int) -> Iterator[list[UUID]]:
    """Members household by household, then obligors who are nobody's member here; at most `size` and whole households.

    A household larger than a batch makes a batch of its own.
    """
    members = [one for one in subjects if one.role == Subject.Role.MEMBER]
    others = [one for one in subjects if one.role != Subject.Role.MEMBER]
    seen: set[UUID] = set()
    batch: list[UUID] = []
    for family in _families(chain(members, others)):
        fresh = [person for person in family if person not in seen]
        seen.update(fresh)
        if batch and len(batch) + len(fresh) > size:
            yield batch
            batch = []
        batch += fresh
    if batch:
        yield batch


def _families(subjects: Iterable[Subject]) -> Iterator[list[UUID]]:
    family: list[UUID] = []
    household: tuple[UUID, str] | None = None
    for one in subjects:
        if household is not None and household != (one.household_id, one.role):
            yield family
            family = []
        household = (one.household_id, one.role)
        family.append(one.person_id)
    if family:
        yield family


def _requests(run: Run, pieces: Sequence[Piece], by: User | None) -> list[Request]:
    ids = [uuid7() for _ in pieces]
    planned = jobs.plan_many(JOB, [{"request": str(pk)} for pk in ids], region=run.region, by=by)
    serials = _drawn("verification_request_serial", len(pieces))
    firsts = _drawn("verification_enquiry_stretch", len(pieces))
    requests = [
        Request(
            pk=pk,
            run=run,
            job=job,
            county_code=run.county_code,
            source=piece.source.code,
            number=piece.number,
            reference=f"{piece.source.number:02d}-{run.on:%Y%m%d}-{run.county_code}-{serial:06d}",
            legal_basis=piece.source.legal_basis,
            people=len(piece.people),
            first_enquiry=first,
        )
        for pk, job, piece, serial, first in zip(ids, planned, pieces, serials, firsts, strict=True)
    ]
    Request.objects.bulk_create(requests, batch_size=CHUNK)
    return requests


def _drawn(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [number for (number,) in cursor.fetchall()]


def _enquire(run: Run, pieces: Sequence[Piece], requests: Sequence[Request], asked_about: Asked) -> int:
    """One row a person and source, in the order of the requests: a person's line in the file is the place there."""
    count = 0
    rows: list[str] = []
    for piece, request in zip(pieces, requests, strict=True):
        before, after = f"\t{run.on}\t{run.pk}\t{request.pk}\t", f"\t{request.source}\n"
        people = list(enumerate(piece.people, request.first_enquiry))
        rows += [f"{place}{before}{person}{after}" for place, person in people]
        asked_about.add(people)
        if len(rows) >= ROWS_AT_ONCE:
            count += _copy(rows)
            rows.clear()
    return count + _copy(rows)


def _copy(rows: Sequence[str]) -> int:
    """A city's millions go in several statements: each is checked whole, and none runs into its time limit."""
    with connection.cursor() as cursor:
        cursor.copy_expert(
            'COPY verification_enquiry (id, "on", run_id, request_id, person_id, source) FROM STDIN',
            StringIO("".join(rows)),
        )
    return len(rows)
