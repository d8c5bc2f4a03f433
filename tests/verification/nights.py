"""A household, its night and what came of it, by the real acts: what the tests of findings begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from accounts import jobs
from accounts.models import User
from households.facts import Pen
from households.means import Circumstances, Income
from households.models import Household, Person
from tests.making import COUNTY, VILLAGE, make_user, members_of
from tests.simulate.families import family
from tests.verification import stories
from verification import findings
from verification.findings import Recorded
from verification.models import Finding, Run

PENSION = {"pension": 146_400}


@dataclass
class Night:
    """One household with a declared wage of the head, asked about night after night."""

    wages: Sequence[int | None] = (500, 0)
    clerk: User = field(init=False)
    home: Household = field(init=False)

    def __post_init__(self) -> None:
        self.clerk = make_user("clerk", VILLAGE, full_name="刘海燕")
        self.home = family(self.clerk, self.wages)

    @property
    def people(self) -> list[Person]:
        return members_of(self.home)

    def earns(self, *incomes: Income, place: int = 0) -> None:
        pen = Pen(self.home, source="declared", on=stories.SINCE, by=self.clerk)
        pen.person(self.people[place], Circumstances("head", None, incomes=incomes))

    def answers(
        self,
        said: Mapping[int, Mapping[str, Any]],
        source: str = "human_resources",
        *,
        on: date = stories.NIGHT,
        only: Sequence[int] | None = None,
        **subject: Any,
    ) -> Recorded:
        """That night's answer about everybody; `said` by place, no record where it has none, nothing beyond `only`."""
        run = Run.objects.filter(on=on, county_code=COUNTY[:6]).first() or stories.make_run(on)
        request, enquiries = stories.asked(self.people, self.home, source, run=run, **subject)
        found = {enquiries[place].id: values for place, values in said.items()}
        spoken = range(len(enquiries)) if only is None else only
        with transaction.atomic():
            recorded = findings.weigh(request, found, {enquiries[place].id for place in spoken})
        jobs.run_waiting()
        return recorded


def pension(**more: Any) -> tuple[Night, Finding]:
    """A finding of a pension nobody declared, with the head."""
    night = Night(**more)
    night.answers({0: PENSION})
    return night, Finding.objects.get()
