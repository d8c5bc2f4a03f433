"""End a notice: not before its last day is over, once, and without those somebody objects to."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import audit, clock
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry, User
from applications.models import Action, Matter, State
from disclosure import lists, objections
from disclosure.models import NoticeList, Objection, Posting
from tests.conftest import Clock
from tests.disclosure.cases import PLACE, days_ago, make_office, opine, posted, race, survey, tomorrow, waiting
from tests.making import OTHER_TOWNSHIP, VILLAGE, make_user

pytestmark = pytest.mark.django_db


def test_it_works() -> None:
    office = make_office()
    made = posted(office, on=days_ago(20))
    lists.end(made.pk, actor=office.clerk, on=clock.today())
    down = made.postings.get(kind=Posting.Kind.DOWN)
    assert (down.by, down.on) == (office.clerk, clock.today())
    assert AuditEntry.objects.get(pk=down.audit_entry_id).after_hash == down.content_hash()
    assert Matter.objects.get().state == State.TO_CONFIRM
    assert not NoticeList.objects.over(clock.today()).exists()
    assert NoticeList.objects.past(clock.today()).get() == made


def test_the_night_ends_it_as_nobody() -> None:
    office = make_office()
    made = posted(office, on=days_ago(20))
    lists.end(made.pk, actor=None, on=clock.today())
    assert made.postings.get(kind=Posting.Kind.DOWN).by is None
    assert Matter.objects.get().transitions.get(action=Action.END_NOTICE).actor is None


@pytest.mark.django_db(transaction=True)
def test_the_last_day_counts_to_its_end(moving_clock: Clock) -> None:
    office = make_office()
    made = posted(office)
    whole = made.ends_on - clock.today()
    moving_clock.move(whole)
    with pytest.raises(WrongState) as refused:
        lists.end(made.pk, actor=None, on=clock.today())
    assert f"公示到 {made.ends_on} 24 时" in refused.value.message
    assert NoticeList.objects.up(clock.today()).get() == made
    moving_clock.move(whole + timedelta(days=1))
    assert not NoticeList.objects.up(clock.today()).exists()
    assert NoticeList.objects.over(clock.today()).get() == made
    lists.end(made.pk, actor=None, on=clock.today())
    assert Matter.objects.get().state == State.TO_CONFIRM


def test_a_day_to_come_is_refused() -> None:
    office = make_office()
    made = posted(office, on=days_ago(20))
    with pytest.raises(Invalid):
        lists.end(made.pk, actor=office.clerk, on=tomorrow())


def test_twice_is_once_and_the_other_is_told() -> None:
    office = make_office()
    made = posted(office, on=days_ago(20))
    lists.end(made.pk, actor=office.clerk, on=clock.today())
    with pytest.raises(WrongState) as refused:
        lists.end(made.pk, actor=office.village, on=clock.today())
    assert office.clerk.full_name in refused.value.message
    assert Matter.objects.get().transitions.filter(action=Action.END_NOTICE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_end_it_once() -> None:
    office = make_office()
    for round_ in range(1, 11):
        made = posted(office, on=days_ago(20))
        told = race(partial(_end, made), office.clerk, office.village)
        assert [type(one) for one in told] == [WrongState], told
        assert Posting.objects.filter(kind=Posting.Kind.DOWN).count() == round_


def _end(made: NoticeList, actor: User) -> NoticeList:
    return lists.end(made.pk, actor=actor, on=clock.today())


@pytest.mark.parametrize("role", ["reviewer", "approver"])
def test_it_is_the_clerks_or_the_villages(role: str) -> None:
    made = posted(make_office(), on=days_ago(20))
    with pytest.raises(Forbidden):
        lists.end(made.pk, actor=make_user(role, VILLAGE), on=clock.today())


def test_elsewhere_is_not_here() -> None:
    made = posted(make_office(), on=days_ago(20))
    with pytest.raises(NotHere):
        lists.end(made.pk, actor=make_user("clerk", OTHER_TOWNSHIP), on=clock.today())


def test_whoever_is_objected_to_stays_behind_until_answered() -> None:
    office = make_office()
    calm, disputed = waiting(office, on=days_ago(20)), waiting(office, on=days_ago(20))
    made = lists.post(VILLAGE, actor=office.clerk, on=days_ago(20), place=PLACE)
    entry = made.entries.get(matter=disputed)
    against = objections.receive(entry, content="有车", name=None, received_on=days_ago(15), actor=office.clerk)

    lists.end(made.pk, actor=None, on=clock.today())
    assert _state(calm) == State.TO_CONFIRM
    assert _state(disputed) == State.DISPUTED
    assert not NoticeList.objects.over(clock.today()).exists()

    objections.answer(
        against.pk, answer="无车", result=Objection.Result.GROUNDLESS, actor=office.reviewer, on=clock.today()
    )
    assert NoticeList.objects.over(clock.today()).get() == made
    lists.end(made.pk, actor=None, on=clock.today())
    assert _state(disputed) == State.TO_CONFIRM
    assert Posting.objects.filter(kind=Posting.Kind.DOWN).count() == 1


def test_an_old_list_does_not_end_a_new_notice_of_the_same_family() -> None:
    office = make_office()
    old = posted(office, on=days_ago(20))
    against = objections.receive(
        old.entries.get(), content="有房", name=None, received_on=days_ago(15), actor=office.clerk
    )
    objections.answer(against.pk, answer="属实", result=Objection.Result.UPHELD, actor=office.reviewer, on=days_ago(14))
    matter = Matter.objects.get()
    survey(office, matter, days_ago(1))
    opine(office, matter, clock.today())
    new = lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE)

    lists.end(old.pk, actor=office.clerk, on=clock.today())
    assert _state(matter) == State.POSTED
    assert list(NoticeList.objects.up(clock.today())) == [new]
    assert not NoticeList.objects.over(clock.today()).exists()


def _state(matter: Matter) -> str:
    return Matter.objects.get(pk=matter.pk).state


def test_a_table_of_the_sessions_own_does_not_answer_in_the_guards_stead() -> None:
    """Raw SQL with a temporary table of the transitions' name: the surveyor still can't confirm."""
    office = make_office()
    matter = waiting(office)
    last = matter.transitions.order_by("-seq")[0]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE applications_transition (LIKE public.applications_transition) ON COMMIT DROP")
    entry = audit.record(office.clerk, "probe", matter, on=clock.today(), region_code=VILLAGE)
    values: list[str | int] = [str(matter.pk), last.seq + 1, office.clerk.pk, str(entry.pk)]
    with pytest.raises(IntegrityError, match="begins at"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.applications_transition"
            ' (id, matter_id, seq, action, source, target, actor_id, "on", at, note, role, audit_entry_id) VALUES'
            " (gen_random_uuid(), %s, %s, 'confirm', 'to_confirm', 'confirmed', %s, current_date, now(), '', '', %s)",
            values,
        )
