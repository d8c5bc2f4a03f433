"""Pushed lists: departments name people in need who asked for nothing; nobody is asked about, somebody visits them.

The other direction of checking: the department sends on its own legal basis, so no consent is needed and no enquiry is
made. Who is on a list is visited once, whatever number of lists names them; the lead that follows begins from
`PushedPerson.objects.to_visit()`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from accounts import access, audit, clock, documents
from accounts.errors import Invalid, WrongState
from accounts.models import Region, User
from accounts.roles import Level, Permission
from households.models import Person
from verification import pushed_files, pushed_rows
from verification.models import PushedList, PushedPerson
from verification.pushed_rows import Read
from verification.sources import registry

LONGEST_NOTE = 200
State = PushedPerson.State
InHelp = Callable[[Collection[UUID]], Collection[UUID]]


@transaction.atomic
def take(
    county: Region,
    *,
    source: str,
    kind: str,
    legal_basis: str,
    raw: bytes,
    name: str,
    in_help: InHelp,
    actor: User,
    on: date,
) -> PushedList:
    """Take the file whole: every row becomes somebody to visit, somebody known, or a row set aside with its reason.

    `in_help` answers which people on file receive help or have an open case; only the floors above know. The same bytes
    a second time are the list already taken. Raises NotHere or Forbidden by region, Invalid by field; then nothing of
    the file is taken.
    """
    access.require(actor, Permission.TAKE_PUSHED_LIST, county.code)
    _check(source, kind, legal_basis, name)
    lines = pushed_files.read(raw)
    _wait_turn(county.code)
    document = documents.store(raw, "application/octet-stream")
    known = PushedList.objects.filter(region=county, document=document).first()
    if known is not None:
        return known
    read = pushed_rows.judge(lines, county, on)
    faults = sum(bool(one.fault) for one in read)
    made = PushedList(
        region=county,
        source=source,
        kind=kind,
        legal_basis=legal_basis.strip(),
        name=name,
        document=document,
        rows=len(read),
        taken=len(read) - faults,
        set_aside=faults,
        received_on=on,
        received_by=actor,
        received_at=clock.now(),
    )
    post = access.post_label(actor, county.code)
    audit.seal(made, actor, "pushed.take", on=on, region_code=county.code, post=post)
    PushedPerson.objects.bulk_create(_people(made, read, in_help), batch_size=1000)
    return made


def _check(source: str, kind: str, legal_basis: str, name: str) -> None:
    errors: dict[str, str] = {}
    if source not in {one.code for one in registry.sources()}:
        errors["source"] = "选择推送的部门"
    if kind not in PushedList.Kind.values:
        errors["kind"] = "选择困难情形"
    if not 0 < len(legal_basis.strip()) <= 200:
        errors["legal_basis"] = "填写推送依据，200 字以内"
    if not 0 < len(name) <= 200:
        errors["file"] = "文件名最多 200 字"
    if errors:
        raise Invalid(errors)


def _wait_turn(county_code: str) -> None:
    """Two lists of a county are taken one after the other: the second finds whom the first named."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"pushed:{county_code}"])


def _people(made: PushedList, read: Sequence[Read], in_help: InHelp) -> list[PushedPerson]:
    helped = set(in_help([one.known.pk for one in read if one.known is not None]))
    return [_person(made, one, one.known is not None and one.known.pk in helped) for one in read]


def _person(made: PushedList, one: Read, is_helped: bool) -> PushedPerson:
    row = PushedPerson(
        list=made,
        line=one.line.line,
        county_code=made.region_id[:6],
        region_id=_where(one, one.known, made.region_id),
        name=one.name,
        id_number=one.number,
        birth_date=one.birth,
        sex=one.sex,
        phone=one.phone,
        ground=one.line.text if one.fault else one.line.cells.get("ground") or None,
        state=State.TO_VISIT,
        reason=one.fault,
    )
    if one.fault:
        row.state = State.SET_ASIDE
    elif is_helped:
        row.state = State.ALREADY_KNOWN
    elif one.waits is not None:
        row.state, row.same_as = State.MERGED, one.waits
    return row


