"""The opinion: rulings on what the rules leave open, a fresh assessment, then yes, no, or back to the visit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from accounts import clock
from accounts.errors import Forbidden, Invalid, WrongState
from applications import case_verdict, opinions, relatives, verdicts
from applications.models import Action, Matter, State
from eligibility.models import Ruling, RulingTest
from eligibility.programmes import Programme
from households.means import Income, Obligor
from households.registry import PersonEntry
from tests.applications import opened, walking
from tests.making import VILLAGE, invent_id_number, make_user

pytestmark = pytest.mark.django_db


def ruling(matter: Matter, user: Any, test: str, **more: Any) -> Any:
    said = {"test": test, "answer": "1", "reason": "查看了存折和房产", "evidence": "调查表", "person": "", **more}
    return opened.signed_in(user).post(reverse("case_rule", args=[matter.pk]), said)


def asked(matter: Matter) -> list[tuple[str, str]]:
    judged = verdicts.judge(matter, on=clock.today())
    shown = case_verdict.show(matter, verdicts.preview_of(matter, judged), as_of=clock.today(), judged=judged)
    return [(one.test, one.person.name if one.person else "") for one in shown.unknowns]


def test_it_works() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    reviewer = opened.signed_in(staff.reviewer)
    assert ruling(matter, staff.reviewer, "assets_within_limit").status_code == 302
    assert opened.take(reviewer, matter, "opine", note="情况属实").status_code == 302
    matter.refresh_from_db()
    assert matter.state == State.TO_POST
    assert matter.assessment is not None
    assert verdicts.of(matter, matter.assessment).amount_fen == 120_600


def test_the_rules_must_answer_yes() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    with pytest.raises(WrongState, match="尚需认定"):
        opinions.opine(matter.pk, agrees=True, note="", actor=staff.reviewer, on=clock.today())
    page = opened.signed_in(staff.reviewer).get(reverse("case", args=[matter.pk])).content.decode()
    assert "先认定 1 项" in page
    walking.rule_assets(matter, staff.reviewer, answer=0)
    with pytest.raises(WrongState, match="家庭财产不符合规定"):
        opinions.opine(matter.pk, agrees=True, note="", actor=staff.reviewer, on=clock.today())
    matter.refresh_from_db()
    assert (matter.state, matter.assessment) == (State.SURVEYED, None)


def test_a_no_says_the_failed_condition_with_its_numbers() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff, walking.filled(walking.family(1, "753.00")))
    page = opened.signed_in(staff.reviewer).get(reverse("case", args=[matter.pk])).content.decode()
    assert "不符合：月收入 753.00 元" in page
    assert "社会救助法 第18条" in page


def test_a_surveyor_gives_no_opinion() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    walking.rule_assets(matter, staff.reviewer)
    with pytest.raises(Forbidden, match="本人办的"):
        opinions.opine(matter.pk, agrees=True, note="", actor=staff.second, on=clock.today())
    page = opened.signed_in(staff.second).get(reverse("case", args=[matter.pk])).content.decode()
    assert "第二人确认调查是本人办的" in page


def test_going_back_to_the_visit_needs_a_reason() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    client = opened.signed_in(staff.reviewer)
    assert opened.take(client, matter, "return_to_visit").status_code == 400
    assert opened.take(client, matter, "return_to_visit", note="儿子收入没有问").status_code == 302
    matter.refresh_from_db()
    assert matter.state == State.ACCEPTED


def test_sent_back_by_the_county_it_is_judged_anew() -> None:
    staff = walking.office()
    matter = walking.opposed(staff)
    before = matter.assessment_id
    walking.step(matter, Action.SEND_BACK, staff.approver, note="理由不足")
    walking.rule_assets(matter, staff.reviewer)
    again = opinions.opine(matter.pk, agrees=True, note="", actor=staff.reviewer, on=clock.today())
    assert again.assessment_id not in (None, before)


def test_exactly_the_unknown_tests_are_asked() -> None:
    staff = walking.office()
    pension = (Income("basic_pension", 200_00, "month"), Income("wage", 650_00, "month"))
    matter = walking.surveyed(staff, walking.filled((walking.member(incomes=pension),)))
    assert asked(matter) == [("assets_within_limit", ""), ("basic_pension_counted", "")]
    ruling(matter, staff.reviewer, "basic_pension_counted", answer="0")
    assert asked(matter) == [("assets_within_limit", "")]
    walking.rule_assets(matter, staff.reviewer)
    assert asked(matter) == []


def test_a_tekun_case_asks_about_care_and_about_the_obligor() -> None:
    staff = walking.office()
    old = walking.member(birth=date(1950, 5, 5), name="冯德福")
    number = invent_id_number(date(1950, 1, 1))
    obligor = walking_obligor(PersonEntry("冯小刚", "resident", number, date(1950, 1, 1), "M"))
    given = walking.filled((old,), programme=Programme.TEKUN, obligors=(obligor,))
    matter = walking.surveyed(staff, given)
    assert asked(matter) == [
        ("assets_within_limit", ""),
        ("self_care_failed", "冯德福"),
        ("obligor_assets", "冯小刚"),
    ]
    person = matter.person_id
    assert ruling(matter, staff.reviewer, "self_care_failed", answer="7", person=person).status_code == 400
    assert ruling(matter, staff.reviewer, "self_care_failed", answer="4", person=person).status_code == 302
    assert Ruling.objects.get(test="self_care_failed").answer == 4


def walking_obligor(entry: PersonEntry) -> Any:
    from applications.submission import ObligorEntry

    return ObligorEntry(entry, Obligor("sibling", entry.birth_date, monthly_income_fen=0), consents=True)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"answer": ""}, "选择认定结果"),
        ({"answer": "2"}, "选择认定结果"),
        ({"reason": " "}, "填写认定理由"),
        ({"reason": "理" * 301}, "理由最多写 300 字"),
        ({"evidence": "据" * 301}, "依据材料最多 300 字"),
        ({"test": "luck"}, "选择认定事项"),
        ({"test": "major_illness"}, "选本户的成员"),
    ],
)
def test_invalid_input_names_the_field(said: dict[str, str], sentence: str) -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    answer = ruling(matter, staff.reviewer, **{"test": "assets_within_limit", **said})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Ruling.objects.exists()


def test_a_ruling_about_somebody_elses_family_is_refused() -> None:
    staff = walking.office()
    matter, other = walking.surveyed(staff), walking.submitted(staff)
    stranger = other.application.applicant
    with pytest.raises(Invalid):
        opinions.rule(
            matter.pk, test=RulingTest.MAJOR_ILLNESS, answer=1, reason="病历", evidence="", person=stranger,
            actor=staff.reviewer,
        )  # fmt: skip


@pytest.mark.parametrize("role", ["clerk", "village", "approver", "city"])
def test_another_post_makes_no_ruling(role: str) -> None:
    matter = walking.surveyed(walking.office())
    assert ruling(matter, make_user(role, VILLAGE), "assets_within_limit").status_code == 403


def test_a_relative_makes_no_ruling_and_no_opinion() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    relatives.register(matter.pk, name="郑玉洁", relation="儿媳", user=staff.reviewer, actor=staff.clerk)
    assert ruling(matter, staff.reviewer, "assets_within_limit").status_code == 403
    with pytest.raises(Forbidden, match="近亲属"):
        opinions.opine(matter.pk, agrees=False, note="不符合", actor=staff.reviewer, on=clock.today())


def test_where_the_rules_say_no_the_way_to_say_so_stands_open() -> None:
    staff = walking.office()
    given = walking.filled(walking.family(1, "900.00"))
    client = opened.signed_in(staff.reviewer)
    offers = client.get(reverse("case", args=[walking.surveyed(staff, given).pk])).context["offers"]
    assert {o.offer.action: (o.is_open, bool(o.why_not)) for o in offers} == {
        Action.OPINE: (True, True),
        Action.OPPOSE: (True, False),
        Action.RETURN_TO_VISIT: (False, False),
    }
    matter = walking.opposed(staff, walking.filled(walking.family(1, "901.00")))
    answer = opened.signed_in(staff.approver).get(reverse("case", args=[matter.pk]))
    assert "to_decide" not in answer.context, "nothing will be paid: no sum is shown to confirm"
    assert "没有公示" in answer.content.decode()
