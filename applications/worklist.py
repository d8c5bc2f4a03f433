"""What waits for whom: open matters whose next step one of the user's posts can take, by least time left.

Due dates are computed in Python over plain tuples: the number of queries is the same for ten matters and a thousand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery

from accounts.access import Held, held
from accounts.models import User
from accounts.roles import Permission
from applications.clocks import Clock, Kind, Past, clock_of
from applications.models import Action, ConfirmingBody, HomeVisit, Matter, RelativeRegister, State, Transition
from applications.shown import VERBS
from applications.workdays import Calendar
from applications.workflow import CONFIRMING, STEPS, delegates
from households.models.people import Relation

FAR = date.max
DUE_SOON_DAYS = 3


@dataclass(frozen=True)
class Waiting:
    """An open matter that waits for this user: just what ordering and counting need."""

    pk: UUID
    state: str
    clock: Clock | None
    created: Any
    initials: str
    programme: str
    received: date

    @property
    def due(self) -> date:
        return self.clock.due if self.clock and self.clock.due else FAR


def with_head(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """The household's head joined as `head`: the row is named after them."""
    return matters.annotate(
        head=FilteredRelation(
            "household__memberships",
            condition=Q(household__memberships__relation=Relation.HEAD, household__memberships__left_on=None),
        )
    )


_COLUMNS = ("pk", "state", "programme", "region_id", "created_at", "application__submitted_on")


def waiting(user: User, matters: QuerySet[Matter], *, today: date, calendar: Calendar) -> list[Waiting]:
    """Those of `matters` whose next step this user can take, least time left first. Two or three queries."""
    posts = held(user)
    second = HomeVisit.objects.filter(matter=OuterRef("pk")).order_by("-round").values("second_id")[:1]
    rows = list(
        with_head(matters.filter(_reach(posts)))
        .annotate(
            named=Subquery(second),
            relative=Exists(RelativeRegister.objects.filter(matter=OuterRef("pk"), user=user)),
            initials=F("head__person__initials"),
        )
        .values_list(*_COLUMNS, "named", "relative", "initials")
    )
    settings = _settings(rows, today)
    taken = _taken(row[0] for row in rows)
    found = []
    for pk, state, programme, region, created, received, named, relative, initials in rows:
        delegated = delegates(settings, region, programme)
        steps = taken[pk]
        if _is_theirs(user, posts, State(state), region, steps, delegated, named, relative):
            past = [Past(action, on, at) for action, on, at, _ in steps]
            clock = clock_of(programme, state, past, calendar, today=today, is_delegated=delegated)
            found.append(Waiting(pk, state, clock, created, initials or "", programme, received))
    return sorted(found, key=lambda one: (one.due, one.created, str(one.pk)))


def _settings(rows: Sequence[Any], today: date) -> list[ConfirmingBody]:
    """Who confirms where; asked only where something stands whose clock or next hand depends on it."""
    return list(ConfirmingBody.objects.filter(effective_from__lte=today)) if rows else []


Step = tuple[str, date, Any, int | None]


def _taken(pks: Iterable[UUID]) -> dict[UUID, list[Step]]:
    taken: dict[UUID, list[Step]] = defaultdict(list)
    rows = Transition.objects.filter(matter_id__in=list(pks)).order_by("matter_id", "seq")
    for pk, action, on, at, actor in rows.values_list("matter_id", "action", "on", "at", "actor_id"):
        taken[pk].append((action, on, at, actor))
    return taken


def _reach(posts: Sequence[Held]) -> Q:
    """The states each post can lead on from, within its region; delegation adds the reviewer's and is judged later."""
    condition = Q(pk__in=[])
    for post in posts:
        states = [state for state, (action, _) in VERBS.items() if _may_lead(post.permissions, action)]
        condition |= Q(region__code__startswith=post.region.prefix, state__in=states)
    return condition


def _may_lead(permissions: frozenset[str], action: Action) -> bool:
    needed = set(STEPS[action].permissions) | ({Permission.GIVE_OPINION} if action in CONFIRMING else set())
    return bool(needed & set(permissions))


def _is_theirs(
    user: User,
    posts: Sequence[Held],
    state: State,
    region: str,
    steps: Sequence[Step],
    delegated: bool,
    named: int | None,
    relative: bool,
) -> bool:
    step = STEPS[VERBS[state][0]]
    needed = {Permission.GIVE_OPINION} if delegated and step.action in CONFIRMING else set(step.permissions)
    if not any(region.startswith(p.region.prefix) and needed & set(p.permissions) for p in posts):
        return False
    if relative and step.relatives_excluded:
        return False
    if state == State.VISITED:
        return named == user.pk
    return not any(actor == user.pk and action in step.apart_from for action, _, _, actor in steps)


@dataclass(frozen=True)
class Tab:
    """A kind of waiting matter, with how many."""

    code: str
    label: str
    url: str
    count: int
    current: bool
    tone: str = "plain"


ALL = "all"
UNSIGNED = "unsigned"


def kinds_of(one: Waiting, *, today: date, calendar: Calendar) -> frozenset[str]:
    """The tabs a matter stands under."""
    kinds = {ALL, one.state}
    clock = one.clock
    if clock is None or clock.kind == Kind.HOLD or clock.due is None:
        return frozenset(kinds)
    if clock.kind == Kind.OVER:
        kinds.add("over")
    elif clock.due <= today:
        kinds.add("today")
    elif calendar.working_days_between(today, clock.due) <= DUE_SOON_DAYS:
        kinds.add("soon")
    return frozenset(kinds)


_TABS: tuple[tuple[str, str, str], ...] = (
    (ALL, "全部", "plain"),
    ("over", "已超期", "bad"),
    ("today", "今天必办", "warn"),
    ("soon", "快到期", "plain"),
    (UNSIGNED, "需补签授权书", "warn"),
    (State.SUBMITTED, State.SUBMITTED.label, "plain"),
    (State.SUPPLEMENT, State.SUPPLEMENT.label, "plain"),
    (State.ACCEPTED, State.ACCEPTED.label, "plain"),
    (State.VISITED, "待我确认调查", "plain"),
    (State.SURVEYED, State.SURVEYED.label, "plain"),
    (State.TO_POST, State.TO_POST.label, "plain"),
    (State.POSTED, State.POSTED.label, "plain"),
    (State.DISPUTED, State.DISPUTED.label, "warn"),
    (State.TO_CONFIRM, State.TO_CONFIRM.label, "plain"),
)
_CLOCKS = (ALL, "over", "today", "soon")


def tabs(
    user: User, found: Sequence[tuple[Waiting, frozenset[str]]], unsigned: int, current: str, url: Any
) -> list[Tab]:
    """The tabs that mean something to this user's posts; `url` makes a tab's address out of its code.

    `unsigned` people stand under a tab of their own.
    """
    counts: dict[str, int] = defaultdict(int)
    counts[UNSIGNED] = unsigned
    for _, kinds in found:
        for kind in kinds:
            counts[kind] += 1
    permissions = frozenset(p for post in held(user) for p in post.permissions)
    reached = {state.value for state, (action, _) in VERBS.items() if _may_lead(permissions, action)}
    if Permission.ENTER_CASE in permissions:
        reached.add(UNSIGNED)
    return [
        Tab(code, label, url(code), counts[code], code == current, tone if counts[code] else "plain")
        for code, label, tone in _TABS
        if code in _CLOCKS or (code in reached and (counts[code] or code == current))
    ]
