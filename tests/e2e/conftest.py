"""A real Chromium against a real server of this process; one desk (browser context) for each person who signs in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests.making import PASSWORD

Desk = Callable[[User], Page]


@pytest.fixture
def desk(chromium: Browser, live_server: Any) -> Iterator[Desk]:
    """Sign somebody in with their own password in a browser of their own. Console errors fail the test."""
    contexts, complaints = [], []

    def sign_in(user: User) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 1366, "height": 768},
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: complaints.append(f"{said.text} {said.location}") if said.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/login/")
        page.fill("#id_username", user.username)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("nav.side")
        return page

    yield sign_in
    for context in contexts:
        context.close()
    assert complaints == []
