"""Post a village's list for the seven-day notice, and end it: frozen and masked when posted, never edited after.

What the public sees is written here once and by nobody again (57号 art. 19; 43号 art. 15): no template decides what to
leave out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import access, audit, clock
from accounts.errors import Invalid, WrongState
from accounts.models import Region, Sealed, User
from accounts.roles import Level, Permission
from applications import decisions, verdicts, workflow
from applications.holidays import calendar
from applications.models import Action, Matter, State
from applications.workdays import first_payment_month
from disclosure.models import NoticeEntry, NoticeList, Posting
from eligibility.assess import counted
from eligibility.models import Assessment
from eligibility.programmes import Programme
from households.identity import age_on
from households.masking import mask_name
from households.models import Membership, Person
from households.models.people import Relation

ADULT = 18  # 未成年人保护法 art. 2; policy 0.2: children are never listed
# How late the window may enter a sheet that hangs already. The act itself takes any day, so that old rolls can be told.
ENTERED_WITHIN = timedelta(days=3)
PLACE_LENGTH = 100
# What freezing a matter reads beside it.
FROZEN_FROM = ("person", "assessment", "application__applicant", "household", "region")


@dataclass(frozen=True)
class Frozen:
    """What a list will say of one matter; `head` "" where no name may stand. Sums in fen."""

    matter: Matter
    head: str
    village: str
    programme: Programme
    people: int
    amount_fen: int | None
    per: str
    from_month: date | None


def to_post(user: User) -> QuerySet[Matter]:
    """The matters in the user's regions that wait for their notice, village by village."""
    return Matter.objects.visible_to(user).filter(state=State.TO_POST).order_by("region_id", "created_at", "pk")


def earliest_posting_day(today: date) -> date:
    """The first day the window may give for a sheet it enters today."""
    return today - ENTERED_WITHIN


@transaction.atomic
def post(region_code: str, *, actor: User, on: date, place: str) -> NoticeList:
    """Freeze and post everything the village has waiting; the period counts from the day after (民法典 201).

    Raises NotHere, Forbidden, Invalid (no place, a day to come), WrongState where nothing waits: of two at once the
    second is told who posted and when.
    """
    village = access.find(Region.objects.filter(level=Level.VILLAGE), code=region_code)
    access.require(actor, Permission.POST_NOTICE, village.code)
    _check(place, on)
    waiting = _locked(village)
    if not waiting:
        raise WrongState(_nothing_waits(village))
    frozen = freeze(waiting, on)
    made = NoticeList(
        region=village,
        number=_next_number(village.code[:9], on),
        posted_on=on,
        ends_on=calendar().notice_end(on),
        place=place.strip(),
        posted_by=actor,
        posted_at=clock.now(),
    )
    _seal(made, actor, "notice.post", made)
    for seq, one in enumerate(frozen, start=1):
        _seal(_entry(made, seq, one), actor, "notice.entry", made)
    _seal(_posting(made, Posting.Kind.UP, actor, on), actor, "notice.up", made)
    for one in frozen:
        workflow.advance(one.matter.pk, Action.POST, actor=actor, on=on, note=made.number)
    return made


def _check(place: str, on: date) -> None:
    errors: dict[str, str] = {}
    if not place.strip():
        errors["place"] = "填写张贴地点，如村务公开栏"
    elif len(place.strip()) > PLACE_LENGTH:
        errors["place"] = f"张贴地点最多 {PLACE_LENGTH} 字"
    if on > clock.today():
        errors["on"] = f"张贴日填 {clock.today()} 或更早"
    if errors:
        raise Invalid(errors)


