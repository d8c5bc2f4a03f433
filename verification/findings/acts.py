"""What a person makes of a finding: explain, accept or dispute it. Nothing here refuses, reduces or stops anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from accounts import access, audit, clock
from accounts.errors import Forbidden, Invalid, WrongState
from accounts.models import StoredDocument, User
from accounts.roles import Permission
from households import registry as people
from households.facts import Pen
from households.means import Income
from households.models import AssetFact, Household, IncomeFact, Membership
from households.models.facts import Source
from verification import changes
from verification.changes import Died, Earned, Owned, Told
from verification.findings.recording import next_seq
from verification.models import Finding, FindingStep
from verification.models.findings import OPEN
from verification.sources import registry
from verification.sources.base import Kind

LONGEST_NOTE = 500
IsRelative = Callable[[User, Household], bool]
"""Whether this officer is registered as a near relative of this family: casework keeps the register and hands it in."""
RELATIVE = "已登记为近亲属，这一步由别人办理"
Action = FindingStep.Action
_ENDS_IN = {
    Action.EXPLAIN: Finding.State.EXPLAINED,
    Action.ACCEPT: Finding.State.ACCEPTED,
    Action.DISPUTE: Finding.State.DISPUTED,
}


@dataclass(frozen=True)
class Worked:
    """The finding as it stands now, its newest step, and the reason a payment must wait for, or ""."""

    finding: Finding
    step: FindingStep
    hold: str = ""


@transaction.atomic
def explain(
    pk: UUID, *, note: str, evidence: StoredDocument | None, actor: User, on: date, is_relative: IsRelative
) -> Worked:
    """Keep what the family says of it; the finding stays open. The same words again answer with the step they made.

    Raises NotHere, Forbidden, WrongState where it is closed, Invalid without a note.
    """
    finding = _open(pk, actor, is_relative)
    errors = _wrong_note(note)
    if not note.strip():
        errors["note"] = "写下家庭的说明"
    if errors:
        raise Invalid(errors)
    last = finding.steps.order_by("-seq").first()
    if last and (last.action, last.note, last.evidence_id, last.actor_id) == (
        *(Action.EXPLAIN, note.strip(), evidence.pk if evidence else None, actor.pk),
    ):
        return Worked(finding, last)
    return Worked(finding, _step(finding, Action.EXPLAIN, note=note, evidence=evidence, actor=actor, on=on))


@transaction.atomic
def accept(
    pk: UUID,
    *,
    reason: str,
    note: str,
    actor: User,
    on: date,
    is_relative: IsRelative,
    evidence: StoredDocument | None = None,
) -> Worked:
    """The source is right: its value becomes the household's, as a verified fact. `hold` says what payment waits for.

    Raises NotHere, Forbidden, WrongState where it is closed, Invalid by field.
    """
    finding = _open(pk, actor, is_relative)
    kind = registry.kinds()[finding.kind]
    errors = _wrong_note(note) | _wrong_reason(reason, kind.accept, "采纳")
    if errors:
        raise Invalid(errors)
    _write_facts(finding, kind, actor, on)
    step = _step(finding, Action.ACCEPT, reason=reason, note=note, evidence=evidence, actor=actor, on=on)
    return Worked(finding, step, kind.hold)


@transaction.atomic
def dispute(
    pk: UUID,
    *,
    reason: str,
    note: str,
    evidence: StoredDocument | None,
    actor: User,
    on: date,
    is_relative: IsRelative,
) -> Worked:
    """The source is wrong here: what was declared stands. A reason, and why in words or on paper.

    Raises NotHere, Forbidden, WrongState where it is closed, Invalid by field.
    """
    finding = _open(pk, actor, is_relative)
    kind = registry.kinds()[finding.kind]
    errors = _wrong_note(note) | _wrong_reason(reason, kind.dispute, "不采纳")
    if not note.strip() and evidence is None:
        errors["note"] = "写明依据，或附上证明材料"
    if errors:
        raise Invalid(errors)
    return Worked(
        finding, _step(finding, Action.DISPUTE, reason=reason, note=note, evidence=evidence, actor=actor, on=on)
    )


def _open(pk: UUID, actor: User, is_relative: IsRelative) -> Finding:
    """The finding, locked and not closed; only for whoever works findings there, no near relative (57号 art. 11)."""
    finding = access.find(Finding.objects.select_for_update(of=("self",)), pk=pk)
    access.require(actor, Permission.WORK_FINDING, finding.region_id)
    if finding.state not in OPEN:
        raise WrongState(_closed(finding))
    if is_relative(actor, finding.household):
        raise Forbidden(RELATIVE)
    return finding


def _closed(finding: Finding) -> str:
    last = finding.steps.select_related("actor").order_by("-seq").first()
    if last is None:
        return f"这条已{finding.get_state_display()}"
    when = clock.moment(last.at)
    if last.actor is None:
        return f"{when} 的答复已一致，这条已自动关闭"
    return f"已由{last.actor.full_name}于 {when} 办理：{finding.get_state_display()}"


def _wrong_note(note: str) -> dict[str, str]:
    return {"note": f"说明最多 {LONGEST_NOTE} 字"} if len(note.strip()) > LONGEST_NOTE else {}


def _wrong_reason(reason: str, known: dict[str, str], act: str) -> dict[str, str]:
    return {} if reason in known else {"reason": f"选择{act}的原因"}


def _step(
    finding: Finding,
    action: FindingStep.Action,
    *,
    note: str,
    evidence: StoredDocument | None,
    actor: User,
    on: date,
    reason: str = "",
) -> FindingStep:
    finding.state = _ENDS_IN[action]
    finding.save(update_fields=["state"])
    step = FindingStep(
        finding=finding,
        seq=next_seq(finding),
        action=action,
        reason=reason,
        note=note.strip(),
        evidence=evidence,
        actor=actor,
        on=on,
        at=clock.now(),
    )
    post = access.post_label(actor, finding.region_id)
    return audit.seal(step, actor, f"finding.{action}", on=on, region_code=finding.region_id, post=post)


def _write_facts(finding: Finding, kind: Kind, actor: User, on: date) -> None:
    """The verified value beside what was declared, which it supersedes; nothing where a person judges the kind."""
    # One at a time: two that accept a wage at once would replace the same row.
    Household.objects.select_for_update(of=("self",)).get(pk=finding.household_id)
    live = Membership.objects.live().filter(household=finding.household)
    is_member = live.filter(person=finding.person).exists()
    change = changes.of(kind, finding.verified, is_member=is_member)
    pen = Pen(finding.household, source=Source.VERIFIED, on=on, by=actor)
    if isinstance(change, Died):
        people.record_death(finding.person, change.on, by=actor, on=on)
    elif isinstance(change, Owned):
        field = "amount_fen" if change.name == "deposit" else "quantity"
        owned = AssetFact.objects.live().filter(household=finding.household, kind=change.name)
        pen.asset(change.name, **{field: change.beside(owned.values_list(field, flat=True).first())})
    elif isinstance(change, Told):
        pen.circumstance(finding.person, change.name, change.code, change.grade)
    elif isinstance(change, Earned):
        _write_income(finding, kind, change, pen, is_member=is_member)


def _write_income(finding: Finding, kind: Kind, change: Earned, pen: Pen, *, is_member: bool) -> None:
    """An obligor has one income, whatever it comes from; a family's together stands with whoever was found."""
    evidence = f"{registry.source(finding.source).label} {finding.on}"
    live = IncomeFact.objects.live().filter(household=finding.household, person=finding.person)
    declared = list(live.order_by("recorded_at", "id").values_list("kind", flat=True))
    if not is_member:
        pen.income(finding.person, declared, Income("other", change.monthly_fen, "month", evidence))
        return
    if kind.scope == "household":
        others = Membership.objects.live().filter(household=finding.household).exclude(person=finding.person)
        for membership in others.select_related("person"):
            pen.income(membership.person, change.names, None)
    fresh = change.income(declared)
    pen.income(
        finding.person, change.names, Income(fresh.kind, fresh.amount_fen, fresh.per, evidence) if fresh else None
    )
