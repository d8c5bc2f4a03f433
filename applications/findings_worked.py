"""Acts on a finding as casework takes them: not by a near relative, with the hold of a payment; asking again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from accounts import access
from accounts.errors import Forbidden
from accounts.models import StoredDocument, User
from accounts.roles import Permission
from applications import night
from applications.relatives import is_relative
from payments import holds
from payments.models import Award, Hold
from verification import findings, nightly
from verification.findings import RELATIVE, Worked
from verification.models import Finding, Run
from verification.sources import registry


@transaction.atomic
def accept(
    pk: UUID, *, reason: str, note: str, evidence: StoredDocument | None, actor: User, on: date
) -> tuple[Worked, Hold | None]:
    """The source is right. Where the family is paid and the kind asks for it, nothing more is until it is cleared.

    Raises as `verification.findings.accept`.
    """
    worked = findings.accept(
        pk, reason=reason, note=note, evidence=evidence, actor=actor, on=on, is_relative=is_relative
    )
    finding = worked.finding
    if not held([finding], on):
        return worked, None
    label = registry.kinds()[finding.kind].label
    return worked, holds.set_hold(finding.person, worked.hold, f"核对：{label}", actor=actor, on=on)


def dispute(pk: UUID, *, reason: str, note: str, evidence: StoredDocument | None, actor: User, on: date) -> Worked:
    """The source is wrong here. Raises as `verification.findings.dispute`."""
    return findings.dispute(
        pk, reason=reason, note=note, evidence=evidence, actor=actor, on=on, is_relative=is_relative
    )


def explain(pk: UUID, *, note: str, evidence: StoredDocument | None, actor: User, on: date) -> Worked:
    """What the family says of it. Raises as `verification.findings.explain`."""
    return findings.explain(pk, note=note, evidence=evidence, actor=actor, on=on, is_relative=is_relative)


def held(found: Iterable[Finding], on: date) -> set[UUID]:
    """Those of the findings whose acceptance holds a payment. One query, none where no kind asks for it.

    A family that is confirmed and paid nothing (边缘, 刚性支出) has nothing to hold.
    """
    kinds = registry.kinds()
    asking = [one for one in found if one.is_standing and kinds[one.kind].hold]
    if not asking:
        return set()
    awards = Award.objects.live(on).filter(household__in={one.household_id for one in asking})
    paid = set(awards.order_by().values_list("household_id", flat=True))
    return {one.pk for one in asking if one.household_id in paid}


def ask_again(pk: UUID, *, key: UUID, actor: User, on: date) -> Run:
    """Ask the finding's source about this family once more. Once for a key.

    Raises NotHere, Forbidden, Invalid where no source is connected or nobody of the family may be asked about.
    """
    finding = access.find(Finding.objects.visible_to(actor).select_related("household"), pk=pk)
    access.require(actor, Permission.WORK_FINDING, finding.region_id)
    household = finding.household
    if is_relative(actor, household):
        raise Forbidden(RELATIVE)
    people = [one for one in night.to_ask(household.region_id, on) if one.household_id == household.pk]
    return nightly.ask_again(household, people, key=key, actor=actor, on=on, sources=frozenset({finding.source}))
