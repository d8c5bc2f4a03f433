"""Every page of every role, in the states the demonstration county shows: nothing sideways, nothing axe finds."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from accounts import clock, jobs
from accounts.models import User
from applications.models import Decision, Matter, State
from disclosure.models import NoticeList, Objection
from liaocheng_aid.demonstration import staff
from payments import monthly
from payments.models import PaymentList
from tests.barriers import barriers
from tests.e2e.conftest import Desk
from verification.models import Finding, Run

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 1366, 1920)
ROLES = ("clerk", "reviewer", "approver", "county", "checker", "release", "village", "auditor")
PARTS = ["members", "consents", "means", "verification", "survey", "notice", "money", "history"]


@pytest.fixture
def county() -> None:
    """Forty families in every state, last night partly answered, and a payment list waiting for its checker."""
    call_command("seed_demo", households=40, county="371522", seed=7, verbosity=0)
    builder = User.objects.get(username="county")
    monthly.start_build(builder.posts.get().region, clock.today().replace(day=1), actor=builder, on=clock.today())
    jobs.run_waiting()


def addresses(role: str) -> list[str]:
    """The pages this role works on, one of each state."""
    by_state = {m.state: m for m in Matter.objects.filter(region__parent=_township()).order_by("-created_at")}
    cases = [f"/cases/{m.pk}/" for m in by_state.values()]
    shown = by_state.get(State.CONFIRMED) or next(iter(by_state.values()))
    checked = [m for m in by_state.values() if m.number in set(Finding.objects.values_list("case_number", flat=True))]
    common = ["/", "/standards/", "/standards/local/"]
    reading = [
        *common,
        "/cases/",
        "/people/",
        "/verification/pushed/",
        *cases,
        *(f"/cases/{shown.pk}/view/{p}/" for p in PARTS),
        *(f"/cases/{m.pk}/view/verification/" for m in checked),
    ]
    notices = ["/notices/", *(f"/notices/{n.pk}/" for n in NoticeList.objects.filter(region__parent=_township())[:2])]
    lists = ["/payments/", *(f"/payments/{made.pk}/" for made in PaymentList.objects.all())]
    papers = [f"/cases/{d.matter_id}/decisions/{d.pk}/notice/" for d in Decision.objects.filter(matter=shown)]
    pushed = ["/verification/pushed/", "/verification/pushed/new/"]
    visit = [f"/cases/{by_state[State.ACCEPTED].pk}/visit/"] if State.ACCEPTED in by_state else []
    night = ["/verification/", *(f"/verification/runs/{run.pk}/" for run in Run.objects.all())]
    found = ["/findings/", "/findings/?state=all", *(f"/findings/{one.pk}/" for one in _findings())]
    objections = [f"/notices/objections/{o.pk}/" for o in Objection.objects.all()[:1]]
    simulation = ["/simulation/", "/simulation/?dibao.standard.rural=800&group=after"]
    return {
        "clerk": [
            *reading,
            *found,
            *papers,
            "/applications/new/",
            *visit,
            *notices,
            *(f"{n}sheet/" for n in notices[1:2]),
        ],
        "reviewer": [*cases, *found[:3], *notices, *objections],
        "approver": [*common, *cases, *lists, *night, *found[:3]],
        "county": [
            *common,
            *lists,
            *pushed,
            *night,
            *found[:3],
            "/platform/",
            *simulation,
        ],
        "checker": lists,
        "release": [*common, *lists],
        "village": [
            "/",
            "/findings/",
            "/verification/",
            "/notices/",
            *(f"/notices/{n.pk}/" for n in NoticeList.objects.filter(region=_village())[:1]),
        ],
        "auditor": [*common, *lists, *night, *found[:3], f"/cases/{shown.pk}/"],
    }[role]


def _findings() -> list[Finding]:
    """One of each kind and state in the clerk's township; the demonstration's night left them."""
    mine = Finding.objects.filter(region__parent=_township()).order_by("kind", "state", "-is_standing")
    found = list({(one.kind, one.state): one for one in mine}.values())
    assert {"open", "explained", "disputed"} <= {one.state for one in found}
    return found


def _village() -> str:
    return User.objects.get(username="village").posts.get().region_id


def _township() -> str:
    return User.objects.get(username="clerk").posts.get().region_id


@pytest.fixture
def _logins(county: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.e2e.conftest.PASSWORD", staff.PASSWORD)


def faults(page: Page, address: str) -> list[str]:
    found = []
    answer = page.goto(address)
    if answer is None or answer.status not in (200, 404):
        return [f"{address}: status {answer and answer.status}"]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 768})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{address} at {width}: {wide} px wide")
        if width < 1920:
            found += [f"{address} at {width}: {barrier}" for barrier in barriers(page)]
    return found


@pytest.mark.usefixtures("_logins")
def test_every_page_is_whole_and_accessible(desk: Desk) -> None:
    """One county for all of them: making it is the larger part of the time."""
    found = []
    for role in ROLES:
        page, asked = desk(User.objects.get(username=role)), addresses(role)
        assert len(asked) > 1, role
        found += [f"{role} {fault}" for address in asked for fault in faults(page, address)]
        page.context.close()
    found += public_faults(desk(User.objects.get(username="clerk")))
    assert found == []


def public_faults(page: Page) -> list[str]:
    """What anybody sees, signed out."""
    page.context.clear_cookies()
    up = NoticeList.objects.up(clock.today())
    asked = [
        "/public/",
        "/public/self-check/",
        "/public/regions/371522000000/",
        *(f"/public/notices/{one.token}/" for one in up[:2]),
    ]
    assert len(asked) > 2
    return [fault for address in [*asked, "/login/"] for fault in faults(page, address)]
