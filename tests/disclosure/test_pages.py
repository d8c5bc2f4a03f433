"""The window's notices (A9): what is seen, what is pressed, what is refused, and in how many queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.models import AuditEntry, User
from applications.models import Matter, State
from disclosure import lists, objections
from disclosure.models import NoticeList, Objection
from tests.disclosure.cases import PLACE, Office, days_ago, ended, make_office, member, posted, waiting
from tests.making import OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE, make_user

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:400]
    return str(answer.content.decode())


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def clerk(office: Office) -> Client:
    return signed_in(office.clerk)


def table_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0]).split())


def test_the_first_tab_with_something_to_do_is_open(office: Office, clerk: Client) -> None:
    assert "没有待张贴的村" in text(clerk.get("/notices/"))
    posted(office)
    assert "还剩" in table_of(text(clerk.get("/notices/")))
    waiting(office)
    assert "张贴本村公示" in table_of(text(clerk.get("/notices/")))
    posted(make_office(OTHER_VILLAGE), village=OTHER_VILLAGE, on=days_ago(20))
    assert "公示期满，撤下" in table_of(text(clerk.get("/notices/")))


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("waiting", "没有待张贴的村"),
        ("up", "现在没有公示中的名单"),
        ("over", "没有期满未撤的名单"),
        ("objections", "没有待答复的异议"),
        ("past", "还没有撤下的名单"),
    ],
)
def test_an_empty_tab_says_what_is_next(clerk: Client, tab: str, said: str) -> None:
    page = text(clerk.get(f"/notices/?tab={tab}"))
    assert said in page
    assert 'class="empty"' in page


def test_a_list_is_posted_from_its_preview(office: Office, clerk: Client) -> None:
    matter = waiting(office, member("欧阳学秀", 70))
    preview = text(clerk.get(f"/notices/villages/{VILLAGE}/"))
    assert "欧*秀" in preview
    assert "欧阳学秀" not in preview
    assert f'href="/cases/{matter.pk}/"' in preview
    answer = clerk.post(f"/notices/villages/{VILLAGE}/", {"place": PLACE, "on": clock.today().isoformat()})
    made = NoticeList.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/notices/{made.pk}/"
    page = text(clerk.get(f"/notices/{made.pk}/"))
    assert f"已张贴 {made.number}" in page
    assert f'href="/public/notices/{made.token}/"' in page


def test_what_was_typed_stays_beside_what_is_wrong(office: Office, clerk: Client) -> None:
    waiting(office)
    for on in ("", "2026-02-30", days_ago(4).isoformat(), "明天"):
        page = text(clerk.post(f"/notices/villages/{VILLAGE}/", {"place": "", "on": on}), status=400)
        assert "填写张贴地点，如村务公开栏" in page
        assert "还有 2 处要改" in page
        assert f'value="{on}"' in page or not on
    for place in ("栏" * 101, "公开栏\x00"):
        page = text(clerk.post(f"/notices/villages/{VILLAGE}/", {"place": place, "on": clock.today()}), status=400)
        assert "张贴地点" in page
    assert not NoticeList.objects.exists()


def test_who_comes_second_is_told_on_the_same_page(office: Office, clerk: Client) -> None:
    waiting(office)
    lists.post(VILLAGE, actor=office.village, on=clock.today(), place=PLACE)
    page = text(clerk.post(f"/notices/villages/{VILLAGE}/", {"place": PLACE, "on": clock.today()}), status=409)
    assert office.village.full_name in page


def test_an_ended_list_is_taken_down(office: Office, clerk: Client) -> None:
    made = posted(office, on=days_ago(20))
    assert clerk.post(f"/notices/{made.pk}/end/").status_code == 302
    page = text(clerk.get(f"/notices/{made.pk}/"))
    assert "已撤下" in page
    assert made.token not in page
    assert Matter.objects.get().state == State.TO_CONFIRM
    assert text(clerk.post(f"/notices/{made.pk}/end/"), status=409)
    assert clerk.get(f"/notices/{made.pk}/end/").status_code == 405


def test_an_objection_is_registered_and_answered(office: Office, clerk: Client) -> None:
    made = posted(office)
    entry = made.entries.get()
    filled = {"entry": str(entry.pk), "received_on": clock.today(), "content": "其子有门面房", "name": "某甲"}
    assert clerk.post(f"/notices/{made.pk}/objections/", filled).status_code == 302
    said = Objection.objects.get()
    assert "某甲" not in text(clerk.get(f"/notices/{made.pk}/"))
    assert "某甲" in text(clerk.get(f"/notices/objections/{said.pk}/"))

    reviewer = signed_in(office.reviewer)
    page = text(reviewer.post(f"/notices/objections/{said.pk}/", {"answer": "门面房属他人"}), status=400)
    assert "选择核实结果" in page
    assert "门面房属他人" in page
    answer = {"result": "groundless", "answer": "门面房属他人"}
    assert reviewer.post(f"/notices/objections/{said.pk}/", answer).status_code == 302
    assert Matter.objects.get().state == State.POSTED
    assert text(reviewer.post(f"/notices/objections/{said.pk}/", answer), status=409)
    assert "门面房属他人" in text(clerk.get(f"/notices/objections/{said.pk}/"))


def test_a_refused_objection_shows_the_list_again(office: Office, clerk: Client) -> None:
    made = posted(office)
    filled = {"entry": "", "received_on": days_ago(9), "content": "其子有门面房", "name": ""}
    page = text(clerk.post(f"/notices/{made.pk}/objections/", filled), status=400)
    assert "选择对哪一户有异议" in page
    assert "其子有门面房" in page
    filled["entry"] = str(made.entries.get().pk)
    page = text(clerk.post(f"/notices/{made.pk}/objections/", filled), status=400)
    assert f"收到日期填 {made.posted_on} 至 {clock.today()}" in page
    other = posted(make_office(OTHER_VILLAGE), village=OTHER_VILLAGE)
    filled["entry"] = str(other.entries.get().pk)
    assert "选择名单上的一户" in text(clerk.post(f"/notices/{made.pk}/objections/", filled), status=400)
    assert not Objection.objects.exists()


def test_the_village_is_not_told_who_spoke_against_a_neighbour(office: Office) -> None:
    entry = posted(office).entries.get()
    at_the_window = objections.receive(
        entry, content="有车", name="某甲", received_on=clock.today(), actor=office.clerk
    )
    in_the_village = objections.receive(
        entry, content="有房", name=None, received_on=clock.today(), actor=office.village
    )
    village = signed_in(office.village)
    assert village.get(f"/notices/objections/{at_the_window.pk}/").status_code == 403
    assert "有房" in text(village.get(f"/notices/objections/{in_the_village.pk}/"))
    assert signed_in(office.approver).get(f"/notices/objections/{at_the_window.pk}/").status_code == 403


def test_reading_an_objection_is_recorded(office: Office, clerk: Client) -> None:
    entry = posted(office).entries.get()
    made = objections.receive(entry, content="有车", name=None, received_on=clock.today(), actor=office.clerk)
    for _ in range(2):
        clerk.get(f"/notices/objections/{made.pk}/")
    read = AuditEntry.objects.filter(action="objection.read", target_id=str(made.pk))
    assert list(read.values_list("actor", "address")) == [(office.clerk.pk, "127.0.0.1")] * 2


def addresses(office: Office) -> Iterator[tuple[str, str]]:
    made = posted(office)
    said = objections.receive(
        made.entries.get(), content="有车", name=None, received_on=clock.today(), actor=office.clerk
    )
    yield "get", f"/notices/{made.pk}/"
    yield "get", f"/notices/{made.pk}/sheet/"
    yield "post", f"/notices/{made.pk}/end/"
    yield "post", f"/notices/{made.pk}/objections/"
    yield "get", f"/notices/objections/{said.pk}/"
    yield "post", f"/notices/objections/{said.pk}/"
    yield "get", f"/notices/villages/{VILLAGE}/"
    yield "post", f"/notices/villages/{VILLAGE}/"


def test_elsewhere_answers_as_if_it_were_not_there(office: Office) -> None:
    stranger = signed_in(make_user("clerk", OTHER_TOWNSHIP))
    absent = re.compile(r"csrfmiddlewaretoken\" value=\"\w+")
    nothing = absent.sub("", text(stranger.get("/notices/01890000-0000-7000-8000-000000000000/"), status=404))
    for method, path in addresses(office):
        page = text(getattr(stranger, method)(path, {"answer": "x", "result": "groundless"}), status=404)
        assert absent.sub("", page) == nothing, path


def test_inside_without_the_post_is_forbidden(office: Office) -> None:
    made = posted(office)
    reviewer = signed_in(office.reviewer)
    assert reviewer.get(f"/notices/villages/{VILLAGE}/").status_code == 403
    assert reviewer.post(f"/notices/{made.pk}/end/").status_code == 403
    assert reviewer.post(f"/notices/{made.pk}/objections/").status_code == 403
    assert reviewer.get(f"/notices/{made.pk}/").status_code == 200
    assert signed_in(make_user("release", VILLAGE)).get("/notices/").status_code == 403


def test_only_my_villages_are_listed(office: Office) -> None:
    waiting(office)
    waiting(make_office(OTHER_VILLAGE), village=OTHER_VILLAGE)
    page = table_of(text(signed_in(office.village).get("/notices/?tab=waiting")))
    assert "化庄村" in page
    assert "营头村" not in page
    watched = table_of(text(signed_in(make_user("auditor", VILLAGE)).get("/notices/?tab=waiting")))
    assert "营头村" in watched
    assert "张贴本村公示" not in watched


def test_the_sheet_for_the_wall_is_the_same_frozen_list(office: Office, clerk: Client) -> None:
    made = posted(office, member("欧阳学秀", 70))
    wall = text(clerk.get(f"/notices/{made.pk}/sheet/"))
    public = text(Client().get(f"/public/notices/{made.token}/"))
    rows = [re.sub(r"\s+", "", page.split("<tbody>")[1].split("</tbody>")[0]) for page in (wall, public)]
    assert rows[0] == rows[1]
    assert "自动撤下" not in wall


@pytest.mark.parametrize("tab", ["waiting", "up", "over", "objections", "past"])
def test_a_list_takes_as_many_queries_with_one_row_as_with_four(office: Office, clerk: Client, tab: str) -> None:
    def fill() -> None:
        over = posted(office, on=days_ago(25))
        objections.receive(over.entries.get(), content="x", name=None, received_on=days_ago(20), actor=office.clerk)
        ended(office)
        posted(office)
        posted(office, on=days_ago(20))

    fill()
    waiting(make_office(OTHER_VILLAGE), village=OTHER_VILLAGE)
    first = _queries(clerk, f"/notices/?tab={tab}")
    for _ in range(3):
        fill()
    waiting(office)
    assert _queries(clerk, f"/notices/?tab={tab}") == first
    assert first <= 12


def test_a_page_takes_as_many_queries_with_one_family_as_with_four(office: Office, clerk: Client) -> None:
    one = posted(office)
    for _ in range(3):
        waiting(office)
    four = posted(office)
    for entry in four.entries.all():
        objections.receive(entry, content="x", name=None, received_on=clock.today(), actor=office.clerk)
    few, many = (_queries(clerk, f"/notices/{made.pk}/") for made in (one, four))
    assert few == many <= 20


def _queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
