"""Looking people up is bounded and recorded, misses too: 30 a minute, 300 a day for each user (R-33)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q

from accounts import access, audit, clock
from accounts.errors import AidError
from accounts.models import AuditEntry, User

PER_MINUTE, PER_DAY = 30, 300
ACTION, REFUSED = "person.lookup", "person.lookup_refused"
_LOCK_SPACE = 0x41494401  # this module's own advisory locks
T = TypeVar("T")


class TooMany(AidError):
    """The user's bound for looking people up is reached."""


def look_up(user: User, purpose: str, search: Callable[[], Sequence[T]], pk_of: Callable[[T], UUID]) -> Sequence[T]:
    """What `search` finds, once it is within the user's bounds; the look-up is on record before it is answered.

    Raises TooMany. The lock is the user's own, so that twenty at once count as twenty.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, user.pk])
        over = _over(user)
        found = () if over else search()
        _record(user, purpose, [pk_of(one) for one in found], over)
    if over:
        raise TooMany(over)
    return found


def _over(user: User) -> str:
    now = clock.now()
    made = AuditEntry.objects.filter(actor=user, action=ACTION, at__gt=now - timedelta(days=1)).aggregate(
        minute=Count("pk", filter=Q(at__gt=now - timedelta(minutes=1))), day=Count("pk")
    )
    if made["minute"] >= PER_MINUTE:
        return "查得太快，1 分钟后再查"
    return f"一天最多查 {PER_DAY} 次，明天再查" if made["day"] >= PER_DAY else ""


def _record(user: User, purpose: str, people: list[UUID], over: str) -> None:
    here = home(user)
    audit.record(
        user,
        REFUSED if over else ACTION,
        user,
        on=clock.today(),
        region_code=here,
        post=access.post_label(user, here),
        purpose=purpose[:100],
        detail={"hits": len(people), "people": ",".join(map(str, people))},
        success=not over,
    )


def home(user: User) -> str:
    """The region under which the user's own acts are recorded."""
    posts = access.held(user)
    return posts[0].region.code if posts else "371500000000"
