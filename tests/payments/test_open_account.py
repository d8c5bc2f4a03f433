"""Open an account: one live one a person, the old one kept."""

from __future__ import annotations

from datetime import date

import pytest

from accounts import regions
from accounts.errors import Forbidden, Invalid, NotHere
from accounts.models import AuditEntry, User
from households.models import Person
from payments import accounts
from payments.accounts import Opened
from payments.models import PayeeAccount
from tests.making import OTHER_TOWNSHIP, VILLAGE, invent_card, make_household, make_person, make_user, members_of
from tests.payments.stories import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2026, 11, 10)


def open_for(person: Person, actor: User, **given: str) -> Opened:
    filled = {"kind": "card", "bank": "聊城农商银行", "number": invent_card(), "holder_name": person.name, **given}
    return accounts.open_account(person, **filled, on=ON, actor=actor)


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", "371522101000")


@pytest.fixture
def person() -> Person:
    return members_of(make_household())[0]


def test_it_works(clerk: User, person: Person) -> None:
    opened = open_for(person, clerk, number="６２０9-9900 0000 ", kind="passbook")
    assert opened.account.number == "620999000000"
    assert opened.warnings == ()
    assert AuditEntry.objects.filter(action="account.open", target_id=opened.account.pk).count() == 1


def test_the_old_one_is_closed_and_kept(clerk: User, person: Person) -> None:
    first, second = open_for(person, clerk).account, open_for(person, clerk).account
    first.refresh_from_db()
    assert (first.closed_on, second.closed_on) == (ON, None)


def test_twice_is_once(clerk: User, person: Person) -> None:
    number = invent_card()
    assert open_for(person, clerk, number=number).account == open_for(person, clerk, number=number).account
    assert PayeeAccount.objects.count() == 1


def test_another_township_is_refused(person: Person) -> None:
    with pytest.raises(NotHere):
        open_for(person, make_user("clerk", OTHER_TOWNSHIP))


def test_the_county_may_not(person: Person) -> None:
    with pytest.raises(Forbidden):
        open_for(person, make_user("county"))


def test_the_same_account_of_another_household_is_said_not_refused(clerk: User, person: Person) -> None:
    other = members_of(make_household(people=[make_person("李万福")]))[0]
    number = invent_card()
    open_for(other, clerk, number=number)
    opened = open_for(person, clerk, number=number)
    assert opened.warnings == (f"这个账户也是李*福（{regions.full_name(VILLAGE)}）的收款账户",)


def test_the_same_account_within_the_household_is_nothing_to_say(clerk: User) -> None:
    head, child = members_of(make_household(people=2))
    number = invent_card()
    open_for(head, clerk, number=number)
    assert open_for(child, clerk, number=number, holder_reason="户主代领").warnings == ()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": "6209990000000000009"}, "number"),
        ({"number": "123"}, "number"),
        ({"kind": "cheque"}, "kind"),
        ({"bank": " "}, "bank"),
        ({"holder_name": ""}, "holder_name"),
        ({"holder_name": "别人"}, "holder_reason"),
    ],
)
def test_invalid_input_names_the_field(clerk: User, person: Person, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        open_for(person, clerk, **given)
    assert set(refused.value.errors) == {field}
    assert all(len(sentence) <= 25 for sentence in refused.value.errors.values())


def test_two_at_once_leave_one_live(clerk: User, person: Person) -> None:
    at_once(lambda: open_for(person, clerk), lambda: open_for(person, clerk))
    assert PayeeAccount.objects.filter(person=person, closed_on=None).count() == 1
    assert PayeeAccount.objects.filter(person=person).count() == 2
