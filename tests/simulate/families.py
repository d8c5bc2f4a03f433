"""Families whose answer a reader can work out in the head; assets ruled within the limit unless said otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from accounts.models import User
from households.models import Household
from tests.making import VILLAGE, make_household, make_person, members_of
from tests.simulate import registry

ON = date(2026, 11, 25)
GROWN = date(1980, 5, 1)
OLD = date(1950, 5, 1)
CHILD = date(2015, 5, 1)


def family(
    by: User,
    wages: Sequence[int | None] = (0,),
    *,
    births: Sequence[date] = (),
    area: str = "rural",
    region: str = VILLAGE,
    is_ruled: bool = True,
) -> Household:
    """One person a wage (yuan a month; None is not known), the first the head and the others children."""
    days = [*births, *[GROWN] * len(wages)]
    people = [make_person(region_code=region, birth=days[place]) for place in range(len(wages))]
    home = make_household(region, people, area=area)
    for person, wage in zip(members_of(home), wages, strict=True):
        if wage != 0:
            registry.earn(home, person, "wage", None if wage is None else wage * 100, by)
        registry.say(home, person, "self_care_failed", "failed", 0, by)
    if is_ruled:
        registry.rule(home, "assets_within_limit", 1, None, by)
    return home
