"""What the database itself refuses of the night's tables, to the application's own role, in raw SQL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts import audit, clock, documents
from accounts.ids import uuid7
from households.models import ConsentEnd, Household, Person
from tests.making import OTHER_COUNTY, make_household, members_of
from tests.payments.stories import at_once
from tests.verification import stories
from tests.verification.nights import pension
from verification import silence
from verification.models import Enquiry, Exchange, Request, Run

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = f"{stories.NIGHT:%Y_%m}"


@dataclass
class Asked:
    """Two people of one household asked about at one source."""

    home: Household
    people: list[Person]
    request: Request
    enquiries: list[Enquiry]

    @property
    def run(self) -> Run:
        return self.request.run


@pytest.fixture
def asked() -> Asked:
    home = make_household(people=2)
    people = members_of(home)
    return Asked(home, people, *stories.asked(people, home))


def refused(statement: str, *given: Any) -> str:
    """What the database answers; the test fails where it lets the statement through."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, given)
    except DatabaseError as error:
        return str(error)
    pytest.fail(f"the database took it: {statement}")


def test_a_night_is_asked_answered_and_closed(asked: Asked) -> None:
    stories.make_answers(asked.enquiries, {0: {"pension": 100}})
    run = Run.objects.get()
    run.state, run.closed_at = Run.State.COMPLETE, clock.now()
    run.save(update_fields=["state", "closed_at"])
    assert Request.objects.get().state == "answered"


@pytest.mark.parametrize(
    "table",
    [
        *("verification_enquiry", f"verification_enquiry_{MONTH}", "verification_record", "verification_silence"),
        *(f"verification_record_{MONTH}", "verification_subject", "verification_exchange"),
        *("verification_strayrow", "verification_findingstep"),
    ],
)
def test_rows_are_only_added(asked: Asked, table: str) -> None:
    stories.make_answers(asked.enquiries)
    column = {"record": "line", "silence": "places"}.get(table.split("_")[1], "id")
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        assert "permission denied" in refused(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM verification_run",
        "DELETE FROM verification_request",
        "DELETE FROM verification_finding",
        "TRUNCATE verification_finding CASCADE",
        'UPDATE verification_run SET "on" = "on" + 1',
        "UPDATE verification_request SET people = 1",
        "UPDATE verification_request SET run_id = gen_random_uuid()",
        "UPDATE verification_finding SET verified = '0'",
        "UPDATE verification_finding SET difference_fen = 0",
        f"INSERT INTO verification_enquiry_{MONTH} SELECT * FROM verification_enquiry",
        f"INSERT INTO verification_record_{MONTH} SELECT * FROM verification_record",
        f"ALTER TABLE verification_record DETACH PARTITION verification_record_{MONTH}",
        "ALTER TABLE verification_record DISABLE TRIGGER ALL",
        "DROP TRIGGER aid_record_was_asked ON verification_record",
        "CREATE TABLE a_partition PARTITION OF verification_record FOR VALUES FROM ('2030-01-01') TO ('2030-02-01')",
        "SET session_replication_role = replica",
    ],
)
def test_what_the_role_may_not_do(asked: Asked, statement: str) -> None:
    said = refused(statement)
    assert "permission denied" in said or "must be owner" in said


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO verification_answer SELECT * FROM verification_answer",
        "UPDATE verification_answer SET outcome = 'found'",
        "DELETE FROM verification_answer",
    ],
)
def test_answers_as_shown_are_only_read(asked: Asked, statement: str) -> None:
    assert 'view "verification_answer"' in refused(statement)


def test_a_month_is_opened_once_and_as_closed_as_the_others() -> None:
    with connection.cursor() as cursor:
        for day in (date(2027, 3, 1), date(2027, 3, 31)):
            cursor.execute("SELECT aid_open_month(%s)", [day])
    assert "permission denied" in refused("DELETE FROM verification_record_2027_03")
    assert "permission denied" in refused("INSERT INTO verification_enquiry_2027_03 SELECT * FROM verification_enquiry")


Consented = Callable[[Person, Household, Household], Any]


def ended(person: Person, home: Household) -> Any:
    consent = stories.make_consent(person, home)
    end = ConsentEnd(
        consent=consent,
        reason="withdrawn",
        ended_on=stories.NIGHT,
        recorded_by=consent.recorded_by,
        recorded_at=clock.now(),
    )
    audit.seal(end, consent.recorded_by, "consent.end", on=stories.NIGHT, region_code=home.region_id)
    return consent


