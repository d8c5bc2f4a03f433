"""What the database refuses the application's role in an adjustment, and that a change behind its back is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import clock
from accounts.integrity import Fault
from applications.adjustments import integrity
from applications.models import AdjustmentBatch, AdjustmentRow, AdjustmentStep
from tests.applications import raised
from tests.conftest import Clock, superuser, test_database

pytestmark = pytest.mark.django_db(transaction=True)
FEB = date(2027, 2, 1)


@pytest.fixture(autouse=True)
def _withdrawn(transactional_db: None) -> Iterator[None]:
    with raised.withdrawn_afterwards():
        yield


@pytest.fixture
def county(moving_clock: Clock) -> raised.County:
    """One family paid for January to March, when a standard from February is published."""
    made = raised.county(moving_clock)
    raised.paid(made, 3)
    raised.publish(800, FEB)
    return made


def refused(statement: str, *values: Any) -> str:
    """The database's own words; fails where it lets the statement pass."""
    with pytest.raises(DatabaseError) as told:
        run(statement, *values)
    return str(told.value)


def run(statement: str, *values: Any) -> None:
    """The statement, and every check that would wait for the commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def behind_its_back(statement: str) -> None:
    with superuser(test_database()) as other, other.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount == 1


def faults() -> list[Fault]:
    return [fault for fault in integrity.batches() if fault]


PREPARED = {
    **{
        f"{verb} applications_adjustment{table}{rest}": "permission denied"
        for table in ("batch", "row", "step")
        for verb, rest in (("DELETE FROM", ""), ("TRUNCATE", " CASCADE"))
    },
    "UPDATE applications_adjustmentrow SET after_fen = after_fen + 100": "permission denied",
    "UPDATE applications_adjustmentrow SET award_id = award_id": "permission denied",
    "UPDATE applications_adjustmentstep SET after_fen = after_fen + 100": "permission denied",
    "UPDATE applications_adjustmentbatch SET prepared_by_id = NULL": "permission denied",
    "UPDATE applications_adjustmentbatch SET state = 'done'": "does not go from",
    "UPDATE applications_adjustmentbatch SET state = 'preparing'": "does not go from",
    "UPDATE applications_adjustmentbatch SET monthly_fen = monthly_fen + 1": "stands",
    "UPDATE applications_adjustmentbatch SET hash = repeat('0', 64)": "stands",
    (
        "UPDATE applications_adjustmentbatch"
        " SET state = 'confirmed', confirmed_by_id = prepared_by_id, confirmed_at = now()"
    ): "adjustment_prepared_not_confirmed",
    "UPDATE applications_adjustmentrow SET state = 'done', applied_at = now()": "once it is confirmed",
    (
        "UPDATE applications_adjustmentstep SET entry_id = (SELECT id FROM payments_ledgerentry LIMIT 1)"
    ): "by its own entry",
}
"""What is tried on a prepared batch, and the words it is refused with."""


def test_a_prepared_batch_is_neither_edited_nor_removed_nor_confirmed_by_its_maker(county: raised.County) -> None:
    batch = county.prepare()
    for statement, words in PREPARED.items():
        assert words in refused(statement), statement
    batch.refresh_from_db()
    assert batch.state == "prepared"
    assert faults() == []


def test_a_second_open_batch_is_refused(county: raised.County) -> None:
    batch = county.prepare()
    with pytest.raises(DatabaseError) as told, transaction.atomic():
        AdjustmentBatch.objects.create(
            region_id=batch.region_id, county_code=batch.county_code, as_of=batch.as_of, started_at=clock.now()
        )
    assert "adjustment_one_open_a_county" in str(told.value)


def test_nothing_enters_a_prepared_batch(county: raised.County) -> None:
    county.prepare()
    row = AdjustmentRow.objects.get()
    with pytest.raises(DatabaseError) as told, transaction.atomic():
        AdjustmentStep.objects.create(row=row, kind="change", month=date(2030, 1, 1), before_fen=1, after_fen=2)
    assert "nothing enters it" in str(told.value)


def test_what_is_settled_stands(county: raised.County) -> None:
    county.confirm(county.prepare())
    assert "stands" in refused("UPDATE applications_adjustmentrow SET state = 'taken_out', note = 'x'")
    assert "stands" in refused("UPDATE applications_adjustmentstep SET entry_id = NULL")


CHANGED = {
    "UPDATE applications_adjustmentrow SET after_fen = after_fen + 100": (
        "UPDATE applications_adjustmentrow SET after_fen = after_fen - 100"
    ),
    "UPDATE applications_adjustmentrow SET state = 'waiting'": "UPDATE applications_adjustmentrow SET state = 'done'",
    "UPDATE applications_adjustmentbatch SET hash = repeat('0', 64)": "",
}
"""A change behind the application's back, and what takes it back."""


def test_a_change_behind_its_back_is_found(county: raised.County) -> None:
    county.confirm(county.prepare())
    assert faults() == []
    for statement, back in CHANGED.items():
        behind_its_back(statement)
        assert len(faults()) == 1, statement
        if back:
            behind_its_back(back)
            assert faults() == []


def test_a_lost_step_is_found(county: raised.County) -> None:
    county.confirm(county.prepare())
    behind_its_back("DELETE FROM applications_adjustmentstep WHERE month = '2027-02-01'")
    assert [fault.table for fault in faults()] == ["applications_adjustmentbatch"]
