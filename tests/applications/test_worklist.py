"""待办: what the user's posts can lead on, by least time left, in as many queries for ten as for a thousand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import audit, clock
from applications.models import Action, ConfirmingBody, Matter, State
from tests.applications import crowd, opened, walking
from tests.conftest import Clock
from tests.making import OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, make_user, region

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def listed(user: object, address: str = "/") -> list[str]:
    """The names in the rows, in order."""
    answer = opened.signed_in(user).get(address)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return [row.head for row in answer.context["rows"]]


def name_of(matter: Matter) -> str:
    return matter.application.applicant.name


def test_each_sees_what_its_posts_can_lead_on() -> None:
    staff = walking.office()
    made = {state: walking.WALKS[state](staff) for state in walking.WALKS}
    open_states = {state: name_of(matter) for state, matter in made.items()}

    def names(*states: State) -> set[str]:
        return {open_states[state] for state in states}

    assert set(listed(staff.clerk)) == names(
        State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED, State.TO_POST, State.POSTED
    )
    assert set(listed(staff.village)) == names(State.TO_POST, State.POSTED)
    assert set(listed(staff.reviewer)) == names(State.ACCEPTED, State.SURVEYED, State.DISPUTED)
    # The second surveyor signs, and gives no opinion on what it surveyed; an objection it may answer.
    assert set(listed(staff.second)) == names(State.ACCEPTED, State.VISITED, State.DISPUTED)
    assert set(listed(staff.approver)) == names(State.TO_CONFIRM)
    for role in ("county", "checker", "city", "auditor", "release"):
        assert opened.signed_in(make_user(role)).get("/").context["rows"] == []


def test_another_townships_matters_are_not_listed() -> None:
    walking.submitted(walking.office())
    assert listed(make_user("clerk", OTHER_TOWNSHIP)) == []
    assert listed(make_user("clerk", OTHER_TOWNSHIP), "/cases/") == []


def test_the_least_time_left_comes_first(moving_clock: Clock) -> None:
    staff = walking.office()
    late = walking.accepted(staff)
    walking.wait_until(moving_clock, clock.today() + timedelta(days=14))
    calm = walking.accepted(staff)
    soon = walking.submitted(staff)
    rows = opened.signed_in(staff.clerk).get("/").context["rows"]
    assert [row.head for row in rows] == [name_of(late), name_of(soon), name_of(calm)]
    assert [row.clock.kind for row in rows][:2] == ["over", "soon"]
    assert listed(staff.clerk, "/?tab=over") == [name_of(late)]
    assert listed(staff.clerk, "/?sort=-clock")[-1] == name_of(late)


def test_the_address_is_the_view() -> None:
    staff = walking.office()
    here = walking.submitted(staff)
    there = walking.submitted(staff, walking.filled(village=OTHER_VILLAGE))
    assert listed(staff.clerk, f"/?place={OTHER_VILLAGE}") == [name_of(there)]
    assert listed(staff.clerk, f"/?place={VILLAGE}&state=submitted&programme=dibao") == [name_of(here)]
    assert listed(staff.clerk, "/?programme=tekun") == []
    assert listed(staff.clerk, f"/?since={clock.today()}&until={clock.today()}&tab=submitted")
    assert listed(staff.clerk, "/?until=2020-01-01") == []


def test_wrong_conditions_are_said_and_filter_nothing() -> None:
    staff = walking.office()
    walking.submitted(staff)
    answer = opened.signed_in(staff.clerk).get("/?since=2026-13-01&place=999&page=x&tab=zzz&sort=password")
    assert answer.status_code == 200
    assert "写成年-月-日，如 2026-11-23" in answer.content.decode()
    assert listed(staff.clerk, "/?since=2026-13-01&page=77")


def test_an_empty_worklist_names_the_next_act() -> None:
    page = opened.signed_in(make_user("clerk", VILLAGE)).get("/").content.decode()
    assert "没有等着办的事。" in page
    assert reverse("entry_new") in page


def test_a_delegated_township_confirms_its_own(moving_clock: Clock) -> None:
    staff = walking.office()
    matter = walking.to_confirm(staff)
    row = ConfirmingBody(
        region=region(TOWNSHIP),
        programme="",
        body="township",
        effective_from=clock.today(),
        document_number="莘政字〔2026〕1号",
    )
    audit.seal(row, None, "setting.confirming", on=clock.today(), region_code=TOWNSHIP)
    other = make_user("reviewer", VILLAGE)
    assert listed(staff.approver) == []
    assert name_of(matter) in listed(other)
    assert name_of(matter) not in listed(staff.reviewer), "whoever gave the opinion does not confirm"


def queries(client: object, address: str) -> int:
    client.get(address)  # type: ignore[attr-defined]
    with opened.counting() as found:
        client.get(address)  # type: ignore[attr-defined]
    return len(found)


def test_it_takes_as_many_queries_for_ten_as_for_a_thousand() -> None:
    staff = walking.office()
    crowd.submitted(10, staff.clerk)
    client = opened.signed_in(staff.clerk)
    ten = {address: queries(client, address) for address in ("/", "/cases/")}
    crowd.submitted(990, staff.clerk)
    thousand = {address: queries(client, address) for address in ("/", "/cases/")}
    assert ten == thousand
    assert max(ten.values()) <= MOST_QUERIES
    page = client.get("/").context["page"]
    assert (len(page), page.paginator.count, page.paginator.num_pages) == (50, 1000, 20)


def test_more_than_a_thousand_are_counted_no_further() -> None:
    staff = walking.office()
    crowd.submitted(1001, staff.clerk)
    answer = opened.signed_in(staff.clerk).get("/cases/?page=20")
    assert "共 1,000 件以上" in answer.content.decode()
    assert len(answer.context["rows"]) == 50


def test_the_case_knows_its_neighbours_in_the_list() -> None:
    staff = walking.office()
    for _ in range(3):
        walking.submitted(staff)
    client = opened.signed_in(staff.clerk)
    rows = client.get("/").context["rows"]
    middle = client.get(reverse("case", args=[rows[1].pk])).context
    assert (middle["before"], middle["after"]) == tuple(reverse("case", args=[rows[i].pk]) for i in (0, 2))
    assert client.get(reverse("case", args=[rows[0].pk])).context["before"] == ""


def test_all_cases_hold_the_closed_ones_too() -> None:
    staff = walking.office()
    closed, still_open = walking.declined(staff), walking.submitted(staff)
    assert listed(staff.clerk, "/cases/") == [name_of(still_open), name_of(closed)]
    assert listed(staff.clerk, "/cases/?state=declined") == [name_of(closed)]
    assert set(listed(make_user("auditor"), "/cases/")) == {name_of(still_open), name_of(closed)}
    assert listed(staff.clerk, "/cases/?sort=-received")
    assert walking.step(still_open, Action.ACCEPT, staff.clerk).state == State.ACCEPTED
