"""The adjustments in Chromium: axe finds nothing, nothing scrolls sideways, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from accounts import clock
from payments import holds
from tests.applications import raised
from tests.applications.test_in_browser import Desk
from tests.conftest import Clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _withdrawn(transactional_db: None) -> Iterator[None]:
    with raised.withdrawn_afterwards():
        yield


def test_every_page_of_the_adjustments(chromium: Browser, live_server: Any, moving_clock: Clock) -> None:
    county = raised.county(moving_clock, families=3)
    raised.paid(county, 3)
    raised.publish(800, date(2027, 2, 1))
    holds.set_hold(county.awards[0].payee, "doubtful", "", actor=county.office.checker, on=clock.today())
    preparer = Desk(chromium, live_server.url, county.preparer)
    preparer.check("/", "adjust-home")
    preparer.check("/adjustments/", "adjust-empty")
    batch = county.prepare()
    confirmer = Desk(chromium, live_server.url, county.confirmer)
    confirmer.check(reverse("adjustment", args=[batch.pk]), "adjust-to-confirm")
    preparer.check("/adjustments/", "adjust-batches")
    holds.set_hold(county.awards[1].payee, "doubtful", "", actor=county.office.checker, on=clock.today())
    county.confirm(batch)
    confirmer.check(reverse("adjustment", args=[batch.pk]), "adjust-done")
    for desk in (preparer, confirmer):
        desk.close()
