"""A new value of a standard or a local setting: drafted by one person, put in force or returned by another.

A county records the city's papers for itself: its own row wins over the city's, and none changes another's figures.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import access, audit, clock, idempotency
from accounts.errors import Forbidden, Invalid, WrongState
from accounts.ids import uuid7
from accounts.models import Sealed, StoredDocument, User
from accounts.roles import Permission
from eligibility.measures import MEASURES
from eligibility.models import LocalSetting, MinimumWage, Standard, StandardDecision, StandardDraft
from eligibility.proposals import LONGEST_REASON, Kind, Proposal, checked, errors_of, is_recorded

Outcome = StandardDecision.Outcome
S = TypeVar("S", bound=Sealed)
_PLACES = Decimal("0.0001")
_DONE = {Outcome.IN_FORCE: "公布执行", Outcome.RETURNED: "退回", Outcome.WITHDRAWN: "撤回"}


class AlreadyDone(WrongState):
    """The same person took this decision before: nothing is left to do."""


def seen_by(user: User | AnonymousUser) -> QuerySet[StandardDraft]:
    """The drafts of the counties this user's posts lie in or over: who works under a standard may read its papers."""
    condition = Q(pk__in=[])
    for post in access.held(user):
        if post.permissions:
            condition |= Q(region__code__startswith=post.region.prefix[:6])
    rows = StandardDraft.objects.filter(condition)
    return rows.select_related("region", "drafted_by", "decision__decided_by").order_by("-drafted_at", "id")


@transaction.atomic
def draft(proposal: Proposal, *, key: UUID, scan: StoredDocument | None, actor: User, on: date) -> StandardDraft:
    """Write a new value down for another person to decide. The same `key` and content again is the same draft.

    Raises NotHere or Forbidden by the county, Invalid by field: also where a value below the floor or below the old
    one has no reason.
    """
    access.require(actor, Permission.DRAFT_STANDARD, proposal.region_code)
    body: dict[str, object] = {
        **{name: str(value) for name, value in vars(proposal).items()},
        "scan": scan.sha256 if scan else "",
    }

    def act() -> str:
        return str(_written(proposal, scan, actor, on).pk)

    pk, _ = idempotency.once(actor, "standard.draft", key, body, act)
    return StandardDraft.objects.get(pk=pk)


def _written(one: Proposal, scan: StoredDocument | None, actor: User, on: date) -> StandardDraft:
    if errors := errors_of(one, today=on):
        raise Invalid(errors)
    said = checked(one, today=on)
    if said and said.needs_reason and not one.reason.strip():
        low = "低于底线" if said.is_below_floor else "低于原标准"
        raise Invalid({"reason": f"{low}，写明理由"})
    row = StandardDraft(
        region_id=one.region_code,
        kind=one.kind,
        area=one.area,
        programme=one.programme,
        measure=one.measure,
        name=one.name.strip(),
        value=None if one.value is None else one.value.quantize(_PLACES),
        effective_from=one.effective_from,
        for_year=one.for_year,
        document_number=one.document_number.strip(),
        scan=scan,
        reason=one.reason.strip(),
        is_below_floor=bool(said and said.is_below_floor),
        is_below_previous=bool(said and said.is_below_previous),
        drafted_by=actor,
        drafted_at=clock.now(),
    )
    return _seal(row, actor, "standard.draft", on, one.region_code)


def _seal(row: S, actor: User, action: str, on: date, region_code: str) -> S:
    post = access.post_label(actor, region_code)
    return audit.seal(row, actor, action, on=on, region_code=region_code, post=post)


def proposal_of(one: StandardDraft) -> Proposal:
    """What the draft proposes, to be checked again on the day of the decision."""
    return Proposal(
        region_code=one.region_id,
        kind=one.kind,
        measure=one.measure,
        value=one.value,
        effective_from=one.effective_from,
        document_number=one.document_number,
        programme=one.programme,
        area=one.area,
        name=one.name,
        for_year=one.for_year,
        reason=one.reason,
    )


def enforce(pk: UUID, *, actor: User, on: date) -> StandardDraft:
    """Put the value in force from its day on: its row is written, sealed, and never edited.

    Raises NotHere, Forbidden (no such post, or the drafter), AlreadyDone, WrongState (decided before, the day taken
    meanwhile, or by now below the floor without a reason).
    """
    return _decide(pk, Outcome.IN_FORCE, Permission.ENFORCE_STANDARD, "", actor, on)


def send_back(pk: UUID, reason: str, *, actor: User, on: date) -> StandardDraft:
    """Return the draft with the reason; it stays as written. Raises as `enforce`, and Invalid without a reason."""
    return _decide(pk, Outcome.RETURNED, Permission.ENFORCE_STANDARD, reason, actor, on)


