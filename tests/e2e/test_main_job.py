"""The main job from the clerk's window to an exported list whose total agrees everywhere, by everybody it needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db.models import Sum
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from accounts import clock, jobs
from accounts.models import User
from applications.models import Matter, State
from payments import bankfile, roster
from payments.models import LedgerEntry, PaymentList
from payments.words import amount_in_words
from tests.applications.entry_filled import CARD, HEAD_ID
from tests.conftest import Clock
from tests.e2e.conftest import Desk
from tests.e2e.entry_desk import Hands, household
from tests.making import COUNTY, PASSWORD, TOWNSHIP, VILLAGE, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Staff:
    """Everybody the main job needs, each with a password of their own."""

    clerk: User
    village: User
    reviewer: User
    approver: User
    county: User
    checker: User
    release: User


@pytest.fixture
def staff() -> Staff:
    places = {"village": VILLAGE, "clerk": TOWNSHIP, "reviewer": TOWNSHIP}
    return Staff(
        **{
            role: make_user(role, places.get(role, COUNTY), username=f"e2e-{role}", password=PASSWORD)
            for role in Staff.__dataclass_fields__
        }
    )


def case(page: Page, matter: Matter) -> None:
    page.goto(f"/cases/{matter.pk}/")


def stands(matter: Matter, state: State) -> None:
    matter.refresh_from_db()
    assert matter.state == state


def entered(desk: Desk, staff: Staff) -> None:
    """The whole family by keys alone, from the empty form to the receipt."""
    page = desk(staff.clerk)
    page.goto("/applications/new/")
    page.wait_for_function("document.activeElement.matches('#entry input')")
    for choice, keys in (("#id_programme", "1"), ("#id_village", "hzc")):
        page.locator(choice).focus()
        page.keyboard.type(keys)
    page.keyboard.press("Enter")
    page.fill("#id_bank", "聊城农商银行")
    page.locator("#id_a-id_number").focus()
    household(Hands(page))
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/applications/receipts/*/")


def surveyed(desk: Desk, staff: Staff, matter: Matter) -> None:
    """The clerk accepts and records the visit; the coordinator signs it by a login of their own."""
    clerk = desk(staff.clerk)
    case(clerk, matter)
    clerk.locator("form[action$='/steps/accept/'] button").click()
    expect(clerk.locator("main")).to_contain_text("待入户调查")
    clerk.get_by_role("link", name="录入户调查表").first.click()
    clerk.locator("[name=second]").select_option(str(staff.village.pk))
    clerk.locator("[name=met]").fill("赵广田")
    clerk.locator("[name=text]").fill("住房两间，种地四亩，与申报一致。")
    consistent = clerk.locator("[name=is_consistent]")
    if consistent.first.evaluate("control => control.type") == "radio":
        consistent.first.check()
    else:
        consistent.select_option(index=1)
    clerk.get_by_role("button", name="提交调查表").click()
    clerk.wait_for_url("**/cases/*/")
    stands(matter, State.VISITED)
    village = desk(staff.village)
    case(village, matter)
    village.locator("form[action$='/steps/second_visit/'] button").click()
    village.wait_for_load_state()
    stands(matter, State.SURVEYED)


def judged(desk: Desk, staff: Staff, matter: Matter) -> None:
    """The reviewer rules on what the law leaves open, then agrees."""
    reviewer = desk(staff.reviewer)
    case(reviewer, matter)
    ruling = reviewer.locator("form[action$='/rulings/']").first
    ruling.locator("[name=answer][value='1']").check()
    ruling.locator("[name=reason]").fill("一处自住房，无机动车，存款不多")
    ruling.locator("button").last.click()
    case(reviewer, matter)
    reviewer.locator("form[action$='/steps/opine/'] button").click()
    stands(matter, State.TO_POST)


def noticed(desk: Desk, staff: Staff, matter: Matter, moving_clock: Clock) -> None:
    """The clerk posts the village's list; anybody can read it, masked; it ends after seven days."""
    clerk = desk(staff.clerk)
    clerk.goto("/notices/")
    clerk.get_by_role("link", name=re.compile("张贴本村公示")).first.click()
    clerk.locator("main form button.main").first.click()
    stands(matter, State.POSTED)
    token = matter.notice_entries.get().list.token
    public = clerk.context.browser.new_context(base_url=clerk.url.split("/notices")[0]).new_page()  # type: ignore[union-attr]
    assert public.goto(f"/public/notices/{token}/").status == 200  # type: ignore[union-attr]
    shown = public.locator("main").inner_text()
    assert "赵*田" in shown
    assert "赵广田" not in shown
    assert "371599" not in shown
    moving_clock.move(timedelta(days=9))
    assert public.goto(f"/public/notices/{token}/").status == 404  # type: ignore[union-attr]
    public.context.close()
    clerk.goto("/notices/?tab=over")
    clerk.goto(f"/notices/{matter.notice_entries.get().list_id}/")
    clerk.get_by_role("button", name=re.compile("撤下")).first.click()
    stands(matter, State.TO_CONFIRM)


