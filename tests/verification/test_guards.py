"""What the database itself refuses of the night's tables, to the application's own role, in raw SQL."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import clock
from households.models import Household, Person
from tests.making import make_household, members_of
from tests.verification import stories
from verification.models import Enquiry, Request, Run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home() -> Household:
    return make_household(people=2)


@pytest.fixture
def people(home: Household) -> list[Person]:
    return members_of(home)


def refused(statement: str, *given: Any) -> str:
    """What the database answers; the test fails where it lets the statement through."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, given)
    except DatabaseError as error:
        return str(error)
    pytest.fail(f"the database took it: {statement}")


def test_a_night_is_asked_and_answered(home: Household, people: list[Person]) -> None:
    request, enquiries = stories.asked(people, home)
    stories.make_answers(enquiries, {0: {"pension": 100}})
    assert Request.objects.get(pk=request.pk).state == "answered"
    run = Run.objects.get()
    run.state, run.closed_at = Run.State.COMPLETE, clock.now()
    run.save(update_fields=["state", "closed_at"])
    assert Enquiry.objects.count() == 2
