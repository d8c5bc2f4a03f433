"""The simulation in Chromium: axe finds nothing, nothing scrolls sideways; a value is asked, a number opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, expect

from accounts import clock, jobs
from accounts.models import User
from applications.simulation import keeping
from tests.applications.test_in_browser import Desk as Screen
from tests.making import CITY, make_user
from tests.simulate.families import family

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = "/simulation/?dibao.standard.rural=800"


@pytest.fixture
def screen(chromium: Browser, live_server: Any) -> Iterator[Any]:
    screens: list[Screen] = []

    def at(user: User) -> Screen:
        screens.append(Screen(chromium, live_server.url, user))
        return screens[-1]

    yield at
    for one in screens:
        one.close()


@pytest.fixture
def county() -> None:
    """Families of every kind, and two on the edge of the standard."""
    call_command("seed_demo", households=40, county="371522", seed=7, on=clock.today(), verbosity=0)
    by = make_user("reviewer", "371522101201")
    family(by, [780])
    family(by, [760, 790])
    family(by, [770], region="371522102201")


def test_every_page_of_the_simulation(screen: Any, county: None, monkeypatch: pytest.MonkeyPatch) -> None:
    one = screen(make_user("county"))
    one.check("/simulation/", "simulation-empty")
    one.check(ASKED, "simulation-asked")
    one.check(f"{ASKED}&programme=dibao&group=after", "simulation-list")
    one.check("/simulation/?dibao.standard.rural=x", "simulation-wrong")
    screen(make_user("city", CITY)).check(ASKED, "simulation-city")
    monkeypatch.setattr(keeping, "MOST_IN_A_REQUEST", 1)
    one.check(ASKED, "simulation-large")


def test_a_value_is_asked_and_a_number_opened(screen: Any, county: None, monkeypatch: pytest.MonkeyPatch) -> None:
    page = screen(make_user("county")).page
    page.goto("/simulation/")
    page.get_by_label("农村最低生活保障标准").fill("800")
    page.get_by_role("button", name="测算").click()
    expect(page.get_by_role("heading", name="农村最低生活保障标准 753.00 → 800.00 元/月")).to_be_visible()
    gained = page.locator("#programmes a[href*='programme=dibao&group=gained']")
    number = int(gained.inner_text().split()[0])
    assert number >= 3  # as many of the demonstration's besides, by the day it is told for
    gained.click()
    expect(page.get_by_role("heading", name="最低生活保障：新增")).to_be_visible()
    assert page.locator("#list tbody tr").count() == number
    monkeypatch.setattr(keeping, "MOST_IN_A_REQUEST", 1)
    page.reload()
    page.get_by_role("button", name="开始测算").click()
    expect(page.get_by_text("排队中")).to_be_visible()
    jobs.run_waiting()
    expect(page.get_by_role("button", name="重新测算")).to_be_visible()
