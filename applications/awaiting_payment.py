"""Payment lists that wait for one of the user's county posts: a short panel above the worklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.access import reach
from accounts.models import User
from accounts.roles import Permission
from payments.models import PaymentList

ListState = PaymentList.State
_NEXT: tuple[tuple[str, Permission, str, tuple[str, ...]], ...] = (
    (ListState.BUILT, Permission.CHECK_LIST, "复核名单", ("built_by", "approved_by", "released_by")),
    (ListState.CHECKED, Permission.CHECK_LIST, "冻结名单", ("built_by", "approved_by", "released_by")),
    (ListState.LOCKED, Permission.APPROVE_LIST, "批准名单", ("built_by", "checked_by", "released_by")),
    (ListState.APPROVED, Permission.RELEASE_LIST, "放款", ("built_by", "checked_by", "approved_by")),
    (ListState.RELEASED, Permission.RELEASE_LIST, "导出名单", ("built_by", "checked_by", "approved_by")),
)
"""Where a list stands, whose it then is, what that is called, and whose hands must not have been there before."""


@dataclass(frozen=True)
class WaitingList:
    """One payment list that waits for this user."""

    pk: UUID
    month: date
    county: str
    state: str
    lines: int
    total_fen: int
    act: str


def waiting(user: User) -> list[WaitingList]:
    """The lists whose next step this user can take, oldest month first. One query; none without such a post."""
    condition = Q(pk__in=[])
    for state, permission, _, apart in _NEXT:
        reached = reach(user, permission)
        if reached != Q(pk__in=[]):
            condition |= reached & Q(state=state) & ~Q(**{apart[0]: user}) & _not(apart[1:], user)
    if condition == Q(pk__in=[]):
        return []
    acts = {state: act for state, _, act, _ in _NEXT}
    lists = PaymentList.objects.filter(condition).select_related("region").order_by("month", "number")
    return [
        WaitingList(
            one.pk,
            one.month,
            one.region.name,
            PaymentList.State(one.state).label,
            one.lines_count,
            one.total_fen,
            acts[one.state],
        )
        for one in lists
    ]


def _not(columns: tuple[str, ...], user: User) -> Q:
    """None of these is the user; an empty column is nobody."""
    condition = Q()
    for column in columns:
        condition &= Q(**{f"{column}__isnull": True}) | ~Q(**{column: user})
    return condition
