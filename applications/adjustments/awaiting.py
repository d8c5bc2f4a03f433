"""What waits for this user: awards new figures touch, batches to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts import access
from accounts.models import Region, User
from accounts.roles import Level
from applications.adjustments import scope
from applications.adjustments.preparing import CONFIRMS, PREPARES
from applications.models import AdjustmentBatch


@dataclass(frozen=True)
class Awaiting:
    """How many awards wait to be prepared, and how many batches to be confirmed."""

    touched: int
    to_confirm: int


def awaiting(user: User, on: date) -> Awaiting:
    """Nothing, and no query, for whoever neither prepares nor confirms for a county."""
    counties = _counties(user)
    if not counties:
        return Awaiting(0, 0)
    prepared = AdjustmentBatch.objects.filter(region__in=counties, state=AdjustmentBatch.State.PREPARED)
    return Awaiting(
        sum(scope.pending(county.county_code, on) for county in counties), prepared.exclude(prepared_by=user).count()
    )


def _counties(user: User) -> list[Region]:
    posts = [post for post in access.held(user) if post.region.level == Level.COUNTY]
    return [post.region for post in posts if {PREPARES, CONFIRMS} & set(post.permissions)]
