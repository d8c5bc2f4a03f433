"""The limits the catalogue promises are the ones the clocks of a case count."""

from __future__ import annotations

import pytest

from applications import clocks, workdays
from applications.entry.choices import ITEMS
from eligibility import catalogue
from eligibility.catalogue import Limit
from eligibility.programmes import Programme

BUILT = list(dict.fromkeys(item.programme for item in ITEMS))


def limits(programme: Programme) -> dict[str, Limit]:
    return {step.code: step.limit for step in catalogue.of(programme).steps}


def working(days: int) -> Limit:
    return Limit("working_days", days)


def counted(programme: Programme) -> dict[str, Limit]:
    """What the clocks count for a programme, by the step's code in its file."""
    decide = clocks.DECIDE_DAYS.get(programme, clocks.DECIDE_DAYS_OTHERWISE)
    own = {
        "accept": working(clocks.ACCEPT_DAYS),
        "notice": Limit("days", workdays.NOTICE_DAYS),
        "decide": working(decide),
    }
    if programme is Programme.TEKUN:
        return own | {name: working(clocks.TEKUN_SURVEY_DAYS) for name in ("survey", "objection_recheck")}
    return own | {
        "start_survey": working(clocks.START_SURVEY_DAYS),
        "overall": working(clocks.OVERALL_DAYS),
        "overall_delegated": working(clocks.DELEGATED_DAYS),
        "overall_disputed": working(clocks.SPECIAL_DAYS),
    }


@pytest.mark.parametrize("programme", BUILT)
def test_every_limit_of_a_clock_is_promised_as_it_is_counted(programme: Programme) -> None:
    promised = limits(programme)
    assert {code: promised.get(code) for code in counted(programme)} == counted(programme)


@pytest.mark.parametrize("programme", BUILT)
def test_what_no_clock_counts_is_known_by_name(programme: Programme) -> None:
    """A step added to a file needs a clock, or a place in this list."""
    uncounted = {"refusal_notice", "first_payment", "care_review", "first_relief", "small_relief"}
    assert set(limits(programme)) - set(counted(programme)) <= uncounted


def test_the_first_day_is_counted_in_hours() -> None:
    """聊政字〔2020〕28号 三(二): relief within 24 hours."""
    assert limits(Programme.TEMPORARY)["first_relief"] == Limit("hours", 24)