def withdraw(pk: UUID, *, actor: User, on: date) -> StandardDraft:
    """Take one's own draft back before it is decided. Raises as `enforce`; Forbidden for anybody else."""
    return _decide(pk, Outcome.WITHDRAWN, Permission.DRAFT_STANDARD, "", actor, on)


def _decide(
    pk: UUID, outcome: StandardDecision.Outcome, permission: Permission, reason: str, actor: User, on: date
) -> StandardDraft:
    found = access.find(seen_by(actor), pk=pk)
    if not access.may(actor, permission, found.region_id):
        # Whoever works under the standard reads its draft; the county's posts act on it.
        raise Forbidden("草稿由起草人撤回" if outcome == Outcome.WITHDRAWN else "草稿由县级审批决定")
    try:
        with transaction.atomic():
            _decision(found, outcome, reason, actor, on)
    except IntegrityError:
        # Two at once: the second waited for the first one's commit on the decision's unique draft, or the row's day.
        refuse_decided(access.find(seen_by(actor), pk=pk), actor, outcome)
        raise WrongState("这一天已有公布的，退回后改用另一天") from None
    return access.find(seen_by(actor), pk=pk)


def refuse_decided(found: StandardDraft, actor: User, outcome: str = "") -> None:
    """Raises AlreadyDone or WrongState, with who decided and when; nothing where the draft still waits."""
    decided = decision_of(found)
    if decided is None:
        return
    when = timezone.localtime(decided.decided_at).strftime("%Y-%m-%d %H:%M")
    said = _DONE[Outcome(decided.outcome)]
    if decided.decided_by_id == actor.pk and decided.outcome == outcome:
        raise AlreadyDone(f"已由本人于 {when} {said}")
    raise WrongState(f"已由{decided.decided_by.full_name}于 {when} {said}")


def decision_of(found: StandardDraft) -> StandardDecision | None:
    return getattr(found, "decision", None)


def _decision(found: StandardDraft, outcome: StandardDecision.Outcome, reason: str, actor: User, on: date) -> None:
    refuse_decided(found, actor, outcome)
    is_mine = found.drafted_by_id == actor.pk
    if outcome == Outcome.WITHDRAWN and not is_mine:
        raise Forbidden(f"草稿由{found.drafted_by.full_name}撤回")
    if outcome != Outcome.WITHDRAWN and is_mine:
        raise Forbidden("本人起草的，由别人决定")
    if outcome == Outcome.RETURNED and not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise Invalid({"reason": f"写明退回理由，{LONGEST_REASON} 字以内"})
    row_id = uuid7() if outcome == Outcome.IN_FORCE else None
    decided = StandardDecision(
        draft=found, outcome=outcome, reason=reason.strip(), row_id=row_id, decided_by=actor, decided_at=clock.now()
    )
    if row_id is not None:
        _refuse_stale(found, on)
    _seal(decided, actor, f"standard.{outcome.value}", on, found.region_id)
    if row_id is not None:
        _seal(_row(found, row_id, actor), actor, "standard.enforce", on, found.region_id)


def _refuse_stale(found: StandardDraft, on: date) -> None:
    """What stood when it was drafted may have moved: another row of that day, a base that raised the floor."""
    proposal = proposal_of(found)
    if is_recorded(proposal):
        raise WrongState("这一天已有公布的，退回后改用另一天")
    said = checked(proposal, today=on)
    if said and said.needs_reason and not found.reason:
        raise WrongState("起草后底线或原标准变了，退回后写明理由重新起草")


def _row(found: StandardDraft, pk: UUID, actor: User) -> LocalSetting | MinimumWage | Standard:
    place = {
        "id": pk,
        "region_id": found.region_id,
        "effective_from": found.effective_from,
        "document_number": found.document_number,
    }
    hands = {"drafted_by": found.drafted_by, "enforced_by": actor}
    if found.kind == Kind.SETTING:
        slot = {"area": found.area, "key": found.measure, "programme": found.programme, "name": found.name}
        return LocalSetting(**place, **hands, **slot, value=found.value, scan_id=found.scan_id)
    fen = int((found.value or Decimal(0)) * 100)
    if found.programme == "minimum_wage":
        return MinimumWage(**place, value_fen=fen)
    return Standard(
        **place,
        **hands,
        area=found.area,
        programme=found.programme,
        measure=found.measure,
        unit=MEASURES[found.programme, found.measure].unit,
        value_fen=fen,
        for_year=found.for_year,
    )
