"""What the page 主动发现 shows: who is to be visited, by whom it was told, what was found, which lists came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.utils.http import urlencode

from accounts import regions
from accounts.models import Region, User
from applications.worklist import Tab
from households.identity import age_on
from households.masking import mask_id, mask_phone
from verification.models import PushedList, PushedPerson
from verification.models.pushed import PushedPersonQuerySet
from verification.sources import registry

State = PushedPerson.State
PER_PAGE = 50
LISTS = "lists"
SHORT = 40
_TABS: tuple[tuple[str, str], ...] = (
    (State.TO_VISIT, State.TO_VISIT.label),
    (State.VISITED, State.VISITED.label),
    (State.ALREADY_KNOWN, State.ALREADY_KNOWN.label),
    (State.SET_ASIDE, State.SET_ASIDE.label),
    (LISTS, "收到的名单"),
)
CODES = frozenset(code for code, _ in _TABS)


@dataclass(frozen=True)
class Row:
    """One person of a list, or one row set aside, as the page shows it: number and phone masked."""

    pk: UUID
    name: str
    masked: str
    phone: str
    about: str
    place: str
    sources: tuple[str, ...]
    ground: str
    received: date
    line: int
    state: str
    state_label: str
    reason: str
    outcome: str
    note: str
    visited: str


@dataclass(frozen=True)
class ListRow:
    """One list that came."""

    pk: UUID
    name: str
    department: str
    kind: str
    legal_basis: str
    received: date
    by: str
    rows: int
    taken: int
    set_aside: int


def tabs(user: User, people: PushedPersonQuerySet, current: str, place: str) -> list[Tab]:
    """The tabs with their counts, each in the place asked for; the lists only for whom one is visible. Two queries."""
    counts = dict(people.order_by().values_list("state").annotate(Count("pk")))
    counts[LISTS] = PushedList.objects.visible_to(user).count()
    return [
        Tab(code, label, f"?{urlencode({'tab': code, 'place': place})}", counts.get(code, 0), code == current)
        for code, label in _TABS
        if code in (State.TO_VISIT, current) or counts.get(code)
    ]


def visible(user: User, prefix: str) -> PushedPersonQuerySet:
    found = PushedPerson.objects.visible_to(user)
    return found.filter(region__code__startswith=prefix) if prefix else found


def people(found: PushedPersonQuerySet, state: str, page: str | None) -> Page[PushedPerson]:
    """One page of a tab: who waits longest first, what was done last first."""
    if state == State.TO_VISIT:
        listed: QuerySet[PushedPerson] = found.to_visit()
    else:
        listed = found.filter(state=state).order_by("-visited_at", "-list__received_at", "line")
    return Paginator(with_lists(listed), PER_PAGE).get_page(page)


def with_lists(found: QuerySet[PushedPerson]) -> QuerySet[PushedPerson]:
    """With the list of each, and the later lists that name the same person."""
    later = PushedPerson.objects.select_related("list").order_by("list__received_at", "id")
    return found.select_related("list", "visited_by").prefetch_related(Prefetch("also_listed", later))


def rows(found: Iterable[PushedPerson], today: date) -> list[Row]:
    return [row_of(one, today) for one in found]


def row_of(one: PushedPerson, today: date) -> Row:
    lists = [one.list, *(other.list for other in one.also_listed.all())]
    grounds = [one.ground, *(other.ground for other in one.also_listed.all())]
    age = f"{age_on(one.birth_date, today)} 岁" if one.birth_date else ""
    sex = {"M": "男", "F": "女"}.get(one.sex, "")
    aside = one.state == State.SET_ASIDE
    return Row(
        pk=one.pk,
        name=one.name or "（没有姓名）",
        masked=mask_id(one.id_number) or "--",
        phone=mask_phone(one.phone),
        about=f"{sex} {age}".strip(),
        place=regions.full_name(one.region_id).removeprefix(regions.name_of(one.region_id[:6].ljust(12, "0")))
        or "全县",
        sources=tuple(f"{department(made)} {made.received_on:%m-%d}" for made in lists),
        ground="" if aside else "；".join(_said(made, ground) for made, ground in zip(lists, grounds, strict=True)),
        received=one.list.received_on,
        line=one.line,
        state=one.state,
        state_label=one.get_state_display(),
        reason=one.reason,
        outcome=one.get_outcome_display(),
        note=one.note,
        visited=f"{one.visited_by.full_name} {one.visited_on}" if one.visited_by else "",
    )


def _said(made: PushedList, ground: str | None) -> str:
    label = made.get_kind_display()
    return f"{label}：{ground[:SHORT]}" if ground else label


def department(made: PushedList) -> str:
    """Who sent it; a source whose file is gone by its code."""
    known = {one.code: one.department for one in registry.sources()}
    return known.get(made.source, made.source)


def lists(user: User, page: str | None) -> Page[PushedList]:
    found = PushedList.objects.visible_to(user).select_related("received_by")
    return Paginator(found, PER_PAGE).get_page(page)


def list_row(made: PushedList) -> ListRow:
    return ListRow(
        made.pk,
        made.name,
        department(made),
        made.get_kind_display(),
        made.legal_basis,
        made.received_on,
        made.received_by.full_name,
        made.rows,
        made.taken,
        made.set_aside,
    )


def below(region: Region) -> Sequence[tuple[str, str]]:
    """The places one level down, to hand somebody to."""
    return list(Region.objects.filter(parent=region).order_by("code").values_list("code", "name"))
