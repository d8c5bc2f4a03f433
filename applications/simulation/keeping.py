"""A run kept: the tables, and every row behind a number. In the request for a small place, by a job for a large one.

A row is one family of a family programme, one person of the others. What the job found is stored as a document; the
link of the question finds it, whoever opens it within reach.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

import numpy as np
from django.db import transaction

from accounts import access, audit, clock, documents, jobs
from accounts.errors import Forbidden
from accounts.models import Job, Region, User
from applications.simulation.asking import SIMULATES, params
from applications.simulation.running import Outcome, Question, run
from eligibility.programmes import Programme
from eligibility.rules.ternary import UNKNOWN, YES, Bools
from eligibility.simulate.compare import Compared
from eligibility.simulate.copying import Column
from eligibility.simulate.proposed import Proposed
from eligibility.simulate.totals import Table, Totals
from households.models import Household

JOB: Final = "simulation.run"
MOST_IN_A_REQUEST: Final = 20_000
NUMBERS: Final = {programme: number for number, programme in enumerate(Programme)}
Rows = dict[str, Column]


@dataclass(frozen=True)
class Kept:
    """What the page and the file are made of. `rows` are columns of one length, in the order of places."""

    households: int
    people: int
    incomplete: int
    table: Table
    rows: Rows
    at: datetime


def kept(outcome: Outcome) -> Kept:
    """The tables, and the rows of whoever is eligible, undetermined, counted elsewhere or paid."""
    several = [_rows(outcome, programme, one) for programme, one in outcome.compared.items()]
    rows = {name: np.concatenate([one[name] for one in several]) for name in several[0]}
    order = np.lexsort((rows["person_lo"], rows["home_lo"], rows["home_hi"], rows["region"], rows["programme"]))
    return Kept(
        outcome.households,
        outcome.people,
        outcome.incomplete,
        outcome.table,
        {name: column[order] for name, column in rows.items()},
        clock.now(),
    )


def _rows(outcome: Outcome, programme: Programme, one: Compared) -> Rows:
    people, live = outcome.population, outcome.live[programme]
    held = (one.outcome_before == YES) | (one.outcome_after == YES) | (one.outcome_after == UNKNOWN)
    which = np.flatnonzero(held | one.doubled | live[one.home])
    home = one.home[which]
    person = np.full(len(which), -1) if one.person is None else one.person[which]
    rows: Rows = {
        "programme": np.full(len(which), NUMBERS[programme], np.int8),
        "change": one.change[which],
        "was": one.outcome_before[which],
        "now": one.outcome_after[which],
        "fen_before": one.fen_before[which],
        "fen_after": one.fen_after[which],
        "people_before": one.people_before[which],
        "people_after": one.people_after[which],
        "doubled": one.doubled[which],
        "live": live[home],
        "region": people.region[home],
        "home_hi": people.household_hi[home],
        "home_lo": people.household_lo[home],
        "person_hi": _of(people.person_hi, person),
        "person_lo": _of(people.person_lo, person),
    }
    return _with_paid(rows, outcome, programme, one, live)


def _of(halves: Column, person: Column) -> Column:
    """The halves of each person's id; zeros where the row is a family's."""
    if not len(halves):
        return np.zeros(len(person), np.uint64)
    return np.where(person >= 0, halves[np.maximum(person, 0)], np.uint64(0))


def _with_paid(rows: Rows, outcome: Outcome, programme: Programme, one: Compared, live: Bools) -> Rows:
    """Families that are paid though nobody in them is even asked about, so that the list of the paid is whole."""
    asked = np.zeros(len(live), np.bool_)
    asked[one.home] = True
    left = np.flatnonzero(live & ~asked)
    more = {name: np.zeros(len(left), column.dtype) for name, column in rows.items()}
    more["programme"][:], more["live"][:] = NUMBERS[programme], True
    more["region"] = outcome.population.region[left]
    more["home_hi"], more["home_lo"] = outcome.population.household_hi[left], outcome.population.household_lo[left]
    return {name: np.concatenate((column, more[name])) for name, column in rows.items()}


def packed(made: Kept) -> bytes:
    """As one file."""
    about = {
        "households": made.households,
        "people": made.people,
        "incomplete": made.incomplete,
        "at": made.at.isoformat(),
        "table": {
            code: {one.value: asdict(totals) for one, totals in mine.items()} for code, mine in made.table.items()
        },
    }
    whole, text = BytesIO(), np.frombuffer(json.dumps(about).encode(), np.uint8)
    arrays: Mapping[str, Any] = {"about": text, **made.rows}
    np.savez_compressed(whole, **arrays)
    return whole.getvalue()


def unpacked(content: bytes) -> Kept:
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        about = json.loads(arrays["about"].tobytes())
        rows = {name: arrays[name] for name in arrays.files if name != "about"}
    table = {
        code: {Programme(one): Totals(**totals) for one, totals in mine.items()}
        for code, mine in about["table"].items()
    }
    at = datetime.fromisoformat(about["at"])
    return Kept(about["households"], about["people"], about["incomplete"], table, rows, at)


def is_large(question: Question) -> bool:
    """Whether the place holds more households than a request should judge."""
    first, last = question.prefix.ljust(12, "0"), question.prefix.ljust(12, "9")
    within = Household.objects.filter(region_id__gte=first, region_id__lte=last)
    return within.order_by()[: MOST_IN_A_REQUEST + 1].count() > MOST_IN_A_REQUEST


def last_job(question: Question) -> Job | None:
    """The newest run of the same question."""
    asked = Job.objects.filter(kind=JOB, region_id=question.region, params=params(question))
    return asked.order_by("-created_at", "-pk").first()


def of_job(job: Job) -> Kept:
    """What a finished job found. Raises NotHere where its file is gone."""
    return unpacked(documents.read(job.result["document"]))


@transaction.atomic
def start(question: Question, *, actor: User, on: date) -> Job:
    """Have it worked out in the background; while the same question runs, that run answers.

    Raises NotHere outside the actor's regions, Forbidden inside them without a post that simulates.
    """
    if not any(access.may(actor, one, question.region) for one in SIMULATES):
        access.require(actor, next(iter(sorted(SIMULATES))), question.region)
        raise Forbidden("新标准测算由县级标准岗位和督导、审计查看")
    region = Region.objects.select_for_update(of=("self",)).get(code=question.region)
    running = last_job(question)
    if running is not None and running.closed_at is None:
        return running
    job = jobs.plan(JOB, params(question), region=region, by=actor)
    audit.record(actor, "simulation.start", job, on=on, region_code=question.region)
    return job


@jobs.runner(JOB)
def work(held: jobs.Claim) -> None:
    """Run the question and store what it found. Killed and begun again, it only reads again."""
    outcome = run(_question(held.job), lambda tenths: held.progress(tenths, 10))
    content = packed(kept(outcome))
    held.finish({"document": documents.store(content, "application/octet-stream").sha256})


def _question(job: Job) -> Question:
    given = dict(job.params)
    region, on = given.pop("region"), date.fromisoformat(given.pop("on"))
    proposed = []
    for code, yuan in given.items():
        programme, measure, *area = code.split(".")
        proposed.append(Proposed(programme, measure, area[0] if area else "", int(yuan.replace(".", ""))))
    return Question(tuple(proposed), on, region)
