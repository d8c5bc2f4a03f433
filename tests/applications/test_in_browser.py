"""The worklist and the case in Chromium: axe finds nothing, nothing scrolls sideways, the keys do what they say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from accounts.models import User
from applications.models import Action, Decision, State
from applications.views.cases import PARTS
from tests.applications import opened, walking
from tests.applications.walking import Office
from tests.barriers import barriers
from tests.conftest import Clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (1366, 360)
SHOTS = os.environ.get("AID_SHOTS", "")


class Desk:
    """One person's browser on the running site."""

    def __init__(self, chromium: Browser, site: str, user: User) -> None:
        self.context = chromium.new_context(base_url=site, viewport={"width": 1366, "height": 768}, locale="zh-CN")
        cookie = opened.signed_in(user).cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": site}])
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def check(self, address: str, name: str) -> None:
        """Opens the page at every width: no violation, no sideways scroll, no script error."""
        self.page.goto(address)
        self.check_here(name)

    def check_here(self, name: str) -> None:
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 768})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
            if SHOTS:
                self.page.screenshot(path=Path(SHOTS) / f"{name}_{width}.png", full_page=True)
        self.page.set_viewport_size({"width": 1366, "height": 768})
        assert barriers(self.page) == [], name
        assert self.wrong == []

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def desk(chromium: Browser, live_server: Any) -> Iterator[Any]:
    desks: list[Desk] = []

    def at(user: User) -> Desk:
        desks.append(Desk(chromium, live_server.url, user))
        return desks[-1]

    yield at
    for one in desks:
        one.close()


WHO = {
    State.VISITED: "second",
    State.SURVEYED: "reviewer",
    State.DISPUTED: "reviewer",
    State.TO_CONFIRM: "approver",
    State.REFUSED: "approver",
}


def hand(staff: Office, state: State) -> User:
    user: User = getattr(staff, WHO.get(state, "clerk"))
    return user


def test_every_state_of_a_case(desk: Any) -> None:
    staff = walking.office()
    desks = {name: desk(user) for name, user in vars(staff).items()}
    for state, walk in walking.WALKS.items():
        matter = walk(staff)
        desks[WHO.get(state, "clerk")].check(reverse("case", args=[matter.pk]), f"case-{state.value}")


def test_the_worklist_and_its_neighbours(desk: Any) -> None:
    staff = walking.office()
    clerk = desk(staff.clerk)
    clerk.check("/", "home-empty")
    for walk in walking.WALKS.values():
        walk(staff)
    clerk.check("/", "home")
    clerk.check("/?since=2026-13-01", "home-wrong")
    clerk.check("/?tab=over", "home-nothing-over")
    clerk.check("/cases/", "cases")
    clerk.check("/standards/", "standards")
    desk(staff.approver).check("/", "home-approver")


def test_the_parts_of_a_case(desk: Any, moving_clock: Clock) -> None:
    staff = walking.office()
    decision = walking.confirmed(staff, moving_clock)
    approver = desk(staff.approver)
    approver.check(reverse("case", args=[decision.matter_id]), "case-confirmed")
    for part in PARTS:
        approver.check(reverse("case_part", args=[decision.matter_id, part]) if part != "overview" else "/", part)


def test_forms_and_their_errors(desk: Any) -> None:
    staff = walking.office()
    clerk, reviewer = desk(staff.clerk), desk(staff.reviewer)
    accepted = walking.accepted(staff)
    clerk.check(reverse("case_visit", args=[accepted.pk]), "visit")
    clerk.page.get_by_role("button", name="提交调查表").click()
    clerk.page.wait_for_selector("[data-errors]")
    clerk.check_here("visit-wrong")
    clerk.check(reverse("case_relative", args=[accepted.pk]), "relative")
    surveyed = walking.surveyed(staff)
    reviewer.check(reverse("case_step", args=[surveyed.pk, "oppose"]), "oppose")
    reviewer.page.get_by_role("button", name="审核不同意").click()
    reviewer.page.wait_for_selector("[data-errors]")
    reviewer.check_here("oppose-wrong")
    reviewer.page.get_by_role("button", name="记下认定").click()
    reviewer.page.wait_for_selector("[data-errors]")
    reviewer.check_here("ruling-wrong")


def test_an_opinion_by_keys_alone(desk: Any) -> None:
    """Open from the list with Enter, answer the ruling, agree: no mouse."""
    staff = walking.office()
    matter = walking.surveyed(staff)
    page = desk(staff.reviewer).page
    page.goto("/")
    page.locator("tbody th a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('case', args=[matter.pk])}")
    page.get_by_label("是", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("一处自住房")
    page.keyboard.press("Tab")
    page.keyboard.type("调查表")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=认定已记录")
    page.get_by_role("button", name="同意，送公示").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=等待张贴公示")
    matter.refresh_from_db()
    assert matter.state == State.TO_POST


def test_j_and_k_walk_through_the_list(desk: Any) -> None:
    staff = walking.office()
    first, second = walking.submitted(staff), walking.submitted(staff)
    page = desk(staff.clerk).page
    page.goto("/")
    page.locator("tbody th a").first.click()
    for key, then in (("", first), ("j", second), ("k", first)):
        if key:
            page.keyboard.press(key)
        page.wait_for_url(f"**{reverse('case', args=[then.pk])}")
        page.wait_for_load_state("networkidle")  # the keys are a module of their own
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"


def test_a_number_is_shown_for_a_minute(desk: Any) -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    number = matter.application.applicant.id_number
    page = desk(staff.clerk).page
    page.goto(reverse("case", args=[matter.pk]))
    page.get_by_role("button", name="显示完整号码").click()
    page.wait_for_selector(f"text={number}")
    assert page.get_by_text("收起（").count() == 1
    page.get_by_text("收起（").click()
    assert page.get_by_text(str(number)).count() == 0


def test_a_double_click_accepts_once(desk: Any) -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    page = desk(staff.clerk).page
    page.goto(reverse("case", args=[matter.pk]))
    page.get_by_role("button", name="受理本户").dblclick()
    page.wait_for_selector("text=已受理")
    assert matter.transitions.filter(action=Action.ACCEPT).count() == 1


def test_the_decision_notice_on_screen_and_on_paper(desk: Any, moving_clock: Clock) -> None:
    """A refusal and a confirmation: read at every width, printed on one sheet of A4."""
    staff = walking.office()
    refused = Decision.objects.get(matter=walking.refused(staff, walking.filled(walking.family(2, "1800.00"))))
    confirmed = walking.confirmed(staff, moving_clock)
    clerk = desk(staff.clerk)
    for made, name in ((refused, "decision-refused"), (confirmed, "decision-confirmed")):
        clerk.check(reverse("decision_notice", args=[made.matter_id, made.pk]), name)
        paper = clerk.page.pdf(format="A4", print_background=True, prefer_css_page_size=True)
        if SHOTS:
            (Path(SHOTS) / f"{name}.pdf").write_bytes(paper)
        assert len(PdfReader(BytesIO(paper)).pages) == 1, name
        if SHOTS:
            (Path(SHOTS) / f"{name}.pdf").write_bytes(paper)
