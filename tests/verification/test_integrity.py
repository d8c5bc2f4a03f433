"""`verify_integrity` finds an answer or a finding somebody changed behind the system's back, and names it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.integrity import Fault, examine
from applications import findings_worked
from liaocheng_aid.integrity import examine_all
from tests.conftest import superuser, test_database
from tests.making import COUNTY, region
from tests.verification import stories
from tests.verification.nights import Night, pension
from tests.verification.stories import NIGHT
from tests.verification.worlds import World, families, to_ask
from verification import integrity, nightly
from verification.models import Exchange, Finding, Record

pytestmark = pytest.mark.django_db(transaction=True)
MORE = """
INSERT INTO verification_record (enquiry_id, "on", exchange_id, outcome, values, line)
SELECT enquiry_id + {}, "on", {}, outcome, values, line FROM verification_record
"""


def faults() -> list[Fault]:
    return [one.fault for one in map(examine, integrity.checks()) if one.fault]


def spoil(statement: str, *given: object) -> None:
    """As somebody who holds the whole database would."""
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, given)
        assert cursor.rowcount


@pytest.fixture
def exchange() -> Exchange:
    night = Night()
    _, enquiries = stories.asked(night.people, night.home)
    return stories.make_answers(enquiries, {0: {"pension": 146_400, "death": None}})


def test_what_nobody_touched_is_whole(exchange: Exchange) -> None:
    assert faults() == []
    codes = {one.check.code: one for one in examine_all()}
    assert (codes["answers"].checked, codes["findings"].checked) == (1, 0)
    assert all(one.fault is None for one in codes.values())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE verification_record SET values = '{\"pension\": 1}'",
        "UPDATE verification_record SET outcome = 'not_found', values = '{}'",
        "UPDATE verification_record SET values = '{\"pension\": 1464.5}'",
        "DELETE FROM verification_record",
        # Away from where its file's answers stand, and one more of the file's there.
        "UPDATE verification_record SET enquiry_id = enquiry_id + 1000",
        MORE.format(1, "exchange_id"),
        MORE.format(1000, "exchange_id"),
        "DELETE FROM verification_silence",
        "UPDATE verification_silence SET places = B'10'",
        "UPDATE verification_silence SET places = B'00'",
        "DELETE FROM verification_enquiry WHERE id = (SELECT min(id) FROM verification_enquiry)",
        "UPDATE verification_exchange SET digest = repeat('0', 64)",
    ],
)
def test_an_altered_answer_names_its_file(exchange: Exchange, change: str) -> None:
    spoil(change)
    [fault] = faults()
    assert (fault.table, fault.key) == ("verification_exchange", str(exchange.pk))


def test_an_answer_put_in_afterwards(exchange: Exchange) -> None:
    spoil(MORE.format(1000, "gen_random_uuid()"))
    [fault] = faults()
    assert (fault.table, fault.said) == ("verification_record", "这条答复不属于任何已采用的文件")
    assert Record.objects.filter(enquiry_id=int(fault.key)).exists()


def test_silence_moved_to_a_file_that_was_not_taken(exchange: Exchange) -> None:
    """Its own file misses it, and where it stands it would count as an answer."""
    assert exchange.request is not None
    aside = stories.make_exchange(exchange.request, fate=Exchange.Fate.QUARANTINED)
    spoil("INSERT INTO verification_silence VALUES (%s, B'01')", str(aside.pk))
    [fault] = faults()
    assert (fault.table, fault.key) == ("verification_silence", str(aside.pk))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE verification_enquiry SET person_id = gen_random_uuid() WHERE id = (SELECT min(id) FROM {})",
        "DELETE FROM verification_enquiry WHERE id = (SELECT max(id) FROM {})",
        "UPDATE verification_request SET people = people - 1 WHERE number = 1",
        "DELETE FROM verification_run",
    ],
)
def test_whom_a_night_asks_about_is_whom_it_was_planned_to(departments: World, change: str) -> None:
    run = nightly.plan(to_ask(families(2)), county=region(COUNTY), on=NIGHT)
    assert faults() == []
    spoil(change.format("verification_enquiry"))
    [fault] = faults()
    assert (fault.table, fault.key) == ("verification_run", str(run.pk))


def worked(end: str) -> Finding:
    night, found = pension()
    findings_worked.explain(found.pk, note="已停发", evidence=None, actor=night.clerk, on=NIGHT)
    if end == "cleared":
        night.answers({}, on=NIGHT + timedelta(1))
    elif end == "accepted":
        findings_worked.accept(found.pk, reason="paper_seen", note="", evidence=None, actor=night.clerk, on=NIGHT)
    elif end == "disputed":
        findings_worked.dispute(found.pk, reason="same_name", note="同名", evidence=None, actor=night.clerk, on=NIGHT)
    return Finding.objects.get(pk=found.pk)


@pytest.mark.parametrize("end", ["explained", "cleared", "accepted", "disputed"])
def test_a_finding_stands_where_its_steps_led(end: str) -> None:
    found = worked(end)
    assert found.state == end
    assert faults() == []
    spoil("UPDATE verification_finding SET state = 'open'")
    [fault] = faults()
    assert (fault.table, fault.key) == ("verification_finding", str(found.pk))


@pytest.mark.parametrize(
    ("change", "table"),
    [
        ("DELETE FROM verification_findingstep WHERE seq = 1", "verification_findingstep"),
        ("DELETE FROM verification_findingstep WHERE seq = 2", "verification_finding"),
        ("DELETE FROM verification_finding", "verification_finding"),
    ],
)
def test_a_step_or_a_finding_taken_away(change: str, table: str) -> None:
    worked("accepted")
    spoil(change)
    [fault] = faults()
    assert fault.table == table


@pytest.mark.parametrize("column", ["note", "reason"])
def test_a_step_in_other_words_breaks_its_seal(column: str) -> None:
    worked("disputed")
    spoil(f"UPDATE verification_findingstep SET {column} = 'x' WHERE seq = 2")
    [fault] = [one.fault for one in examine_all() if one.fault]
    assert fault.table == "verification_findingstep"
