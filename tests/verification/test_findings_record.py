"""A request's answers become findings: written once, seen again, cleared by an answer that agrees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from applications import findings_worked
from households.means import Income
from tests.making import COUNTY, OTHER_TOWNSHIP, VILLAGE, make_user
from tests.payments.stories import at_once
from tests.verification import stories
from tests.verification.nights import PENSION, Night, pension
from verification import findings
from verification.findings import Recorded
from verification.models import Finding, FindingStep

pytestmark = pytest.mark.django_db(transaction=True)
NEXT = stories.NIGHT + timedelta(1)


def test_it_works() -> None:
    night, found = pension()
    assert (found.person, found.household, found.region) == (night.people[0], night.home, night.home.region)
    assert (found.kind, found.source, found.state) == ("pension", "human_resources", "open")
    assert (found.declared, found.verified) == ({"fen": 0, "per": "month"}, {"fen": 146_400, "per": "month"})
    assert found.difference_fen == 146_400
    assert found.said == "月收入 1,964.00 元，比标准 1,506.00 元高 458.00 元"
    assert found.consequence["before"]["amount_fen"] == 100_600
    assert (found.on, found.last_seen_on, found.is_standing) == (stories.NIGHT, stories.NIGHT, False)


def test_an_answer_that_agrees_is_no_finding() -> None:
    night = Night()
    night.earns(Income("pension", 146_400, "month"))
    assert night.answers({0: PENSION}) == Recorded()
    assert not Finding.objects.exists()


def test_the_next_night_sees_it_again() -> None:
    night, found = pension()
    assert night.answers({0: PENSION}, on=NEXT) == Recorded(again=1)
    again = Finding.objects.get()
    assert (again.pk, again.on, again.last_seen_on) == (found.pk, stories.NIGHT, NEXT)


def test_a_late_answer_of_an_earlier_night_does_not_turn_it_back() -> None:
    night, _ = pension()
    night.answers({0: PENSION}, on=stories.NIGHT - timedelta(1))
    assert Finding.objects.get().last_seen_on == stories.NIGHT


def test_what_was_dealt_with_is_not_found_again() -> None:
    night, found = pension()
    findings_worked.dispute(
        found.pk, reason="same_name", note="同名", evidence=None, actor=night.clerk, on=stories.NIGHT
    )
    assert night.answers({0: PENSION}, on=NEXT) == Recorded(again=1)
    assert [one.state for one in Finding.objects.all()] == ["disputed"]


@pytest.mark.parametrize("values", [{}, {0: {"pension": 0, "basic_pension": 0, "employment": []}}])
def test_an_answer_that_agrees_clears_it(values: dict[int, Any]) -> None:
    night, found = pension()
    findings_worked.explain(found.pk, note="已停发", evidence=None, actor=night.clerk, on=stories.NIGHT)
    assert night.answers(values, on=NEXT) == Recorded(cleared=1)
    cleared = Finding.objects.get()
    step = cleared.steps.get(seq=2)
    assert (cleared.state, step.action, step.actor, step.on) == ("cleared", "clear", None, NEXT)
    assert step.note.startswith("2026-11-26 的答复（查询 ")
    assert AuditEntry.objects.get(pk=step.audit_entry_id).action == "finding.clear"


def test_what_was_cleared_may_come_back() -> None:
    night, _ = pension()
    night.answers({}, on=NEXT)
    assert night.answers({0: PENSION}, on=NEXT + timedelta(1)) == Recorded(new=1)
    assert sorted(Finding.objects.values_list("state", flat=True)) == ["cleared", "open"]


def test_another_sum_is_another_finding_and_closes_the_first() -> None:
    night, found = pension()
    assert night.answers({0: {"pension": 150_000}}, on=NEXT) == Recorded(new=1, cleared=1)
    found.refresh_from_db()
    assert found.state == "cleared"


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ({0: {"employment": []}}, {}),
        ({}, {"only": [1]}),
        ({}, {"source": "civil_affairs"}),
    ],
)
def test_silence_clears_nothing(said: dict[int, Any], more: dict[str, Any]) -> None:
    """A record that leaves the field empty, an answer about somebody else, another source."""
    night, found = pension()
    assert night.answers(said, on=NEXT, **more).cleared == 0
    found.refresh_from_db()
    assert found.state == "open"


def test_a_kind_no_longer_looked_at_clears_nothing() -> None:
    night = Night()
    night.earns(Income("basic_pension", 18_000, "month"))
    assert night.answers({}).new == 1
    assert night.answers({}, on=NEXT, purpose="receives") == Recorded()


def test_a_familys_car_is_cleared_by_the_whole_family() -> None:
    night = Night()
    assert night.answers({1: {"vehicle": 1}}, "public_security").new == 1
    assert Finding.objects.get().person == night.people[1]
    assert night.answers({}, "public_security", on=NEXT, only=[1]).cleared == 0
    assert night.answers({0: {"vehicle": 0}}, "public_security", on=NEXT + timedelta(1)).cleared == 1


def test_two_registers_of_one_death_are_one_finding() -> None:
    night = Night()
    assert night.answers({0: {"death": "2026-10-03"}}, "public_security").new == 1
    assert night.answers({0: {"death": "2026-10-05"}}, "civil_affairs") == Recorded(again=1)
    assert night.answers({}, "civil_affairs", on=NEXT).cleared == 0, "the police still say it"


def test_of_whoever_receives_it_is_a_review() -> None:
    night = Night()
    night.answers({0: PENSION}, purpose="receives")
    assert Finding.objects.get().is_standing


@pytest.mark.parametrize(
    ("role", "place", "sees"),
    [
        ("clerk", VILLAGE, True),
        ("village", VILLAGE, True),
        ("auditor", COUNTY, True),
        ("release", COUNTY, False),
        ("clerk", OTHER_TOWNSHIP, False),
    ],
)
def test_only_whoever_may_view_the_case_sees_it(role: str, place: str, sees: bool) -> None:
    pension()
    assert Finding.objects.visible_to(make_user(role, place)).exists() is sees


def test_an_incomplete_household_is_found_all_the_same() -> None:
    night = Night()
    person = night.people[0]
    person.birth_date = None
    person.save(update_fields=["birth_date"])
    night.answers({0: PENSION})
    assert Finding.objects.get().said.startswith("资料不全，不能测算")


def test_two_at_once_is_once() -> None:
    night = Night()
    run = stories.make_run()
    requests = [
        stories.asked(night.people, night.home, source, run=run) for source in ("public_security", "civil_affairs")
    ]

    def weigh(place: int) -> Recorded:
        request, enquiries = requests[place]
        with transaction.atomic():
            return findings.weigh(
                request, {enquiries[0].id: {"death": f"2026-10-0{place + 1}"}}, {one.id for one in enquiries}
            )

    outcomes = at_once(lambda: weigh(0), lambda: weigh(1))
    assert sorted((one.new, one.again) for one in outcomes) in ([(0, 0), (1, 0)], [(0, 1), (1, 0)])
    assert Finding.objects.count() == 1


def test_an_answer_without_any_mismatch_takes_seven_queries() -> None:
    night = Night()
    run = stories.make_run()
    request, enquiries = stories.asked(night.people, night.home, "human_resources", run=run)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        findings.weigh(request, {}, {one.id for one in enquiries})
    assert len(asked) <= 7
    assert not FindingStep.objects.exists()
