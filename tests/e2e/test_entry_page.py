"""The entry page in use: saved as it is typed, two windows, no network, a lost login, no scripts, every width, axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from applications.models import Application, Draft
from tests.applications.entry_filled import CARD, HEAD_ID
from tests.barriers import barriers
from tests.e2e.entry_desk import Hands, held, household, opened, ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server: Any, client: Client, chromium: Browser) -> Iterator[Page]:
    with opened(live_server, client, chromium) as entry_page:
        yield entry_page


def saved(page: Page) -> None:
    page.get_by_text("已保存 ").wait_for(timeout=8000)


def test_it_saves_two_seconds_after_the_last_key_and_opens_again_as_it_was(page: Page) -> None:
    household(Hands(page))
    saved(page)
    before = held(page)
    assert "/applications/drafts/" in page.url

    page.reload()  # within two seconds of the last key
    expect(page.locator("[name=account_number]")).to_have_value(CARD)
    ready(page)

    assert held(page) == before
    assert page.locator("#m0-special").input_value() == "无"
    assert page.get_by_text("839.00").count() == 1


def test_another_part_saves_at_once(page: Page) -> None:
    page.locator("[name=a-name]").fill("赵广田")
    page.keyboard.press("Alt+4")
    page.get_by_text("已保存 ").wait_for(timeout=1500)
    assert Draft.objects.get().version == 1


def test_two_windows_keep_both_copies(page: Page) -> None:
    page.locator("[name=a-name]").fill("赵一")
    page.keyboard.press("Control+s")
    saved(page)
    other = page.context.new_page()
    other.goto(page.url)
    ready(other)
    other.locator("[name=a-name]").fill("赵二")
    other.keyboard.press("Control+s")
    saved(other)
    page.bring_to_front()
    page.locator("[name=a-name]").fill("赵三")
    page.keyboard.press("Control+s")

    page.get_by_text("这份草稿在另一窗口改过").wait_for()
    assert held(page)["a-name"] == "赵三"
    page.get_by_role("button", name="本页另存一份").press("Enter")

    saved(page)
    assert page.url != other.url
    assert Draft.objects.count() == 2
    other.reload()
    ready(other)
    assert held(other)["a-name"] == "赵二"


def test_without_a_network_nothing_is_lost_and_it_saves_by_itself(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("[name=a-name]").fill("赵广田")
    page.keyboard.press("Control+s")
    page.get_by_text("未联网，先别关闭本页").wait_for()
    assert not Draft.objects.exists()

    page.context.set_offline(False)

    saved(page)
    assert Draft.objects.count() == 1


def test_a_lost_login_loses_nothing(page: Page, client: Client) -> None:
    household(Hands(page))
    saved(page)
    Session.objects.all().delete()
    page.locator("[name=a-home_address]").fill("新搬的家")
    page.keyboard.press("Control+s")

    page.get_by_text("登录已过期，填的都在本页").wait_for()
    assert page.get_by_role("link", name="另开一页登录").get_attribute("target") == "_blank"

    client.force_login(Application.objects.get().submitted_by, backend="django.contrib.auth.backends.ModelBackend")
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.url.split("/applications")[0]}]
    )
    page.keyboard.press("Control+s")
    saved(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/applications/receipts/*/")
    assert Application.objects.get(hardship="年老缺劳力").applicant.home_address == "新搬的家"


def test_a_double_click_is_one_application(page: Page) -> None:
    household(Hands(page))
    page.locator("#submit").dblclick()
    page.wait_for_url("**/applications/receipts/*/")
    assert Application.objects.filter(hardship="年老缺劳力").count() == 1


def test_the_mistakes_are_named_and_every_value_stays(page: Page) -> None:
    page.locator("[name=a-id_number]").fill(HEAD_ID)
    page.locator("[name=a-name]").fill("赵1")
    page.locator("[name=i0-amount]").fill("1e9")
    page.keyboard.press("Control+Enter")
    page.locator("[data-errors]").wait_for()

    assert page.evaluate("document.activeElement.matches('[data-errors]')")
    assert (held(page)["a-name"], held(page)["i0-amount"]) == ("赵1", "1e9")
    page.get_by_role("link", name="申请人姓名里有数字，对照证件删去").press("Enter")
    assert page.evaluate("document.activeElement.name") == "a-name"
    assert page.title().startswith("错误：")
    assert barriers(page) == []


@pytest.mark.parametrize("width", [360, 683, 1366, 1920])
def test_it_fits_every_width_and_axe_finds_nothing(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    empty = barriers(page)
    household(Hands(page))
    page.locator("#m0-special").focus()
    page.keyboard.press("1")  # a group of details, and its list, open
    page.locator("#options").wait_for()
    assert (empty, barriers(page)) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_it_works_without_scripts(live_server: Any, client: Client, chromium: Browser) -> None:
    with opened(live_server, client, chromium) as with_scripts:
        plain = chromium.new_context(
            base_url=live_server.url, java_script_enabled=False, storage_state=with_scripts.context.storage_state()
        )
        page = plain.new_page()
        page.goto("/applications/new/")
        for name, value in (("a-id_number", HEAD_ID), ("a-name", "赵广田"), ("a-phone", "10012345678")):
            page.fill(f"[name={name}]", value)
        page.press("[name=a-phone]", "Enter")  # the first button keeps the draft
        page.get_by_text("草稿已保存").wait_for()
        assert "/applications/drafts/" in page.url
        page.select_option("[name=i0-kind]", "wage")
        page.select_option("[name=i0-owner]", "a")
        page.fill("[name=i0-amount]", "300")
        page.select_option("[name=i0-per]", "month")
        page.click("#more-m")
        assert page.locator("tbody[data-row^=m]").count() == 2
        page.click("#submit")
        page.wait_for_url("**/applications/receipts/*/")
        plain.close()
    assert Application.objects.count() == 2


def test_the_receipt_and_the_search_are_clean(page: Page) -> None:
    household(Hands(page))
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/applications/receipts/*/")
    assert barriers(page) == []
    paper = page.pdf(prefer_css_page_size=True)
    assert b"/MediaBox [0 0 419" in paper or b"/MediaBox [0 0 420" in paper  # A5

    page.goto("/people/")
    page.fill("[name=q] >> nth=-1", "zgt")
    page.select_option("[name=purpose]", "受理申请")
    assert barriers(page) == []
    page.keyboard.press("Enter")
    page.get_by_role("button", name="查询").press("Enter")
    page.get_by_role("link", name="赵*田").wait_for()
    assert barriers(page) == []
    for width in (360, 1920):
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("document.documentElement.scrollWidth") == width
