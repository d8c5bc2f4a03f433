"""U-01, U-15, U-23: the reference household by keys alone, the order of the keys, and a clean next form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, sync_playwright
from pypinyin import lazy_pinyin

from accounts import clock
from accounts.ids import uuid7
from applications import intake
from applications.models import Application, Draft
from applications.submission import AccountEntry, MemberEntry, Submission
from households.means import Circumstances
from households.registry import PersonEntry
from tests import making
from tests.applications.entry_filled import CARD, CHILD_ID, HEAD_ID, WIFE_ID, clerk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ORDER = Path(__file__).parent / "entry_order.txt"
MOST_KEYS = 180

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


@pytest.fixture
def desk(live_server: Any, client: Client, chromium_path: str, monkeypatch: Any) -> Iterator[Page]:
    """The entry page of a clerk who has entered one household of this village before."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    user = clerk(client)
    _entered_before(user)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        context.add_init_script(COUNTER)
        page = context.new_page()
        page.goto(f"{live_server.url}/applications/new/")
        page.wait_for_function("document.activeElement.matches('#entry input')")
        yield page
        browser.close()


def _entered_before(user: Any) -> None:
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


def test_the_reference_household_goes_in_by_keys_alone(desk: Page) -> None:
    hands = Hands(desk)

    household(hands)
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url("**/applications/receipts/*/")

    keys, pointer = hands.counted()
    application = Application.objects.get(applicant__id_index__isnull=False, hardship="年老缺劳力")
    assert application.receipt_number in desk.content()
    assert pointer == 0
    assert keys <= MOST_KEYS, f"{keys} keys"
    assert application.household.memberships.count() == 3
    assert application.household.obligations.count() == 1
    assert application.household.consents.count() == 2
    assert not Draft.objects.exists()
