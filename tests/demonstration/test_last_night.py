"""`seed_demo`'s last night: closed partly, with findings of several kinds, a file set aside and people not asked."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from accounts import documents
from accounts.integrity import examine
from applications.night import to_ask
from liaocheng_aid import verifying
from liaocheng_aid.demonstration.night import Played
from tests.demonstration.test_seed_demo import ON, seed
from verification import integrity
from verification.connected import Connected, played
from verification.models import Answer, Exchange, Finding, Request, Run, StrayRow, Subject
from verification.sources import registry
from verification.sources.simulated.faults import Fault
from verification.sources.simulated.truths import Truths

pytestmark = pytest.mark.django_db


def test_it_shows_what_a_night_may_come_to() -> None:
    seed(40)
    run = Run.objects.get()
    assert (run.state, run.on, run.kind) == (Run.State.PARTLY, ON - timedelta(days=1), "night")
    states = dict(run.requests.order_by("number").values_list("source", "state"))
    assert states.pop("market") == states.pop("transport") == Request.State.UNANSWERED
    assert set(states.values()) == {Request.State.ANSWERED}
    assert run.requests.get(source="market", number=1).state == Request.State.ANSWERED
    assert Exchange.objects.filter(fate=Exchange.Fate.QUARANTINED, source="transport").exists()
    assert set(StrayRow.objects.values_list("why", flat=True)) == {"not_asked"}
    assert set(Subject.objects.exclude(unasked="").values_list("unasked", flat=True)) >= {"lapsed", "no_number"}
    assert not Answer.objects.filter(person__in=Subject.objects.filter(consent=None).values("person")).exists()
    found = Counter(Finding.objects.values_list("kind", flat=True))
    assert len(found) >= 5
    assert Finding.objects.open().filter(kind="death").exists()
    assert [one.fault for one in map(examine, integrity.checks()) if one.fault] == []


def test_the_clerk_has_begun() -> None:
    seed(40)
    assert set(Finding.objects.values_list("state", flat=True)) == {"open", "explained", "disputed"}
    step = Finding.objects.get(state="explained").steps.get()
    assert step.evidence_id is not None
    assert documents.read(step.evidence_id).startswith(b"%PDF")


def test_the_clock_asks_about_the_same_people() -> None:
    """The scheduler's own way to the people of a county, told at the same hour."""
    seed(24)
    by_hand = {one.person_id for one in to_ask("371522", ON)}
    source = registry.source("tax")
    with played({"tax": Connected(source, Played(source, Truths(Path()), Fault()))}):
        (run,) = verifying.plan(ON)
    assert set(run.subjects.values_list("person_id", flat=True)) == by_hand != set()
