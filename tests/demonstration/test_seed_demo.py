"""`seed_demo`: every programme and state, by the real acts; the same arguments, the same people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from applications.models import CLOSED, Matter, State
from households.models import Person
from payments.models import Award, LedgerEntry
from verification.models import Finding, Request

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)


def seed(households: int = 40, seed: int = 7) -> None:
    call_command("seed_demo", households=households, county="371522", seed=seed, on=ON, verbosity=0)


def fingerprint() -> list[tuple[object, ...]]:
    rows = Matter.objects.select_related("application__applicant", "decision").order_by("number")
    found = Finding.objects.order_by("case_number", "kind", "source").values_list(
        "case_number", "kind", "person__name", "declared", "verified", "said", "state"
    )
    night = Request.objects.order_by("source", "number").values_list("source", "number", "people", "state", "answered")
    return [
        *found,
        *night,
        *_cases(rows),
    ]


def _cases(rows: Iterable[Matter]) -> list[tuple[object, ...]]:
    return [
        (m.number, m.programme, m.state, m.region_id, m.application.applicant.name, m.application.applicant.id_number)
        for m in rows
    ]


def test_every_programme_and_state_is_there() -> None:
    seed(60)
    assert set(Matter.objects.values_list("state", flat=True)) >= set(State) - {State.DISPUTED}
    assert set(Matter.objects.values_list("programme", flat=True)) == {
        "dibao",
        "dibao_single",
        "tekun",
        "temporary",
        "edge",
    }
    paid = Award.objects.count()
    assert paid > 10
    assert LedgerEntry.objects.filter(kind="start").count() == paid


def test_the_people_are_invented() -> None:
    seed(20)
    for person in Person.objects.exclude(id_kind="none"):
        assert person.id_number is not None
        assert person.id_number.startswith("371599")
        assert not person.phone or person.phone.startswith("100")


def test_the_same_arguments_give_the_same_county() -> None:
    prints = []
    for _ in range(2):
        with transaction.atomic():
            seed(24)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1]
    assert Matter.objects.count() == 0
    assert len(prints[0]) > 24 + 17


def test_it_refuses_a_database_with_cases() -> None:
    seed(13)
    before = Matter.objects.count()
    with pytest.raises(CommandError, match="holds cases"):
        seed(13)
    call_command("seed_demo", households=5, county="371522", if_empty=True, verbosity=0)
    assert Matter.objects.count() == before


@pytest.mark.parametrize(("county", "words"), [("999999", "no county"), ("371522101", "no county")])
def test_an_unknown_county_is_named(county: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("seed_demo", households=3, county=county, on=ON)


def test_no_open_case_is_left_without_a_next_step() -> None:
    from applications.workflow import STEPS

    seed(30)
    ways = {source for step in STEPS.values() for source in step.sources}
    assert {m.state for m in Matter.objects.exclude(state__in=CLOSED)} <= ways
