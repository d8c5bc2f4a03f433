"""The parts in Chromium: they fit, they read, they can be worked by keys, and they break nothing without JavaScript."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace as Made
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.test import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from playwright.sync_api import Browser, Page

from liaocheng_aid import design
from tests.barriers import barriers

pytestmark = pytest.mark.browser

WIDTHS = [320, 360, 683, 1366, 1920]
WHOLE = ["", "?contrast=1", *(f"?show={name}" for name in design.VIEWS)]
NAV = [Made(label=label, url=f"/{n}/", count=27, current=not n) for n, label in enumerate(("待办", "查人", "公示"))]
SHELL = {
    "nav": NAV,
    "office": "东阿县姜楼镇",
    "whoami": Made(name="刘海燕", role="经办"),
    "help_phone": "0635-5550123",
    "is_demonstration": True,
}
asked: list[str] = []


def parts(request: HttpRequest) -> HttpResponse:
    name = request.GET.get("show", "")
    given = design.whole_page(request, name) if name else design.parts(request)
    idle = {"idle_seconds": int(request.GET.get("idle", 1800))}
    return render(request, design.VIEWS.get(name, "design/page.html"), {**SHELL, **idle, **given})


@csrf_exempt
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """Stands for the addresses the scripts call; remembers that they were called."""
    asked.append(f"{request.method} {name}")
    if name == "save":
        time.sleep(0.5)  # long enough for an impatient second press
    if name == "reveal":
        return JsonResponse({"value": "371599196401011265"})
    if name == "half":
        return JsonResponse({"done": 3, "total": 6, "words": "3 / 6 行", "finished": asked.count("GET half") > 1})
    return JsonResponse({"ok": True})


def one(request: HttpRequest) -> HttpResponse:
    urgent = Made(kind="urgent", words="剩 00:02", seconds_left=125)
    return render(request, "design/scripts.html", {**SHELL, "urgent": urgent, "idle_seconds": 1800})


class Addresses:
    urlpatterns = [
        path("design/", parts),
        path("one/", one),
        path("answer/<slug:name>/", answer),
        path("session/extend/", answer, {"name": "extend"}),
    ]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    policy = ["csp.middleware.CSPMiddleware"]
    with override_settings(ROOT_URLCONF=Addresses, MIDDLEWARE=policy, ALLOWED_HOSTS=["127.0.0.1"]):
        server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        server.set_app(StaticFilesHandler(WSGIHandler()))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=site, viewport={"width": 1366, "height": 768}, locale="zh-CN")
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    asked.clear()
    yield opened
    context.close()
    assert wrong == []


def go(page: Page, address: str) -> None:
    """Open a page and wait until it answers to keys."""
    page.goto(address)
    page.wait_for_selector("html[data-ready]")


@pytest.mark.parametrize("query", WHOLE)
def test_nothing_but_tables_scrolls_sideways(page: Page, query: str) -> None:
    page.goto(f"/design/{query}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


@pytest.mark.parametrize("width", [360, 1366])
@pytest.mark.parametrize("query", WHOLE)
def test_axe_finds_nothing(page: Page, query: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    page.goto(f"/design/{query}")
    assert barriers(page) == []


def test_targets_are_large_enough(page: Page) -> None:
    page.goto("/design/?show=phone")
    small = page.evaluate(
        "[...document.querySelectorAll('main a, main button, main input:not([type=radio])')]"
        ".filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"
    )
    assert small == []


def test_the_search_and_the_list_of_keys_answer_to_their_keys(page: Page) -> None:
    go(page, "/one/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("?/a")
    assert page.input_value("#find") == "?/a"
    page.locator("h1").click()
    page.keyboard.press("?")
    assert "Alt+N" in page.locator("dialog#keys").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("dialog#keys[open]").count() == 0


def test_a_key_on_a_button_presses_it_but_not_while_composing(page: Page) -> None:
    go(page, "/one/")
    page.evaluate(
        "document.dispatchEvent(new KeyboardEvent("
        "'keydown', {key: 'n', code: 'KeyN', altKey: true, isComposing: true}))"
    )
    assert page.url.endswith("/one/")
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/one/#new")


def test_a_second_press_sends_nothing(page: Page) -> None:
    go(page, "/one/")
    page.route("**/answer/half/", lambda route: route.fulfill(json={"done": 1, "total": 6, "words": "1 / 6 行"}))
    page.evaluate(
        "const press = document.querySelector('main form button.main');"
        "press.click(); setTimeout(() => press.click(), 100)"
    )
    page.wait_for_url("**/answer/save/")
    assert asked.count("POST save") == 1


def test_the_summary_takes_the_focus_and_leads_into_the_field(page: Page) -> None:
    go(page, "/design/")
    assert page.evaluate("document.activeElement.matches('[data-errors]')")
    assert page.title().startswith("错误：")
    page.get_by_role("link", name="手机号少 4 位，补全").click()
    assert page.evaluate("document.activeElement.id") == "id_phone"
    page.get_by_role("link", name="选一种账户").click()
    assert page.evaluate("document.activeElement.name") == "account"


def test_a_dialog_opens_on_its_name_and_gives_the_focus_back(page: Page) -> None:
    go(page, "/design/")
    page.locator("[data-dialog=stop-example]").click()
    assert page.evaluate("document.activeElement.id") == "stop-example-h"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.dialog") == "stop-example"


def test_a_number_is_whole_for_sixty_seconds_and_no_longer(page: Page) -> None:
    page.clock.install()
    go(page, "/one/")
    page.get_by_role("button", name="显示完整号码").click()
    page.wait_for_selector("text=371599196401011265")
    assert asked == ["POST reveal"]
    page.clock.run_for(61_000)
    assert "371599196401011265" not in page.content()
    assert "371************265" in page.content()


def test_an_emergency_counts_down_and_then_says_how_late(page: Page) -> None:
    page.clock.install()
    go(page, "/one/")
    assert page.locator(".clock.urgent").inner_text() == "剩 00:02"
    page.clock.run_for(70_000)
    assert page.locator(".clock.urgent").inner_text() == "剩 00:00"
    page.clock.run_for(180_000)
    assert page.locator(".clock.urgent").inner_text() == "已超 00:02"


def test_progress_is_followed_to_its_end(page: Page) -> None:
    go(page, "/one/")
    page.wait_for_url("**/one/#done", timeout=8000)
    assert asked.count("GET half") >= 2


def test_ticks_are_counted_and_summed_to_the_fen(page: Page) -> None:
    go(page, "/design/")
    bar = page.locator("[data-bulk]")
    assert "已选 2 件，月额合计 ¥1,226.00" in bar.inner_text()
    page.get_by_label("选中本页").check()
    assert "已选 6 件，月额合计 ¥1,235,793.89" in bar.inner_text()
    page.get_by_role("button", name="清除选择").click()
    assert "已选 0 件" in bar.inner_text()


def test_a_session_about_to_end_is_kept_by_one_key(page: Page) -> None:
    page.clock.install()
    go(page, "/one/")
    page.clock.run_for(1_510_000)
    assert "自动退出，按任意键继续" in page.locator(".toasts .toast").last.inner_text()
    page.keyboard.press("Shift")
    page.locator(".toasts").wait_for(state="detached")
    assert "POST extend" in asked


def test_an_ended_session_asks_over_the_page_and_loses_nothing(page: Page) -> None:
    page.clock.install()
    go(page, "/one/")
    page.fill("#note", "户主年老")
    page.clock.run_for(1_810_000)
    assert "登录已过期，填写内容都在" in page.locator("dialog[open]").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 1
    assert page.input_value("#note") == "户主年老"


def test_without_javascript_everything_is_still_there(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/one/")
    for name in ("保存", "显示完整号码"):
        assert plain.get_by_role("button", name=name).is_visible()
    assert plain.get_by_role("link", name="停发本户").get_attribute("href") == "/one/#stop"
    context.close()


def test_the_page_is_light(page: Page) -> None:
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto("/design/?show=public", wait_until="networkidle")
    assert sum(sizes) < 80_000
