"""What the provincial platform is told: each change of an award, each confirmed status, for each person concerned.

The receiver knows a row by its key (award, number of the change, person): folded by it, files give the newest state.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.integrity import in_chunks
from applications.decisions import UNPAID
from applications.models import Decision
from eligibility.programmes import Programme
from households.models import Membership, Person
from households.models.people import IdKind
from payments.bankfile import yuan
from payments.ledger import NOT_PRICES
from payments.models import AwardCover, LedgerEntry

Kind = LedgerEntry.Kind
CHUNK = 1000
CONFIRMED = "confirmed"
KEY = ("救助编号", "变更序号", "人员编号")
LINE, AMOUNT, CASE, NAME, NUMBER = "行号", "月额", "受理编号", "姓名", "证件号码"
HEADINGS = (
    *(LINE, *KEY[:2], "变更代码", "变更", "状态代码", CASE, "项目代码", "项目", "一次性", "人员类别", KEY[2]),
    *(NAME, "证件种类", NUMBER, "户籍地区", "城乡", "保障人数", AMOUNT, "自", "决定日期", "有效期至", "截至"),
)
STATUS = {
    Kind.START: "receiving",
    Kind.CHANGE: "receiving",
    Kind.RESUME: "receiving",
    Kind.SUSPEND: "suspended",
    Kind.STOP: "stopped",
}
PAYEE, PAYEE_ONLY, MEMBER, APPLICANT = "领款人", "代领人", "保障对象", "申请人"
AREAS = {"urban": "城市", "rural": "农村"}


@dataclass(frozen=True, slots=True)
class Window:
    """Which changes of a county: after one number of its audit chain up to another, and those since a day.

    `after_seq` None: there is no earlier file to follow, the day alone counts.
    """

    county: str
    after_seq: int | None
    until_seq: int
    since: date | None

    def of(self, moment: str) -> Q:
        """The rows whose audit entry lies within; `moment` is the column of the day they were decided."""
        begins = Q() if self.after_seq is None else Q(audit_entry__seq__gt=self.after_seq)
        if self.since is not None:
            begins |= Q(**{f"{moment}__gte": self.since})
        return begins & Q(audit_entry__county_code=self.county, audit_entry__seq__lte=self.until_seq)


@dataclass(frozen=True, slots=True)
class Event:
    """One change: of an award (`payee` is paid), or a confirmation that pays nothing (`payee` applied)."""

    at: int
    award: UUID
    seq: int
    code: str
    label: str
    status: str
    case: str
    programme: str
    is_once: bool
    area: str
    people: int
    amount_fen: int | None
    starts: date
    on: date
    valid_until: date | None
    household: UUID
    payee: UUID
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """One row as text, whose case and name an error names; `fen` counts once an event."""

    cells: tuple[str, ...]
    case: str
    name: str
    number: str
    fen: int


def recipients(window: Window, on: date) -> Iterator[Written]:
    """Every row, in the order in which the changes were recorded; read by the thousand."""
    events = heapq.merge(_ledger(window), _statuses(window), key=lambda event: event.at)
    for chunk in in_chunks(events, CHUNK):
        yield from _rows(chunk, on)


def _ledger(window: Window) -> Iterator[Event]:
    entries = (
        LedgerEntry.objects.filter(window.of("on")).exclude(kind__in=NOT_PRICES).select_related("award", "audit_entry")
    )
    for entry in entries.order_by("audit_entry__seq").iterator(CHUNK):
        award, kind = entry.award, Kind(entry.kind)
        yield Event(
            at=entry.audit_entry.seq,
            award=award.pk,
            seq=entry.seq,
            code=entry.kind,
            label=str(kind.label),
            status=STATUS[kind],
            case=award.case_number,
            programme=award.programme,
            is_once=award.is_once,
            area=award.area,
            people=award.people,
            amount_fen=entry.amount_fen,
            starts=entry.from_month,
            on=entry.on,
            valid_until=None,
            household=award.household_id,
            payee=award.payee_id,
        )


def statuses() -> QuerySet[Decision]:
    """Confirmed and nothing paid: the decision itself is the record (边缘, 刚性支出)."""
    return Decision.objects.filter(
        outcome=Decision.Outcome.CONFIRMED, matter__programme__in=[one.value for one in UNPAID]
    )


def check_by(on: date) -> date:
    """The day of the next year's check: a confirmed status is looked at again each year."""
    try:
        return on.replace(year=on.year + 1)
    except ValueError:
        return date(on.year + 1, 3, 1)


