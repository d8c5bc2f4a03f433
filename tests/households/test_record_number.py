"""Record the number of somebody registered without papers: read from the card, once, never another person's."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry, User
from households import numbers
from households.identity import read_id_number
from households.models import Household, Obligation, Person
from tests.making import OTHER_COUNTY_VILLAGE, VILLAGE, invent_id_number, make_household, make_person, make_user
from tests.payments.stories import at_once

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
BORN = date(2024, 5, 6)


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", VILLAGE)


@pytest.fixture
def child() -> Person:
    return nameless()


def nameless(birth: date | None = BORN, sex: str = "F") -> Person:
    """Somebody on file without a number."""
    return Person.objects.create(
        region_id=VILLAGE,
        name="赵小满",
        name_key="赵小满",
        initials="zxm",
        id_kind="none",
        birth_date=birth,
        sex=sex,
        created_at="2026-11-01T08:00:00+08:00",
    )


def home(*people: Person) -> Household:
    return make_household(people=[make_person(), *people])


def record(household: Household, person: Person, actor: User, number: str, reason: str = "") -> Person:
    return numbers.record(household, person, read_id_number(number, on=ON), reason=reason, actor=actor, on=ON)


def test_it_is_on_file_and_on_record(clerk: User, child: Person) -> None:
    number = invent_id_number(BORN, "F")
    made = record(home(child), child, clerk, number, "old_area")
    made.refresh_from_db()
    assert (made.id_kind, made.id_number, made.id_tail_index is not None) == ("resident", number, True)
    entry = AuditEntry.objects.get(action="person.number_recorded")
    assert (entry.target_id, entry.actor, "old_area" in entry.detail) == (str(child.pk), clerk, True)
    assert number not in entry.detail


def test_a_birthday_and_a_sex_nobody_knew_come_with_it(clerk: User) -> None:
    one = nameless(birth=None, sex="")
    made = record(home(one), one, clerk, invent_id_number(BORN, "M"))
    assert (made.birth_date, made.sex) == (BORN, "M")


def test_whoever_owes_support_has_one_too(clerk: User, child: Person) -> None:
    household = home()
    Obligation.objects.create(household=household, obligor=child, relation="child", starts_on=ON)
    assert record(household, child, clerk, invent_id_number(BORN, "F")).id_number is not None


def test_another_township_is_refused(child: Person) -> None:
    with pytest.raises(NotHere):
        record(home(child), child, make_user("clerk", OTHER_COUNTY_VILLAGE), invent_id_number(BORN, "F"))


def test_the_reviewer_may_not(child: Person) -> None:
    with pytest.raises(Forbidden):
        record(home(child), child, make_user("reviewer", VILLAGE), invent_id_number(BORN, "F"))


def test_somebody_of_no_such_household_is_not_there(clerk: User, child: Person) -> None:
    with pytest.raises(NotHere):
        record(home(), child, clerk, invent_id_number(BORN, "F"))


def test_who_has_another_number_keeps_it(clerk: User) -> None:
    one = make_person(birth=BORN, sex="F")
    with pytest.raises(WrongState, match="已有证件号码"):
        record(home(one), one, clerk, invent_id_number(BORN, "F"))


@pytest.mark.parametrize(
    ("birth", "sex", "sentence"),
    [(date(2024, 5, 7), "F", "登记的出生日期是 2024-05-06"), (BORN, "M", "第 17 位")],
)
def test_what_the_file_says_otherwise_is_refused(
    clerk: User, child: Person, birth: date, sex: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        record(home(child), child, clerk, invent_id_number(birth, sex))
    assert set(refused.value.errors) == {"number"}


def test_another_person_s_number_is_refused(clerk: User, child: Person) -> None:
    other = make_person(birth=BORN, sex="F")
    assert other.id_number
    with pytest.raises(Invalid, match="已登记给另一个人"):
        record(home(child), child, clerk, other.id_number)


def test_twice_is_once(clerk: User, child: Person) -> None:
    household, number = home(child), invent_id_number(BORN, "F")
    assert record(household, child, clerk, number) == record(household, child, clerk, number)
    assert AuditEntry.objects.filter(action="person.number_recorded").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_number_for_two_at_once_is_one_persons(clerk: User) -> None:
    twins = nameless(), nameless()
    household, number = home(*twins), invent_id_number(BORN, "F")
    outcomes = at_once(*(lambda one=one: record(household, one, clerk, number) for one in twins))
    assert sorted(type(one).__name__ for one in outcomes) == ["Invalid", "Person"]
    assert Person.objects.exclude(id_index=None).filter(pk__in=[one.pk for one in twins]).count() == 1
