"""Notices in Chromium: no barrier for anybody, no sideways scroll, no script on the public side, one sheet of paper."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from accounts import clock
from disclosure import lists, objections
from disclosure.models import NoticeList
from tests.barriers import barriers
from tests.disclosure.cases import PLACE, Office, days_ago, make_office, member, posted, waiting
from tests.making import COUNTY, OTHER_VILLAGE, PASSWORD, TOWNSHIP, VILLAGE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 1366)


@pytest.fixture
def office() -> Office:
    office = make_office()
    for name in ("欧阳学秀", "阿卜杜热合曼·买买提", "李明", "孙桂兰"):
        waiting(office, member(name, 70), member("", 9, "grandchild"))
    waiting(office, member("", 15))
    return office


def post(office: Office) -> NoticeList:
    return lists.post(VILLAGE, actor=office.clerk, on=clock.today(), place=PLACE)


def check(page: Page, address: str) -> None:
    """No violation and nothing cut off, narrow and wide."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        page.goto(address)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, (address, width)
        assert barriers(page) == [], (address, width)


def test_the_public_pages_are_open_to_everybody(chromium: Browser, office: Office, live_server: Any) -> None:
    made = post(office)
    page = chromium.new_context(java_script_enabled=True).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    notice = f"/public/notices/{made.token}/"
    paths = ["/public/", f"/public/regions/{COUNTY}/", f"/public/regions/{TOWNSHIP}/", notice, "/public/notices/x/"]
    for path in paths:
        check(page, live_server.url + path)
        check(page, f"{live_server.url}{path}?text=large")
    outside = [one for one in asked if not re.match(r"https?://(localhost|127\.0\.0\.1)[:/]|data:", one)]
    assert outside == []
    assert [one for one in asked if one.endswith(".js")] == []


def test_a_list_is_found_and_read_without_a_script(chromium: Browser, office: Office, live_server: Any) -> None:
    made = post(office)
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/public/")
    page.click("text=张鲁镇")
    page.click("text=化庄村")
    assert made.token in page.url
    assert page.locator("tbody tr").count() == 5
    page.click("text=大字版")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).fontSize") == "28px"
    page.click("text=张鲁镇")
    assert page.url.endswith("?text=large")


def test_the_window_works_through_a_notice(chromium: Browser, office: Office, live_server: Any) -> None:
    over = posted(make_office(OTHER_VILLAGE), village=OTHER_VILLAGE, on=days_ago(20))
    page = _signed_in(chromium, office, live_server.url)
    for tab in ("waiting", "up", "over", "objections", "past"):
        check(page, f"{live_server.url}/notices/?tab={tab}")
    check(page, f"{live_server.url}/notices/villages/{VILLAGE}/")
    page.click("text=张贴本村公示 >> nth=-1")
    made = NoticeList.objects.exclude(pk=over.pk).get()
    said = objections.receive(
        made.entries.get(seq=2), content="有车", name=None, received_on=clock.today(), actor=office.clerk
    )
    for path in (f"/notices/{made.pk}/", f"/notices/{over.pk}/", f"/notices/objections/{said.pk}/"):
        check(page, live_server.url + path)
    page.goto(f"{live_server.url}/notices/{over.pk}/")
    page.click("text=公示期满，撤下")
    assert "已撤下" in page.inner_text("main")
    check(page, f"{live_server.url}/notices/{made.pk}/sheet/")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def _signed_in(chromium: Browser, office: Office, url: str) -> Page:
    office.clerk.set_password(PASSWORD)
    office.clerk.save(update_fields=["password"])
    page = chromium.new_context().new_page()
    page.goto(f"{url}/login/?next=/notices/")
    page.fill("[name=username]", office.clerk.username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/notices/")
    return page


def test_the_self_check_answers_without_a_script(chromium: Browser, live_server: Any) -> None:
    """The whole way at both widths and in large text: filled, added to, judged; no barrier in any state."""
    address = f"{live_server.url}/public/self-check/"
    for width, large in ((360, ""), (1366, ""), (360, "?text=large")):
        page = chromium.new_context(viewport={"width": width, "height": 768}, java_script_enabled=False).new_page()
        page.goto(address + large)
        page.click("main button:has-text('测一测') >> nth=-1")
        assert "处要改" in page.inner_text("main")
        page.select_option("[name=h-county]", COUNTY)
        page.check("[name=h-area][value=rural]")
        page.fill("[name=p1-birth]", "1950-2")
        for name, value in (("income", "none"), ("illness", "no")):
            page.select_option(f"[name=p1-{name}]", value)
        page.click("text=再加一个人")
        assert page.input_value("[name=p1-birth]") == "1950-2"
        page.click("text=去掉第 2 人")
        page.check("[name=h-obligors][value=none]")
        page.check("[name=h-assets][value=none]")
        page.press("[name=p1-birth]", "Enter")
        assert "可能符合" in page.inner_text("h2 >> nth=0")
        assert page.context.cookies() == []
    page = chromium.new_context().new_page()
    check(page, address)
    page.click("main button:has-text('测一测') >> nth=-1")
    assert "处要改" in page.inner_text("main")
    assert barriers(page) == []
    weight = sum(len(one.body()) for one in [page.request.get(address)])
    assert weight <= 60_000
