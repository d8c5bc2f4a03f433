"""A night over 200 households: each planted truth of each standing kind is found, nothing else, and nothing is touched.

One night is shared by all tests; each looks at what it left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts import clock
from applications.holidays import calendar
from applications.models import Action, Matter
from applications.submission import Submission
from households.means import Assets, Income
from liaocheng_aid import verifying
from tests.applications import walking
from tests.conftest import Clock
from tests.making import members_of
from tests.verification.county import populate
from tests.verification.worlds import World, world
from verification.models import Answer, Finding, Request, Run
from verification.sources import registry

CROWD = 170  # households beside the planted ones, about whom the registers know nothing
UNTOUCHED = (
    "payments_award",
    "payments_ledgerentry",
    "payments_hold",
    "payments_paymentline",
    "applications_matter",
    "applications_transition",
    "applications_decision",
    "households_membership",
    "households_incomefact",
    "households_assetfact",
    "households_circumstancefact",
    "households_person",
)
# Kind → source and what it holds of the head, where the family said: 300 yuan of wages a month, one house, no vehicle.
TRUTHS: dict[str, tuple[str, Any]] = {
    "death": ("civil_affairs", "2026-10-20"),
    "marriage": (
        "civil_affairs",
        [{"status": "married", "since": "2025-05-20", "spouse_number": "371599198001010015"}],
    ),
    "other_aid": ("civil_affairs", [{"programme": "低保", "place": "濮阳市台前县", "since": "2025-01-01"}]),
    "vehicle": ("public_security", 1),
    "custody": ("public_security", [{"kind": "prison", "since": "2026-01-05", "until": ""}]),
    "hukou": ("public_security", [{"region": "410927101001", "moved_out": ""}]),
    "company": ("market", [{"name": "化庄豆制品店", "post": "经营者", "state": "open"}]),
    "house": ("natural_resources", 2),
    "employment": ("human_resources", [{"employer": "聊城某建筑公司", "base": 40_001, "since": "2026-03-01"}]),
    "pension": ("human_resources", 2_001),
}
WAGE = Income("wage", 30_000, "month", "工资条")
# What is no truth: as declared, within the tolerance, over, or about somebody it is right for.
BOUNDARIES: dict[str, tuple[str, str, Any]] = {
    "as many houses as declared": ("natural_resources", "house", 1),
    "fewer houses than declared": ("natural_resources", "house", 0),
    "a wage at both tolerances": ("human_resources", "employment", [{"employer": "厂", "base": 40_000, "since": ""}]),
    "a smaller wage": ("human_resources", "employment", [{"employer": "厂", "base": 10_000, "since": ""}]),
    "a pension at its tolerance": ("human_resources", "pension", 2_000),
    "a sentence served": (
        "public_security",
        "custody",
        [{"kind": "prison", "since": "2020-01-05", "until": "2021-01-05"}],
    ),
    "a register of our own county": ("public_security", "hukou", [{"region": "371522101201", "moved_out": ""}]),
    "a firm that ended": ("market", "company", [{"name": "旧店", "post": "经营者", "state": "ended"}]),
    "tax within a year's tolerance": ("tax", "tax_wage", 480_000),
    "a deposit within its tolerance": ("financial", "deposit", 100_000),
}


@dataclass
class Night:
    """What the shared night left behind, as plain values."""

    planted: dict[tuple[str, str], UUID] = field(default_factory=dict)
    boundaries: dict[str, UUID] = field(default_factory=dict)
    found: dict[tuple[UUID, str], dict[str, Any]] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    people: int = 0
    sources: int = 0
    state: str = ""
    answers: int = 0
    enquiries: int = 0


def filled() -> Submission:
    head = walking.member(incomes=(WAGE,))
    return walking.filled((head, walking.member("sibling")), assets=Assets(houses=1, vehicles=0, deposit_fen=0))


def heads_of(matters: dict[str, Matter]) -> dict[str, Any]:
    return {name: members_of(matter.household)[0] for name, matter in matters.items()}


def recipients(staff: walking.Office, moved: Clock) -> dict[str, Matter]:
    """A family a kind whose award stands: posted together, confirmed together when the days of the notice are over."""
    posted = {kind: walking.posted(staff, filled()) for kind in TRUTHS}
    walking.wait_until(moved, calendar().confirmation_opens(clock.today()))
    for matter in posted.values():
        walking.confirm(walking.step(matter, Action.END_NOTICE, staff.clerk), staff.approver)
    return posted


def plant(departments: World, made: Night, moved: Clock) -> None:
    staff = walking.office()
    families: dict[str, Callable[[], dict[str, Matter]]] = {
        "receives": lambda: recipients(staff, moved),
        "applies": lambda: {kind: walking.accepted(staff, filled()) for kind in TRUTHS},
    }
    for purpose, make in families.items():
        for kind, head in heads_of(make()).items():
            source, value = TRUTHS[kind]
            departments.know(head, source, **{kind: value})
            made.planted[purpose, kind] = head.pk
    for name, head in heads_of({name: walking.accepted(staff, filled()) for name in BOUNDARIES}).items():
        source, kind, value = BOUNDARIES[name]
        departments.know(head, source, **{kind: value})
        made.boundaries[name] = head.pk


def hashes() -> dict[str, str]:
    """A hash of every row of the tables a night may not touch."""
    with connection.cursor() as cursor:
        out = {}
        for table in UNTOUCHED:
            cursor.execute(f"SELECT coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t.id)), '') FROM {table} t")
            out[table] = cursor.fetchone()[0]
    return out


def run_it(made: Night) -> None:
    made.before = hashes()
    (run,) = verifying.work(verifying.plan(clock.today()), patience=timedelta(seconds=90))
    made.after = hashes()
    made.state, made.people, made.enquiries = run.state, run.people, run.enquiries
    made.answers = Answer.objects.count()
    made.sources = Request.objects.values("source").distinct().count()
    rows = Finding.objects.values("person_id", "kind", "state", "is_standing", "declared", "verified", "said")
    made.found = {(row["person_id"], row["kind"]): {**row} for row in rows}


@pytest.fixture(scope="module")
def night(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Rolled back when the last test of this file has looked at it."""
    made, moved = Night(), Clock()
    codes = [source.code for source in registry.sources()]
    with pytest.MonkeyPatch.context() as patch, world(tmp_path_factory.mktemp("world"), only=codes) as departments:
        patch.setattr(settings, "SOURCES_FILE", str(departments.connections))
        with django_db_blocker.unblock():
            try:
                with transaction.atomic():
                    plant(departments, made, moved)
                    populate(CROWD)
                    run_it(made)
                    transaction.set_rollback(True)
            finally:
                moved.move(timedelta(0))
                connection.close()
    return made


