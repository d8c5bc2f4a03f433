"""The frame of a case's page: who and where, the clock, what can be done now and by whom, the last of what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from accounts import access, audit, clock
from accounts.models import User
from accounts.roles import ROLES, Level
from applications import verdicts
from applications.clocks import Past, clock_of
from applications.holidays import calendar
from applications.models import CLOSED, Action, Matter, State, Transition
from applications.shown import ShownClock, shown
from applications.workflow import OpenStep, is_delegated, open_steps
from eligibility.assess import Judged
from eligibility.programmes import Programme
from households.masking import mask_id
from households.models import Membership, Person
from households.models.people import Relation


@dataclass(frozen=True)
class Entry:
    """One event of the history."""

    at: datetime
    fact: str
    who: str
    lines: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Stage:
    """One stop of the stage bar."""

    label: str
    note: str
    state: str


_ASKING = frozenset(
    {Action.ASK_PAPERS, Action.RETURN_TO_VISIT, Action.SEND_BACK, Action.RESURVEY, Action.OPPOSE, Action.OBJECT}
)


@dataclass
class Case:
    """A matter as one user has it open. What costs a query is read once, when first asked for."""

    matter: Matter
    user: User
    taken: list[Transition]
    today: date

    @cached_property
    def judged(self) -> Judged:
        """The household as the rules read it today: six queries."""
        return verdicts.judge(self.matter, on=self.today)

    @property
    def has_judged(self) -> bool:
        """Whether the household has been read already."""
        return "judged" in self.__dict__

    @cached_property
    def head(self) -> Person | None:
        if self.has_judged:
            pairs = zip(self.judged.people, self.judged.means.people, strict=True)
            return next((person for person, known in pairs if known.relation == Relation.HEAD), None)
        heads = Membership.objects.live().filter(household=self.matter.household, relation=Relation.HEAD)
        found = heads.select_related("person").first()
        return found.person if found else None

    @cached_property
    def steps(self) -> list[OpenStep]:
        return [] if self.is_closed else open_steps(self.matter, self.user, self.taken, delegated=self.is_delegated)

    @cached_property
    def is_delegated(self) -> bool:
        return is_delegated(self.matter, self.today)

    @property
    def clock(self) -> ShownClock | None:
        past = [Past(one.action, one.on, one.at) for one in self.taken]
        matter = self.matter
        delegated = matter.state not in CLOSED and self.is_delegated
        return shown(
            clock_of(matter.programme, matter.state, past, calendar(), today=self.today, is_delegated=delegated)
        )

    @property
    def name(self) -> str:
        return self.head.name if self.head else "（无户主）"

    @property
    def masked(self) -> str:
        return mask_id(self.head.id_number if self.head else None) or "暂无证件"

    @property
    def programme(self) -> str:
        return Programme(self.matter.programme).label

    @property
    def village(self) -> str:
        parent = self.matter.region.parent
        return f"{parent.name if parent else ''}{self.matter.region.name}"

    @property
    def last(self) -> Transition:
        return self.taken[-1]

    @property
    def told(self) -> str:
        """What whoever moved it last asks of the next one; "" where nothing was said."""
        return self.last.note if self.last.action in _ASKING else ""

    @property
    def is_closed(self) -> bool:
        return self.matter.state in CLOSED

    @property
    def tone(self) -> str:
        return {State.CONFIRMED: "ok", State.REFUSED: "plain", State.POSTED: "hold"}.get(
            State(self.matter.state), "info"
        )


_WITH = (
    "application__applicant",
    "application__submitted_by",
    "household",
    "region__parent",
    "person",
    "assessment",
    "decision",
)


def find(user: User, pk: UUID) -> Case:
    """The case, for somebody whose regions it lies in. Raises NotHere for everybody else."""
    matter = access.find(Matter.objects.visible_to(user).select_related(*_WITH), pk=pk)
    taken = list(matter.transitions.select_related("actor").order_by("seq"))
    return Case(matter, user, taken, clock.today())


def note_reading(case: Case, part: str, purpose: str) -> None:
    """Who read this family's page, which part, and what for (R-60)."""
    matter = case.matter
    audit.record(
        case.user,
        "matter.read",
        matter,
        on=case.today,
        region_code=matter.region_id,
        post=access.post_label(case.user, matter.region_id),
        purpose=purpose,
        detail={"part": part},
    )


