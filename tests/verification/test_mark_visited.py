"""Tell a visit: who may, of whom, what came of it; twice or at once is one, and what was found stays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from guardian.models import UserObjectPermission

from accounts import access
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry, User
from accounts.roles import Permission
from tests.making import OTHER_VILLAGE, VILLAGE, invent_id_number, make_user
from tests.payments.stories import at_once
from tests.verification.pushing import BORN, ON, csv_of, row, take
from verification import pushed
from verification.models import PushedPerson

pytestmark = pytest.mark.django_db
State = PushedPerson.State
NOTE = "独居，药费自付，想申请低保"


def listed(**said: str) -> PushedPerson:
    return take(csv_of(row(**said)), make_user("county")).people.get()


def visit(person: PushedPerson, actor: User, **said: Any) -> PushedPerson:
    given: dict[str, Any] = {"outcome": "applies", "note": NOTE, "visited_on": ON, "on": ON, **said}
    return pushed.mark_visited(person.pk, actor=actor, **given)


@pytest.mark.parametrize("role", ["village", "clerk", "reviewer"])
def test_who_goes_along_on_visits_tells_what_came_of_it(role: str) -> None:
    actor = make_user(role, VILLAGE)
    done = visit(listed(), actor, note=f" {NOTE} ", visited_on=ON, on=ON + timedelta(days=2))
    assert (done.state, done.outcome, done.note, done.visited_on) == (State.VISITED, "applies", NOTE, ON)
    assert done.visited_by == actor
    assert not PushedPerson.objects.to_visit().exists()
    entry = AuditEntry.objects.get(action="pushed.visit")
    assert (entry.actor, entry.target_id, entry.region_code) == (actor, str(done.pk), VILLAGE)
    assert NOTE not in entry.detail


@pytest.mark.parametrize("role", ["county", "approver", "auditor"])
def test_who_goes_on_no_visit_may_not(role: str) -> None:
    with pytest.raises(Forbidden):
        visit(listed(), make_user(role))


def test_joining_a_survey_is_not_what_allows_it() -> None:
    """The act has a permission of its own: without it nothing else a coordinator may do will serve."""
    actor = make_user("village", VILLAGE)
    UserObjectPermission.objects.filter(user=actor, permission__codename="visit_pushed_person").delete()
    assert access.may(actor, Permission.JOIN_SURVEY, VILLAGE)
    with pytest.raises(Forbidden):
        visit(listed(), actor)


def test_another_village_does_not_see_it() -> None:
    with pytest.raises(NotHere):
        visit(listed(), make_user("village", OTHER_VILLAGE))


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("outcome", {"outcome": ""}),
        ("outcome", {"outcome": "gone"}),
        ("note", {"note": "  "}),
        ("note", {"note": "长" * 201}),
        ("visited_on", {"visited_on": ON - timedelta(days=1)}),
        ("visited_on", {"visited_on": ON + timedelta(days=1)}),
    ],
)
def test_what_is_wrong_names_its_field(field: str, said: dict[str, Any]) -> None:
    person = listed()
    with pytest.raises(Invalid) as refused:
        visit(person, make_user("village", VILLAGE), **said)
    assert set(refused.value.errors) == {field}
    person.refresh_from_db()
    assert person.state == State.TO_VISIT


def test_who_was_visited_is_not_visited_again_under_that_list() -> None:
    person, village = listed(), make_user("village", VILLAGE)
    visit(person, village)
    with pytest.raises(WrongState, match=f"{village.full_name}于 {ON} 走访"):
        visit(person, make_user("clerk", VILLAGE), outcome="declines")


def test_a_row_set_aside_is_nobody_to_visit() -> None:
    person = listed(number="")
    with pytest.raises(WrongState, match="搁置"):
        visit(person, make_user("village", VILLAGE))


def test_a_later_list_names_them_anew_once_visited() -> None:
    number = invent_id_number(BORN, "F")
    visit(listed(number=number), make_user("village", VILLAGE))
    later = take(csv_of(row(number=number, ground="住院")), make_user("county"), on=date(2027, 3, 1)).people.get()
    assert later.state == State.TO_VISIT


def test_twice_is_once() -> None:
    person, village = listed(), make_user("village", VILLAGE)
    assert visit(person, village).visited_at == visit(person, village).visited_at
    assert AuditEntry.objects.filter(action="pushed.visit").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one() -> None:
    person, village = listed(), make_user("village", VILLAGE)
    done = at_once(*[lambda: visit(person, village)] * 3)
    assert [one for one in done if not isinstance(one, PushedPerson)] == []
    assert AuditEntry.objects.filter(action="pushed.visit").count() == 1


RAW: dict[str, dict[str, Any]] = {
    "visited twice": {"outcome": "declines"},
    "back to waiting": {"state": "to_visit", "outcome": "", "visited_on": None, "visited_by": None, "visited_at": None},
    "into another county": {"region_id": "371524101285"},
}


@pytest.mark.parametrize("how", RAW)
def test_the_database_keeps_what_was_found(how: str) -> None:
    person = visit(listed(), make_user("village", VILLAGE))
    with pytest.raises(DatabaseError), transaction.atomic():
        PushedPerson.objects.filter(pk=person.pk).update(**RAW[how])


def test_the_database_lets_nobody_be_listed_as_visited() -> None:
    person = visit(listed(), make_user("village", VILLAGE))
    person.pk, person.line = None, 99
    with pytest.raises(IntegrityError), transaction.atomic():
        person.save(force_insert=True)


def test_the_row_itself_is_not_rewritten() -> None:
    person = listed()
    for column, value in (("name", "别人"), ("reason", "算了"), ("line", 7)):
        with pytest.raises(DatabaseError), transaction.atomic():
            PushedPerson.objects.filter(pk=person.pk).update(**{column: value})
    with pytest.raises(DatabaseError), transaction.atomic():
        PushedPerson.objects.filter(pk=person.pk).delete()
