"""The standards in Chromium: axe finds nothing, nothing scrolls sideways; a value is drafted and put in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from accounts.models import User
from eligibility.models import Standard
from households.means import Assets
from tests.applications import walking
from tests.applications.test_in_browser import Desk as Screen
from tests.eligibility.drafting import EDGE, PDF, RAISED, Desk
from tests.making import COUNTY, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/standards/drafts/new/?what="


@pytest.fixture
def screen(chromium: Browser, live_server: Any) -> Iterator[Any]:
    screens: list[Screen] = []

    def at(user: User) -> Screen:
        screens.append(Screen(chromium, live_server.url, user))
        return screens[-1]

    yield at
    for one in screens:
        one.close()


def test_every_page_of_the_standards(screen: Any) -> None:
    desk = Desk()
    raised = desk.enforced()
    waiting = desk.draft(
        replace(RAISED, programme="tekun", measure="basic", value=Decimal(1000), effective_from=date(2027, 1, 1)),
        reason="市里文件 2027 年上半年暂按此数执行",
    )
    past = desk.draft(RAISED, area="urban", value=Decimal("1500"), effective_from=date(2026, 3, 1), scan=None)
    desk.enforced(EDGE)
    desk.enforced(replace(EDGE, measure="financial_assets", programme="dibao", value=Decimal(2)))
    desk.enforced(replace(EDGE, measure="add_on", value=Decimal(50)), name="70 周岁以上老年人")
    staff = walking.office()
    owned = Assets(houses=1, vehicles=0, deposit_fen=4_000_000)
    matter = walking.surveyed(staff, walking.filled(assets=owned))
    screen(staff.reviewer).check(reverse("case", args=[matter.pk]), "case-beside-limits")
    drafter, approver = screen(desk.drafter), screen(desk.approver)
    drafter.check("/standards/", "standards-county")
    drafter.check("/standards/local/", "local-county")
    drafter.check("/standards/local/homes/cases/", "local-cases")
    drafter.check("/standards/drafts/new/", "draft-choose")
    for what in ("dibao.standard.rural", "reference_income.disposable_per_head", "add_on"):
        drafter.check(NEW + what, f"draft-new-{what}")
    drafter.check(reverse("standard_draft", args=[waiting.pk]), "draft-mine")
    approver.check(reverse("standard_draft", args=[waiting.pk]), "draft-to-decide")
    approver.check(reverse("standard_draft", args=[past.pk]), "draft-past")
    approver.check(reverse("standard_draft", args=[raised.pk]), "draft-in-force")
    screen(make_user("city")).check(f"/standards/?county={COUNTY}", "standards-city")


def test_a_value_is_drafted_checked_and_put_in_force(screen: Any) -> None:
    desk = Desk()
    drafter = screen(desk.drafter)
    page = drafter.page
    page.goto("/standards/")
    page.locator('a[href$="what=dibao.standard.rural"]').click()
    page.get_by_label("金额（元/月）").fill("700")
    page.get_by_label("执行日期").fill("2027-01-01")
    page.get_by_label("文号").fill("莘民〔2026〕9号")
    page.get_by_label("文件扫描件").set_input_files({"name": "a.pdf", "mimeType": "text/plain", "buffer": PDF})
    page.get_by_role("button", name="核对").click()
    drafter.check_here("draft-checked")
    expect(page.get_by_text("要有理由")).to_be_visible()
    page.get_by_role("button", name="提交草稿").click()
    drafter.check_here("draft-refused")
    expect(page.get_by_text("低于原标准，写明理由").first).to_be_visible()
    page.get_by_label("金额（元/月）").fill("800")
    page.get_by_role("button", name="提交草稿").click()
    expect(page.get_by_text("草稿已提交")).to_be_visible()
    approver = screen(desk.approver)
    approver.page.goto("/standards/")
    approver.page.get_by_role("link", name="农村最低生活保障标准").first.click()
    approver.page.get_by_role("button", name="公布执行").click()
    expect(approver.page.get_by_text("已公布执行")).to_be_visible()
    assert Standard.objects.get(region_id=COUNTY).value_fen == 80_000
