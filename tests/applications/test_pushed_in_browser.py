"""主动发现 in Chromium: a file chosen and taken, a visit told; at a desk and on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from tests.applications.test_in_browser import Desk
from tests.making import OTHER_TOWNSHIP, VILLAGE, make_user
from tests.verification.pushing import csv_of, row
from verification.models import PushedList, PushedPerson

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_list_is_taken_and_somebody_visited(chromium: Browser, live_server: Any, tmp_path: Path) -> None:
    county = Desk(chromium, live_server.url, make_user("county"))
    county.check("/verification/pushed/", "pushed-empty")
    file = tmp_path / "新办证.csv"
    file.write_bytes(csv_of(row("王秀英"), row("赵二", number=""), row("李建国", township="", village="")))
    county.check(reverse("pushed_new"), "pushed-new")
    county.page.get_by_role("button", name="收下名单").click()
    county.page.wait_for_selector("[data-errors]")
    county.check_here("pushed-new-wrong")
    county.page.get_by_label("推送部门").select_option(value="disabled_federation")
    county.page.get_by_label("困难情形").select_option(value="disability")
    county.page.get_by_label("推送依据").fill("莘残联函〔2026〕7号")
    county.page.get_by_label("名单文件").set_input_files(file)
    county.page.get_by_role("button", name="收下名单").dblclick()
    county.page.wait_for_selector("text=名单已收下")
    made = PushedList.objects.get()
    county.check_here("pushed-list")
    county.check("/verification/pushed/?tab=lists", "pushed-lists")
    county.page.goto(f"/verification/pushed/?tab=set_aside&place={OTHER_TOWNSHIP}")
    county.page.get_by_role("button", name="查询名单").click()
    county.page.wait_for_url(f"**/verification/pushed/?tab=set_aside&place={OTHER_TOWNSHIP}")
    assert county.page.get_by_text("这里没有人").count() == 1
    county.check("/verification/pushed/?tab=set_aside", "pushed-aside")
    county.check(reverse("pushed_person", args=[made.people.get(name="李建国").pk]), "pushed-hand-down")
    village = Desk(chromium, live_server.url, make_user("village", VILLAGE))
    village.check("/verification/pushed/", "pushed")
    village.page.get_by_role("link", name="登记走访").click()
    village.page.get_by_role("button", name="显示完整号码").click()
    village.page.wait_for_selector("text=10000001234")
    village.page.get_by_role("button", name="登记走访").click()
    village.page.wait_for_selector("[data-errors]")
    village.check_here("pushed-visit-wrong")
    village.page.get_by_label("要申请，已告知怎样办").check()
    village.page.get_by_label("走访情况").fill("独居，药费自付，想申请低保")
    village.page.get_by_role("button", name="登记走访").dblclick()
    village.page.wait_for_selector("text=已登记走访")
    assert PushedPerson.objects.get(name="王秀英").state == PushedPerson.State.VISITED
    village.check("/verification/pushed/?tab=visited", "pushed-visited")
    for desk in (county, village):
        desk.close()
