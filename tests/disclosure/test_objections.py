"""Receive and answer what is said against a list; nothing is confirmed meanwhile."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from accounts import clock
from accounts.canonical import digest
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry, User
from applications import decisions, relatives
from applications.models import Action, Matter, State
from disclosure import lists, objections
from disclosure.models import NoticeEntry, Objection
from tests.disclosure.cases import Office, days_ago, make_office, posted, race
from tests.making import OTHER_TOWNSHIP, VILLAGE, make_user

pytestmark = pytest.mark.django_db
GROUNDLESS, UPHELD = Objection.Result.GROUNDLESS, Objection.Result.UPHELD


def object_to(entry: NoticeEntry, actor: User, **changes: object) -> Objection:
    given = {"content": "其子在县城有门面房", "name": None, "received_on": clock.today()} | changes
    return objections.receive(entry, actor=actor, **given)  # type: ignore[arg-type]


def answer(objection: Objection, actor: User, result: str = GROUNDLESS, **changes: object) -> Objection:
    given = {"answer": "已核实", "on": clock.today()} | changes
    return objections.answer(objection.pk, result=result, actor=actor, **given)  # type: ignore[arg-type]


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def entry(office: Office) -> NoticeEntry:
    return posted(office).entries.get()


def state() -> str:
    return Matter.objects.get().state


def test_it_stops_the_matter(office: Office, entry: NoticeEntry) -> None:
    made = object_to(entry, office.village, name=" 某某 ")
    assert (made.name, made.content) == ("某某", "其子在县城有门面房")
    assert state() == State.DISPUTED
    kept = AuditEntry.objects.get(action="objection.receive", target_id=str(made.pk))
    assert kept.after_hash == digest(Objection.objects.get().received())


def test_what_was_said_is_unreadable_at_rest(office: Office, entry: NoticeEntry) -> None:
    object_to(entry, office.clerk, name="举报人甲", content="刷漆工程收入")
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(name, 'escape') || encode(content, 'escape') FROM disclosure_objection")
        assert "举报人甲".encode().hex() not in str(cursor.fetchone())


def test_a_second_one_joins_the_first(office: Office, entry: NoticeEntry) -> None:
    first, second = object_to(entry, office.clerk), object_to(entry, office.village)
    assert Matter.objects.get().transitions.filter(action=Action.OBJECT).count() == 1
    answer(first, office.reviewer)
    assert state() == State.DISPUTED
    answer(second, office.reviewer)
    assert state() == State.POSTED


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("received_on", {"received_on": days_ago(1)}),
        ("received_on", {"received_on": clock.today() + timedelta(days=1)}),
        ("content", {"content": "  "}),
        ("content", {"content": "字" * 1001}),
        ("name", {"name": "名" * 51}),
    ],
)
def test_invalid_input_names_the_field(
    office: Office, entry: NoticeEntry, field: str, given: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as refused:
        object_to(entry, office.clerk, **given)
    assert list(refused.value.errors) == [field]
    assert state() == State.POSTED


def test_after_the_last_day_it_comes_too_late(office: Office) -> None:
    entry = posted(office, on=days_ago(20)).entries.get()
    with pytest.raises(Invalid):
        object_to(entry, office.clerk)
    object_to(entry, office.clerk, received_on=entry.list.ends_on)
    assert state() == State.DISPUTED


def test_once_the_family_moved_on_it_is_said_who_moved_it(office: Office) -> None:
    made = posted(office, on=days_ago(20))
    lists.end(made.pk, actor=office.clerk, on=clock.today())
    with pytest.raises(WrongState) as refused:
        object_to(made.entries.get(), office.clerk, received_on=made.ends_on)
    assert office.clerk.full_name in refused.value.message
    assert not Objection.objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "approver", "city"])
def test_it_is_received_by_the_clerk_or_the_village(entry: NoticeEntry, role: str) -> None:
    with pytest.raises(Forbidden):
        object_to(entry, make_user(role, VILLAGE))


def test_elsewhere_is_not_here(office: Office, entry: NoticeEntry) -> None:
    with pytest.raises(NotHere):
        object_to(entry, make_user("clerk", OTHER_TOWNSHIP))
    made = object_to(entry, office.clerk)
    with pytest.raises(NotHere):
        answer(made, make_user("reviewer", OTHER_TOWNSHIP))


def test_groundless_the_notice_goes_on(office: Office, entry: NoticeEntry) -> None:
    made = answer(object_to(entry, office.clerk), office.reviewer, answer=" 门面房属他人 ")
    assert (made.answer, made.result, made.answered_by) == ("门面房属他人", GROUNDLESS, office.reviewer)
    assert state() == State.POSTED
    kept = AuditEntry.objects.get(action="objection.answer")
    assert kept.after_hash == digest(Objection.objects.get().answered())


def test_upheld_the_family_is_surveyed_anew(office: Office, entry: NoticeEntry) -> None:
    first, second = object_to(entry, office.clerk), object_to(entry, office.clerk)
    answer(first, office.reviewer, UPHELD)
    assert state() == State.ACCEPTED
    answer(second, office.reviewer)
    assert state() == State.ACCEPTED


@pytest.mark.parametrize(
    ("field", "given"),
    [("result", {"result": "maybe"}), ("answer", {"answer": " "}), ("answer", {"answer": "字" * 1001})],
)
def test_an_invalid_answer_names_the_field(
    office: Office, entry: NoticeEntry, field: str, given: dict[str, object]
) -> None:
    made = object_to(entry, office.clerk)
    with pytest.raises(Invalid) as refused:
        answer(made, office.reviewer, **given)  # type: ignore[arg-type]
    assert list(refused.value.errors) == [field]
    assert state() == State.DISPUTED


@pytest.mark.parametrize("role", ["clerk", "village", "approver"])
def test_it_is_answered_by_the_reviewer(office: Office, entry: NoticeEntry, role: str) -> None:
    made = object_to(entry, office.clerk)
    with pytest.raises(Forbidden):
        answer(made, make_user(role, VILLAGE))


def test_whoever_surveyed_does_not_answer(office: Office, entry: NoticeEntry) -> None:
    from accounts import posts
    from tests.making import IN_OFFICE_SINCE, TOWNSHIP, region

    posts.appoint(office.second, "reviewer", region(TOWNSHIP), on=IN_OFFICE_SINCE, by=None)
    made = object_to(entry, office.clerk)
    with pytest.raises(Forbidden) as refused:
        answer(made, User.objects.get(pk=office.second.pk))
    assert "入户调查是本人办的" in refused.value.message


def test_a_registered_relative_does_not_answer(office: Office, entry: NoticeEntry) -> None:
    made = object_to(entry, office.clerk)
    relatives.register(entry.matter_id, name="某", relation="叔侄", user=office.reviewer, actor=office.clerk)
    with pytest.raises(Forbidden):
        answer(made, office.reviewer)


def test_answered_twice_is_once_and_the_other_is_told(office: Office, entry: NoticeEntry) -> None:
    made = answer(object_to(entry, office.clerk), office.reviewer)
    with pytest.raises(WrongState) as refused:
        answer(made, make_user("reviewer", VILLAGE), UPHELD)
    assert office.reviewer.full_name in refused.value.message
    assert state() == State.POSTED


@pytest.mark.django_db(transaction=True)
def test_two_at_once_answer_it_once() -> None:
    office = make_office()
    other = make_user("reviewer", VILLAGE)
    entry = posted(office).entries.get()
    for round_ in range(1, 11):
        made = object_to(entry, office.clerk)
        told = race(partial(answer, made), office.reviewer, other)
        assert [type(one) for one in told] == [WrongState], told
        assert Matter.objects.get().transitions.filter(action=Action.ANSWER).count() == round_


def test_nothing_is_confirmed_while_one_is_open(office: Office) -> None:
    made = posted(office, on=days_ago(20))
    entry = made.entries.select_related("matter").get()
    against = object_to(entry, office.clerk, received_on=days_ago(15))
    lists.end(made.pk, actor=None, on=clock.today())
    seen = entry.matter.assessment_id
    assert seen is not None
    with pytest.raises(WrongState) as refused:
        decisions.confirm(entry.matter_id, seen=seen, actor=office.approver, on=clock.today())
    assert State.DISPUTED.label in refused.value.message

    answer(against, office.reviewer)
    with pytest.raises(WrongState):
        decisions.confirm(entry.matter_id, seen=seen, actor=office.approver, on=clock.today())
    lists.end(made.pk, actor=None, on=clock.today())
    decisions.confirm(entry.matter_id, seen=seen, actor=office.approver, on=clock.today())
    assert state() == State.CONFIRMED
