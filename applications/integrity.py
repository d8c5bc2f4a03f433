"""What the cases promise: a matter stands where its steps led, its decision closes it, its award follows that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.integrity import CHUNK, Check, Fault, Verdicts, in_chunks
from applications.adjustments import integrity as adjustments
from applications.models import Action, Decision, Matter, State, Transition
from applications.platform import integrity as platform
from payments.models import Award

MATTER, STEP, DECISION = (model._meta.db_table for model in (Matter, Transition, Decision))
Step = tuple[int, str, str, str]


def checks() -> tuple[Check, ...]:
    return (
        Check("steps", "办理步骤", steps),
        Check("decisions", "决定与起发", decisions),
        *adjustments.checks(),
        *platform.checks(),
    )


def steps() -> Verdicts:
    """Every matter's steps from the first on, each from where the last one led; the matter stands where they end."""
    for entry in Transition.objects.filter(~Exists(Matter.objects.filter(pk=OuterRef("matter_id"))))[:1]:
        yield Fault(MATTER, str(entry.matter_id), f"步骤 {entry.pk} 所属的事项不在，已被删去")
    matters = Matter.objects.order_by("pk").values_list("pk", "number", "state").iterator(CHUNK)
    for chunk in in_chunks(matters):
        taken = _taken(pk for pk, _, _ in chunk)
        for pk, number, state in chunk:
            yield _follows(pk, number, state, taken[pk])


def _taken(pks: Iterable[UUID]) -> dict[UUID, list[Step]]:
    found: dict[UUID, list[Step]] = defaultdict(list)
    rows = Transition.objects.filter(matter_id__in=list(pks)).order_by("matter_id", "seq")
    for matter, seq, action, source, target in rows.values_list("matter_id", "seq", "action", "source", "target"):
        found[matter].append((seq, action, source, target))
    return found


def _follows(pk: UUID, number: str, state: str, taken: list[Step]) -> Fault | None:
    stands = ""
    for expected, (seq, action, source, target) in enumerate(taken, start=1):
        if seq != expected:
            return Fault(STEP, f"{number} 第 {expected} 步", "缺少这一步，已被删去")
        if source != stands or (seq == 1) != (action == Action.SUBMIT):
            return Fault(STEP, f"{number} 第 {seq} 步", "与上一步接不上，已被改动")
        stands = target
    if stands != state:
        led = State(stands).label if stands else "没有步骤"
        return Fault(MATTER, str(pk), f"{number} 的状态与最后一步不符（{led}），已被改动")
    return None


CLOSED_BY_DECISION = (State.CONFIRMED, State.REFUSED)


def decisions() -> Verdicts:
    """Who is confirmed or refused has a decision that says so; every award pays what its decision decided."""
    undecided = Matter.objects.filter(state__in=CLOSED_BY_DECISION, decision=None).order_by("pk")
    for matter in undecided[:1]:
        yield Fault(DECISION, matter.number, f"{matter.get_state_display()}的事项没有决定书，已被删去")
    made = Decision.objects.order_by("pk").values_list("pk", "outcome", "amount_fen", "matter__number", "matter__state")
    for pk, outcome, _, number, state in made.iterator(CHUNK):
        yield None if outcome == state else Fault(DECISION, str(pk), f"与事项 {number} 的状态不符，已被改动")
    for chunk in in_chunks(Award.objects.order_by("pk").iterator(CHUNK)):
        decided = {row[0]: row[1:] for row in _decided(one.decision_id for one in chunk)}
        for award in chunk:
            yield _as_decided(award, decided.get(award.decision_id))


def _decided(pks: Iterable[UUID]) -> Iterable[tuple[Any, ...]]:
    rows = Decision.objects.filter(pk__in=list(pks))
    return rows.values_list("pk", "outcome", "people", "first_month", "matter__household_id", "matter__programme")


def _as_decided(award: Award, decided: tuple[Any, ...] | None) -> Fault | None:
    if decided is None:
        return Fault(Award._meta.db_table, str(award.pk), f"{award.case_number} 的决定不在，已被删去")
    said = (award.people, award.first_month, award.household_id, award.programme)
    if decided != (Decision.Outcome.CONFIRMED, *said):
        return Fault(Award._meta.db_table, str(award.pk), f"{award.case_number} 与决定不符，已被改动")
    return None