def _statuses(window: Window) -> Iterator[Event]:
    decided = statuses().filter(window.of("decided_on")).select_related("matter__application", "audit_entry")
    for decision in decided.order_by("audit_entry__seq").iterator(CHUNK):
        matter = decision.matter
        yield Event(
            at=decision.audit_entry.seq,
            award=decision.pk,
            seq=1,
            code=CONFIRMED,
            label="认定",
            status=CONFIRMED,
            case=matter.number,
            programme=matter.programme,
            is_once=False,
            area=matter.area,
            people=decision.people,
            amount_fen=None,
            starts=decision.decided_on,
            on=decision.decided_on,
            valid_until=check_by(decision.decided_on),
            household=matter.household_id,
            payee=matter.person_id or matter.application.applicant_id,
            is_alone=matter.person_id is not None,
        )


Known = dict[UUID, tuple[str, str, str, str]]


def _rows(events: list[Event], on: date) -> Iterator[Written]:
    covered, lived = _covered(events), _lived(events)
    concerned = {event.at: _concerned(event, covered, lived) for event in events}
    known = _known({person for people in concerned.values() for person, _ in people})
    for event in events:
        for person, role in concerned[event.at]:
            yield _row(event, person, role, known[person], on)


def _covered(events: Iterable[Event]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    covers = AwardCover.objects.filter(award_id__in={event.award for event in events if event.code != CONFIRMED})
    for award, person in covers.values_list("award_id", "person_id"):
        found[award].add(person)
    return found


def _lived(events: Iterable[Event]) -> dict[UUID, list[tuple[UUID, date, date | None]]]:
    """Who lived in the households of confirmed statuses, from when to when."""
    homes = {event.household for event in events if event.code == CONFIRMED and not event.is_alone}
    found: dict[UUID, list[tuple[UUID, date, date | None]]] = defaultdict(list)
    rows = Membership.objects.filter(household_id__in=homes).order_by("household_id", "position")
    for home, person, joined, left in rows.values_list("household_id", "person_id", "joined_on", "left_on"):
        found[home].append((person, joined, left))
    return found


def _concerned(
    event: Event, covered: dict[UUID, set[UUID]], lived: dict[UUID, list[tuple[UUID, date, date | None]]]
) -> list[tuple[UUID, str]]:
    """The people of an event and what each is in it; whoever is paid, or applied, comes first."""
    if event.code == CONFIRMED:
        stays = [] if event.is_alone else lived[event.household]
        there = {person for person, joined, left in stays if joined <= event.on and (left is None or left > event.on)}
        first = APPLICANT
    else:
        there = covered[event.award]
        # A single emergency's award takes no slot: whoever is paid is whom it is for.
        first = PAYEE if event.payee in there or not there else PAYEE_ONLY
    return [(event.payee, first), *((person, MEMBER) for person in sorted(there - {event.payee}))]


def _known(people: set[UUID]) -> Known:
    rows = Person.objects.filter(pk__in=people).values_list("pk", "name", "id_kind", "id_number", "region_id")
    return {pk: (name, str(IdKind(kind).label), number or "", region) for pk, name, kind, number, region in rows}


def _row(event: Event, person: UUID, role: str, known: tuple[str, str, str, str], on: date) -> Written:
    name, id_kind, number, region = known
    is_counted = role != MEMBER and event.amount_fen is not None
    fen = event.amount_fen or 0 if is_counted else 0
    cells = (
        str(event.award),
        str(event.seq),
        event.code,
        event.label,
        event.status,
        event.case,
        event.programme,
        Programme(event.programme).label,
        "是" if event.is_once else "否",
        role,
        str(person),
        name,
        id_kind,
        number,
        region,
        AREAS.get(event.area, ""),
        str(event.people),
        yuan(fen) if is_counted else "",
        f"{event.starts:%Y-%m}" if event.code != CONFIRMED else event.starts.isoformat(),
        event.on.isoformat(),
        event.valid_until.isoformat() if event.valid_until else "",
        on.isoformat(),
    )
    return Written(cells, event.case, name, number, fen)
