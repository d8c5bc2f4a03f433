"""The entry page in a browser, a pair of hands that are counted, and the reference household (mock/entry.html)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.test import Client
from playwright.sync_api import Browser, Page
from pypinyin import lazy_pinyin

from accounts import clock
from accounts.ids import uuid7
from applications import intake
from applications.submission import AccountEntry, MemberEntry, Submission
from households.means import Circumstances
from households.registry import PersonEntry
from tests import making
from tests.applications.entry_filled import CARD, CHILD_ID, HEAD_ID, WIFE_ID, clerk

# Counts what a hand does: keys without the modifiers of their chords, and every touch of a pointer.
COUNTER = """
(() => {
  const done = JSON.parse(sessionStorage.getItem("hand") || '{"keys": 0, "pointer": 0}');
  const keep = () => sessionStorage.setItem("hand", JSON.stringify(done));
  addEventListener("keydown", (event) => {
    if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
    done.keys += 1; keep();
  }, true);
  for (const name of ["pointerdown", "mousedown", "wheel", "touchstart"])
    addEventListener(name, () => { done.pointer += 1; keep(); }, true);
  keep();
})()
"""


class Hands:
    """A clerk at the keyboard: every key is pressed, a name is its pinyin letters and one more."""

    def __init__(self, page: Page) -> None:
        self.page, self.pinyin = page, 0

    def type(self, text: str) -> None:
        for key in text:
            self.page.keyboard.press(key)

    def name(self, name: str) -> None:
        self.pinyin += len("".join(lazy_pinyin(name))) + 1
        self.page.keyboard.insert_text(name)

    def enter(self, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press("Enter")

    def counted(self) -> tuple[int, int]:
        done = self.page.evaluate("JSON.parse(sessionStorage.getItem('hand'))")
        return done["keys"] + self.pinyin, done["pointer"]


@contextmanager
def opened(live_server: Any, client: Client, chromium: Browser) -> Iterator[Page]:
    """The entry page of a clerk who has entered one household of this village before; no script may complain."""
    entered_before(clerk(client))
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1366, "height": 768})
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    context.add_init_script(COUNTER)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/applications/new/")
    ready(page)
    yield page
    context.close()
    assert complaints == []


def ready(page: Page) -> None:
    """The scripts have taken the page in hand: the cursor waits in the form."""
    page.locator("#entry input:focus").wait_for()


def held(page: Page) -> dict[str, str]:
    """Every value the form would send, but its own version and token."""
    sent: dict[str, str] = page.evaluate(
        "Object.fromEntries([...new FormData(document.getElementById('entry'))].filter(([name, value]) => value"
        " && !['csrfmiddlewaretoken', 'version'].includes(name)))"
    )
    return sent


def entered_before(user: Any) -> None:
    birth = date(1950, 3, 4)
    entry = PersonEntry("王老五", "resident", making.invent_id_number(birth), birth, "M")
    head = MemberEntry(entry, Circumstances(relation="head", birth_date=birth), consents=False)
    on = clock.today() - timedelta(days=1)
    account = AccountEntry("card", "聊城农商行张鲁支行", making.invent_card(), "王老五")
    before = Submission("dibao", making.VILLAGE, "rural", on, "window", (head,), account=account)
    intake.submit(before, key=uuid7(), actor=user)


def household(hands: Hands) -> None:
    """mock/entry.html from the empty form: the head, a wife, a grandchild, three incomes, a daughter, a card."""
    hands.type(HEAD_ID)
    hands.name("赵广田")
    hands.enter()
    hands.type("10012345678")
    hands.enter()  # 特殊情况: none
    for relation, number, name in (("1", WIFE_ID, "孙玉梅"), ("4", CHILD_ID, "赵子涵")):
        hands.type(relation + number)
        hands.name(name)
        hands.enter(2)  # and 特殊情况: none
    hands.enter()  # the blank row: no more people
    for kind, owner, amount, per in (("2", "1", "6240", "2"), ("4", "2", "600", "1"), ("3", "1", "3600", "2")):
        hands.type(kind + owner + amount)
        hands.enter()
        hands.type(per)
    hands.enter()  # no more incomes
    for stated in ("1", "0", "8600"):
        hands.type(stated)
        hands.enter()
    hands.type("2")  # 年老缺劳力
    hands.type("2")  # a daughter
    hands.enter()  # her number is not known
    hands.name("赵丽")
    hands.enter(3)  # nor her income; nothing special
    hands.enter()  # no more obligors
    hands.type("1" + CARD)
    hands.type("11")  # two authorisations
