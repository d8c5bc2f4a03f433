"""The home visit: recorded by one, signed by the other, with what was found of every member's income."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts import clock
from accounts.errors import Forbidden, Invalid
from accounts.models import User
from applications import relatives, visits
from applications.models import Action, HomeVisit, Matter, State
from households import facts
from households.models import IncomeFact
from tests.applications import opened, walking
from tests.applications.walking import Office
from tests.making import OTHER_TOWNSHIP, VILLAGE, make_user

pytestmark = pytest.mark.django_db


def form(matter: Matter, second: User, rows: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """The survey form as the page sends it; without rows, the grid as it was prefilled."""
    means, people, _ = facts.read(matter.household)
    if rows is None:
        rows = [
            {"person": person.pk, "kind": i.kind, "amount": f"{(i.amount_fen or 0) // 100}.00", "per": i.per}
            for person, known in zip(people, means.people, strict=True)
            for i in known.incomes
        ]
    sent = {
        "visited_on": clock.today().isoformat(),
        "second": second.pk,
        "met": "陈秀兰",
        "text": "住房两间，邻居证实。",
        "is_consistent": "1",
        "income-TOTAL_FORMS": len(rows),
        "income-INITIAL_FORMS": sum(len(known.incomes) for known in means.people),
        **more,
    }
    for index, row in enumerate(rows):
        sent |= {f"income-{index}-{key}": value for key, value in row.items()}
    return sent


def post(user: User, matter: Matter, sent: dict[str, Any]) -> Any:
    return opened.signed_in(user).post(reverse("case_visit", args=[matter.pk]), sent)


def test_it_works() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    assert post(staff.clerk, matter, form(matter, staff.second)).status_code == 302
    matter.refresh_from_db()
    row = HomeVisit.objects.get(matter=matter)
    assert (matter.state, row.round, row.first, row.second) == (State.VISITED, 1, staff.clerk, staff.second)
    assert row.findings == "住房两间，邻居证实。"
    assert not IncomeFact.objects.filter(source="surveyed").exists(), "as declared: nothing to correct"


def test_what_was_found_replaces_what_was_declared() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    _, people, _ = facts.read(matter.household)
    rows = [
        {"person": people[0].pk, "kind": "wage", "amount": "860.00", "per": "month", "evidence": "社保缴费"},
        {"person": people[1].pk, "kind": "property", "amount": "1800.5", "per": "year"},
    ]
    sent = form(matter, staff.second, rows, is_consistent="0")
    assert post(staff.clerk, matter, sent).status_code == 302
    means, _, _ = facts.read(matter.household)
    assert [(i.kind, i.amount_fen, i.per) for p in means.people for i in p.incomes] == [
        ("wage", 86_000, "month"),
        ("property", 180_050, "year"),
    ]
    page = opened.signed_in(staff.reviewer).get(reverse("case_part", args=[matter.pk, "means"])).content.decode()
    assert page.count('class="changed"') == 2
    assert "300.00" in page


def test_an_income_that_is_gone_is_withdrawn() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    _, people, _ = facts.read(matter.household)
    sent = form(matter, staff.second, [{"person": people[0].pk, "kind": "", "amount": "", "per": "month"}])
    assert post(staff.clerk, matter, sent | {"is_consistent": "0"}).status_code == 302
    means, _, _ = facts.read(matter.household)
    assert means.people[0].incomes == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"met": ""}, "填写在场的家庭成员"),
        ({"text": ""}, "填写调查情况"),
        ({"second": ""}, "选第二调查人"),
        ({"second": "999999"}, "第二调查人从列表里选"),
        ({"visited_on": "2026-02-30"}, "入户日期写成年-月-日"),
        ({"visited_on": "1899-01-01"}, "入户日期填 "),
        ({"visited_on": "2999-01-01"}, "入户日期填 "),
        ({"income-0-amount": "-1"}, "第 1 行金额填 0–9999999.99 的数字"),
        ({"income-0-amount": "1.234"}, "第 1 行金额填 0–9999999.99 的数字"),
        ({"income-0-amount": "1e9"}, "第 1 行金额填 0–9999999.99 的数字"),
        ({"income-0-amount": "NaN"}, "第 1 行金额填 0–9999999.99 的数字"),
        ({"income-0-amount": ""}, "第 1 行填金额，没有就清空项目"),
        ({"income-0-kind": "treasure"}, "第 1 行从列表里选"),
        ({"income-0-amount": "301.00"}, "收入有改动，选“不一致”"),
        ({"met": "陈\0秀兰"}, "有看不见的字符，重新输入这一项"),
        ({"income-0-evidence": "\0"}, "第 1 行凭据最多写 100 字"),
        ({"income-TOTAL_FORMS": "x"}, "收入表没有传全，刷新本页再填"),
    ],
)
def test_invalid_input_names_the_field(change: dict[str, str], sentence: str) -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    answer = post(staff.clerk, matter, form(matter, staff.second) | change)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert "住房两间，邻居证实。" in answer.content.decode() or change.get("text") == ""
    assert not HomeVisit.objects.exists()


def test_the_village_goes_second_and_never_first() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    with pytest.raises(Forbidden):
        visits.visit(matter.pk, walking.found(matter), second=staff.clerk, actor=staff.village)
    visits.visit(matter.pk, walking.found(matter), second=staff.village, actor=staff.clerk)
    assert visits.sign(matter.pk, actor=staff.village, on=clock.today()).state == State.SURVEYED


def test_two_people_go() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    stranger = make_user("reviewer", OTHER_TOWNSHIP)
    for second, words in ((staff.clerk, "另一位"), (stranger, "本乡镇"), (staff.approver, "本乡镇")):
        with pytest.raises(Invalid, match=words):
            visits.visit(matter.pk, walking.found(matter), second=second, actor=staff.clerk)


def test_only_the_named_second_signs() -> None:
    staff = walking.office()
    matter = walking.visited(staff)
    for other in (staff.clerk, staff.reviewer, staff.village):
        with pytest.raises(Forbidden):
            visits.sign(matter.pk, actor=other, on=clock.today())
    page = opened.signed_in(staff.reviewer).get(reverse("case", args=[matter.pk])).content.decode()
    assert "由调查表上的第二调查人孙立新确认" in page
    assert opened.take(opened.signed_in(staff.second), matter, "second_visit").status_code == 302


def test_a_registered_relative_takes_no_part() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    relatives.register(matter.pk, name="孙立新", relation="外甥", user=staff.second, actor=staff.clerk)
    with pytest.raises(Invalid, match="近亲属"):
        visits.visit(matter.pk, walking.found(matter), second=staff.second, actor=staff.clerk)
    with pytest.raises(Forbidden, match="近亲属"):
        visits.visit(matter.pk, walking.found(matter), second=staff.clerk, actor=staff.second)


def test_a_new_round_may_change_hands() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    walking.step(matter, Action.RETURN_TO_VISIT, staff.reviewer, note="收入没有问清")
    visits.visit(matter.pk, walking.found(matter), second=staff.clerk, actor=staff.second)
    visits.sign(matter.pk, actor=staff.clerk, on=clock.today())
    assert list(HomeVisit.objects.filter(matter=matter).values_list("round", flat=True)) == [1, 2]


def test_the_day_lies_between_acceptance_and_today() -> None:
    staff = walking.office()
    matter = walking.accepted(staff)
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)):
        with pytest.raises(Invalid, match="日期填"):
            visits.visit(matter.pk, walking.found(matter, visited_on=day), second=staff.second, actor=staff.clerk)


def test_twice_by_the_same_hand_is_a_note() -> None:
    staff: Office = walking.office()
    matter = walking.accepted(staff)
    sent = form(matter, staff.second)
    post(staff.clerk, matter, sent)
    assert post(staff.clerk, matter, sent).status_code == 302
    assert post(make_user("clerk", VILLAGE), matter, sent).status_code == 409
    assert HomeVisit.objects.count() == 1
