"""Statutory limits: due dates computed from transitions and the working-day calendar, never counted in a column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from applications.models import Action, State
from applications.workdays import Calendar
from eligibility.programmes import Programme

START_SURVEY_DAYS = 3  # 57号 art. 15
TEKUN_SURVEY_DAYS = 15  # 43号 art. 13
DECIDE_DAYS = {Programme.TEKUN: 15}  # 43号 art. 16
DECIDE_DAYS_OTHERWISE = 10  # 57号 art. 20
OVERALL_DAYS = 30  # 57号 art. 22
DELEGATED_DAYS = 20  # 民发〔2022〕83号 四(一)
SPECIAL_DAYS = 45  # 57号 art. 22: disputed notice and the like
SERVE_DAYS = 3  # 57号 art. 21: the written notice of a refusal
ACCEPT_DAYS = 1  # this office's own promise; the law sets none


class Kind(StrEnum):
    """How a clock is drawn: shape and word first, colour last."""

    CALM = "calm"
    HALF = "half"
    SOON = "soon"
    OVER = "over"
    HOLD = "hold"


@dataclass(frozen=True)
class Past:
    """One transition, as the clocks read it."""

    action: str
    on: date
    at: datetime


@dataclass(frozen=True)
class Clock:
    """Until when, what that limit is, and how it reads today. `due` None: the clock stands still, `why` says so."""

    kind: Kind
    words: str
    due: date | None = None
    limit: str = ""
    why: str = ""
    is_provisional: bool = False


def clock_of(
    programme: str, state: str, past: Iterable[Past], calendar: Calendar, *, today: date, is_delegated: bool = False
) -> Clock | None:
    """The clock of an open matter; None for a closed one."""
    taken = list(past)
    if state in _STANDING:
        return _standing(State(state), taken, calendar, today)
    limits = [limit for limit in _limits(Programme(programme), State(state), taken, calendar, is_delegated) if limit]
    if not limits:
        return None
    started, due, name = min(limits, key=lambda limit: limit[1])
    return _drawn(started, due, name, calendar, today)


_STANDING = {State.SUPPLEMENT, State.POSTED}
Limit = tuple[date, date, str]


def _standing(state: State, taken: list[Past], calendar: Calendar, today: date) -> Clock:
    if state == State.SUPPLEMENT:
        return Clock(Kind.HOLD, "停钟", why="等申请人补材料")
    posted = _last(taken, Action.POST)
    ends = calendar.notice_end(posted)
    if today > ends:
        return Clock(Kind.SOON, "公示期满", due=calendar.confirmation_opens(posted), limit="结束公示")
    return Clock(Kind.HOLD, "公示中", due=ends, why=f"公示到 {ends:%m-%d} 24 时")


def _last(taken: list[Past], *actions: str) -> date:
    return next(one.on for one in reversed(taken) if one.action in actions)


def _limits(
    programme: Programme, state: State, taken: list[Past], calendar: Calendar, is_delegated: bool
) -> list[Limit | None]:
    if state == State.SUBMITTED:
        return [_within(_last(taken, Action.SUBMIT, Action.SUPPLEMENT), ACCEPT_DAYS, "受理（本所承诺）", calendar)]
    if state in (State.CONFIRMED, State.REFUSED, State.DECLINED, State.WITHDRAWN):
        return []
    accepted = _last(taken, Action.ACCEPT)
    return [
        _overall(programme, accepted, taken, calendar, is_delegated),
        _of_step(programme, state, accepted, taken, calendar),
    ]


def _overall(
    programme: Programme, accepted: date, taken: list[Past], calendar: Calendar, is_delegated: bool
) -> Limit | None:
    """Thirty working days from acceptance, twenty where delegated, forty-five where the notice was disputed."""
    if programme == Programme.TEKUN:
        return None
    disputed = any(one.action == Action.OBJECT for one in taken)
    days = SPECIAL_DAYS if disputed else DELEGATED_DAYS if is_delegated else OVERALL_DAYS
    return _within(accepted, days, f"全程 {days} 个工作日", calendar)


def _of_step(programme: Programme, state: State, accepted: date, taken: list[Past], calendar: Calendar) -> Limit | None:
    if state == State.TO_CONFIRM:
        days = DECIDE_DAYS.get(programme, DECIDE_DAYS_OTHERWISE)
        return _within(_last(taken, Action.END_NOTICE, Action.OPPOSE), days, f"确认 {days} 个工作日", calendar)
    if programme == Programme.TEKUN and state != State.DISPUTED:
        return _within(accepted, TEKUN_SURVEY_DAYS, "调查审核 15 个工作日", calendar)
    if state == State.DISPUTED:
        return _within(_last(taken, Action.OBJECT), TEKUN_SURVEY_DAYS, "异议复核 15 个工作日", calendar)
    if state == State.ACCEPTED:
        since = _last(taken, Action.ACCEPT, Action.RESURVEY, Action.RETURN_TO_VISIT)
        return _within(since, START_SURVEY_DAYS, "3 个工作日内开始调查", calendar)
    return None


def _within(start: date, days: int, name: str, calendar: Calendar) -> Limit:
    return start, calendar.add_working_days(start, days), name


def _drawn(started: date, due: date, name: str, calendar: Calendar, today: date) -> Clock:
    provisional = calendar.is_provisional(due)
    if today > due:
        late = calendar.working_days_between(due, today)
        return Clock(Kind.OVER, f"已超 {max(late, 1)} 工作日", due, name, is_provisional=provisional)
    left = calendar.working_days_between(today, due)
    if left == 0:
        return Clock(Kind.SOON, "今天到期", due, name, is_provisional=provisional)
    if left == 1:
        return Clock(Kind.SOON, "剩 1 工作日", due, name, is_provisional=provisional)
    whole = calendar.working_days_between(started, due)
    kind = Kind.HALF if left * 2 <= whole else Kind.CALM
    return Clock(kind, f"剩 {left} 工作日", due, name, is_provisional=provisional)
