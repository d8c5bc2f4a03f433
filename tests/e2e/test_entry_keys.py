"""U-01, U-15, U-23: the reference household by keys alone, the order of the keys, and a clean next form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts import clock
from applications.models import Application, Draft
from tests import making
from tests.applications.entry_filled import HEAD_ID
from tests.e2e.entry_desk import Hands, held, household, opened, ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ORDER = Path(__file__).parent / "entry_order.txt"
MOST_KEYS = 180


@pytest.fixture
def page(live_server: Any, client: Client, chromium: Browser) -> Iterator[Page]:
    with opened(live_server, client, chromium) as entry_page:
        yield entry_page


def test_the_reference_household_goes_in_by_keys_alone(page: Page) -> None:
    hands = Hands(page)

    household(hands)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/applications/receipts/*/")

    keys, pointer = hands.counted()
    application = Application.objects.get(applicant__id_index__isnull=False, hardship="年老缺劳力")
    assert application.receipt_number in page.content()
    assert pointer == 0
    assert keys <= MOST_KEYS, f"{keys} keys"
    assert application.household.memberships.count() == 3
    assert application.household.obligations.count() == 1
    assert application.household.consents.count() == 3  # and the applicant signs for the child
    assert not Draft.objects.exists()


def test_the_next_form_holds_nothing_of_the_last_person(page: Page) -> None:
    hands = Hands(page)
    household(hands)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/applications/receipts/*/")
    page.keyboard.press("Enter")  # the receipt's own next act
    page.wait_for_url("**/applications/new/")
    ready(page)

    assert held(page) == {
        "programme": "dibao_rural",
        "area": "rural",
        "village": making.VILLAGE,
        "received_on": clock.today().isoformat(),
        "channel": "window",
        "bank": "聊城农商行张鲁支行",
    }
    assert hands.counted()[1] == 0


def test_saving_and_starting_the_next_holds_nothing_either(page: Page) -> None:
    household(Hands(page))
    page.get_by_role("button", name="保存并新建下一户").press("Enter")
    page.wait_for_url("**/applications/new/")
    ready(page)
    assert set(held(page)) == {"programme", "area", "village", "received_on", "channel", "bank"}
    assert page.get_by_role("link", name="赵*田").count() == 1
    page.go_back()
    page.go_forward()
    ready(page)
    assert set(held(page)) == {"programme", "area", "village", "received_on", "channel", "bank"}


def test_the_order_of_the_keys_is_a_contract(page: Page) -> None:
    """U-23: what Tab reaches, in order; a star where Enter goes. Changed only together with the paper form."""
    page.locator("[name=m0-name]").fill("孙玉梅")
    order = page.evaluate(
        """() => [...document.querySelectorAll("#entry input:not([type=hidden]), #entry button, #entry .scroll")]
          .filter((one) => one.tabIndex >= 0 && one.getClientRects().length)
          .map((one) => (one.matches("input") && !("skip" in one.dataset) ? "* " : "  ")
            + (one.getAttribute("aria-label") ?? (one.id || one.textContent.trim())))"""
    )
    assert order == ORDER.read_text(encoding="utf-8").splitlines()


def test_enter_never_submits(page: Page) -> None:
    before = page.url
    for _ in range(60):
        page.keyboard.press("Enter")
    assert page.url == before
    assert Application.objects.count() == 1
    assert page.evaluate("document.activeElement.type") == "checkbox"


def test_shift_enter_goes_back_and_alt_digits_change_the_part(page: Page) -> None:
    page.keyboard.press("Alt+4")
    assert page.evaluate("document.activeElement.id") == "id_i0-kind"
    page.keyboard.press("Shift+Enter")
    assert page.evaluate("document.activeElement.id") == "m0-special"
    page.keyboard.press("Alt+1")
    assert page.evaluate("document.activeElement.id") == "id_programme"


def test_composing_chinese_is_not_interrupted(page: Page) -> None:
    page.locator("[name=a-name]").focus()
    moved = page.evaluate(
        """() => {
          const name = document.activeElement;
          name.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, isComposing: true}));
          return document.activeElement !== name;
        }"""
    )
    assert not moved


def test_a_village_by_its_pinyin_and_a_choice_by_its_chinese(page: Page) -> None:
    village = page.locator("#id_village")
    village.focus()
    page.keyboard.type("yt")
    assert page.locator("#options [aria-selected=true]").inner_text().endswith("营头村")
    page.keyboard.press("Enter")
    assert held(page)["village"] == making.OTHER_VILLAGE
    page.locator("#id_hardship").focus()
    page.keyboard.insert_text("残疾")
    page.keyboard.press("Enter")
    assert held(page)["hardship"] == "残疾"
    assert village.get_attribute("aria-expanded") == "false"


def test_a_special_circumstance_costs_three_keys_and_comes_back(page: Page) -> None:
    page.locator("#a-special").focus()
    Hands(page).type("142")  # disability, physical, second grade
    assert page.evaluate("document.activeElement.id") == "a-special"
    assert page.locator("#a-special").input_value() == "肢体二级"
    assert {k: v for k, v in held(page).items() if "disability" in k} == {
        "a-disability_kind": "physical",
        "a-disability_grade": "2",
    }


def test_a_wrong_check_digit_is_said_at_once_and_the_cursor_stays(page: Page) -> None:
    Hands(page).type(HEAD_ID[:17] + ("0" if HEAD_ID[17] != "0" else "1"))
    assert page.evaluate("document.activeElement.id") == "id_a-id_number"
    assert page.locator("#id_a-id_number_error").inner_text() == "申请人证件号第 18 位与前 17 位不符，对照证件核对"
    page.keyboard.press("Backspace")
    page.keyboard.press(HEAD_ID[17])
    assert page.evaluate("document.activeElement.id") == "id_a-name"
    assert page.locator("#id_a-id_number_error").count() == 0
    assert page.locator("[data-sex]").inner_text() == "男"
    assert page.locator("[data-birth]").inner_text() == "1960-05-17"


def test_an_old_number_is_converted_and_f2_says_there_is_no_reader(page: Page) -> None:
    Hands(page).type(HEAD_ID[:6] + HEAD_ID[8:17])
    page.keyboard.press("Enter")
    assert held(page)["a-id_number"] == HEAD_ID
    page.keyboard.press("F2")
    page.get_by_text("读卡器未连接，手工录入").wait_for(timeout=3000)


def test_the_duplicate_is_in_the_rail_when_the_number_is_complete(page: Page) -> None:
    person = making.make_person("周大山", region_code=making.OTHER_COUNTY_VILLAGE)
    making.make_household(making.OTHER_COUNTY_VILLAGE, [person])
    Hands(page).type(str(person.id_number))
    page.get_by_text("申请人：此人已在别处登记").wait_for(timeout=3000)
    assert page.get_by_text("联系 东阿县刘集镇").count() == 1
