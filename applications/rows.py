"""Rows of a list of matters: everything a page of fifty shows, in three queries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from applications.clocks import Clock, Past, clock_of
from applications.models import CLOSED, Action, ConfirmingBody, Matter, State, Transition
from applications.shown import VERBS, ShownClock, shown
from applications.workdays import Calendar
from applications.workflow import delegates
from applications.worklist import with_head
from eligibility.programmes import Programme
from households.masking import mask_id


@dataclass(frozen=True)
class Row:
    """One matter in a list. `act` "" where nothing is left to do; `action` names the step its verb leads to."""

    pk: UUID
    number: str
    clock: ShownClock | None
    head: str
    masked: str
    programme: str
    recipient: str
    village: str
    village_code: str
    state: str
    situation: str
    is_closed: bool
    received: date
    last_by: str
    last_on: date
    amount_fen: int | None
    per: str
    act: str
    action: str


# What the last step tells about a matter that stands where others stand too.
_TELLING = (Action.RETURN_TO_VISIT, Action.RESURVEY, Action.SEND_BACK, Action.OPPOSE, Action.ANSWER, Action.SUPPLEMENT)


def rows(pks: Sequence[UUID], clocks: Mapping[UUID, Clock | None], *, with_village: bool = False) -> list[Row]:
    """The matters in the order given. `with_village` adds the township to the village's name."""
    matters = (
        with_head(Matter.objects.filter(pk__in=pks))
        .annotate(head_pk=F("head__person_id"), head_name=F("head__person__name"), head_id=F("head__person__id_number"))
        .select_related("region__parent", "application", "assessment", "person")
    )
    found = {matter.pk: matter for matter in matters}
    last = {
        one.matter_id: one
        for one in Transition.objects.filter(matter_id__in=pks)
        .order_by("matter_id", "-seq")
        .distinct("matter_id")
        .select_related("actor")
    }
    return [_row(found[pk], last[pk], clocks.get(pk), with_village) for pk in pks if pk in found]


def _row(matter: Matter, last: Transition, clock: Clock | None, with_village: bool) -> Row:
    state = State(matter.state)
    action, verb = VERBS.get(state, (None, ""))
    amount, per = _amount(matter)
    head_pk, head_name, head_id = (getattr(matter, name) for name in ("head_pk", "head_name", "head_id"))
    person = matter.person
    township = matter.region.parent.name if with_village and matter.region.parent else ""
    return Row(
        pk=matter.pk,
        number=matter.number,
        clock=shown(clock),
        head=head_name or "（无户主）",
        masked=mask_id(head_id) or "暂无证件",
        programme=Programme(matter.programme).label,
        recipient=person.name if person is not None and person.pk != head_pk else "",
        village=f"{township}{matter.region.name}",
        village_code=matter.region_id,
        state=state.label,
        situation=_situation(last),
        is_closed=state in CLOSED,
        received=matter.application.submitted_on,
        last_by=last.actor.full_name if last.actor else "系统",
        last_on=last.on,
        amount_fen=amount,
        per=per,
        act=verb,
        action=action.value if action else "",
    )


def _situation(last: Transition) -> str:
    if last.action == Action.ASK_PAPERS:
        return f"缺 {last.note}"
    return Action(last.action).label if last.action in _TELLING else ""


def _amount(matter: Matter) -> tuple[int | None, str]:
    """What the last assessment answered for this matter, without asking anything more of the database."""
    if matter.assessment is None:
        return None, ""
    people: list[str] = json.loads(matter.assessment.inputs)["people"]
    index = people.index(str(matter.person_id)) if str(matter.person_id) in people else None
    for entry in json.loads(matter.assessment.result)["results"]:
        if entry["programme"] == matter.programme and entry["person"] == index and entry["amount"] is not None:
            return int(Decimal(entry["amount"]) * 100), entry["per"]
    return None, ""


def clocks_of(
    matters: Sequence[tuple[UUID, str, str, str]], *, today: date, calendar: Calendar
) -> dict[UUID, Clock | None]:
    """The clocks of matters given as (pk, programme, state, region code): two queries, none where all are closed."""
    still_open = [one for one in matters if one[2] not in CLOSED]
    if not still_open:
        return {}
    past: dict[UUID, list[Past]] = {pk: [] for pk, *_ in still_open}
    steps = Transition.objects.filter(matter_id__in=past).order_by("matter_id", "seq")
    for pk, action, on, at in steps.values_list("matter_id", "action", "on", "at"):
        past[pk].append(Past(action, on, at))
    settings = list(ConfirmingBody.objects.filter(effective_from__lte=today))
    return {
        pk: clock_of(
            programme, state, past[pk], calendar, today=today, is_delegated=delegates(settings, region, programme)
        )
        for pk, programme, state, region in still_open
    }
