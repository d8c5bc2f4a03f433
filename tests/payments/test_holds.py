"""Hold a person's payment, and clear the hold by another hand."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from households.models import Person
from payments import holds
from payments.models import Hold
from tests.making import OTHER_TOWNSHIP, TOWNSHIP, make_household, make_user, members_of
from tests.payments.stories import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2026, 11, 16)


@pytest.fixture
def person() -> Person:
    return members_of(make_household())[0]


def test_it_works(person: Person) -> None:
    setter, county = make_user("clerk", TOWNSHIP), make_user("county")
    hold = holds.set_hold(person, "doubtful", "邻居反映已外出", actor=setter, on=ON)
    assert list(Hold.objects.open()) == [hold]
    cleared = holds.clear_hold(hold, "入户核实仍在村", actor=county, on=ON)
    assert (cleared.cleared_by, cleared.cleared_note) == (county, "入户核实仍在村")
    assert not Hold.objects.open().exists()


def test_who_set_it_may_not_clear_it(person: Person) -> None:
    county = make_user("county")
    hold = holds.set_hold(person, "moved", "", actor=county, on=ON)
    with pytest.raises(Forbidden, match="由本人于 2026-11-16 提出"):
        holds.clear_hold(hold, "无误", actor=county, on=ON)
    with pytest.raises(IntegrityError, match="hold_cleared_by_another"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(cleared_by=county, cleared_at=hold.set_at)


def test_the_clerk_may_not_clear(person: Person) -> None:
    hold = holds.set_hold(person, "moved", "", actor=make_user("checker"), on=ON)
    with pytest.raises(Forbidden, match="县级经办"):
        holds.clear_hold(hold, "无误", actor=make_user("clerk", TOWNSHIP), on=ON)


def test_another_township_is_refused(person: Person) -> None:
    with pytest.raises(NotHere):
        holds.set_hold(person, "moved", "", actor=make_user("clerk", OTHER_TOWNSHIP), on=ON)


def test_invalid_input_names_the_field(person: Person) -> None:
    county, checker = make_user("county"), make_user("checker")
    with pytest.raises(Invalid) as refused:
        holds.set_hold(person, "whim", "", actor=county, on=ON)
    assert set(refused.value.errors) == {"reason"}
    hold = holds.set_hold(person, "custody", "", actor=checker, on=ON)
    with pytest.raises(Invalid) as refused:
        holds.clear_hold(hold, " ", actor=county, on=ON)
    assert set(refused.value.errors) == {"note"}


def test_twice_is_once(person: Person) -> None:
    setter, county = make_user("checker"), make_user("county")
    hold = holds.set_hold(person, "death", "", actor=setter, on=ON)
    assert holds.set_hold(person, "death", "再报", actor=setter, on=ON) == hold
    holds.clear_hold(hold, "人还在", actor=county, on=ON)
    with pytest.raises(WrongState, match=f"已由{county.full_name}于"):
        holds.clear_hold(hold, "人还在", actor=make_user("county"), on=ON)


def test_two_at_once_is_once(person: Person) -> None:
    one, two = make_user("checker"), make_user("county")
    outcomes = at_once(*(lambda a=a: holds.set_hold(person, "death", "", actor=a, on=ON) for a in (one, two)))
    assert outcomes[0] == outcomes[1]
    assert Hold.objects.count() == 1


def test_raw_sql_cannot_remove_or_reopen_it(person: Person) -> None:
    hold = holds.set_hold(person, "death", "", actor=make_user("checker"), on=ON)
    holds.clear_hold(hold, "人还在", actor=make_user("county"), on=ON)
    for statement in (
        "DELETE FROM payments_hold",
        "UPDATE payments_hold SET reason = 'moved'",
        "UPDATE payments_hold SET cleared_at = NULL, cleared_by_id = NULL",
    ):
        with pytest.raises(Exception, match=r"permission denied|stands"), transaction.atomic():
            connection.cursor().execute(statement)