@pytest.mark.parametrize(
    "consent",
    [
        pytest.param(lambda p, home, _: stories.make_consent(members_of(home)[1], home), id="another's"),
        pytest.param(lambda p, _, other: stories.make_consent(p, other), id="for another household"),
        pytest.param(
            lambda p, home, _: stories.make_consent(p, home, given_on=stories.SINCE - timedelta(1)),
            id="before the case",
        ),
        pytest.param(
            lambda p, home, _: stories.make_consent(p, home, given_on=stories.NIGHT + timedelta(1)),
            id="after the night",
        ),
        pytest.param(
            lambda p, home, _: stories.make_consent(p, home, until=stories.NIGHT - timedelta(1)), id="past its term"
        ),
        pytest.param(lambda p, home, _: ended(p, home), id="withdrawn"),
    ],
)
def test_a_consent_that_does_not_bear_the_enquiry(consent: Consented) -> None:
    home, other = make_household(people=2), make_household()
    person = members_of(home)[0]
    given = consent(person, home, other)
    with pytest.raises(IntegrityError, match="that consent does not bear this enquiry"), transaction.atomic():
        stories.make_subject(stories.make_run(), person, home, consent=given)


def test_a_subject_has_a_consent_or_a_reason() -> None:
    home, run = make_household(), stories.make_run()
    [person] = members_of(home)
    insert = (
        "INSERT INTO verification_subject (run_id, person_id, household_id, role, purpose, case_number, programme,"
        " since, unasked) VALUES (%s, %s, %s, 'member', 'applies', 'SD1', 'dibao', '2026-11-01', '')"
    )
    assert "subject_has_consent_or_a_reason" in refused(insert, run.pk, person.pk, home.pk)


def test_nobody_is_asked_about_without_consent() -> None:
    home, run = make_household(), stories.make_run()
    [person] = members_of(home)
    request = stories.make_request(run)
    for subject in (None, "no_consent"):
        if subject:
            stories.make_subject(run, person, home, unasked=subject)
        with pytest.raises(IntegrityError, match="nobody is asked about without consent"), transaction.atomic():
            stories.make_enquiries(request, [person])


def test_a_consent_of_another_night_is_none(asked: Asked) -> None:
    request = stories.make_request(stories.make_run(stories.NIGHT + timedelta(1)))
    with pytest.raises(IntegrityError, match="nobody is asked about without consent"), transaction.atomic():
        stories.make_enquiries(request, asked.people[:1])


ENQUIRE = (
    'INSERT INTO verification_enquiry (id, run_id, request_id, person_id, source, "on") VALUES (%s, %s, %s, %s, %s, %s)'
)


def test_an_enquiry_belongs_to_a_request_of_its_run_source_and_day(asked: Asked) -> None:
    mine = stories.make_request(asked.run, "police")
    other = stories.make_request(stories.make_run(stories.NIGHT + timedelta(1)), "police")
    person, night = asked.people[0].pk, stories.NIGHT
    first = mine.first_enquiry
    for given in (
        (other.first_enquiry, asked.run.pk, other.pk, person, "police", night),
        (first, other.run_id, mine.pk, person, "police", night),
        (first, asked.run.pk, mine.pk, person, "tax", night),
        (first, asked.run.pk, mine.pk, person, "police", night - timedelta(1)),
        (first, asked.run.pk, uuid7(), person, "police", night),
        (first - 1, asked.run.pk, mine.pk, person, "police", night),
        (first + mine.people, asked.run.pk, mine.pk, person, "police", night),
    ):
        assert "an enquiry belongs to a request of its own run, source and day" in refused(ENQUIRE, *given)


def test_an_enquiry_is_made_once_a_run(asked: Asked) -> None:
    again = stories.make_request(asked.run)
    given = (again.first_enquiry, asked.run.pk, again.pk, asked.people[0].pk, "civil", stories.NIGHT)
    # The partition's own name of the constraint.
    assert "person_id_source_on_run_id_key" in refused(ENQUIRE, *given)


_COLUMNS = 'enquiry_id, "on", exchange_id, outcome, values, line'
RECORD = f"INSERT INTO verification_record ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, 1)"
SILENCE = "INSERT INTO verification_silence VALUES (%s, %s::bit varying)"
NOT_ITS_OWN = "an answer stands in a file taken for the request of its enquiry"


def test_an_answer_belongs_to_its_enquiry(asked: Asked) -> None:
    exchange = stories.make_exchange(asked.request)
    first, night = asked.request.first_enquiry, stories.NIGHT
    for enquiry, on in ((first - 1, night), (first + 2, night), (first, night - timedelta(1))):
        assert NOT_ITS_OWN in refused(RECORD, enquiry, on, exchange.pk, "found", "{}")
    for places in ("1", "101", ""):
        assert NOT_ITS_OWN in refused(SILENCE, exchange.pk, places)


