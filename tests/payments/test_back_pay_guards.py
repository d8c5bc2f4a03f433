"""What the database refuses around back-pay, in raw SQL; and what a superuser's change to it is found by."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from payments import integrity, ledger
from payments.models import Award, LedgerEntry, PaymentLine, PaymentList, PaymentSlot
from tests.conftest import superuser, test_database
from tests.making import make_award, make_household
from tests.payments import stories
from tests.payments.stories import ON
from tests.payments.test_guards import refused

pytestmark = pytest.mark.django_db(transaction=True)
OCT, NOV, DEC = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
LIST = (
    "INSERT INTO payments_paymentlist (id, region_id, county_code, month, programme, number, state, lines_count,"
    " people_count, exceptions_count, total_fen, hash, built_by_id, built_at, cancel_reason)"
    " VALUES (gen_random_uuid(), '371524000000', '371524', '2026-12-01', '', 1, 'building', 0, 0, 0, 0, '', %s, now(),"
    " '') RETURNING id"
)
SLOT = (
    "INSERT INTO payments_paymentslot (list_id, line_id, award_id, person_id, slot, kind, period, county_code,"
    " entry_id)"
)


@pytest.fixture
def office() -> stories.Office:
    return stories.Office()


@pytest.fixture
def paid(office: stories.Office) -> PaymentList:
    """A list that pays a month and the difference of two earlier ones."""
    award = make_award(make_household(people=2), amount_fen=50_000, first_month=OCT, awarded_on=date(2026, 9, 9))
    make_award(make_household(people=1), amount_fen=50_000, first_month=OCT, awarded_on=date(2026, 9, 9))
    stories.release(office, stories.build(office, NOV))
    for month in (OCT, NOV):
        ledger.back_pay(award, month, 10_000, "标准提高", actor=office.approver, on=ON)
    return stories.lock(office, stories.build(office))


def raised() -> LedgerEntry:
    return LedgerEntry.objects.filter(kind="back_pay").order_by("from_month")[0]


def elsewhere(office: stories.Office) -> tuple[str, str]:
    """A list being built in another county, and a line of it for the raised award."""
    with connection.cursor() as cursor:
        cursor.execute(LIST, [office.county.pk])
        listed = cursor.fetchone()[0]
        columns = [str(field.column) for field in PaymentLine._meta.concrete_fields]
        given = {"id": "gen_random_uuid()", "list_id": "%s"}
        copied = ", ".join(given.get(column, column) for column in columns)
        cursor.execute(
            f"INSERT INTO payments_paymentline ({', '.join(columns)}) SELECT {copied} FROM payments_paymentline"
            " WHERE award_id = %s AND remark <> '' RETURNING id",
            [listed, raised().award_id],
        )
        return listed, cursor.fetchone()[0]


def test_an_entry_is_not_paid_twice_to_the_same_person(office: stories.Office, paid: PaymentList) -> None:
    listed, line = elsewhere(office)
    slot = PaymentSlot.objects.filter(kind="back_pay", entry=raised())[0]
    answer = refused(
        f"{SLOT} VALUES (%s, %s, %s, %s, 'family', 'back_pay', %s, '371524', %s)",
        *(listed, line, slot.award_id, slot.person_id, slot.period, slot.entry_id),
    )
    assert "slot_one_payment_a_back_pay" in answer


def test_nor_by_a_second_line_to_another_person(office: stories.Office, paid: PaymentList) -> None:
    listed, line = elsewhere(office)
    entry, stranger = raised(), Award.objects.exclude(pk=raised().award_id)[0].payee_id
    answer = refused(
        f"{SLOT} VALUES (%s, %s, %s, %s, 'family', 'back_pay', %s, '371524', %s)",
        *(listed, line, entry.award_id, stranger, entry.from_month, entry.pk),
    )
    assert "slot_one_line_a_back_pay" in answer


@pytest.mark.parametrize(
    ("kind", "with_entry"),
    [("back_pay", False), ("regular", True), ("once", True)],
)
def test_a_back_pay_and_only_that_has_its_entry(
    office: stories.Office, paid: PaymentList, kind: str, with_entry: bool
) -> None:
    listed, line = elsewhere(office)
    entry = raised()
    answer = refused(
        f"{SLOT} VALUES (%s, %s, %s, %s, 'family', %s, '2027-05-01', '371524', %s)",
        *(listed, line, entry.award_id, entry.award.payee_id, kind, entry.pk if with_entry else None),
    )
    assert "slot_back_pay_has_its_entry" in answer


@pytest.mark.parametrize("spoil", ["start", "award", "month"])
def test_an_entry_pays_its_own_award_and_month_and_is_a_back_pay(
    office: stories.Office, paid: PaymentList, spoil: str
) -> None:
    listed, line = elsewhere(office)
    award = Award.objects.get(pk=raised().award_id)
    other = Award.objects.exclude(pk=award.pk)[0]
    entry = award.ledger.get(kind="start") if spoil == "start" else ledger.back_pay(
        award, NOV, 1, "再提高", actor=office.approver, on=ON
    )  # fmt: skip
    answer = refused(
        f"{SLOT} VALUES (%s, %s, %s, %s, 'family', 'back_pay', %s, '371524', %s)",
        *(listed, line, other.pk if spoil == "award" else award.pk, award.payee_id),
        *(OCT if spoil == "month" else entry.from_month, entry.pk),
    )
    assert "a back-pay is paid by its own entry" in answer


def test_a_back_pay_of_nothing_is_refused(paid: PaymentList) -> None:
    columns = [str(field.column) for field in LedgerEntry._meta.concrete_fields]
    given = {"id": "gen_random_uuid()", "seq": "seq + 10", "amount_fen": "0"}
    copied = ", ".join(given.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    answer = refused(
        f"INSERT INTO payments_ledgerentry ({names}) SELECT {copied} FROM payments_ledgerentry WHERE id = %s",
        raised().pk,
    )
    assert "ledger_back_pay_is_something" in answer


def test_a_paid_entry_is_neither_edited_nor_freed(paid: PaymentList) -> None:
    assert "permission denied" in refused("UPDATE payments_paymentslot SET entry_id = NULL")
    assert "permission denied" in refused("UPDATE payments_ledgerentry SET standard_fen = 1")
    assert "freed only where its list was cancelled" in refused(
        "DELETE FROM payments_paymentslot WHERE kind = 'back_pay'"
    )


def faults() -> list[tuple[str, str]]:
    return [(fault.table, fault.said) for fault in integrity.slots() if fault]


def test_what_nobody_touched_is_whole(paid: PaymentList) -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM payments_paymentslot WHERE kind = 'back_pay' AND period = '2026-10-01'", "payments_paymentline"),
        ("DELETE FROM payments_paymentslot WHERE kind = 'back_pay'", "payments_paymentline"),
        ("UPDATE payments_ledgerentry SET amount_fen = 9000 WHERE kind = 'back_pay'", "payments_paymentline"),
        ("UPDATE payments_paymentslot SET period = '2026-09-01' WHERE kind = 'back_pay'", "payments_paymentslot"),
        ("UPDATE payments_ledgerentry SET kind = 'change' WHERE kind = 'back_pay'", "payments_paymentslot"),
    ],
)
def test_a_superusers_change_is_found(paid: PaymentList, statement: str, table: str) -> None:
    with superuser(test_database()) as made, made.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount
    assert faults()[0][0] == table
