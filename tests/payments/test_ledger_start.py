"""Begin to pay: the award, whom it covers, its first entry."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import regions
from accounts.errors import Invalid, WrongState
from accounts.ids import uuid7
from accounts.models import AuditEntry, User
from eligibility.programmes import Programme
from households.models import Household
from payments import ledger
from payments.models import Award, AwardCover, LedgerEntry
from tests.making import (
    AWARDED_ON,
    FIRST_MONTH,
    OTHER_COUNTY_VILLAGE,
    make_award,
    make_household,
    make_person,
    make_user,
    members_of,
    region,
)
from tests.payments.stories import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def begin(household: Household, actor: User, **given: object) -> Award:
    people = members_of(household)
    return ledger.start(
        **{  # type: ignore[arg-type]
            "household": household,
            "payee": people[0],
            "programme": Programme.DIBAO,
            "people": people,
            "amount_fen": 61_200,
            "is_once": False,
            "decision_id": uuid7(),
            "case_number": "SD1",
            "area": "rural",
            "standard_fen": 75_300,
            "region": region(household.region_id),
            "first_month": FIRST_MONTH,
            "actor": actor,
            "on": AWARDED_ON,
            **given,
        }
    )


def test_it_works() -> None:
    award = make_award(make_household(people=3), amount_fen=61_200)
    entry = award.ledger.get()
    assert (entry.kind, entry.seq, entry.amount_fen, entry.from_month) == ("start", 1, 61_200, FIRST_MONTH)
    assert set(award.covers.values_list("slot", "starts_on", "ends_on")) == {("family", FIRST_MONTH, None)}
    assert award.covers.count() == award.people == 3
    assert ledger.due(FIRST_MONTH, "371522") == {award.pk: 61_200}
    assert ledger.due(date(2026, 11, 1)) == {}


def test_each_row_is_sealed() -> None:
    award = make_award()
    for row in (award, award.ledger.get()):
        entry = AuditEntry.objects.get(pk=row.audit_entry_id)
        assert (entry.is_seal, entry.after_hash) == (True, row.content_hash())


def test_tekun_takes_all_four_slots() -> None:
    award = make_award(programme=Programme.TEKUN)
    assert set(award.covers.values_list("slot", flat=True)) == {"family", "child", "living", "care"}


def test_who_is_covered_is_named_with_programme_place_and_since_when() -> None:
    held = make_award(make_household(OTHER_COUNTY_VILLAGE, people=[make_person("王学礼")]))
    with pytest.raises(WrongState) as refused:
        begin(make_household(), make_user("approver"), programme=Programme.DIBAO_SINGLE, people=[held.payee])
    where = regions.full_name(OTHER_COUNTY_VILLAGE)
    assert where.startswith("东阿县刘集镇")
    assert refused.value.message == f"王学礼已在{where}享受最低生活保障（2026-12 起），先停发再起发"
    assert Award.objects.count() == 1
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount_fen": 0}, "amount"),
        ({"first_month": date(2026, 11, 1)}, "first_month"),
        ({"first_month": date(2026, 12, 2)}, "first_month"),
        ({"people": []}, "people"),
        ({"programme": Programme.EDGE}, "programme"),
    ],
)
def test_invalid_input_names_the_field(given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        begin(make_household(), make_user("approver"), **given)
    assert set(refused.value.errors) == {field}
    assert not Award.objects.exists()


def test_twice_is_once() -> None:
    household, actor, decision = make_household(), make_user("approver"), uuid7()
    begin(household, actor, decision_id=decision, programme=Programme.TEMPORARY, is_once=True)
    with pytest.raises(WrongState, match="已经起发"):
        begin(household, actor, decision_id=decision, programme=Programme.TEMPORARY, is_once=True)
    assert Award.objects.count() == 1


def test_two_at_once_is_once() -> None:
    household, actor = make_household(people=2), make_user("approver")
    outcomes = at_once(lambda: begin(household, actor), lambda: begin(household, actor))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Award", "WrongState"]
    assert (Award.objects.count(), AwardCover.objects.count()) == (1, 2)


def test_the_database_refuses_a_second_cover_of_the_slot() -> None:
    award = make_award()
    with pytest.raises(IntegrityError, match="cover_one_award_a_slot"), transaction.atomic():
        AwardCover.objects.create(award=award, person=award.payee, slot="family", starts_on=date(2027, 1, 1))


@pytest.mark.parametrize("table", ["payments_award", "payments_ledgerentry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET county_code = '371599'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_raw_sql_cannot_touch_it(table: str, statement: str) -> None:
    make_award()
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