def _where(one: Read, known: Person | None, county: str) -> str:
    """Where the list says they live; where it names no village, the village that keeps their file in this county."""
    is_village = one.region_code[9:] != "000"
    if not is_village and known is not None and known.region_id.startswith(county[:6]):
        return known.region_id
    return one.region_code


@transaction.atomic
def mark_visited(pk: UUID, *, outcome: str, note: str, visited_on: date, actor: User, on: date) -> PushedPerson:
    """Somebody has been there: what came of it. The same visit told twice is one.

    Raises NotHere or Forbidden by region, Invalid by field, WrongState where this person does not wait for a visit.
    """
    person = _locked(pk, actor)
    access.require(actor, Permission.VISIT_PUSHED_PERSON, person.region_id)
    _check_visit(person, outcome, note, visited_on, on)
    told = (outcome, note.strip(), visited_on)
    if person.state == State.VISITED and (person.outcome, person.note, person.visited_on) == told:
        return person
    _must_wait(person)
    person.state = State.VISITED
    person.outcome, person.note, person.visited_on = told
    person.visited_by, person.visited_at = actor, clock.now()
    person.save(update_fields=["state", "outcome", "note", "visited_on", "visited_by", "visited_at"])
    _record(actor, "pushed.visit", person, on, outcome=outcome)
    return person


def _locked(pk: UUID, actor: User) -> PushedPerson:
    rows = PushedPerson.objects.select_for_update(of=("self",)).select_related("list", "visited_by", "region")
    return access.find(rows.filter(pk__in=PushedPerson.objects.visible_to(actor).filter(pk=pk).values("pk")))


def _check_visit(person: PushedPerson, outcome: str, note: str, visited_on: date, on: date) -> None:
    errors: dict[str, str] = {}
    if outcome not in PushedPerson.Outcome.values:
        errors["outcome"] = "选择走访结果"
    if not 0 < len(note.strip()) <= LONGEST_NOTE:
        errors["note"] = f"填写走访情况，{LONGEST_NOTE} 字以内"
    if not person.list.received_on <= visited_on <= on:
        errors["visited_on"] = f"走访日期填 {person.list.received_on} 至 {on}"
    if errors:
        raise Invalid(errors)


def _must_wait(person: PushedPerson) -> None:
    if person.state == State.VISITED and person.visited_by is not None:
        raise WrongState(f"已由{person.visited_by.full_name}于 {person.visited_on} 走访，不用再办")
    if person.state != State.TO_VISIT:
        raise WrongState(f"{person.name}是“{person.get_state_display()}”，不用走访")


@transaction.atomic
def hand_down(pk: UUID, region_code: str, *, actor: User, on: date) -> PushedPerson:
    """The county or the township says which township or village goes there, where the list did not.

    Raises NotHere or Forbidden by region, Invalid where the place does not lie below, WrongState as `mark_visited`.
    """
    person = _locked(pk, actor)
    access.require(actor, hands_down(person.region.level), person.region_id)
    _must_wait(person)
    place = Region.objects.filter(code=region_code, level__in=(Level.TOWNSHIP, Level.VILLAGE)).first()
    above = person.region.prefix
    if place is None or not place.code.startswith(above) or place.code == person.region_id:
        raise Invalid({"region": f"选择{person.region.name}下面的一处"})
    person.region = place
    person.save(update_fields=["region"])
    _record(actor, "pushed.hand_down", person, on, to=place.code)
    return person


def hands_down(level: str) -> Permission:
    """What it takes to say who goes there: at the county whoever takes the lists, below whoever visits."""
    return Permission.TAKE_PUSHED_LIST if level == Level.COUNTY else Permission.VISIT_PUSHED_PERSON


def _record(actor: User, action: str, person: PushedPerson, on: date, **detail: str) -> None:
    region = person.region_id
    audit.record(
        actor,
        action,
        person,
        on=on,
        region_code=region,
        post=access.post_label(actor, region),
        detail={"list": str(person.list_id), **detail},
    )
