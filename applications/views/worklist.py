"""待办, the home page of whoever signs in; and every case of their regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts import clock
from accounts.access import held
from accounts.errors import Forbidden
from accounts.models import User
from accounts.roles import Level, Permission
from applications import awaiting_payment, night_seen, rows, unsigned, worklist
from applications.adjustments.awaiting import awaiting
from applications.forms.filters import CaseFilter
from applications.holidays import calendar
from applications.models import Matter, State
from applications.shown import VERBS
from applications.worklist import ALL, UNSIGNED, Waiting, with_head

PER_PAGE = 50
COUNTED = 1000
IN_HAND = "in_hand"
WEEKDAYS = "一二三四五六日"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this user, least time left first."""
    user, today, days = signed_in(request), clock.today(), calendar()
    states = [state for state in State if state in VERBS]
    query = CaseFilter(request.GET, user, states)
    matters = Matter.objects.visible_to(user).filter(query.condition())
    found = worklist.waiting(user, matters, today=today, calendar=days)
    kinds = [(one, worklist.kinds_of(one, today=today, calendar=days)) for one in found]
    lacking = unsigned.listed(
        matters, unsigned.lacking(user, today), today=today, calendar=days, with_village=sees_townships(user)
    )
    tab = request.GET.get("tab", ALL)
    chosen = _sorted([one for one, mine in kinds if tab in mine], request.GET.get("sort", "clock"))
    page: Any = Paginator(lacking if tab == UNSIGNED else chosen, PER_PAGE).get_page(request.GET.get("page"))
    listed = [] if tab == UNSIGNED else _rows(user, page)
    in_hand = [row.pk for row in (page if tab == UNSIGNED else listed)]
    request.session[IN_HAND] = list(dict.fromkeys(map(str, in_hand)))
    context = {
        "tabs": worklist.tabs(user, kinds, len(lacking), tab, _tab_address(request)),
        "query": query,
        "rows": listed,
        "unsigned": list(page) if tab == UNSIGNED else [],
        "page": page,
        "payments": awaiting_payment.waiting(user),
        "adjusting": awaiting(user, today),
        "night": night_seen.seen(user),
        "today": today,
        "weekday": WEEKDAYS[today.weekday()],
        "may_enter": may(user, Permission.ENTER_CASE),
        "may_view": may(user, Permission.VIEW_CASE),
        "is_narrowed": bool(set(request.GET) - {"page", "sort"}),
    }
    return render(request, "applications/worklist.html", context)


def _rows(user: User, page: Iterable[Waiting]) -> list[rows.Row]:
    clocks = {one.pk: one.clock for one in page}
    return rows.rows(list(clocks), clocks, with_village=sees_townships(user))


_SORTS: dict[str, Callable[[Waiting], Any]] = {
    "clock": lambda one: one.due,
    "head": lambda one: one.initials,
    "matter": lambda one: one.programme,
    "received": lambda one: one.received,
}


def _sorted(found: Sequence[Waiting], by: str) -> list[Waiting]:
    key = _SORTS.get(by.removeprefix("-"))
    return sorted(found, key=key, reverse=by.startswith("-")) if key else list(found)


def _tab_address(request: HttpRequest) -> Callable[[str], str]:
    def address(code: str) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query["tab"] = code
        return f"?{query.urlencode()}"

    return address


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than a thousand: the pager then says 以上."""

    capped = False
    _counted: int | None = None

    @property
    def count(self) -> int:
        if self._counted is None:
            listed: Any = self.object_list
            found = int(listed[: COUNTED + 1].count())
            self.capped = found > COUNTED
            self._counted = min(found, COUNTED)
        return self._counted


_ORDERS = {
    "head": F("head__person__initials"),
    "matter": F("programme"),
    "received": F("application__submitted_on"),
    "state": F("state"),
}


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Every matter of the user's regions, open and closed, newest first."""
    user = signed_in(request)
    if not may(user, Permission.VIEW_CASE):
        raise Forbidden("申请由办案的岗位查看")
    query = CaseFilter(request.GET, user, list(State))
    matters = with_head(Matter.objects.visible_to(user).filter(query.condition()))
    page = CappedPaginator(_ordered(matters, request.GET.get("sort", "")), PER_PAGE).get_page(request.GET.get("page"))
    plain: list[tuple[UUID, str, str, str]] = list(page.object_list)
    clocks = rows.clocks_of(plain, today=clock.today(), calendar=calendar())
    listed = rows.rows([one[0] for one in plain], clocks, with_village=sees_townships(user))
    request.session[IN_HAND] = [str(row.pk) for row in listed]
    context = {
        "query": query,
        "rows": listed,
        "page": page,
        "may_enter": may(user, Permission.ENTER_CASE),
        "is_narrowed": bool(set(request.GET) - {"page", "sort"}),
    }
    return render(request, "applications/cases.html", context)


def _ordered(matters: QuerySet[Matter], by: str) -> QuerySet[Matter, tuple[Any, ...]]:
    order = _ORDERS.get(by.removeprefix("-"))
    ordering = [order.desc(nulls_last=True) if by.startswith("-") else order.asc(nulls_last=True)] if order else []
    return matters.order_by(*ordering, "-created_at", "-pk").values_list("pk", "programme", "state", "region_id")


def signed_in(request: HttpRequest) -> User:
    """The user behind the request; every page here stands behind the login."""
    user = request.user
    assert isinstance(user, User), "LoginRequired lets nobody else through"
    return user


def may(user: User, permission: Permission) -> bool:
    """Whether any of the user's posts carries the permission, wherever it is held."""
    return any(permission in post.permissions for post in held(user))


def sees_townships(user: User) -> bool:
    """Whether rows name the township too: for whoever is responsible for more than one."""
    return any(post.region.level in (Level.CITY, Level.COUNTY) for post in held(user))


__all__ = ["IN_HAND", "Page", "cases", "home", "may", "signed_in"]
