"""Post a village's list: frozen, masked, sealed, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts import clock
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry
from applications.holidays import calendar
from applications.models import Action, Matter, State
from applications.workdays import first_payment_month
from disclosure import lists
from disclosure.models import NoticeEntry, NoticeList, Posting
from eligibility.programmes import Programme
from tests.disclosure.cases import PLACE, days_ago, make_office, member, race, tomorrow, waiting
from tests.making import OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE, make_user

pytestmark = pytest.mark.django_db


def test_it_freezes_what_the_public_will_see() -> None:
    office = make_office()
    matter = waiting(office, member("欧阳学秀", 70), member("欧阳玉", 9, "grandchild"))
    on = clock.today()
    made = lists.post(VILLAGE, actor=office.clerk, on=on, place=f" {PLACE} ")

    entry = made.entries.get()
    assert (entry.seq, entry.head, entry.village, entry.people) == (1, "欧*秀", "化庄村", 2)
    assert (entry.programme, entry.per) == ("dibao", "month")
    assert entry.amount_fen
    assert entry.amount_fen > 0
    assert entry.from_month == first_payment_month(calendar().confirmation_opens(on))
    assert (made.place, made.ends_on) == (PLACE, calendar().notice_end(on))
    assert made.number == f"371522101-{on.year}-0001"
    assert len(made.token) >= 22
    assert Matter.objects.get(pk=matter.pk).state == State.POSTED
    assert made.postings.get().kind == Posting.Kind.UP


def test_every_row_of_it_is_sealed() -> None:
    office = make_office()
    waiting(office)
    made = lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE)
    for row in (NoticeList.objects.get(), NoticeEntry.objects.get(), Posting.objects.get()):
        entry = AuditEntry.objects.get(pk=row.audit_entry_id)
        assert entry.after_hash == row.content_hash(), type(row)
        assert (entry.target_id, entry.is_seal, entry.region_code) == (str(row.pk), True, made.region_id)


@pytest.mark.parametrize("ages", [(17,), (17, 70)], ids=["the head is a child", "so with an adult beside"])
def test_a_child_is_noticed_without_any_name(ages: tuple[int, ...]) -> None:
    office = make_office()
    relations = ["head", "grandparent"]
    waiting(office, *(member("", age, relation) for age, relation in zip(ages, relations, strict=False)))
    entry = lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE).entries.get()
    assert entry.head == ""
    assert entry.people == len(ages)


def test_a_childs_own_aid_names_nobody_though_the_head_is_grown() -> None:
    office = make_office()
    matter = waiting(office, member("王学秀", 70), member("王玉", 15, "grandchild"))
    assert lists.freeze([matter], clock.today())[0].head == "王*秀"
    matter.person = matter.household.memberships.get(relation="grandchild").person
    assert lists.freeze([matter], clock.today())[0].head == ""


def test_who_turns_eighteen_during_the_notice_is_a_child_on_the_posting_day() -> None:
    office = make_office()
    matter = waiting(office)
    head = matter.application.applicant
    today = clock.today()
    for birth, shown in (
        (date(today.year - 18, today.month, today.day), True),
        (_day_after(today), False),
        (None, False),
    ):
        head.birth_date = birth
        head.save(update_fields=["birth_date"])
        assert bool(lists.freeze([matter], today)[0].head) is shown, birth


def _day_after(today: date) -> date:
    tomorrow = today + timedelta(days=1)
    return date(tomorrow.year - 18, tomorrow.month, min(tomorrow.day, 28))


def test_the_period_rolls_to_the_next_working_day() -> None:
    office = make_office()
    on = next(day for day in map(days_ago, range(1, 400)) if not calendar().is_working_day(day + timedelta(days=7)))
    waiting(office, on=on)
    made = lists.post(VILLAGE, actor=office.clerk, on=on, place=PLACE)
    assert made.ends_on > on + timedelta(days=7)
    assert calendar().is_working_day(made.ends_on)


def test_families_stand_by_programme_then_as_they_came() -> None:
    office = make_office()
    tekun = waiting(office, programme=Programme.TEKUN)
    first, second = waiting(office), waiting(office)
    made = lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE)
    assert list(made.entries.values_list("matter_id", flat=True)) == [first.pk, second.pk, tekun.pk]
    assert list(made.entries.values_list("seq", flat=True)) == [1, 2, 3]


def test_another_village_waits_for_its_own_list() -> None:
    office = make_office()
    waiting(office)
    other = waiting(make_office(OTHER_VILLAGE), village=OTHER_VILLAGE)
    lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE)
    assert Matter.objects.get(pk=other.pk).state == State.TO_POST
    assert list(lists.to_post(office.clerk)) == [other]
    assert list(lists.to_post(office.village)) == []


def test_numbers_of_a_township_have_no_gap() -> None:
    office = make_office()
    numbers = []
    for _ in range(3):
        waiting(office)
        numbers.append(lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE).number[-4:])
    assert numbers == ["0001", "0002", "0003"]


def test_invalid_input_names_the_field() -> None:
    office = make_office()
    waiting(office)
    for on, place, field in (
        (clock.today(), "  ", "place"),
        (clock.today(), "栏" * 101, "place"),
        (tomorrow(), PLACE, "on"),
    ):
        with pytest.raises(Invalid) as refused:
            lists.post(VILLAGE, actor=office.clerk, on=on, place=place)
        assert list(refused.value.errors) == [field]
    assert not NoticeList.objects.exists()


def test_a_day_before_the_opinion_is_refused() -> None:
    office = make_office()
    waiting(office)
    with pytest.raises(Invalid) as refused:
        lists.post(VILLAGE, actor=office.clerk, on=days_ago(1), place=PLACE)
    assert list(refused.value.errors) == ["on"]
    assert not NoticeList.objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "approver", "county", "city"])
def test_it_is_the_clerks_or_the_villages(role: str) -> None:
    waiting(make_office())
    with pytest.raises(Forbidden):
        lists.post(VILLAGE, actor=make_user(role, VILLAGE), on=clock.today(), place=PLACE)


@pytest.mark.parametrize("code", [OTHER_VILLAGE, "371522101000", "371522101999", "x"])
def test_elsewhere_is_not_here(code: str) -> None:
    office = make_office()
    waiting(office)
    with pytest.raises(NotHere):
        lists.post(code, actor=office.village, on=clock.today(), place=PLACE)


def test_another_townships_clerk_finds_nothing() -> None:
    waiting(make_office())
    with pytest.raises(NotHere):
        lists.post(VILLAGE, actor=make_user("clerk", OTHER_TOWNSHIP), on=clock.today(), place=PLACE)


def test_nothing_waiting_is_said() -> None:
    office = make_office()
    with pytest.raises(WrongState) as refused:
        lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE)
    assert refused.value.message == "本村没有待公示的事项"


def test_twice_is_once_and_the_other_is_told() -> None:
    office = make_office()
    waiting(office)
    made = lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE)
    with pytest.raises(WrongState) as refused:
        lists.post(VILLAGE, actor=office.village, on=clock.today(), place=PLACE)
    assert office.clerk.full_name in refused.value.message
    assert made.number in refused.value.message


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_list() -> None:
    office = make_office()
    for round_ in range(1, 11):
        waiting(office)
        waiting(office)
        told = race(
            lambda actor: lists.post(VILLAGE, actor=actor, on=clock.today(), place=PLACE), office.clerk, office.village
        )
        assert [type(one) for one in told] == [WrongState], told
        assert NoticeList.objects.count() == round_
        assert NoticeEntry.objects.count() == 2 * round_


def test_its_transitions_name_the_list() -> None:
    office = make_office()
    matter = waiting(office)
    made = lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE)
    taken = matter.transitions.get(action=Action.POST)
    assert (taken.note, taken.actor, taken.on) == (made.number, office.clerk, made.posted_on)