def confirmed(desk: Desk, staff: Staff, matter: Matter) -> None:
    approver = desk(staff.approver)
    case(approver, matter)
    approver.locator("form[action$='/steps/confirm/'] button").click()
    stands(matter, State.CONFIRMED)


def paid(desk: Desk, staff: Staff, moving_clock: Clock) -> PaymentList:
    """Built, checked and locked, approved, released and exported by four people, in the month after."""
    county = desk(staff.county)
    county.goto("/payments/")
    month = (clock.today().replace(day=1) + timedelta(days=32)).replace(day=1)
    county.locator("select[name=month]").select_option(month.isoformat())
    county.get_by_role("button", name=re.compile("生成")).first.click()
    jobs.run_waiting()
    made = PaymentList.objects.get()
    assert made.state == PaymentList.State.BUILT
    checker = desk(staff.checker)
    checker.goto(f"/payments/{made.pk}/")
    checker.locator("form[action$='/check/'] button").click()
    checker.locator("form[action$='/lock/'] button").click()
    for page, action in ((desk(staff.approver), "approve"), (desk(staff.release), "release")):
        page.goto(f"/payments/{made.pk}/")
        page.locator(f"form[action$='/{action}/'] [name=password]").fill(PASSWORD)
        page.locator(f"form[action$='/{action}/'] button").last.click()
        page.wait_for_load_state()
    made.refresh_from_db()
    assert made.state == PaymentList.State.RELEASED
    return made


def exported(desk: Desk, staff: Staff, made: PaymentList, folder: Path) -> tuple[Path, Path, Page]:
    """Both files, as the browser saved them."""
    page = desk(staff.release)
    page.goto(f"/payments/{made.pk}/")
    for kind in ("roster", "bank"):
        page.locator(f"form[action$='/export/{kind}/'] button").click()
        page.wait_for_load_state()
        jobs.run_waiting()
        page.goto(f"/payments/{made.pk}/")
    saved = []
    for kind, name in (("roster", "roster.xlsx"), ("bank", "bank.csv")):
        with page.expect_download() as download:
            page.locator(f"[href$='/file/{kind}/'], form[action$='/file/{kind}/'] button").first.click()
        download.value.save_as(folder / name)
        saved.append(folder / name)
    page.goto(f"/payments/{made.pk}/")
    return saved[0], saved[1], page


def test_from_the_window_to_the_bank(desk: Desk, staff: Staff, moving_clock: Clock, tmp_path: Path) -> None:
    entered(desk, staff)
    matter = Matter.objects.get()
    assert matter.application.applicant.name == "赵广田"
    surveyed(desk, staff, matter)
    judged(desk, staff, matter)
    noticed(desk, staff, matter, moving_clock)
    confirmed(desk, staff, matter)
    made = paid(desk, staff, moving_clock)
    roster_path, bank_path, page = exported(desk, staff, made, tmp_path)
    made.refresh_from_db()

    lines = made.lines.aggregate(total=Sum("net_fen"))["total"]
    ledger = LedgerEntry.objects.filter(kind="start", from_month=made.month).aggregate(total=Sum("amount_fen"))["total"]
    # 753 × 3 − (6240/12 + 600 + 3600/12) = 2259 − 1420 = 839
    assert lines == 83_900
    assert ledger == made.total_fen == lines
    assert roster.read_back(roster_path).net_fen == lines
    assert bankfile.read_back(bank_path).total_fen == lines
    assert made.state == PaymentList.State.EXPORTED
    expect(page.locator("main")).to_contain_text("839.00")
    expect(page.locator("main")).to_contain_text(amount_in_words(lines))
    assert amount_in_words(lines) == "人民币捌佰叁拾玖元整"
    sheet = CalamineWorkbook.from_filelike(BytesIO(roster_path.read_bytes())).get_sheet_by_index(0).to_python()
    cells = {str(cell) for row in sheet for cell in row}
    assert HEAD_ID in cells
    assert CARD in cells
    assert amount_in_words(lines) in " ".join(cells)
    assert made.month == date(made.month.year, made.month.month, 1)
    people = {made.built_by_id, made.checked_by_id, made.approved_by_id, made.released_by_id}
    assert len(people) == 4
