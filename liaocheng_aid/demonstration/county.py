"""A whole demonstration county: families in every programme and state, last month's list paid, this month's to come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from accounts.models import Region
from applications.models import Matter, State
from liaocheng_aid.demonstration import families
from liaocheng_aid.demonstration.families import Maker, Place
from liaocheng_aid.demonstration.people import Inventor
from liaocheng_aid.demonstration.staff import Office, appoint
from liaocheng_aid.demonstration.story import Teller, workday_before

# How far each family's case has come, in shares of a hundred; most are settled, as in life.
AGES: tuple[tuple[State, int, int], ...] = (
    (State.CONFIRMED, 58, 75),
    (State.SUBMITTED, 6, 0),
    (State.SUPPLEMENT, 3, 3),
    (State.ACCEPTED, 6, 2),
    (State.VISITED, 4, 4),
    (State.SURVEYED, 5, 6),
    (State.TO_POST, 4, 9),
    (State.POSTED, 5, 9),
    (State.TO_CONFIRM, 5, 28),
    (State.REFUSED, 2, 45),
    (State.DECLINED, 1, 30),
    (State.WITHDRAWN, 1, 20),
)
NOTICE_AFTER = 16  # natural days from submission to the posting of a notice
DECIDED_AFTER = 35  # and to the county's decision


NOTICED = (State.POSTED, State.TO_CONFIRM, State.CONFIRMED)


@dataclass(frozen=True)
class Plan:
    """One family before its story is told."""

    maker: Maker
    office: Office
    village: Region
    until: State
    submitted: date


class County:
    """Fills one county from a seed; the same arguments give the same families, sums and days."""

    def __init__(self, region: Region, *, households: int, seed: int, on: date) -> None:
        self.households, self.on = households, on
        self.inventor = Inventor(seed)
        self.staff = appoint(region, since=date(on.year - 2, 1, 1))
        self.teller = Teller(self.staff, on)

    def fill(self) -> int:
        """Tell every family's story in the order of the days its notice was posted; how many."""
        plans = [self._plan(index) for index in range(self.households)]
        lists: dict[tuple[date, str], list[Plan]] = defaultdict(list)
        for plan in plans:
            if plan.until in NOTICED:
                lists[(self._posting_day(plan), plan.village.code)].append(plan)
        for (day, village), group in sorted(lists.items(), key=lambda item: item[0]):
            self._tell_noticed(group, village, day)
        for plan in plans:
            if plan.until not in NOTICED:
                self._tell_other(plan)
        return len(plans)

    def _plan(self, index: int) -> Plan:
        """Half the families live in the first township, whose clerk can log in."""
        office = self.staff.offices[0 if index % 2 == 0 else 1 + index // 2 % (len(self.staff.offices) - 1)]
        until, days = self._age(index)
        village = self.inventor.random.choice(office.villages)
        submitted = workday_before(self.on, days + (self.inventor.random.randint(0, 25) if days > 60 else 0))
        maker = families.well_off if until == State.REFUSED else self._maker(index)
        return Plan(maker, office, village, until, submitted)

    def _age(self, index: int) -> tuple[State, int]:
        """The first of each state once, then by their shares."""
        if index < len(AGES):
            return AGES[index][0], AGES[index][2]
        drawn = self.inventor.random.choices(AGES, weights=[share for _, share, _ in AGES])[0]
        return drawn[0], drawn[2]

    def _maker(self, index: int) -> Maker:
        """The first families show every programme, the later ones come by their shares."""
        makers = [maker for maker, _ in families.MAKERS]
        if index < 4 * len(makers):
            return makers[index % len(makers)]
        return self.inventor.random.choices(makers, weights=[share for _, share in families.MAKERS])[0]

    def _posting_day(self, plan: Plan) -> date:
        if plan.until == State.POSTED:
            return workday_before(self.on, 2)
        return workday_before(plan.submitted + timedelta(days=NOTICE_AFTER), 0)

    @transaction.atomic
    def _tell_noticed(self, group: list[Plan], village: str, day: date) -> None:
        told = [(plan, self._tell(plan)) for plan in group]
        if any(matter.state == State.TO_POST for _, matter in told):
            self.teller.notice(group[0].office, village, day)
        for plan, matter in told:
            if plan.until == State.CONFIRMED:
                self.teller.decide(
                    matter.pk, min(self.on, workday_before(plan.submitted + timedelta(days=DECIDED_AFTER), 0))
                )
        if group[-1].until == State.POSTED and village.endswith("1"):
            self.teller.dispute(told[-1][1], group[-1].office)

    @transaction.atomic
    def _tell_other(self, plan: Plan) -> None:
        matter = self._tell(plan)
        if plan.until == State.REFUSED:
            self.teller.decide(matter.pk, workday_before(plan.submitted + timedelta(days=20), 0))

    def _tell(self, plan: Plan) -> Matter:
        place = Place(plan.village.code, plan.village.name, plan.submitted)
        return self.teller.tell(plan.office, plan.maker(self.inventor, place), plan.until)
