"""How far a run is: by source what was asked, answered, left, and why; whether the promise will be kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from accounts import clock
from verification.models import Request, Run
from verification.sources import registry
from verification.sources.base import Source

State = Request.State


@dataclass(frozen=True)
class OfSource:
    """One source in one run, in people: `asked` without those left out, `answered`, `waiting` may still be answered."""

    code: str
    label: str
    asked: int
    left_out: int
    answered: int
    waiting: int
    requests: int
    reasons: tuple[str, ...]
    department: str = ""

    @property
    def missing(self) -> int:
        return self.asked - self.answered - self.waiting

    @property
    def is_complete(self) -> bool:
        return self.answered == self.asked


@dataclass(frozen=True)
class Progress:
    """A whole run, in people × sources."""

    sources: tuple[OfSource, ...]
    expected_at: datetime | None
    promised_at: datetime

    @property
    def asked(self) -> int:
        return sum(one.asked for one in self.sources)

    @property
    def answered(self) -> int:
        return sum(one.answered for one in self.sources)

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.sources)

    @property
    def missing(self) -> int:
        return sum(one.missing for one in self.sources)

    @property
    def percent(self) -> int:
        """Whole per cent of what is asked that will not change any more; 100 only when nothing is waited for."""
        return 100 * (self.asked - self.waiting) // self.asked if self.asked else 100

    @property
    def will_be_late(self) -> bool:
        return self.expected_at is not None and self.expected_at > self.promised_at


def of(run: Run) -> Progress:
    """One query."""
    grouped: dict[str, list[Request]] = defaultdict(list)
    fields = ("source", "state", "people", "left_out", "answered", "error")
    for request in Request.objects.filter(run=run).only(*fields).order_by("number"):
        grouped[request.source].append(request)
    order = {source.code: source for source in registry.sources()}
    codes = sorted(grouped, key=lambda code: list(order).index(code) if code in order else len(order))
    sources = tuple(_of_source(code, order.get(code), grouped[code]) for code in codes)
    return Progress(sources, _expected_at(run, sources), run.promised_at)


def _of_source(code: str, source: Source | None, requests: Sequence[Request]) -> OfSource:
    """A source whose file is gone is known by its code."""
    waits = [one for one in requests if one.state in (State.PLANNED, State.SENT)]
    reasons = dict.fromkeys(one.error for one in requests if one.error and one.state != State.ANSWERED)
    return OfSource(
        code=code,
        label=source.label if source else code,
        department=source.department if source else "",
        asked=sum(one.people - one.left_out for one in requests),
        left_out=sum(one.left_out for one in requests),
        answered=sum(one.answered for one in requests),
        waiting=sum(one.people - one.left_out - one.answered for one in waits),
        requests=len(requests),
        reasons=tuple(reasons),
    )


def _expected_at(run: Run, sources: Sequence[OfSource]) -> datetime | None:
    """When the rest is done at the pace so far; None before there is a pace, and where nothing is waited for."""
    answered, waiting = sum(one.answered for one in sources), sum(one.waiting for one in sources)
    if not answered or not waiting or run.state != Run.State.RUNNING:
        return None
    now = clock.now()
    return now + timedelta(seconds=(now - run.planned_at).total_seconds() * waiting / answered)


def answers_of(run: Run) -> int:
    return Request.objects.filter(run=run).aggregate(n=Sum("answered"))["n"] or 0


def unanswered_sources(run: Run) -> list[str]:
    """The labels of the sources that did not answer about everybody."""
    return [one.label for one in of(run).sources if not one.is_complete]