def test_everybody_is_answered_by_every_source(night: Night) -> None:
    assert (night.state, night.people) == (Run.State.COMPLETE, 2 * (CROWD + 2 * len(TRUTHS) + len(BOUNDARIES)))
    assert night.sources == len(registry.sources())
    assert night.answers == night.enquiries == night.people * night.sources


def test_the_standing_kinds_are_these() -> None:
    assert {kind.code for kind in registry.kinds().values() if kind.is_standing} == set(TRUTHS)


@pytest.mark.parametrize("kind", TRUTHS)
@pytest.mark.parametrize("purpose", ["receives", "applies"])
def test_a_planted_truth_is_found(night: Night, purpose: str, kind: str) -> None:
    finding = night.found[night.planted[purpose, kind], kind]
    assert (finding["state"], finding["is_standing"]) == (Finding.State.OPEN, purpose == "receives")
    assert finding["verified"]
    assert finding["declared"] != finding["verified"]


@pytest.mark.parametrize("name", BOUNDARIES)
def test_what_is_no_truth_is_not(night: Night, name: str) -> None:
    assert not [kind for person, kind in night.found if person == night.boundaries[name]]


def test_nothing_else_is_found(night: Night) -> None:
    assert set(night.found) == {(person, kind) for (_, kind), person in night.planted.items()}


@pytest.mark.parametrize("table", UNTOUCHED)
def test_the_machine_stops_nobody(night: Night, table: str) -> None:
    assert night.after[table] == night.before[table]
    if table not in ("payments_hold", "payments_paymentline"):
        assert night.before[table]
