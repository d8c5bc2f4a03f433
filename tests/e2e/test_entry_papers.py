"""The checklist follows the hands: the matter at once, what the family claims as soon as the server has heard it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.barriers import barriers
from tests.e2e.entry_desk import Hands, household, opened

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(live_server: Any, client: Client, chromium: Browser) -> Iterator[Page]:
    with opened(live_server, client, chromium) as entry_page:
        yield entry_page


def papers(page: Page) -> list[str]:
    return page.locator("[data-paper]:visible").all_inner_texts()


def choose(page: Page, words: str) -> None:
    page.locator("#id_programme").focus()
    page.keyboard.insert_text(words)
    page.keyboard.press("Enter")


def test_another_matter_has_other_papers(page: Page) -> None:
    assert papers(page) == ["申请书", "家庭状况承诺书", "收入凭据"]
    choose(page, "临时救助（医疗）")
    expect(page.locator("[data-paper=medical_bills]")).to_be_visible()
    assert papers(page) == ["申请书", "家庭状况承诺书", "医疗费用票据"]
    expect(page.locator("[data-paper-notes] a")).to_have_attribute("href", "/public/catalogue/temporary/")


def test_a_claimed_illness_brings_its_paper_and_takes_it_away_again(page: Page) -> None:
    household(Hands(page))
    assert papers(page) == ["申请书", "家庭状况承诺书", "收入凭据"]
    page.locator("#id_hardship").focus()
    page.keyboard.insert_text("重病")
    page.keyboard.press("Enter")
    expect(page.locator("[data-paper=severe_proof]")).to_be_visible(timeout=3000)
    expect(page.locator("[data-paper-notes]")).to_contain_text("医保报销和自己付的钱（医疗保障）")
    assert barriers(page) == []
    page.locator("#id_hardship").focus()
    page.keyboard.insert_text("失业")
    page.keyboard.press("Enter")
    expect(page.locator("[data-paper=severe_proof]")).to_be_hidden(timeout=3000)
