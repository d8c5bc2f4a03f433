"""Two at once on two real connections, fifty times: one effect, and the other told who and when (R-11, R-15)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import pytest
from django.db import connections
from django.urls import reverse

from accounts import clock
from accounts.errors import WrongState
from accounts.ids import uuid7
from accounts.models import User
from applications import decisions, intake
from applications.holidays import calendar
from applications.models import Action, Application, Decision, Matter, State, Transition
from payments.models import Award, LedgerEntry
from tests.applications import opened, walking
from tests.conftest import Clock
from tests.making import VILLAGE, make_user

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 50
T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T | Exception]:
    """Every act in a thread and on a connection of its own, let go together; what each answered or raised."""
    barrier = threading.Barrier(len(acts))
    answers: list[T | Exception] = [RuntimeError("did not run")] * len(acts)

    def run(place: int, act: Callable[[], T]) -> None:
        try:
            barrier.wait(timeout=10)
            answers[place] = act()
        except Exception as raised:  # noqa: BLE001  what was raised is the answer
            answers[place] = raised
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def test_two_confirmers(moving_clock: Clock) -> None:
    staff = walking.office()
    matters = [walking.posted(staff, walking.filled(walking.family(1))) for _ in range(TIMES)]
    walking.wait_until(moving_clock, calendar().confirmation_opens(clock.today()))
    one, other = staff.approver, make_user("approver", full_name="赵广田")
    winners: set[int] = set()
    for matter in matters:
        walking.step(matter, Action.END_NOTICE, staff.clerk)
        seen = matter.assessment_id
        assert seen is not None

        def confirm(user: User, pk: object = matter.pk, seen: object = seen) -> Decision:
            return decisions.confirm(pk, seen=seen, actor=user, on=clock.today())  # type: ignore[arg-type]

        answers = at_once(lambda: confirm(one), lambda: confirm(other))
        won = [answer for answer in answers if isinstance(answer, Decision)]
        lost = [answer for answer in answers if isinstance(answer, WrongState)]
        assert (len(won), len(lost)) == (1, 1), answers
        assert won[0].decided_by.full_name in lost[0].message
        assert "已于" in lost[0].message
        winners.add(won[0].decided_by_id)
    assert Decision.objects.count() == Award.objects.count() == LedgerEntry.objects.count() == TIMES
    assert Transition.objects.filter(action=Action.CONFIRM).count() == TIMES
    assert winners == {one.pk, other.pk}, "a race that one side always wins was not seen"


def test_one_confirms_while_the_other_refuses(moving_clock: Clock) -> None:
    staff = walking.office()
    matters = [walking.posted(staff, walking.filled(walking.family(1))) for _ in range(10)]
    walking.wait_until(moving_clock, calendar().confirmation_opens(clock.today()))
    other = make_user("approver")
    for matter in matters:
        walking.step(matter, Action.END_NOTICE, staff.clerk)
        pk, seen = matter.pk, matter.assessment_id
        assert seen is not None
        at_once(
            lambda: decisions.confirm(pk, seen=seen, actor=staff.approver, on=clock.today()),  # noqa: B023
            lambda: decisions.refuse(pk, seen=seen, reason="不符合", actor=other, on=clock.today()),  # noqa: B023
        )
        matter.refresh_from_db()
        assert Decision.objects.get(matter=matter).outcome == matter.state
    assert Decision.objects.count() == 10
    assert Award.objects.count() == Matter.objects.filter(state=State.CONFIRMED).count()


def test_a_double_press_of_the_same_button() -> None:
    staff = walking.office()
    clients = [opened.signed_in(staff.clerk) for _ in range(2)]
    for _ in range(TIMES):
        matter = walking.submitted(staff, walking.filled(walking.family(1), with_account=False))
        address = reverse("case_step", args=[matter.pk, "accept"])
        answers = at_once(*[lambda client=client: client.post(address, {"seq": "1"}) for client in clients])  # noqa: B023
        assert [answer.status_code for answer in answers] == [302, 302]  # type: ignore[union-attr]
    assert Transition.objects.filter(action=Action.ACCEPT).count() == TIMES


def test_a_double_submission() -> None:
    staff = walking.office()
    for _ in range(TIMES):
        filled, key = walking.filled(walking.family(1), with_account=False), uuid7()
        answers = at_once(
            *[lambda: intake.submit(filled, key=key, actor=staff.clerk) for _ in range(2)]  # noqa: B023
        )
        numbers = {answer.receipt_number for answer in answers if isinstance(answer, Application)}
        assert len(numbers) == 1, answers
        assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert Application.objects.count() == Matter.objects.count() == TIMES
    assert Matter.objects.filter(region_id=VILLAGE).count() == TIMES