def test_an_answer_stands_in_a_file_taken_for_its_request(asked: Asked) -> None:
    other = stories.make_request(asked.run)
    enquiry = asked.enquiries[0]
    for exchange in (
        stories.make_exchange(other).pk,
        stories.make_exchange(asked.request, direction=Exchange.Direction.OUT).pk,
        stories.make_exchange(asked.request, fate=Exchange.Fate.QUARANTINED).pk,
        stories.make_exchange(asked.request, fate=Exchange.Fate.DUPLICATE).pk,
        uuid7(),
    ):
        assert NOT_ITS_OWN in refused(RECORD, enquiry.id, stories.NIGHT, exchange, "found", "{}")
        said = refused(SILENCE, exchange, "11")
        assert NOT_ITS_OWN in said or "verification_silence_exchange_id_fkey" in said


def test_an_answer_is_given_once_and_not_found_says_nothing(asked: Asked) -> None:
    exchange = stories.make_answers(asked.enquiries[:1], {0: {"pension": 100}})
    [first, second] = asked.enquiries
    given = (stories.NIGHT, exchange.pk)
    assert f"verification_record_{MONTH}_pkey" in refused(RECORD, first.id, *given, "found", "{}")
    assert "verification_silence_pkey" in refused(SILENCE, exchange.pk, "11")
    for outcome, values, name in (
        ("not_found", '{"pension": 1}', "answer_not_found_says_nothing"),
        ("perhaps", "{}", "outcome_check"),
    ):
        assert name in refused(RECORD, second.id, *given, outcome, values)


@pytest.mark.parametrize("said", [{}, {0: {"pension": 100}}])
def test_whoever_was_answered_is_not_answered_again(asked: Asked, said: dict[int, Any]) -> None:
    """Neither with a record nor without: whether the request is counted anew or not."""
    taken = stories.make_answers(asked.enquiries[:1], said)
    again = stories.make_exchange(asked.request, answers=1)
    assert "an enquiry is answered once" in refused(SILENCE, again.pk, "10")
    for exchange in (taken, again) if not said else (again,):
        told = refused(RECORD, asked.enquiries[0].id, stories.NIGHT, exchange.pk, "found", "{}")
        assert ("an enquiry is answered once" if not said else f"verification_record_{MONTH}_pkey") in told
    silence.keep(again, "01")


def test_two_at_once_answer_nobody_twice(asked: Asked) -> None:
    """Whoever keeps to no lock of ours is made to by the guard."""
    first, second = (stories.make_exchange(asked.request, answers=1) for _ in "ab")

    def record() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(RECORD, [asked.enquiries[0].id, stories.NIGHT, first.pk, "found", "{}"])
            cursor.execute("SELECT pg_sleep(0.3)")

    def silent() -> None:
        with transaction.atomic():
            silence.keep(second, "10")
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.3)")

    refusals = [str(one) for one in at_once(record, silent) if one is not None]
    assert len(refusals) == 1
    assert "an enquiry is answered once" in refusals[0]


@pytest.mark.parametrize(
    ("first", "people"), [("first_enquiry + 1", "1"), ("7", "1"), ("first_enquiry * 2", "1048577")]
)
def test_a_request_has_a_stretch_of_its_own(asked: Asked, first: str, people: str) -> None:
    """Where two shared one, a file of the one would answer for the other's people."""
    insert = (
        "INSERT INTO verification_request (id, run_id, county_code, source, number, reference, legal_basis, people,"
        " first_enquiry, spared, left_out, answered, state, tries, error, receipt) SELECT gen_random_uuid(), run_id,"
        f" county_code, source, 9, 'another', legal_basis, {people}, {first}, '[]', 0, 0, 'planned', 0, '', ''"
        " FROM verification_request"
    )
    assert "a request has a stretch of its own" in refused(insert)


def test_a_request_leaves_whole(asked: Asked) -> None:
    request = stories.make_request(asked.run, "police", people=2)
    stories.make_enquiries(request, asked.people[:1])
    move = "UPDATE verification_request SET state = 'sent' WHERE id = %s"
    assert "a request asks about everybody in it" in refused(move, request.pk)


def test_what_the_rules_made_of_a_finding_stands() -> None:
    _, found = pension()
    assert found.consequence
    for change in ("said = '另说'", "consequence = '{}'"):
        assert "what the rules made of a finding stands" in refused(f"UPDATE verification_finding SET {change}")


