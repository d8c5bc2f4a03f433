"""A call of `assess` from another program: allowed by its size, put on record by its count, answered by the figures.

It touches no case. What was sent is kept nowhere: the entry in the audit holds who called and how many objects.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from accounts import access, audit, buckets
from accounts.buckets import Allowance
from accounts.errors import TooLarge, TooMany
from accounts.models import User
from eligibility.assess import book
from eligibility.rules.figures import FigureBook

MOST_OBJECTS = 5_000
ALLOWANCE = Allowance("assess", burst=20_000, per_second=50)
"""Objects of one caller: a county's whole roll in a few calls, then fifty a second for as long as they like."""


@transaction.atomic
def begin(actor: User, objects: int, *, on: date) -> FigureBook:
    """Take a call of this many objects and hand out the figures that answer it.

    Raises TooLarge above `MOST_OBJECTS`, TooMany where the caller's allowance is used up.
    """
    if objects > MOST_OBJECTS:
        raise TooLarge(f"一次最多 {MOST_OBJECTS} 个对象，分几次发送")
    wait = buckets.take(ALLOWANCE, str(actor.pk), max(1, objects))
    if wait:
        raise TooMany(f"调用过快，{wait} 秒后再试", wait)
    figures = book()
    seat = access.held(actor)[0].region.code
    audit.record(actor, "api.assess", actor, on=on, region_code=seat, detail={"objects": objects})
    return figures


__all__ = ["ALLOWANCE", "MOST_OBJECTS", "begin"]
