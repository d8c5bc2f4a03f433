"""What the database itself refuses, to the application's own role, in raw SQL."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from payments import monthly
from payments.models import PaymentLine, PaymentList
from tests.making import make_award, make_household, region
from tests.payments import stories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> stories.Office:
    return stories.Office()


@pytest.fixture
def locked(office: stories.Office) -> PaymentList:
    make_award(make_household(people=2))
    return stories.lock(office, stories.build(office))


def refused(statement: str, *given: Any) -> str:
    """What the database answers; the test fails where it lets the statement through."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, given)
    except DatabaseError as error:
        return str(error)
    pytest.fail(f"the database took it: {statement}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_paymentline SET net_fen = 1",
        "DELETE FROM payments_paymentline",
        "TRUNCATE payments_paymentline CASCADE",
        "UPDATE payments_ledgerentry SET amount_fen = 1",
        "DELETE FROM payments_ledgerentry",
        "DELETE FROM payments_paymentlist",
        "DELETE FROM payments_paymentexception",
        "UPDATE payments_paymentslot SET period = '2027-01-01'",
        "TRUNCATE payments_paymentslot",
        "UPDATE payments_paymentlist SET built_by_id = built_by_id + 1",
        "ALTER TABLE payments_paymentline DISABLE TRIGGER ALL",
        "DROP TRIGGER aid_list_moves ON payments_paymentlist",
        "ALTER TABLE payments_paymentlist DROP CONSTRAINT list_built_by_not_approved_by",
        "SET session_replication_role = replica",
    ],
)
def test_what_the_role_may_not_do(locked: PaymentList, statement: str) -> None:
    assert "permission denied" in refused(statement) or "must be owner" in refused(statement)


def test_a_slot_of_a_standing_list_is_not_freed(locked: PaymentList) -> None:
    assert "freed only where its list was cancelled" in refused("DELETE FROM payments_paymentslot")


def test_a_locked_total_stands(locked: PaymentList) -> None:
    for column in ("total_fen", "lines_count", "people_count", "exceptions_count"):
        assert "a locked list stands" in refused(f"UPDATE payments_paymentlist SET {column} = {column} + 1")
    assert "a locked list stands" in refused("UPDATE payments_paymentlist SET hash = repeat('0', 64)")


def test_no_line_slot_or_exception_enters_a_built_list(office: stories.Office) -> None:
    make_award()
    made = stories.build(office)
    other = make_award()
    columns = [str(field.column) for field in PaymentLine._meta.concrete_fields]
    given = {"id": "gen_random_uuid()", "seq": "seq + 1", "award_id": "%s"}
    copied = ", ".join(given.get(column, column) for column in columns)
    line = f"INSERT INTO payments_paymentline ({', '.join(columns)}) SELECT {copied} FROM payments_paymentline"
    assert "the list is built" in refused(line, other.pk)
    assert "the list is built" in refused(
        "INSERT INTO payments_paymentslot (list_id, line_id, award_id, person_id, slot, kind, period, county_code)"
        " SELECT list_id, line_id, %s, %s, slot, kind, period, county_code FROM payments_paymentslot",
        other.pk,
        other.payee_id,
    )
    assert "the list is built" in refused(
        "INSERT INTO payments_paymentexception (id, list_id, award_id, reason, detail, due_fen, note)"
        " VALUES (gen_random_uuid(), %s, %s, 'hold', '', 1, '')",
        made.pk,
        other.pk,
    )


def test_a_taken_slot_is_not_taken_twice(office: stories.Office, locked: PaymentList) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_paymentlist (id, region_id, county_code, month, programme, number, state,"
            " lines_count, people_count, exceptions_count, total_fen, hash, built_by_id, built_at, cancel_reason)"
            " VALUES (gen_random_uuid(), '371524000000', '371524', '2026-12-01', '', 1, 'building', 0, 0, 0, 0, '', %s,"
            " now(), '') RETURNING id",
            [office.county.pk],
        )
        elsewhere = cursor.fetchone()[0]
    answer = refused(
        "INSERT INTO payments_paymentslot (list_id, line_id, award_id, person_id, slot, kind, period, county_code)"
        " SELECT %s, line_id, award_id, person_id, slot, kind, period, '371524' FROM payments_paymentslot",
        elsewhere,
    )
    assert "slot_one_payment_a_month" in answer


def test_the_maker_does_not_approve(office: stories.Office, locked: PaymentList) -> None:
    approve = "UPDATE payments_paymentlist SET state = 'approved', approved_at = now(), approved_by_id = %s"
    assert "list_built_not_approved" in refused(approve, office.county.pk)
    assert "list_checked_not_approved" in refused(approve, office.checker.pk)


def test_no_step_is_skipped_and_no_hand_is_changed(office: stories.Office, locked: PaymentList) -> None:
    assert "does not go from locked to released" in refused("UPDATE payments_paymentlist SET state = 'released'")
    assert "list_approved_has_its_approver" in refused("UPDATE payments_paymentlist SET state = 'approved'")
    assert "stands" in refused("UPDATE payments_paymentlist SET checked_by_id = %s", office.release.pk)


def test_a_list_does_not_begin_halfway(office: stories.Office) -> None:
    answer = refused(
        "INSERT INTO payments_paymentlist (id, region_id, county_code, month, programme, number, state, lines_count,"
        " people_count, exceptions_count, total_fen, hash, built_by_id, built_at, cancel_reason)"
        " VALUES (gen_random_uuid(), '371522000000', '371522', '2026-12-01', '', 1, 'built', 0, 0, 0, 0, '', %s, now(),"
        " '')",
        office.county.pk,
    )
    assert "begins as building" in answer


def test_a_list_is_locked_only_with_totals_its_lines_have(office: stories.Office) -> None:
    make_award()
    made = stories.check(office, stories.build(office))
    lock = "UPDATE payments_paymentlist SET state = 'locked', locked_at = now(), hash = repeat('0', 64), {}"
    for wrong in ("total_fen = 1", "lines_count = 2", "people_count = 5", "exceptions_count = 3"):
        assert "its rows are" in refused(lock.format(wrong))
    assert stories.fresh(made).state == "checked"


def test_a_row_does_not_slip_into_a_list_that_is_closed_meanwhile(office: stories.Office) -> None:
    """One connection puts a row into a list being built, another closes the list: the second waits for the first."""
    make_award()
    made = monthly.start_build(region(office.code), stories.MONTH, actor=office.county, on=stories.ON)
    award = make_award()
    closed: list[object] = []

    def close() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
            cursor.execute("UPDATE payments_paymentlist SET state = 'built' WHERE id = %s", [made.pk])

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO payments_paymentexception (id, list_id, award_id, reason, detail, due_fen, note)"
            " VALUES (gen_random_uuid(), %s, %s, 'hold', '', 1, '')",
            [made.pk, award.pk],
        )
        closed = stories.at_once(close)
    assert "lock timeout" in str(closed[0])
