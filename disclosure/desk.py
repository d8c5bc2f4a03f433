"""What the notices page (A9) shows: villages that wait, lists that are up or over, objections, what came down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from accounts import access, audit
from accounts.models import User
from accounts.roles import Permission
from disclosure import lists
from disclosure.models import NoticeList, Objection, Posting, is_over, is_up

PAGE_SIZE = 50
SOON_DAYS = 3


class Tab(StrEnum):
    """In the order of the page; the first with something in it is opened."""

    WAITING = "waiting"
    UP = "up"
    OVER = "over"
    OBJECTIONS = "objections"
    PAST = "past"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Tab.WAITING: "待张贴",
    Tab.UP: "公示中",
    Tab.OVER: "期满待撤下",
    Tab.OBJECTIONS: "异议待答复",
    Tab.PAST: "已撤下",
}
# What has to be done comes before what only stands.
_OPENED = (Tab.OVER, Tab.WAITING, Tab.OBJECTIONS, Tab.UP, Tab.PAST)


@dataclass(frozen=True)
class Waiting:
    """A village with families to post."""

    code: str
    village: str
    township: str
    families: int
    may_post: bool


@dataclass(frozen=True)
class Left:
    """How long a list still stands, as the clock badge draws it."""

    kind: str
    words: str


@dataclass(frozen=True)
class Hanging:
    """One list in a row."""

    pk: UUID
    number: str
    village: str
    township: str
    families: int
    objections: int
    posted_on: date
    ends_on: date
    clock: Left
    may_end: bool


@dataclass(frozen=True)
class Against:
    """One objection in a row: which family of which list, never what was said."""

    pk: UUID
    list_pk: UUID
    number: str
    village: str
    seq: int
    head: str
    received_on: date
    may_answer: bool


@dataclass(frozen=True)
class Event:
    """One line of a list's history."""

    at: datetime
    fact: str
    who: str
    lines: Sequence[str]


def counts(user: User, on: date) -> dict[Tab, int]:
    """How much stands under each tab; three queries."""
    mine = NoticeList.objects.visible_to(user)
    counted = mine.aggregate(whole=Count("pk"), up=Count("pk", filter=is_up(on)), over=Count("pk", filter=is_over(on)))
    villages = lists.to_post(user).order_by().aggregate(n=Count("region_id", distinct=True))["n"]
    return {
        Tab.WAITING: villages,
        Tab.UP: counted["up"],
        Tab.OVER: counted["over"],
        Tab.OBJECTIONS: Objection.objects.visible_to(user).open().count(),
        Tab.PAST: counted["whole"] - counted["up"] - counted["over"],
    }


def opened(asked: str, counted: dict[Tab, int]) -> Tab:
    """The tab asked for, else the first that has something to do."""
    if asked in set(Tab):
        return Tab(asked)
    return next((tab for tab in _OPENED if counted[tab]), Tab.WAITING)


@dataclass(frozen=True)
class TabLink:
    """One tab as the page draws it."""

    label: str
    url: str
    count: int
    current: bool
    tone: str


def links(counted: dict[Tab, int], current: Tab) -> list[TabLink]:
    """The tabs in their order; a list past its day is late."""
    return [
        TabLink(tab.label, f"?tab={tab.value}", counted[tab], tab == current, "bad" if tab == Tab.OVER else "plain")
        for tab in Tab
    ]


def rows(user: User, tab: Tab, on: date, *, count: int, page: str | None) -> Page[Any]:
    """One page of a tab; `count` is known already."""
    pages: Paginator[Any] = Paginator(_query(user, tab, on), PAGE_SIZE)
    pages.count = count
    chosen = pages.get_page(page)
    made: Callable[[User, Any, date], object] = _MADE.get(tab, _hanging)
    chosen.object_list = [made(user, row, on) for row in chosen.object_list]
    return chosen


def _query(user: User, tab: Tab, on: date) -> QuerySet[Any, Any]:
    if tab == Tab.WAITING:
        grouped = lists.to_post(user).order_by("region_id").values("region_id", "region__name", "region__parent__name")
        return grouped.annotate(families=Count("pk"))
    if tab == Tab.OBJECTIONS:
        return Objection.objects.visible_to(user).open().select_related("entry__list__region").defer("content", "name")
    chosen = {Tab.UP: NoticeList.objects.up, Tab.OVER: NoticeList.objects.over, Tab.PAST: NoticeList.objects.past}[tab]
    order = ("-ends_on", "pk") if tab == Tab.PAST else ("ends_on", "pk")
    mine = chosen(on).visible_to(user).select_related("region__parent").order_by(*order)
    return mine.annotate(
        families=Count("entries", distinct=True),
        objections=Count("entries__objections", filter=Q(entries__objections__answered_at=None), distinct=True),
    )


def _waiting(user: User, row: dict[str, str], on: date) -> Waiting:
    code = row["region_id"]
    may_post = access.may(user, Permission.POST_NOTICE, code)
    return Waiting(code, row["region__name"], row["region__parent__name"], int(row["families"]), may_post)


def _hanging(user: User, made: NoticeList, on: date) -> Hanging:
    return Hanging(
        pk=made.pk,
        number=made.number,
        village=made.region.name,
        township=made.region.parent.name if made.region.parent else "",
        families=made.families,  # type: ignore[attr-defined]
        objections=made.objections,  # type: ignore[attr-defined]
        posted_on=made.posted_on,
        ends_on=made.ends_on,
        clock=left(made, on),
        may_end=access.may(user, Permission.POST_NOTICE, made.region_id),
    )


def _against(user: User, row: Objection, on: date) -> Against:
    entry = row.entry
    return Against(
        pk=row.pk,
        list_pk=entry.list_id,
        number=entry.list.number,
        village=entry.list.region.name,
        seq=entry.seq,
        head=entry.head,
        received_on=row.received_on,
        may_answer=access.may(user, Permission.GIVE_OPINION, entry.list.region_id),
    )


_MADE: dict[Tab, Callable[[User, Any, date], object]] = {Tab.WAITING: _waiting, Tab.OBJECTIONS: _against}


def left(made: NoticeList, on: date) -> Left:
    """The last day is marked, what is over is late until it is taken down."""
    days = (made.ends_on - on).days
    if days < 0:
        return Left("over", f"期满 {-days} 天")
    if days == 0:
        return Left("soon", "今天 24 时止")
    return Left("half" if days <= SOON_DAYS else "calm", f"还剩 {days} 天")


def history(made: NoticeList) -> list[Event]:
    """When it went up and came down, newest first."""
    proofs = made.postings.select_related("by").order_by("-at")
    return [
        Event(proof.at, proof.get_kind_display(), proof.by.full_name if proof.by else audit.SYSTEM, _told(proof))
        for proof in proofs
    ]


def _told(proof: Posting) -> list[str]:
    return [f"{proof.on}，{proof.note}"]
