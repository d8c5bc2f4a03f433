"""The guide in Chromium: no barrier, no sideways scroll, no script, every matter one A4 sheet (一次告知单)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser

from eligibility import catalogue
from tests.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 1366)
LONG_AND_SHORT = ("tekun", "temporary", "rigid", "visits")


def test_the_guide_is_open_to_everybody(chromium: Browser, live_server: Any) -> None:
    page = chromium.new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    paths = ["/public/", "/public/catalogue/", *(f"/public/catalogue/{code}/" for code in LONG_AND_SHORT)]
    for address in (f"{live_server.url}{path}{text}" for path in paths for text in ("", "?text=large")):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 768})
            page.goto(address)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0, (address, width)
            assert barriers(page) == [], (address, width)
    assert [one for one in asked if one.endswith(".js") or not one.startswith((live_server.url, "data:"))] == []


def test_a_matter_is_found_and_read_without_a_script(chromium: Browser, live_server: Any) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/public/")
    page.click("text=遇到困难能办什么")
    page.click("nav >> text=突然遇到难事")
    page.click("text=临时救助")
    assert page.url.endswith("/public/catalogue/temporary/")
    assert page.locator("h1").inner_text() == "临时救助"
    page.click("text=大字版")
    page.wait_for_url("**/temporary/?text=large")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).fontSize") == "28px"
    page.click("text=办事指南")
    assert page.url.endswith("/public/catalogue/?text=large")


def test_every_matter_is_one_sheet_of_paper(chromium: Browser, live_server: Any) -> None:
    page = chromium.new_context().new_page()
    pages = {}
    for matter in catalogue.matters():
        page.goto(f"{live_server.url}/public/catalogue/{matter.code}/")
        assert page.locator("h1").inner_text() == matter.name
        paper = page.pdf(prefer_css_page_size=True)
        assert re.search(rb"/MediaBox \[0 0 59[456](\.\d+)? 84[12]", paper), matter.code
        pages[matter.code] = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert {code: number for code, number in pages.items() if number != 1} == {}
