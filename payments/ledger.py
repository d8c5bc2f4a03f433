"""Start an award, change, back-pay, suspend, resume and stop what it pays: entries are added, none is edited.

An award has no column to lock (its rows are append-only and the application may not update them), so the acts on one
award take turns on an advisory lock of the transaction; the unique (award, seq) stands behind it.
Who may decide is asked by the act above that took the decision (a confirmation, a review); no page leads here directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Q, QuerySet

from accounts import audit, regions
from accounts.errors import Invalid, WrongState
from accounts.models import Region, User
from eligibility.models import Assessment
from eligibility.programmes import Programme
from households.models import Household, Person
from payments.models import Award, AwardCover, LedgerEntry, PaymentSlot
from payments.models.awards import SLOTS

Kind = LedgerEntry.Kind
LONGEST_REASON = 200

NOT_PRICES = (Kind.BACK_PAY, Kind.RECOVER)

# What award `a` pays in month `m`: the latest decision whose month has come. 0 where it was stopped, suspended or has
# not begun. By number, not by month: a stop from January stands against an increase from February decided before it.
# A resumption pays each month what stood for it before the suspension, so that no month takes a later month's price.
IN_FORCE = """coalesce((
    SELECT CASE WHEN e.kind IN ('stop', 'suspend') THEN 0 WHEN e.kind <> 'resume' THEN e.amount_fen ELSE (
      SELECT p.amount_fen FROM payments_ledgerentry p
      WHERE p.award_id = e.award_id AND p.seq < e.seq AND p.from_month <= {month} AND p.kind IN ('start', 'change')
      ORDER BY p.seq DESC LIMIT 1) END
    FROM payments_ledgerentry e
    WHERE e.award_id = {award} AND e.from_month <= {month} AND e.kind NOT IN ('back_pay', 'recover')
    ORDER BY e.seq DESC LIMIT 1), 0)"""


@transaction.atomic
def start(
    *,
    household: Household,
    payee: Person,
    programme: Programme,
    people: Sequence[Person],
    amount_fen: int,
    is_once: bool,
    decision_id: UUID,
    case_number: str,
    area: str,
    standard_fen: int | None,
    region: Region,
    first_month: date,
    actor: User,
    on: date,
) -> Award:
    """Begin to pay: the award, whom it covers, its first entry; `amount_fen` a month, or once.

    Raises Invalid (nothing to pay, a month not after the confirmation), WrongState where somebody is covered already.
    """
    _check(people, amount_fen, first_month, on)
    if not is_once and not SLOTS.get(programme):
        # Without a slot nothing would say that a month is paid: it would be paid again by every list.
        raise Invalid({"programme": f"{programme.label}不按月发放"})
    award = Award(
        county_code=region.code[:6],
        region=region,
        household=household,
        payee=payee,
        programme=programme.value,
        decision_id=decision_id,
        case_number=case_number,
        area=area,
        standard_fen=standard_fen,
        people=len(people),
        is_once=is_once,
        first_month=first_month,
        awarded_on=on,
    )
    # Covers first: they may wait for another transaction, and the chain's head is locked last.
    _cover(award, programme, people)
    try:
        with transaction.atomic():
            audit.seal(award, actor, "award.start", on=on, region_code=region.code)
    except IntegrityError as known:
        raise WrongState("这份决定已经起发，不用再办") from known
    _add(award, Kind.START, amount_fen, first_month, "", actor, on, seq=1)
    return award


def _check(people: Sequence[Person], amount_fen: int, first_month: date, on: date) -> None:
    errors: dict[str, str] = {}
    if not people:
        errors["people"] = "选择保障对象"
    if amount_fen <= 0:
        errors["amount"] = "金额填 0.01 元以上"
    if first_month.day != 1 or first_month <= on:
        errors["first_month"] = "起始月填确认的次月或更晚"
    if errors:
        raise Invalid(errors)


def _cover(award: Award, programme: Programme, people: Sequence[Person]) -> None:
    slots = SLOTS.get(programme, ())
    covers = [
        AwardCover(award=award, person=person, slot=slot.value, starts_on=award.first_month)
        for person in sorted(people, key=lambda person: person.pk)
        for slot in slots
    ]
    try:
        with transaction.atomic():
            AwardCover.objects.bulk_create(covers)
    except IntegrityError as taken:
        if "cover_one_award_a_slot" not in str(taken):
            raise
        raise WrongState(_who_is_covered(award, [cover.slot for cover in covers], people)) from taken


def _who_is_covered(award: Award, slots: list[str], people: Sequence[Person]) -> str:
    """The sentence naming one of them: who, by which programme, where, since when; the office, not the file."""
    live = Q(ends_on=None) | Q(ends_on__gt=award.first_month)
    held = (
        AwardCover.objects.filter(live, person__in=people, slot__in=slots)
        .exclude(award_id=award.pk)
        .select_related("award", "person")
        .order_by("starts_on", "pk")
        .first()
    )
    if held is None:
        return "有人刚在另一项救助中保障，刷新后核对"
    where, label = regions.full_name(held.award.region_id), Programme(held.award.programme).label
    return f"{held.person.name}已在{where}享受{label}（{held.starts_on:%Y-%m} 起），先停发再起发"


@dataclass(frozen=True)
class Ground:
    """The stored assessment an adjustment stands on, and the standard it went by (fen; None where there is none)."""

    assessment: Assessment
    standard_fen: int | None


@transaction.atomic
def change(
    award: Award,
    amount_fen: int,
    from_month: date,
    reason: str,
    *,
    actor: User,
    on: date,
    ground: Ground | None = None,
) -> LedgerEntry:
    """Pay another amount from that month on; months already listed stand as they are, their difference is back-pay."""
    if amount_fen <= 0:
        raise Invalid({"amount": "金额填 0.01 元以上"})
    last = _open_turn(award, from_month)
    settled = settled_month(award)
    if settled is not None and from_month <= settled:
        raise Invalid({"from_month": f"{settled:%Y-%m} 已列入名单，从下月起调整"})
    if last.kind == Kind.SUSPEND:
        raise WrongState(f"已自 {last.from_month:%Y-%m} 暂停，先恢复再调整")
    return _append(award, Kind.CHANGE, amount_fen, from_month, reason, actor, on, ground)


@transaction.atomic
def back_pay(
    award: Award,
    month: date,
    amount_fen: int,
    reason: str,
    *,
    actor: User,
    on: date,
    ground: Ground | None = None,
) -> LedgerEntry:
    """Pay the difference for one month that a list took at the old amount: by the next list, and once.

    Of an award stopped since, the months before its stop may still be owed. Raises Invalid for a month no list took
    yet (it is changed), WrongState where nothing is paid in that month, or the award is paid once.
    """
    if amount_fen <= 0:
        raise Invalid({"amount": "金额填 0.01 元以上"})
    if award.is_once:
        raise WrongState("一次性发放没有按月的差额，不能补发")
    _turn(award, month)
    settled = settled_month(award)
    if settled is None or month > settled:
        raise Invalid({"from_month": f"{month:%Y-%m} 没有列入过名单，直接调整"})
    if not in_force(award, month):
        raise WrongState(f"{month:%Y-%m} 已停发或暂停，没有差额可补")
    return _append(award, Kind.BACK_PAY, amount_fen, month, reason, actor, on, ground)


@transaction.atomic
def suspend(award: Award, from_month: date, reason: str, *, actor: User, on: date) -> LedgerEntry:
    """Pay nothing from that month until it is resumed; the covered people keep their slots."""
    last = _open_turn(award, from_month)
    if last.kind == Kind.SUSPEND:
        raise WrongState(f"已自 {last.from_month:%Y-%m} 暂停，不用再办")
    return _append(award, Kind.SUSPEND, 0, from_month, reason, actor, on)


@transaction.atomic
def resume(award: Award, from_month: date, reason: str, *, actor: User, on: date) -> LedgerEntry:
    """Pay again what was paid before the suspension; months from there on that were missed are caught up."""
    last = _open_turn(award, from_month)
    if last.kind != Kind.SUSPEND:
        raise WrongState("这项救助没有暂停，不用恢复")
    prices = award.ledger.filter(kind__in=(Kind.START, Kind.CHANGE), from_month__lte=from_month)
    before = prices.order_by("-seq").first()
    assert before is not None, "an award begins with its start"
    return _append(award, Kind.RESUME, before.amount_fen, from_month, reason, actor, on)


@transaction.atomic
def stop(award: Award, from_month: date, reason: str, *, actor: User, on: date) -> LedgerEntry:
    """Pay nothing from that month on, for good; the covered people are free for another award from then."""
    _open_turn(award, from_month)
    award.covers.filter(Q(ends_on=None) | Q(ends_on__gt=from_month)).update(ends_on=from_month)
    return _append(award, Kind.STOP, 0, from_month, reason, actor, on)


def wait_turn(award: UUID) -> None:
    """Until this transaction ends nobody else decides on this award."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"award:{award}"])