def test_a_file_is_taken_once_and_for_a_request(asked: Asked) -> None:
    document = documents.store(b"the same bytes", "text/csv")
    stories.make_exchange(asked.request, document=document)
    with pytest.raises(IntegrityError, match="exchange_taken_once"), transaction.atomic():
        stories.make_exchange(asked.request, document=document)
    columns = (
        "region_id, source, direction, name, document_id, fate, reason, rows, answers, strays, is_late, digest, at"
    )
    insert = (
        f"INSERT INTO verification_exchange (id, audit_entry_id, {columns})"
        f" SELECT gen_random_uuid(), gen_random_uuid(), {columns} FROM verification_exchange"
    )
    assert "exchange_taken_answers_a_request" in refused(insert)


@pytest.mark.parametrize("change", ["state = 'sent'", "answered = 1, state = 'part'", "left_out = 1"])
def test_a_request_begins_as_planned(asked: Asked, change: str) -> None:
    Request.objects.filter(pk=asked.request.pk).update(state="sent")
    copy = (
        "INSERT INTO verification_request (id, run_id, county_code, source, number, reference, legal_basis, people,"
        " first_enquiry, left_out, answered, state, tries, error, receipt) SELECT gen_random_uuid(), run_id,"
        " county_code, source, 9, 'another', legal_basis, people, 1, {}, {}, {}, tries, error, receipt"
        " FROM verification_request"
    )
    values = {"left_out": "0", "answered": "0", "state": "'planned'"}
    values |= dict(part.split(" = ") for part in change.split(", "))
    said = refused(copy.format(values["left_out"], values["answered"], values["state"]))
    assert "a request begins as planned" in said


def test_a_request_goes_no_way_back(asked: Asked) -> None:
    stories.make_answers(asked.enquiries)
    for state in ("planned", "sent", "part", "unanswered"):
        said = refused("UPDATE verification_request SET state = %s", state)
        assert f"a request does not go from answered to {state}" in said
    assert "an answer does not go away" in refused("UPDATE verification_request SET answered = 1")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("answered = 1, state = 'part'", "a request counts its answers"),
        ("answered = 2, state = 'answered'", "a request counts its answers"),
        ("state = 'answered'", "a request is answered when everybody in it is"),
        ("left_out = 2, state = 'part'", "a request is answered when everybody in it is"),
    ],
)
def test_a_request_counts_its_answers(asked: Asked, change: str, said: str) -> None:
    assert said in refused(f"UPDATE verification_request SET {change}")


def test_a_request_half_answered_is_not_answered(asked: Asked) -> None:
    stories.make_answers(asked.enquiries[:1])
    assert Request.objects.get().state == "part"
    assert "when everybody in it is" in refused("UPDATE verification_request SET state = 'answered'")
    assert "a request counts its answers" in refused("UPDATE verification_request SET answered = 2, state = 'answered'")


@pytest.mark.parametrize("state", ["planned", "sent", "part", "unanswered"])
def test_a_run_is_complete_when_every_request_is_answered(asked: Asked, state: str) -> None:
    if state == "part":
        stories.make_answers(asked.enquiries[:1])
    elif state != "planned":
        Request.objects.update(state=state)
    close = "UPDATE verification_run SET state = %s, closed_at = now()"
    assert "a run is complete when every request is answered" in refused(close, "complete")
    if state in ("planned", "sent"):
        assert "a run closes when nothing is waited for" in refused(close, "partly")


def test_a_closed_run_has_its_moment(asked: Asked) -> None:
    Request.objects.update(state="unanswered")
    assert "run_closed_has_its_moment" in refused("UPDATE verification_run SET state = 'partly'")


def test_one_night_a_county_and_day(asked: Asked) -> None:
    with pytest.raises(IntegrityError, match="run_one_night_a_county_and_day"), transaction.atomic():
        stories.make_run()
    assert stories.make_run(county=OTHER_COUNTY) != stories.make_run(household=asked.home)
    assert "run_spot_names_its_household_and_officer" in refused(
        'INSERT INTO verification_run (id, county_code, region_id, "on", kind, state, people, unasked, enquiries,'
        " closings, planned_at, promised_at) SELECT gen_random_uuid(), county_code, region_id, \"on\", 'spot',"
        " state, 0, 0, 0, 0, now(), now() FROM verification_run LIMIT 1"
    )


def test_a_mismatch_is_found_once() -> None:
    pension()
    columns = (
        'region_id, household_id, person_id, run_id, enquiry_id, "on", source, kind, is_standing, case_number,'
        " declared, verified, difference_fen, fingerprint, consequence, said, state, last_seen_on, found_at"
    )
    assert "finding_once_a_mismatch" in refused(
        f"INSERT INTO verification_finding (id, {columns})"
        f" SELECT gen_random_uuid(), {columns} FROM verification_finding"
    )
