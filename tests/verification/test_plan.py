"""Planning a night: once a county and day, whoever asks; nobody without consent; households stay together."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.errors import Invalid
from accounts.models import AuditEntry, Job
from households.models import Household, Obligation
from tests.making import COUNTY, OTHER_COUNTY, make_household, make_person, members_of, region
from tests.verification.stories import NIGHT, SINCE, make_consent
from tests.verification.worlds import FEW, World, families, to_ask
from verification import nightly
from verification.asking import ToAsk
from verification.models import Enquiry, Request, Run, Subject

pytestmark = pytest.mark.django_db


def planned(households: list[Household], on: date = NIGHT) -> Run:
    return nightly.plan(to_ask(households), county=region(COUNTY), on=on)


def test_it_asks_every_source_about_everybody(departments: World) -> None:
    run = planned(families(3))
    assert (run.state, run.people, run.unasked, run.enquiries) == ("running", 6, 0, 6 * len(FEW))
    assert Enquiry.objects.filter(run=run).count() == 6 * len(FEW)
    requests = Request.objects.filter(run=run).select_related("job")
    assert sorted(one.source for one in requests) == sorted(FEW)
    assert {one.job.state for one in requests if one.job} == {Job.State.PLANNED}
    assert len({one.reference for one in requests}) == len(FEW)
    assert AuditEntry.objects.filter(action="run.night", target_id=str(run.pk)).count() == 1


def test_the_jobs_take_the_sources_in_turn(departments: World, settings: Any) -> None:
    told = departments.connections.read_text().replace("backoff_seconds: 1", "backoff_seconds: 1\n  batch_size: 2")
    departments.connections.write_text(told)
    run = planned(families(3))
    jobs = Job.objects.filter(kind="verification.ask").order_by("created_at")
    numbers = dict(Request.objects.filter(run=run).values_list("job_id", "number"))
    assert [numbers[job.pk] for job in jobs] == [1] * len(FEW) + [2] * len(FEW) + [3] * len(FEW)


def test_a_household_is_never_split(departments: World) -> None:
    departments.connections.write_text(
        departments.connections.read_text().replace("backoff_seconds: 1", "backoff_seconds: 1\n  batch_size: 5")
    )
    homes = [*families(2, 3), *families(3, 2)]
    run = planned(homes)
    place = {person.pk: home.pk for home in homes for person in members_of(home)}
    split = defaultdict(set)
    for person, source, request in Enquiry.objects.filter(run=run).values_list("person_id", "source", "request_id"):
        split[source, place[person]].add(request)
    assert {len(requests) for requests in split.values()} == {1}


def test_who_is_in_two_households_is_asked_about_once(departments: World) -> None:
    first, second = families(2)
    shared = members_of(first)[0]
    Obligation.objects.create(household=second, obligor=shared, relation="child", starts_on=SINCE)
    make_consent(shared, second)
    people = [*to_ask([first, second]), ToAsk(shared.pk, second.pk, "obligor", "applies", "SD2", "dibao", SINCE)]
    run = nightly.plan(people, county=region(COUNTY), on=NIGHT)
    assert Enquiry.objects.filter(run=run, person=shared).count() == len(FEW)
    assert Subject.objects.filter(run=run, person=shared).count() == 2
    assert run.people == 4


def test_nobody_is_asked_about_without_consent(departments: World) -> None:
    (signed,) = families(1, 1)
    unsigned = make_household(people=1, joined_on=SINCE)
    run = planned([signed, unsigned])
    assert (run.people, run.unasked, run.enquiries) == (2, 1, len(FEW))
    assert Subject.objects.get(run=run, household=unsigned).unasked == Subject.Unasked.NO_CONSENT
    assert not Enquiry.objects.filter(run=run, person=members_of(unsigned)[0]).exists()


def test_a_consent_of_an_earlier_case_bears_nothing(departments: World) -> None:
    (home,) = families(1, 1)
    run = nightly.plan(to_ask([home], since=SINCE + timedelta(days=1)), county=region(COUNTY), on=NIGHT)
    assert Subject.objects.get(run=run).unasked == Subject.Unasked.LAPSED
    assert run.enquiries == 0


def test_who_has_no_number_is_named_and_not_asked_about(departments: World) -> None:
    person = make_person(id_number=None)
    home = make_household(people=[person], joined_on=SINCE)
    make_consent(person, home)
    run = planned([home])
    assert Subject.objects.get(run=run).unasked == Subject.Unasked.NO_NUMBER
    assert run.enquiries == 0


def test_without_a_connected_source_there_is_no_night(settings: Any, tmp_path: object) -> None:
    settings.SOURCES_FILE = f"{tmp_path}/none.yaml"
    with pytest.raises(Invalid) as refused:
        planned(families(1))
    assert "没有接入" in refused.value.errors["sources"]
    assert not Run.objects.exists()


def test_twice_is_once(departments: World) -> None:
    homes = families(2)
    first, second = planned(homes), planned(homes)
    assert first.pk == second.pk
    assert Request.objects.count() == len(FEW)


def test_another_county_and_another_day_are_nights_of_their_own(departments: World) -> None:
    homes = families(1)
    runs = {
        planned(homes).pk,
        planned(homes, NIGHT + timedelta(days=1)).pk,
        nightly.plan(to_ask(homes), county=region(OTHER_COUNTY), on=NIGHT).pk,
    }
    assert len(runs) == 3


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_and_five_clicks_at_once_make_one_run(departments: World) -> None:
    people, barrier = to_ask(families(20)), Barrier(7)

    def one(_: int) -> str:
        barrier.wait()
        try:
            return str(nightly.plan(people, county=region(COUNTY), on=NIGHT).pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(7) as pool:
        runs = set(pool.map(one, range(7)))
    assert len(runs) == 1
    assert Run.objects.count() == 1
    assert Enquiry.objects.count() == 40 * len(FEW)
    assert Job.objects.filter(kind="verification.ask").count() == len(FEW)


def test_it_takes_as_many_queries_for_ten_people_as_for_a_hundred(
    departments: World,
) -> None:
    few, many = to_ask(families(5)), to_ask(families(50))
    counts = []
    for county, people in ((COUNTY, few), (OTHER_COUNTY, many)):
        with CaptureQueriesContext(connection) as seen:
            nightly.plan(people, county=region(county), on=NIGHT)
        counts.append(len(seen))
    assert counts[0] == counts[1]