def _turn(award: Award, from_month: date) -> LedgerEntry:
    """Wait for this award's turn; its last decision. Raises Invalid by month."""
    wait_turn(award.pk)
    if from_month.day != 1 or from_month < award.first_month:
        raise Invalid({"from_month": f"月份填 {award.first_month:%Y-%m} 或更晚"})
    last = award.ledger.exclude(kind__in=NOT_PRICES).order_by("-seq").first()
    assert last is not None, "an award begins with its start"
    return last


def _open_turn(award: Award, from_month: date) -> LedgerEntry:
    """As `_turn`; WrongState once it is stopped."""
    last = _turn(award, from_month)
    if last.kind == Kind.STOP:
        raise WrongState(f"已由{last.actor.full_name}于 {last.on} 停发，自 {last.from_month:%Y-%m} 起")
    return last


def settled_month(award: Award) -> date | None:
    """The last month a list took, or back-pay was given for: up to it a difference is back-pay, after it a change.

    So every month is raised in one way only. A list cancelled frees its months but not those that have back-pay: they
    are listed again at the old amount with the difference beside it.
    """
    taken = PaymentSlot.objects.filter(award=award, kind=PaymentSlot.Kind.REGULAR)
    months = taken.aggregate(last=Max("period"))["last"], _back_pays(award).aggregate(last=Max("from_month"))["last"]
    return max((month for month in months if month is not None), default=None)


