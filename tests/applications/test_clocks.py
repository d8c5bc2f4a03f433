"""Statutory limits by the State Council's calendar: each K row of the limits, and the seven days of a notice."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from applications.clocks import Kind, Past, clock_of
from applications.models import Action, State
from applications.workdays import Calendar
from eligibility.programmes import Programme

# 2026: 国庆 10-01 to 10-07 off, 09-20 (Sunday) and 10-10 (Saturday) worked in their stead.
CALENDAR = Calendar.from_rows(
    [*[(date(2026, 10, d), "off") for d in range(1, 8)], (date(2026, 9, 20), "work"), (date(2026, 10, 10), "work")]
)
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)


def past(*steps: tuple[Action, date]) -> list[Past]:
    return [Past(action, on, NOON) for action, on in steps]


SUBMITTED = (Action.SUBMIT, date(2026, 8, 31))
ACCEPTED = (Action.ACCEPT, date(2026, 9, 1))


@pytest.mark.parametrize(
    ("programme", "state", "steps", "due", "limit"),
    [
        (Programme.DIBAO, State.SUBMITTED, [SUBMITTED], date(2026, 9, 1), "受理（本所承诺）"),
        (Programme.DIBAO, State.ACCEPTED, [SUBMITTED, ACCEPTED], date(2026, 9, 4), "3 个工作日内开始调查"),
        # 30 working days from 09-01: the holiday of October and the Sunday worked before it.
        (Programme.DIBAO, State.SURVEYED, [SUBMITTED, ACCEPTED], date(2026, 10, 16), "全程 30 个工作日"),
        (Programme.EDGE, State.TO_POST, [SUBMITTED, ACCEPTED], date(2026, 10, 16), "全程 30 个工作日"),
        (Programme.TEKUN, State.SURVEYED, [SUBMITTED, ACCEPTED], date(2026, 9, 21), "调查审核 15 个工作日"),
        (
            Programme.DIBAO,
            State.TO_CONFIRM,
            [SUBMITTED, ACCEPTED, (Action.END_NOTICE, date(2026, 9, 28))],
            date(2026, 10, 16),
            "全程 30 个工作日",
        ),
        (
            Programme.DIBAO,
            State.TO_CONFIRM,
            [SUBMITTED, ACCEPTED, (Action.OPPOSE, date(2026, 9, 7))],
            date(2026, 9, 20),
            "确认 10 个工作日",
        ),
        (
            Programme.TEKUN,
            State.TO_CONFIRM,
            [SUBMITTED, ACCEPTED, (Action.END_NOTICE, date(2026, 9, 28))],
            date(2026, 10, 23),
            "确认 15 个工作日",
        ),
        (
            Programme.DIBAO,
            State.DISPUTED,
            [SUBMITTED, ACCEPTED, (Action.POST, date(2026, 9, 14)), (Action.OBJECT, date(2026, 9, 16))],
            date(2026, 10, 12),
            "异议复核 15 个工作日",
        ),
        (
            Programme.DIBAO,
            State.ACCEPTED,
            [SUBMITTED, ACCEPTED, (Action.RETURN_TO_VISIT, date(2026, 9, 30))],
            date(2026, 10, 10),
            "3 个工作日内开始调查",
        ),
    ],
)
def test_each_limit(
    programme: Programme, state: State, steps: list[tuple[Action, date]], due: date, limit: str
) -> None:
    clock = clock_of(programme, state, past(*steps), CALENDAR, today=steps[-1][1])
    assert clock is not None
    assert (clock.due, clock.limit) == (due, limit)


def test_where_it_is_delegated_twenty_days_are_left() -> None:
    steps = past(SUBMITTED, ACCEPTED)
    clock = clock_of(Programme.DIBAO, State.SURVEYED, steps, CALENDAR, today=date(2026, 9, 1), is_delegated=True)
    assert clock is not None
    assert (clock.due, clock.limit) == (date(2026, 9, 28), "全程 20 个工作日")


def test_a_disputed_notice_has_forty_five() -> None:
    steps = past(SUBMITTED, ACCEPTED, (Action.OBJECT, date(2026, 9, 16)), (Action.RESURVEY, date(2026, 9, 17)))
    clock = clock_of(Programme.DIBAO, State.SURVEYED, steps, CALENDAR, today=date(2026, 9, 17))
    assert clock is not None
    assert (clock.due, clock.limit) == (date(2026, 11, 6), "全程 45 个工作日")


@pytest.mark.parametrize(
    ("today", "kind", "words"),
    [
        (date(2026, 9, 1), Kind.CALM, "剩 3 工作日"),
        (date(2026, 9, 3), Kind.SOON, "剩 1 工作日"),
        (date(2026, 9, 4), Kind.SOON, "今天到期"),
        (date(2026, 9, 5), Kind.OVER, "已超 1 工作日"),
        (date(2026, 9, 8), Kind.OVER, "已超 2 工作日"),
    ],
)
def test_how_it_reads_as_the_days_pass(today: date, kind: Kind, words: str) -> None:
    clock = clock_of(Programme.DIBAO, State.ACCEPTED, past(SUBMITTED, ACCEPTED), CALENDAR, today=today)
    assert clock is not None
    assert (clock.kind, clock.words) == (kind, words)


def test_it_stands_still_while_papers_are_awaited_and_while_the_notice_runs() -> None:
    asked = clock_of(Programme.DIBAO, State.SUPPLEMENT, past(SUBMITTED), CALENDAR, today=date(2026, 12, 1))
    assert asked is not None
    assert (asked.kind, asked.due, asked.why) == (Kind.HOLD, None, "等申请人补材料")
    posted = past(SUBMITTED, ACCEPTED, (Action.POST, date(2026, 9, 14)))
    running = clock_of(Programme.DIBAO, State.POSTED, posted, CALENDAR, today=date(2026, 9, 21))
    assert running is not None
    assert (running.kind, running.due, running.why) == (Kind.HOLD, date(2026, 9, 21), "公示到 09-21 24 时")
    over = clock_of(Programme.DIBAO, State.POSTED, posted, CALENDAR, today=date(2026, 9, 22))
    assert over is not None
    assert (over.kind, over.words, over.due) == (Kind.SOON, "公示期满", date(2026, 9, 22))


@pytest.mark.parametrize(
    ("posted", "ends", "opens"),
    [
        (date(2026, 9, 14), date(2026, 9, 21), date(2026, 9, 22)),
        # the seventh day is Saturday: rolled to Monday
        (date(2026, 9, 5), date(2026, 9, 14), date(2026, 9, 15)),
        # the seventh day is the worked Sunday 09-20: it counts as it is
        (date(2026, 9, 13), date(2026, 9, 20), date(2026, 9, 21)),
        # the seventh day lies in the holiday: rolled over it to 10-08
        (date(2026, 9, 25), date(2026, 10, 8), date(2026, 10, 9)),
    ],
)
def test_a_notice_runs_seven_days_and_is_rolled(posted: date, ends: date, opens: date) -> None:
    assert (CALENDAR.notice_end(posted), CALENDAR.confirmation_opens(posted)) == (ends, opens)


@pytest.mark.parametrize("state", [State.CONFIRMED, State.REFUSED, State.DECLINED, State.WITHDRAWN])
def test_a_closed_matter_has_no_clock(state: State) -> None:
    assert clock_of(Programme.DIBAO, state, past(SUBMITTED), CALENDAR, today=date(2026, 9, 1)) is None


def test_a_year_whose_notice_is_not_out_is_provisional() -> None:
    clock = clock_of(
        Programme.DIBAO, State.ACCEPTED, past((Action.ACCEPT, date(2026, 12, 31))), CALENDAR, today=date(2026, 12, 31)
    )
    assert clock is not None
    assert clock.is_provisional
