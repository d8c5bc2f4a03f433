"""核对 in Chromium: the clerk's morning over mismatches, the county's over what did not come; axe, widths, keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from accounts import clock, jobs
from applications import night
from applications.models import Matter, RelativeRegister
from liaocheng_aid import verifying
from payments.models import Hold
from tests.applications import walking
from tests.applications.test_in_browser import Desk
from tests.conftest import Clock
from tests.making import COUNTY, VILLAGE, make_user, members_of, region
from tests.verification import stories
from tests.verification.worlds import World, families, to_ask, until
from verification import enquire, findings, nightly
from verification.models import Exchange, Finding, Request, Run, Subject

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


@pytest.fixture
def recipient(staff: walking.Office, moving_clock: Clock) -> Matter:
    return walking.confirmed(staff, moving_clock).matter


@pytest.fixture
def clerk(chromium: Browser, live_server: Any, staff: walking.Office) -> Iterator[Desk]:
    desk = Desk(chromium, live_server.url, staff.clerk)
    yield desk
    desk.close()


@pytest.fixture
def county(chromium: Browser, live_server: Any) -> Iterator[Desk]:
    desk = Desk(chromium, live_server.url, make_user("county"))
    yield desk
    desk.close()


def told(matter: Matter, source: str, said: dict[int, dict[str, Any]]) -> None:
    """What a register says of the recipients, by their place in the family."""
    on, people = clock.today(), members_of(matter.household)
    run = Run.objects.filter(on=on, kind="night").first() or stories.make_run(on)
    request, enquiries = stories.asked(
        people, matter.household, source, run=run, case_number=matter.number, purpose=Subject.Purpose.RECEIVES
    )
    stories.make_answers(enquiries, said)
    with transaction.atomic():
        findings.weigh(request, {enquiries[n].id: one for n, one in said.items()}, {one.id for one in enquiries})
    jobs.run_waiting()


class Actions:
    """Keys and clicks, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += 1

    def click(self, role: Any, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()
        self.count += 1


def test_the_clerks_morning(clerk: Desk, recipient: Matter) -> None:
    told(recipient, "public_security", {1: {"death": "2026-11-08"}})
    told(recipient, "human_resources", {0: {"pension": 146_400}})
    clerk.page.goto("/")
    clerk.page.get_by_role("link", name="处理不一致").click()
    rows = clerk.page.locator("tbody tr")
    expect(rows).to_have_count(2)
    assert Finding.objects.open().count() == 2
    assert "死亡" in rows.first.inner_text()
    clerk.check_here("findings")
    clerk.page.wait_for_selector("html[data-ready]")
    acts = Actions(clerk.page)
    acts.press("Enter")
    clerk.page.wait_for_url("**/findings/*/")
    clerk.check_here("finding-death")
    acts.click("radio", "家庭已承认")
    acts.click("button", "采纳核对")
    clerk.page.wait_for_selector("text=已采纳，并暂停发放待核")
    assert acts.count == 3
    acts = Actions(clerk.page)
    acts.click("radio", "已看到证明材料")
    acts.click("button", "采纳核对")
    clerk.page.wait_for_selector("text=已采纳核对结果")
    assert acts.count == 2
    assert clerk.page.get_by_text("没有要处理的不一致。").count() == 1
    clerk.check_here("findings-none")
    assert Hold.objects.get().person == members_of(recipient.household)[1]
    clerk.check(reverse("case_part", args=[recipient.pk, "money"]), "held-money")
    assert clerk.page.get_by_text("核对：死亡").count() >= 1


def test_a_near_relative_reads_that_others_work_it(clerk: Desk, staff: walking.Office, recipient: Matter) -> None:
    told(recipient, "human_resources", {0: {"pension": 146_400}})
    finding, kin = Finding.objects.get(), staff.clerk
    RelativeRegister.objects.create(
        matter=recipient, user=kin, name=kin.full_name, relation="外甥", registered_by=kin, registered_at=clock.now()
    )
    clerk.page.goto(reverse("finding", args=[finding.pk]))
    clerk.check_here("finding-relative")
    assert clerk.page.get_by_text("已登记为近亲属，这一步由别人办理").count() == 1
    assert clerk.page.get_by_role("button", name="采纳核对").count() == 0


def test_a_dispute_without_words_loses_nothing(clerk: Desk, recipient: Matter) -> None:
    told(recipient, "human_resources", {0: {"pension": 146_400}})
    finding = Finding.objects.get()
    page = clerk.page
    page.goto(reverse("finding", args=[finding.pk]))
    page.get_by_label("由他人领取或代持").check()
    page.get_by_role("button", name="不采纳").click()
    page.wait_for_selector("[data-errors]")
    clerk.check_here("finding-wrong")
    assert page.get_by_label("由他人领取或代持").is_checked()
    assert page.get_by_text("写明依据，或附上证明材料").count() >= 2
    page.get_by_label("依据").fill("存折在其兄手里，已核")
    page.get_by_role("button", name="不采纳").dblclick()
    page.wait_for_selector("text=已登记不采纳，按申报办理")
    assert [one.note for one in finding.steps.all()] == ["存折在其兄手里，已核"]


def test_an_explanation_with_its_paper(clerk: Desk, recipient: Matter, tmp_path: Path) -> None:
    told(recipient, "human_resources", {0: {"pension": 146_400}})
    slip = tmp_path / "回执.pdf"
    slip.write_bytes(b"%PDF-1.4 slip")
    page = clerk.page
    page.goto(reverse("finding", args=[Finding.objects.get().pk]))
    panel = page.locator("#explain")
    panel.get_by_label("证明材料").set_input_files(slip)
    panel.get_by_role("button", name="登记说明").click()
    page.wait_for_selector("[data-errors]")
    assert panel.get_by_text("材料已收到，不用再选").count() == 1
    panel.get_by_label("家庭的说明").fill("10月起停发，有回执")
    panel.get_by_role("button", name="登记说明").click()
    page.wait_for_selector("text=已登记家庭的说明")
    clerk.check_here("finding-explained")
    href = page.get_by_role("link", name="证明材料（登记说明）").get_attribute("href")
    assert href
    answer = page.request.get(href)
    assert (answer.status, answer.headers["content-type"], answer.body()) == (200, "application/pdf", b"%PDF-1.4 slip")


def test_asking_again_is_seen_as_it_goes(clerk: Desk, recipient: Matter, departments: World) -> None:
    told(recipient, "human_resources", {0: {"pension": 146_400}})
    page = clerk.page
    page.goto(reverse("finding", args=[Finding.objects.get().pk]))
    page.get_by_role("button", name="再问一次来源").dblclick()
    page.wait_for_url("**/verification/runs/*/")
    spot = Run.objects.get(kind="spot")
    assert spot.household_id == recipient.household_id
    clerk.check_here("run-spot")
    bar = page.locator("progress")
    assert bar.get_attribute("value") == "0"
    jobs.run_waiting()
    until(lambda: enquire.collect() > 0)
    nightly.close_due()
    page.wait_for_selector("text=全部来源已答复。")
    assert Finding.objects.get().state == "cleared"
    clerk.check(reverse("runs"), "runs-township")


def test_the_bar_moves_while_answers_come(county: Desk, departments: World) -> None:
    run = nightly.plan(to_ask(families(2)), county=region(COUNTY), on=clock.today())
    page = county.page
    county.check(reverse("run", args=[run.pk]), "run-running")
    while Request.objects.filter(state=Request.State.PLANNED).exists():
        jobs.run_waiting()
    until(lambda: enquire.collect() > 0)
    page.wait_for_selector("text=/已答复 [1-9]/")
    verifying.work([run], patience=timedelta(seconds=60))
    page.wait_for_selector("text=全部来源已答复。")


def test_the_county_asks_again_what_did_not_come(
    county: Desk, staff: walking.Office, departments: World, moving_clock: Clock
) -> None:
    walking.accepted(staff, walking.filled(village=VILLAGE))
    departments.fail(market={"garbage": "html"})
    people = list(night.to_ask(COUNTY[:6], clock.today()))
    run = nightly.plan(people, county=region(COUNTY), on=clock.today())
    while jobs.run_waiting():
        pass
    until(lambda: (enquire.collect() >= 0) and Exchange.objects.filter(fate="quarantined").exists())
    until(lambda: (enquire.collect() >= 0) and Request.objects.filter(state="sent").count() == 1)
    nightly.give_up(run.pk)
    page = county.page
    county.check("/", "worklist-county")
    page.get_by_role("link", name="看核对批次").click()
    page.wait_for_selector("text=已隔离的答复")
    county.check_here("run-partly")
    departments.fail()
    page.get_by_role("button", name="重新查询未答复的").dblclick()
    page.wait_for_selector("text=已重新查询未答复的来源")
    verifying.work([Run.objects.get()], patience=timedelta(seconds=60))
    page.wait_for_selector("text=全部来源已答复。")
    assert Run.objects.get().state == Run.State.COMPLETE
    county.check(reverse("runs"), "runs-county")
