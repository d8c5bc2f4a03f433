"""Working days and natural days: cases K01–K10 and policy.md 7.1, counted on the calendar the product ships."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import applications.workdays
from applications.workdays import Calendar, first_payment_month

SHIPPED = Path(applications.workdays.__file__).parent / "data" / "holidays.csv"


def shipped() -> Calendar:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return Calendar.from_rows((date.fromisoformat(row["date"]), row["kind"]) for row in csv.DictReader(file))


CALENDAR = shipped()
DAYS = st.dates(date(2018, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("case", "start", "n", "due"),
    [
        ("K01 survey starts", date(2026, 9, 24), 3, date(2026, 9, 30)),
        ("K02 overall", date(2026, 9, 24), 30, date(2026, 11, 12)),
        ("K04 extended", date(2026, 9, 24), 45, date(2026, 12, 3)),
        ("K05 tekun across 春节", date(2026, 2, 10), 15, date(2026, 3, 9)),
        ("K08 self-care across 端午", date(2026, 6, 15), 10, date(2026, 6, 30)),
    ],
)
def test_a_limit_in_working_days_ends_where_the_case_says(case: str, start: date, n: int, due: date) -> None:
    assert CALENDAR.add_working_days(start, n) == due, case
    assert CALENDAR.working_days_between(start, due) == n


def test_k10_seven_days_of_notice_and_the_working_day_reading() -> None:
    posted = date(2026, 11, 16)
    assert CALENDAR.notice_end(posted) == date(2026, 11, 23)
    assert CALENDAR.notice_end(posted, working=True) == date(2026, 11, 25)
    assert CALENDAR.confirmation_opens(posted) == date(2026, 11, 24)
    assert CALENDAR.confirmation_opens(posted, working=True) == date(2026, 11, 26)


def test_a_notice_ending_on_a_holiday_rolls_to_the_next_working_day() -> None:
    assert CALENDAR.notice_end(date(2026, 9, 24)) == date(2026, 10, 8)
    assert CALENDAR.notice_end(date(2026, 11, 14)) == date(2026, 11, 23)  # a Saturday seven days on


def test_a_notice_may_end_on_a_make_up_day() -> None:
    assert CALENDAR.notice_end(date(2026, 10, 3)) == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("year", "count"),
    [(2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_working_days_in_a_year(year: int, count: int) -> None:
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == count


@pytest.mark.parametrize("day", ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"])
def test_the_weekends_worked_in_2026(day: str) -> None:
    worked = date.fromisoformat(f"2026-{day}")
    assert worked.weekday() >= 5
    assert CALENDAR.is_working_day(worked)


def test_weekends_and_holidays_are_off() -> None:
    assert not CALENDAR.is_working_day(date(2026, 11, 21))
    assert not CALENDAR.is_working_day(date(2026, 10, 1))
    assert CALENDAR.is_working_day(date(2026, 11, 23))


def test_what_is_known_ends_with_the_last_announced_year() -> None:
    assert CALENDAR.known_through == date(2026, 12, 31)
    assert CALENDAR.announced == frozenset(range(2018, 2027))
    assert not CALENDAR.is_provisional(date(2026, 12, 31))
    assert CALENDAR.is_provisional(date(2027, 1, 1))
    assert CALENDAR.is_provisional(date(2017, 12, 31))


def test_an_unannounced_year_counts_weekends_only_and_says_so() -> None:
    due = CALENDAR.add_working_days(date(2026, 12, 28), 10)
    assert due == date(2027, 1, 11)  # 1 January 2027 is counted as a Friday like any other
    assert CALENDAR.is_provisional(due)


def test_december_rows_of_next_years_notice_do_not_announce_this_year() -> None:
    calendar = Calendar.from_rows([(date(2018, 12, 29), "work"), (date(2018, 12, 31), "off")])
    assert calendar.announced == frozenset()
    assert calendar.known_through is None
    assert calendar.is_working_day(date(2018, 12, 29))


def test_rows_that_contradict_or_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="both off and work"):
        Calendar.from_rows([(date(2026, 1, 1), "off"), (date(2026, 1, 1), "work")])
    with pytest.raises(ValueError, match="neither"):
        Calendar.from_rows([(date(2026, 1, 1), "休")])


def test_counting_backwards_is_refused_and_zero_stays() -> None:
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)
    assert CALENDAR.add_working_days(date(2026, 1, 1), 0) == date(2026, 1, 1)


def test_overdue_days_are_negative() -> None:
    assert CALENDAR.working_days_between(date(2026, 11, 25), date(2026, 11, 23)) == -2


@pytest.mark.parametrize(
    ("confirmed", "month"),
    [
        (date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2026, 1, 31), date(2026, 2, 1)),
    ],
)
def test_money_is_due_from_the_month_after_confirmation(confirmed: date, month: date) -> None:
    assert first_payment_month(confirmed) == month


@given(DAYS, st.integers(0, 60))
def test_adding_and_counting_are_inverse(start: date, n: int) -> None:
    due = CALENDAR.add_working_days(start, n)
    assert CALENDAR.working_days_between(start, due) == n
    assert n == 0 or CALENDAR.is_working_day(due)


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_adding_twice_is_adding_the_sum(start: date, n: int, m: int) -> None:
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, n), m) == CALENDAR.add_working_days(start, n + m)


@given(DAYS)
def test_a_notice_is_never_shorter_than_seven_whole_days(posted: date) -> None:
    end = CALENDAR.notice_end(posted)
    assert end - posted >= timedelta(days=7)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.confirmation_opens(posted) == end + timedelta(days=1)
