"""What the database itself refuses the application's role in a case: edited history, a skipped step, the same hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts import audit, clock
from applications.models import Action, Decision, Matter, State, Transition
from tests.applications import walking
from tests.conftest import Clock

pytestmark = pytest.mark.django_db


def refused(statement: str, *values: Any) -> str:
    """The database's own words; fails where it lets the statement pass."""
    with pytest.raises(DatabaseError) as raised:
        run(statement, *values)
    return str(raised.value)


def run(statement: str, *values: Any) -> None:
    """The statement, and every check that would wait for the commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_these_tests_act_as_the_application() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT app_role FROM accounts_deployment), rolsuper"
                       " FROM pg_roles WHERE rolname = current_user")  # fmt: skip
        user, app, is_super = cursor.fetchone()
    assert user == app
    assert not is_super


@pytest.mark.parametrize(
    "table", ["transition", "decision", "homevisit", "application", "supplement", "relativeregister", "confirmingbody"]
)
def test_nothing_is_edited_or_removed(table: str, moving_clock: Clock) -> None:
    walking.confirmed(walking.office(), moving_clock)
    column = "matter_id" if table not in ("application", "confirmingbody") else "id"
    for statement in (
        f"UPDATE applications_{table} SET {column} = {column}",
        f"DELETE FROM applications_{table}",
        f"TRUNCATE applications_{table} CASCADE",
    ):
        words = refused(statement)
        assert "permission denied" in words or "rows are only added" in words


def test_a_matter_is_never_removed() -> None:
    walking.submitted(walking.office())
    assert "permission denied" in refused("DELETE FROM applications_matter")


def test_the_state_is_not_set_alone() -> None:
    matter = walking.submitted(walking.office())
    words = refused("UPDATE applications_matter SET state = 'confirmed' WHERE id = %s", matter.pk)
    assert "its last step led to" in words


@pytest.mark.parametrize("column", ["region_id", "programme", "household_id", "person_id", "number", "need_multiple"])
def test_what_a_matter_is_about_never_changes(column: str) -> None:
    walking.submitted(walking.office())
    assert "permission denied" in refused(f"UPDATE applications_matter SET {column} = {column}")


def step_by_hand(matter: Matter, action: Action, target: State, actor: Any) -> None:
    """A step written past `workflow`, sealed like any other."""
    last = Transition.objects.filter(matter=matter).order_by("-seq")[0]
    row = Transition(
        matter=matter,
        seq=last.seq + 1,
        action=action,
        source=last.target,
        target=target,
        actor=actor,
        role="approver",
        on=clock.today(),
        at=clock.now(),
    )
    with transaction.atomic():
        audit.seal(row, actor, "forged", on=clock.today(), region_code=matter.region_id)


def test_a_step_follows_the_last() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    row = Transition(
        matter=matter,
        seq=2,
        action=Action.OPINE,
        source=State.SURVEYED,
        target=State.TO_POST,
        actor=staff.reviewer,
        on=clock.today(),
        at=clock.now(),
    )
    with pytest.raises(IntegrityError, match="begins at surveyed"), transaction.atomic():
        audit.seal(row, staff.reviewer, "forged", on=clock.today(), region_code=matter.region_id)


def test_a_surveyor_neither_opines_nor_confirms() -> None:
    staff = walking.office()
    surveyed = walking.surveyed(staff)
    for surveyor in (staff.clerk, staff.second):
        with pytest.raises(IntegrityError, match="another person"):
            step_by_hand(surveyed, Action.OPINE, State.TO_POST, surveyor)
    waiting = walking.to_confirm(staff)
    for earlier in (staff.clerk, staff.second, staff.reviewer):
        with pytest.raises(IntegrityError, match="another person"):
            step_by_hand(waiting, Action.CONFIRM, State.CONFIRMED, earlier)


def test_one_person_does_not_survey_twice() -> None:
    staff = walking.office()
    matter = walking.visited(staff)
    with pytest.raises(IntegrityError, match="two people"):
        step_by_hand(matter, Action.SECOND_VISIT, State.SURVEYED, staff.clerk)


def test_a_confirmation_needs_its_decision() -> None:
    staff = walking.office()
    matter = walking.to_confirm(staff)

    def confirm_without_one() -> None:
        with transaction.atomic():
            step_by_hand(matter, Action.CONFIRM, State.CONFIRMED, staff.approver)
            run("UPDATE applications_matter SET state = 'confirmed' WHERE id = %s", matter.pk)

    with pytest.raises(IntegrityError, match="by its decision"):
        confirm_without_one()


def test_the_surveyor_signs_no_decision() -> None:
    staff = walking.office()
    matter = walking.to_confirm(staff)
    row = Decision(
        matter=matter,
        outcome="confirmed",
        assessment=matter.assessment,
        people=1,
        decided_by=staff.second,
        decided_on=clock.today(),
        decided_at=clock.now(),
    )
    with pytest.raises(IntegrityError, match="another person"), transaction.atomic():
        audit.seal(row, staff.second, "forged", on=clock.today(), region_code=matter.region_id)


def test_a_guard_is_not_switched_off() -> None:
    words = refused("ALTER TABLE applications_transition DISABLE TRIGGER ALL")
    assert "must be owner" in words
    assert "permission denied" in refused("SET session_replication_role = replica")
    assert "must be owner" in refused("DROP TRIGGER aid_append_only ON applications_decision")