_LEVEL_OF = {code: role.level for code, role in ROLES.items()}


def office(matter: Matter, role: str) -> str:
    """The role and its office as the case saw it: 乡镇审核 · 张鲁镇."""
    if role not in ROLES:
        return ""
    region = matter.region
    if _LEVEL_OF[role] == Level.VILLAGE:
        where = region.name
    elif _LEVEL_OF[role] == Level.TOWNSHIP:
        where = region.parent.name if region.parent else ""
    else:
        where = ""
    return f"{ROLES[role].label} · {where}" if where else ROLES[role].label


def entry_of(matter: Matter, one: Transition) -> Entry:
    """A step taken, as the history tells it."""
    who = one.actor.full_name if one.actor else "系统"
    place = office(matter, one.role)
    day = (f"办理日期 {one.on}",) if one.on != timezone.localdate(one.at) else ()
    changes = (("状态", State(one.source).label, State(one.target).label),) if one.source else ()
    return Entry(
        at=one.at,
        fact=Action(one.action).label,
        who=f"{who}（{place}）" if place else who,
        lines=(*day, one.note) if one.note else day,
        changes=changes,
    )


def recent(case: Case, most: int = 4) -> list[Entry]:
    """The last steps, newest first."""
    return [entry_of(case.matter, one) for one in reversed(case.taken[-most:])]


_STOPS: tuple[tuple[str, tuple[Action, ...], tuple[State, ...]], ...] = (
    ("提交", (Action.SUBMIT,), ()),
    ("受理", (Action.ACCEPT,), (State.SUBMITTED, State.SUPPLEMENT)),
    ("入户调查", (Action.SECOND_VISIT,), (State.ACCEPTED, State.VISITED)),
    ("审核", (Action.OPINE, Action.OPPOSE), (State.SURVEYED,)),
    ("公示", (Action.END_NOTICE,), (State.TO_POST, State.POSTED, State.DISPUTED)),
    ("确认", (Action.CONFIRM, Action.REFUSE), (State.TO_CONFIRM,)),
)


def stages(case: Case) -> list[Stage]:
    """Where the matter stands on its way; behind it who and when, ahead nothing."""
    state = State(case.matter.state)
    if state == State.CONFIRMED:
        now = len(_STOPS)
    else:
        now = next((i for i, (_, _, states) in enumerate(_STOPS) if state in states), -1)
    if now < 0:
        return _stopped(case)
    return [
        Stage(label, _past(case, actions) if index < now else "", _place(index, now))
        for index, (label, actions, _) in enumerate(_STOPS)
    ]


def _past(case: Case, actions: tuple[Action, ...]) -> str:
    return _skipped(case, actions) or _note(case.taken, actions)


def _place(index: int, now: int) -> str:
    return "done" if index < now else "now" if index == now else "later"


def _stopped(case: Case) -> list[Stage]:
    """Declined, withdrawn or refused: what was done, and the stop."""
    done = [Stage(label, note, "done") for label, actions, _ in _STOPS[:-1] if (note := _note(case.taken, actions))]
    last = case.last
    return [*done, Stage(Action(last.action).label, f"{_who(last)} {last.on:%m-%d}", "stopped")]


def _note(taken: Sequence[Transition], actions: tuple[Action, ...]) -> str:
    one = next((one for one in reversed(taken) if one.action in actions), None)
    return f"{_who(one)} {one.on:%m-%d}" if one else ""


def _skipped(case: Case, actions: tuple[Action, ...]) -> str:
    """A township that disagrees sends the case on without a notice."""
    opposed = case.matter.state == State.TO_CONFIRM and case.last.action == Action.OPPOSE
    return "没有公示" if opposed and Action.END_NOTICE in actions else ""


def _who(one: Transition) -> str:
    return one.actor.full_name if one.actor else "系统"