def _take_turns(what: str) -> None:
    """Lists are rows nobody may lock, as nobody may change them: who posts or ends the same one waits here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _locked(village: Region) -> list[Matter]:
    rows = Matter.objects.select_for_update(of=("self",)).filter(region=village, state=State.TO_POST)
    return list(rows.select_related(*FROZEN_FROM).order_by("pk"))


def _nothing_waits(village: Region) -> str:
    newest = NoticeList.objects.filter(region=village).select_related("posted_by").first()
    if newest is None:
        return "本村没有待公示的事项"
    at = timezone.localtime(newest.posted_at)
    return f"本村没有待公示的事项；{newest.posted_by.full_name}已于 {at:%m-%d %H:%M} 张贴 {newest.number}"


def freeze(matters: Sequence[Matter], on: date) -> list[Frozen]:
    """What a list posted that day would say, in the order it would say it: by programme, then by when they came in."""
    order = {programme: place for place, programme in enumerate(Programme)}
    frozen = [_frozen(matter, on) for matter in matters]
    return sorted(frozen, key=lambda one: (order[one.programme], one.matter.created_at, one.matter.pk))


def _frozen(matter: Matter, on: date) -> Frozen:
    if matter.assessment is None:
        raise WrongState(f"{matter.number} 还没有审核测算，退回审核")
    programme = Programme(matter.programme)
    answer = verdicts.of(matter, matter.assessment)
    confirmed = calendar().confirmation_opens(on)
    return Frozen(
        matter=matter,
        head=_name_shown(matter, on),
        village=matter.region.name,
        programme=programme,
        people=_people(matter, matter.assessment),
        amount_fen=answer.amount_fen,
        per=answer.per,
        from_month=None if programme in decisions.UNPAID else first_payment_month(confirmed),
    )


def _people(matter: Matter, assessment: Assessment) -> int:
    """As many as the noticed sum counts, by the frozen inputs it was worked out from."""
    return 1 if matter.person_id else sum(counted(json.loads(assessment.inputs)["line"]))


def _name_shown(matter: Matter, on: date) -> str:
    """The head's name as strangers see it; none where the head or the recipient is a child, or of unknown age."""
    live = Membership.objects.live().filter(household=matter.household, relation=Relation.HEAD)
    member = live.select_related("person").first()
    head = member.person if member else matter.application.applicant
    concerned = [head] if matter.person is None else [head, matter.person]
    return mask_name(head.name) if all(_is_grown(person, on) for person in concerned) else ""


def _is_grown(person: Person, on: date) -> bool:
    return person.birth_date is not None and person.birth_date <= on and age_on(person.birth_date, on) >= ADULT


def _next_number(township: str, on: date) -> str:
    """`371522101-2026-0007`: township, year, and a number without gaps, counted under one lock."""
    _take_turns(f"notice number {township} {on.year}")
    head = f"{township}-{on.year}-"
    last = NoticeList.objects.filter(number__startswith=head).order_by("-number").first()
    return f"{head}{int(last.number[len(head) :]) + 1 if last else 1:04d}"


def _entry(made: NoticeList, seq: int, one: Frozen) -> NoticeEntry:
    return NoticeEntry(
        list=made,
        matter=one.matter,
        seq=seq,
        head=one.head,
        village=one.village,
        programme=one.programme.value,
        people=one.people,
        amount_fen=one.amount_fen,
        per=one.per,
        from_month=one.from_month,
    )


def _posting(made: NoticeList, kind: Posting.Kind, actor: User | None, on: date, note: str = "") -> Posting:
    return Posting(list=made, kind=kind, on=on, by=actor, at=clock.now(), note=note or made.place)


def _seal(row: Sealed, actor: User | None, action: str, made: NoticeList) -> None:
    label = access.post_label(actor, made.region_id)
    audit.seal(row, actor, action, on=made.posted_on, region_code=made.region_id, post=label)


@transaction.atomic
def end(list_pk: UUID, *, actor: User | None, on: date) -> NoticeList:
    """Take the list down and hand on every family nobody objects to; `actor` None is the night.

    A family whose objection is answered later is handed on by ending the list once more. Raises NotHere, Forbidden,
    Invalid (a day to come), WrongState before the period is over, or where nothing is left to do.
    """
    made = access.find(NoticeList.objects.select_related("region"), pk=list_pk)
    if actor is not None:
        access.require(actor, Permission.POST_NOTICE, made.region_id)
    if on > clock.today():
        raise Invalid({"on": f"撤下日填 {clock.today()} 或更早"})
    if on <= made.ends_on:
        raise WrongState(f"公示到 {made.ends_on} 24 时，次日起撤下")
    _take_turns(f"notice list {made.pk}")
    down = made.postings.filter(kind=Posting.Kind.DOWN).select_related("by").first()
    ready = NoticeEntry.objects.ready_to_move().filter(list=made)
    rows = Matter.objects.select_for_update(of=("self",)).filter(state=State.POSTED, pk__in=ready.values("matter"))
    moving = list(rows.order_by("pk"))
    if down is not None and not moving:
        who, at = down.by.full_name if down.by else audit.SYSTEM, timezone.localtime(down.at)
        raise WrongState(f"{who}已于 {at:%m-%d %H:%M} 撤下，没有可转的事项")
    if down is None:
        taken = _posting(made, Posting.Kind.DOWN, actor, on)
        label = access.post_label(actor, made.region_id)
        audit.seal(taken, actor, "notice.down", on=on, region_code=made.region_id, post=label)
    for matter in moving:
        workflow.advance(matter.pk, Action.END_NOTICE, actor=actor, on=on, note=made.number)
    return made
