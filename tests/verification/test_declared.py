"""What the people of a request declared: read for all at once, and nothing of whom nobody needs to look at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from households.facts import Pen
from households.means import Assets, Circumstances, Income, Obligor
from households.models import Household, Obligation
from tests.making import IN_OFFICE_SINCE, VILLAGE, make_household, make_person, make_user, members_of
from tests.verification import kinds as k
from tests.verification import stories
from verification.declared import Code
from verification.declared.reading import read
from verification.models import Request

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = list(k.ALL.values())


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", VILLAGE)


def pen(home: Household, clerk: User) -> Pen:
    return Pen(home, source="declared", on=stories.SINCE, by=clerk)


def earning(*incomes: Income, **more: Any) -> Circumstances:
    return Circumstances("head", None, incomes=incomes, **more)


def ask(home: Household) -> tuple[Request, list[int]]:
    request, enquiries = stories.asked(members_of(home), home)
    return request, [one.id for one in enquiries]


def test_the_live_facts_by_the_year(clerk: User) -> None:
    home = make_household(people=2)
    head, child = members_of(home)
    pen(home, clerk).person(head, earning(Income("pension", 999, "month")))
    incomes = Income("pension", 100, "month"), Income("pension", 7, "year"), Income("wage", None, "month")
    pen(home, clerk).person(head, earning(*incomes, absence="prison"))
    pen(home, clerk).assets(Assets(houses=1, vehicles=0, deposit_fen=500))
    request, ids = ask(home)
    known = read(request, KINDS, {ids[0]: {"pension": 1, "vehicle": 1}})
    about = next(one for one in known.abouts if one.enquiry == ids[0])
    assert known.incomes[about.subject] == {"pension": 1_207, "wage": None}
    assert known.codes[about.subject] == {"absence": Code("prison")}
    assert known.assets[about.household] == {"house": 1, "vehicle": 0, "deposit": 500}
    assert [one.person for one in known.members[about.household]] == [str(head.pk), str(child.pk)]


def test_who_of_the_family_was_asked_where_less_would_matter(clerk: User) -> None:
    home = make_household(people=2)
    head, child = members_of(home)
    pen(home, clerk).assets(Assets(houses=1))
    request, [enquiry] = stories.asked([head], home)
    known = read(request, [replace(k.HOUSE, direction="both")], {})
    assert [(one.person, one.enquiry) for one in known.members[str(home.pk)]] == [
        (str(head.pk), enquiry.id),
        (str(child.pk), 0),
    ]


def test_whoever_was_not_found_and_declared_nothing_is_not_read(clerk: User) -> None:
    home = make_household(people=2)
    pen(home, clerk).assets(Assets(houses=0, vehicles=0))
    request, _ = ask(home)
    assert (known := read(request, KINDS, {})).abouts == []
    assert (dict(known.assets), dict(known.members)) == ({}, {})


def test_a_withdrawn_fact_is_none(clerk: User) -> None:
    home = make_household()
    [head] = members_of(home)
    pen(home, clerk).person(head, earning(Income("basic_pension", 100, "month")))
    request, ids = ask(home)
    assert [one.enquiry for one in read(request, [k.BASIC_PENSION], {}).abouts] == ids
    pen(home, clerk).person(head, earning())
    assert read(request, [k.BASIC_PENSION], {}).abouts == []


def test_an_obligors_sum_and_status_are_read_whatever_they_are_called(clerk: User) -> None:
    home, outside = make_household(), make_person()
    Obligation.objects.create(household=home, obligor=outside, relation="child", starts_on=IN_OFFICE_SINCE)
    pen(home, clerk).obligor(outside, Obligor("child", monthly_income_fen=100, status="prison"))
    run = stories.make_run()
    stories.make_subject(run, outside, home, role="obligor")
    request, [enquiry] = stories.asked([outside], home, run=run)
    known = read(request, [k.PENSION, k.CUSTODY], {enquiry.id: {"pension": 1}})
    [about] = known.abouts
    assert not about.is_member
    assert known.incomes[about.subject] == {"other": 1_200}
    assert known.codes[about.subject] == {"status": Code("prison")}


def test_a_member_here_and_an_obligor_there_is_looked_at_for_both(clerk: User) -> None:
    home, other = make_household(), make_household()
    [person] = members_of(home)
    pen(home, clerk).person(person, earning(Income("pension", 100, "month")))
    run = stories.make_run()
    stories.make_subject(run, person, other, role="obligor")
    request, [enquiry] = stories.asked([person], home, run=run)
    known = read(request, [k.PENSION], {enquiry.id: {"pension": 1}})
    assert {(one.household, one.is_member) for one in known.abouts} == {(str(home.pk), True), (str(other.pk), False)}


def test_what_says_nothing_costs_no_query(clerk: User) -> None:
    """Everybody is registered here, nobody is in prison, nobody has a car: what was declared of a car is no matter."""
    home = make_household(people=2)
    pen(home, clerk).assets(Assets(houses=1, vehicles=1))
    request, ids = ask(home)
    quiet = {"hukou": [{"region": VILLAGE}], "vehicle": 0, "custody": [{"kind": "prison", "until": "2020-01-01"}]}
    with CaptureQueriesContext(connection) as asked:
        assert read(request, [k.HUKOU, k.VEHICLE, k.DEATH], {ids[0]: quiet}).abouts == []
    assert not asked.captured_queries


def test_evidence_costs_no_query(clerk: User) -> None:
    home = make_household(people=2)
    pen(home, clerk).person(members_of(home)[0], earning(Income("pension", 100, "month"), health="severe"))
    request, ids = ask(home)
    with CaptureQueriesContext(connection) as asked:
        assert read(request, k.EVIDENCE, {ids[0]: {"medical_paid": 9_000_000, "enforcement": 2}}).abouts == []
    assert not asked.captured_queries


def test_it_takes_five_queries_however_many_they_are(clerk: User) -> None:
    run, people = stories.make_run(), []
    for _ in range(5):
        home = make_household(people=2)
        pen(home, clerk).person(members_of(home)[0], earning(Income("pension", 100, "month")))
        for person in members_of(home):
            stories.make_subject(run, person, home)
            people.append(person)
    request = stories.make_request(run, people=len(people))
    enquiries = stories.make_enquiries(request, people)
    with CaptureQueriesContext(connection) as asked:
        known = read(request, KINDS, {one.id: {"pension": 1} for one in enquiries})
    assert len(asked) == 5
    assert len(known.abouts) == 10
