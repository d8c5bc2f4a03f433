"""核对授权 in Chromium: found from the worklist, recorded and withdrawn; at a desk and on a phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from accounts import clock
from households import registry
from households.models import Consent, ConsentEnd
from tests.applications import walking
from tests.applications.test_in_browser import Desk
from tests.conftest import Clock
from tests.making import invent_id_number, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_missing_signature_is_found_recorded_and_withdrawn(chromium: Browser, live_server: Any) -> None:
    staff = walking.office()
    head, other = walking.family(2)
    given = walking.filled((head, replace(other, consents=False)), on=clock.today() - timedelta(days=3))
    matter = walking.accepted(staff, given)
    desk = Desk(chromium, live_server.url, staff.clerk)
    desk.check("/?tab=unsigned", "unsigned")
    desk.page.get_by_role("link", name="登记授权").click()
    desk.page.wait_for_url(f"**{reverse('case_part', args=[matter.pk, 'consents'])}")
    desk.check_here("consents-missing")
    desk.page.get_by_label("谁的授权").select_option(label=other.entry.name)
    desk.page.get_by_role("button", name="登记授权").click()
    desk.page.wait_for_selector("[data-errors]")
    desk.check_here("consents-wrong")
    desk.page.get_by_label("签字人").fill(other.entry.name)
    desk.page.get_by_role("button", name="登记授权").dblclick()
    desk.page.wait_for_selector(f"text=已登记{other.entry.name}的核对授权")
    assert Consent.objects.filter(household=matter.household).count() == 2
    desk.page.get_by_text("撤回授权").first.click()
    desk.page.get_by_label("哪一份").select_option(index=0)
    desk.page.get_by_role("button", name="撤回授权").click()
    desk.page.wait_for_selector("text=不再核对")
    assert ConsentEnd.objects.get().reason == "withdrawn"
    registry.join(matter.household, make_person(name="赵来家"), "other", 9, on=clock.today())
    desk.check(reverse("case_part", args=[matter.pk, "consents"]), "consents-lapsed")
    desk.check(reverse("case_part", args=[matter.pk, "members"]), "consents-members")
    desk.close()


def test_a_recipient_signs_again_and_a_number_is_recorded(
    chromium: Browser, live_server: Any, moving_clock: Clock
) -> None:
    staff = walking.office()
    receiving = walking.confirmed(staff, moving_clock, walking.filled(walking.family(3))).matter
    registry.join(receiving.household, make_person(name="赵来家"), "other", 9, on=clock.today())
    head, other = walking.family(2)
    born = date(2024, 5, 6)
    child = walking.member("child", birth=born, sex="F")
    nameless = replace(child, entry=replace(child.entry, id_kind="none", id_number=None))
    walking.accepted(staff, walking.filled((head, replace(other, consents=False), nameless)))
    desk = Desk(chromium, live_server.url, staff.clerk)
    desk.check("/", "home")
    desk.check("/?tab=unsigned", "unsigned-both")
    assert desk.page.locator("tbody tr").count() == 6
    desk.page.get_by_role("link", name="补录证件号码").click()
    desk.page.wait_for_selector("text=没有证件号码，不能核对")
    desk.check_here("number-missing")
    desk.page.get_by_role("button", name="补录证件号码").click()
    desk.page.wait_for_selector("[data-errors]")
    desk.check_here("number-wrong")
    desk.page.get_by_label("居民身份证号").fill(invent_id_number(born, "F"))
    desk.page.get_by_role("button", name="补录证件号码").dblclick()
    desk.page.wait_for_selector(f"text=已补录{child.entry.name}的证件号码")
    desk.page.goto("/?tab=unsigned")
    row = desk.page.locator("tbody tr", has_text="赵来家")
    row.get_by_role("link", name="登记授权").click()
    desk.page.wait_for_url(f"**{reverse('case_part', args=[receiving.pk, 'consents'])}")
    desk.page.get_by_label("谁的授权").select_option(label="赵来家")
    desk.page.get_by_label("签字人").fill("赵来家")
    desk.page.get_by_role("button", name="登记授权").click()
    desk.page.wait_for_selector("text=已登记赵来家的核对授权")
    desk.page.goto("/?tab=unsigned")
    assert "赵来家" not in desk.page.locator("tbody").inner_text()
    assert desk.page.locator("tbody tr").count() == 4
    desk.close()