def _back_pays(award: Award) -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(award=award, kind=Kind.BACK_PAY)


def in_force(award: Award, month: date) -> int:
    """What the award pays in that month by its latest decision, in fen, without back-pay; 0 where nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + IN_FORCE.format(award="%(award)s", month="%(month)s"), _given(award, month))
        return int(cursor.fetchone()[0])


def _given(award: Award, month: date) -> dict[str, date | str]:
    return {"award": str(award.pk), "month": month}


def _append(
    award: Award,
    kind: LedgerEntry.Kind,
    amount_fen: int,
    from_month: date,
    reason: str,
    actor: User,
    on: date,
    ground: Ground | None = None,
) -> LedgerEntry:
    """The next entry; call it in the award's turn, after every other lock."""
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise Invalid({"reason": f"写明原因，{LONGEST_REASON} 字以内"})
    seq = award.ledger.order_by("-seq").values_list("seq", flat=True)[0] + 1
    return _add(award, kind, amount_fen, from_month, reason, actor, on, seq=seq, ground=ground)


def _add(
    award: Award,
    kind: LedgerEntry.Kind,
    amount_fen: int,
    from_month: date,
    reason: str,
    actor: User,
    on: date,
    *,
    seq: int,
    ground: Ground | None = None,
) -> LedgerEntry:
    entry = LedgerEntry(
        award=award,
        county_code=award.county_code,
        seq=seq,
        kind=kind,
        amount_fen=amount_fen,
        from_month=from_month,
        reason=reason.strip(),
        assessment=ground.assessment if ground else None,
        standard_fen=ground.standard_fen if ground else None,
        actor=actor,
        on=on,
    )
    return audit.seal(entry, actor, f"ledger.{kind.value}", on=on, region_code=award.region_id)


def due(month: date, county_code: str = "") -> dict[UUID, int]:
    """What each award is owed for that month by the ledger alone, back-pay included, in fen; none for nothing.

    One statement, whatever the number of awards. `county_code` 6 digits, or "" for every county.
    """
    statement = f"""
        SELECT a.id, {IN_FORCE.format(award="a.id", month="%(month)s")} AS fen, (
          SELECT coalesce(sum(b.amount_fen), 0)::bigint FROM payments_ledgerentry b
          WHERE b.award_id = a.id AND b.kind = 'back_pay' AND b.from_month = %(month)s) AS back_fen
        FROM payments_award a
        WHERE a.first_month <= %(month)s AND (%(county)s = '' OR a.county_code = %(county)s)"""  # noqa: S608
    with connection.cursor() as cursor:
        given: dict[str, date | str] = {"month": month, "county": county_code}
        cursor.execute(f"SELECT id, fen + back_fen FROM ({statement}) AS due WHERE fen > 0", given)  # noqa: S608
        return dict(cursor.fetchall())
