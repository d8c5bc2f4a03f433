"""R-18: every state, every step, every role. Exactly what is written down here passes; the rest is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from accounts import clock
from accounts.errors import AidError, Conflict, Forbidden, Invalid, NotHere, WrongState
from accounts.ids import uuid7
from accounts.models import User
from accounts.roles import ROLES
from applications import decisions, opinions, supplements, visits, workflow
from applications.models import Action, Matter, State
from tests.applications import walking
from tests.applications.walking import Office
from tests.conftest import Clock
from tests.making import VILLAGE, make_user

pytestmark = pytest.mark.django_db

A, S = Action, State
TOWNSHIP_STAFF = {"clerk", "reviewer"}
# reliability.md, "Who takes which step": state -> step -> the roles that may take it. Written by hand, not derived.
DOCUMENTED: dict[State, dict[Action, set[str]]] = {
    S.SUBMITTED: {
        A.ACCEPT: {"clerk"},
        A.DECLINE: {"clerk"},
        A.ASK_PAPERS: {"clerk"},
        A.WITHDRAW: {"clerk", "village"},
    },
    S.SUPPLEMENT: {A.SUPPLEMENT: {"clerk"}, A.WITHDRAW: {"clerk", "village"}},
    S.ACCEPTED: {A.VISIT: TOWNSHIP_STAFF, A.WITHDRAW: {"clerk", "village"}},
    S.VISITED: {A.SECOND_VISIT: {"named"}, A.WITHDRAW: {"clerk", "village"}},
    S.SURVEYED: {
        A.OPINE: {"reviewer"},
        A.OPPOSE: {"reviewer"},
        A.RETURN_TO_VISIT: {"reviewer"},
        A.WITHDRAW: {"clerk", "village"},
    },
    S.TO_POST: {A.POST: {"clerk", "village"}, A.WITHDRAW: {"clerk", "village"}},
    S.POSTED: {A.OBJECT: {"clerk", "village"}, A.END_NOTICE: {"clerk", "village"}},
    S.DISPUTED: {A.ANSWER: {"reviewer"}, A.RESURVEY: {"reviewer"}},
    S.TO_CONFIRM: {A.CONFIRM: {"approver"}, A.REFUSE: {"approver"}, A.SEND_BACK: {"approver"}},
    S.CONFIRMED: {},
    S.REFUSED: {},
    S.DECLINED: {},
    S.WITHDRAWN: {},
}


def _visit(matter: Matter, user: User, staff: Office) -> object:
    second = staff.second if user.pk != staff.second.pk else staff.clerk
    return visits.visit(matter.pk, walking.found(matter), second=second, actor=user)


def _seen(matter: Matter) -> Any:
    return matter.assessment_id or uuid7()


ACTS: dict[Action, Callable[[Matter, User, Office], object]] = {
    A.ASK_PAPERS: lambda m, u, _: supplements.ask(m.pk, missing="户口簿", actor=u, on=clock.today()),
    A.VISIT: _visit,
    A.SECOND_VISIT: lambda m, u, _: visits.sign(m.pk, actor=u, on=clock.today()),
    A.OPINE: lambda m, u, _: opinions.opine(m.pk, agrees=True, note="", actor=u, on=clock.today()),
    A.OPPOSE: lambda m, u, _: opinions.opine(m.pk, agrees=False, note="收入高于标准", actor=u, on=clock.today()),
    A.CONFIRM: lambda m, u, _: decisions.confirm(m.pk, seen=_seen(m), actor=u, on=clock.today()),
    A.REFUSE: lambda m, u, _: decisions.refuse(m.pk, seen=_seen(m), reason="不符合", actor=u, on=clock.today()),
}


def _plain(action: Action) -> Callable[[Matter, User, Office], object]:
    return lambda m, u, _: workflow.advance(m.pk, action, actor=u, on=clock.today(), note="原因")


STATUS: dict[type[AidError], int] = {NotHere: 404, Forbidden: 403, WrongState: 409, Conflict: 409}


def outcome(matter: Matter, action: Action, user: User, staff: Office) -> int:
    """The answer as HTTP says it, with nothing left behind."""
    act = ACTS.get(action) or _plain(action)
    try:
        with transaction.atomic():
            act(matter, user, staff)
            transaction.set_rollback(True)
    except Invalid as wrong:
        raise AssertionError(f"{action} by {user}: {wrong.errors}") from wrong
    except AidError as refused:
        return STATUS[type(refused)]
    return 200


@pytest.mark.parametrize("state", list(State))
def test_exactly_the_documented_steps_pass(state: State, moving_clock: Clock) -> None:
    staff = walking.office()
    if state == State.CONFIRMED:
        matter = walking.confirmed(staff, moving_clock).matter
    elif state == State.TO_CONFIRM:
        matter = walking.ready(staff, moving_clock)
    else:
        matter = walking.WALKS[state](staff)
    if state == State.SURVEYED:
        walking.rule_assets(matter, staff.reviewer)
    assert matter.state == state
    hands = {role: make_user(role, VILLAGE) for role in ROLES}
    if state == State.VISITED:
        hands["named"] = staff.second
    passed: dict[Action, set[str]] = {}
    refusals: set[int] = set()
    for action in Action:
        if action == Action.SUBMIT:
            continue
        for role, user in hands.items():
            status = outcome(matter, action, user, staff)
            refusals.add(status)
            if status == 200:
                passed.setdefault(action, set()).add(role)
    assert passed == DOCUMENTED[state]
    assert refusals <= {200, 403, 404, 409}


def test_a_step_of_another_township_is_absent() -> None:
    from tests.making import OTHER_TOWNSHIP

    staff = walking.office()
    matter = walking.submitted(staff)
    for action in Action:
        if action != Action.SUBMIT:
            assert outcome(matter, action, make_user("clerk", OTHER_TOWNSHIP), staff) == 404
