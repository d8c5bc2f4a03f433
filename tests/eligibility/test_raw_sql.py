"""What the database itself refuses around a new value: no reason, the same hand, another value than the one drafted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import audit, clock
from accounts.ids import uuid7
from accounts.models import Sealed, User
from eligibility.models import LocalSetting, MinimumWage, Standard, StandardDecision, StandardDraft
from tests.eligibility.drafting import EDGE, ON, RAISED, Desk
from tests.making import COUNTY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def written(*rows: Sealed, by: User | None) -> None:
    """Rows sealed past the acts, and every check that would wait for the commit."""
    with transaction.atomic():
        for row in rows:
            audit.seal(row, by, "forged", on=ON, region_code=COUNTY)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(*rows: Sealed, by: User | None = None) -> str:
    with pytest.raises(IntegrityError) as raised:
        written(*rows, by=by)
    return str(raised.value)


def drafted(desk: Desk, **changed: Any) -> StandardDraft:
    given: dict[str, Any] = {
        "region_id": COUNTY,
        "kind": "figure",
        "area": "rural",
        "programme": "dibao",
        "measure": "standard",
        "value": Decimal("800.0000"),
        "effective_from": RAISED.effective_from,
        "document_number": "聊民〔2026〕12号",
        "is_below_floor": False,
        "is_below_previous": False,
        "drafted_by": desk.drafter,
        "drafted_at": clock.now(),
    }
    return StandardDraft(**{**given, **changed})


def decided(made: StandardDraft, by: User, outcome: str = "in_force", **changed: Any) -> StandardDecision:
    return StandardDecision(draft=made, outcome=outcome, decided_by=by, decided_at=clock.now(), **changed)


def row_of(made: StandardDraft, by: User, **changed: Any) -> Standard:
    given: dict[str, Any] = {
        "region_id": COUNTY,
        "area": made.area,
        "programme": made.programme,
        "measure": made.measure,
        "unit": "month",
        "value_fen": 80_000,
        "effective_from": made.effective_from,
        "document_number": made.document_number,
        "drafted_by": made.drafted_by,
        "enforced_by": by,
    }
    return Standard(**{**given, **changed})


def test_these_rows_pass_when_they_are_right(desk: Desk) -> None:
    made = desk.draft()
    row = row_of(made, desk.approver)
    written(decided(made, desk.approver, row_id=row.pk), row, by=desk.approver)
    assert Standard.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("table", ["standarddraft", "standarddecision", "localsetting", "standard", "minimumwage"])
def test_nothing_is_edited_or_removed(desk: Desk, table: str) -> None:
    for statement in ("UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement.format(f"eligibility_{table}"))


@pytest.mark.parametrize("flag", ["is_below_floor", "is_below_previous"])
@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_low_value_without_a_reason(desk: Desk, flag: str, reason: str) -> None:
    assert "standard_draft_states_why_it_is_low" in refused(drafted(desk, **{flag: True, "reason": reason}))


def test_a_draft_without_a_paper_or_a_value(desk: Desk) -> None:
    assert "standard_draft_names_its_paper" in refused(drafted(desk, document_number=" "))
    for value in (None, Decimal(0), Decimal(-1)):
        assert "standard_draft_value_is_possible" in refused(drafted(desk, value=value))


@pytest.mark.parametrize("outcome", ["in_force", "returned"])
def test_the_drafter_does_not_decide(desk: Desk, outcome: str) -> None:
    made = desk.draft()
    row = {"row_id": uuid7()} if outcome == "in_force" else {"reason": "x"}
    assert "decided by another person" in refused(decided(made, desk.drafter, outcome, **row))


def test_another_does_not_withdraw(desk: Desk) -> None:
    assert "withdrawn by its drafter" in refused(decided(desk.draft(), desk.approver, "withdrawn"))


def test_a_second_decision(desk: Desk) -> None:
    made = desk.enforced()
    assert "draft_id" in refused(decided(made, make_user("approver"), "returned", reason="晚了"))


def test_a_decision_without_its_row_or_reason(desk: Desk) -> None:
    made = desk.draft()
    assert "standard_decision_has_its_row" in refused(decided(made, desk.approver))
    assert "standard_returned_with_a_reason" in refused(decided(made, desk.approver, "returned"))
    assert "not the one drafted" in refused(decided(made, desk.approver, row_id=uuid7()))


@pytest.mark.parametrize(
    "changed",
    [
        {"value_fen": 80_100},
        {"area": "urban"},
        {"measure": "other"},
        {"effective_from": ON},
        {"document_number": "别的"},
        {"region_id": "371524000000"},
        {"for_year": 2026},
    ],
)
def test_another_value_than_the_one_drafted(desk: Desk, changed: dict[str, Any]) -> None:
    made = desk.draft()
    row = row_of(made, desk.approver, **changed)
    assert "not the one drafted" in refused(decided(made, desk.approver, row_id=row.pk), row)


def test_another_wage_or_setting_than_the_one_drafted(desk: Desk) -> None:
    made = desk.draft(EDGE)
    setting = LocalSetting(
        region_id=COUNTY,
        key="edge_multiple",
        value=Decimal("1.9"),
        effective_from=made.effective_from,
        document_number=made.document_number,
        scan_id=made.scan_id,
        drafted_by=desk.drafter,
        enforced_by=desk.approver,
    )
    assert "not the one drafted" in refused(decided(made, desk.approver, row_id=setting.pk), setting)
    wage_draft = desk.draft(programme="minimum_wage", measure="monthly", area="", value=Decimal(2200))
    wage = MinimumWage(region_id=COUNTY, value_fen=1, effective_from=RAISED.effective_from, document_number="x")
    assert "not the one drafted" in refused(decided(wage_draft, desk.approver, row_id=wage.pk), wage)


def test_a_value_without_a_decision(desk: Desk) -> None:
    made = desk.draft()
    assert "by a decision on its draft" in refused(row_of(made, desk.approver))
    unnamed = row_of(made, desk.approver, drafted_by=None, enforced_by=None)
    assert "by a decision on its draft" in refused(unnamed)
    wage = MinimumWage(region_id=COUNTY, value_fen=200_000, effective_from=ON)
    assert "by a decision on its draft" in refused(wage)
