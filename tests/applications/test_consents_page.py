"""核对授权 on the case's page: who signed, what lapsed and why; record a paper, end one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import User
from applications.models import Matter
from households import registry
from households.models import Consent, ConsentEnd, Person
from tests.applications import opened, walking
from tests.making import OTHER_TOWNSHIP, invent_id_number, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


@pytest.fixture
def matter(staff: walking.Office) -> Matter:
    return walking.accepted(staff)


def page(user: User, matter: Matter) -> str:
    content: bytes = opened.signed_in(user).get(reverse("case_part", args=[matter.pk, "consents"])).content
    return content.decode()


def post(user: User, matter: Matter, name: str, **said: object) -> Any:
    return opened.signed_in(user).post(reverse(name, args=[matter.pk]), {k: str(v) for k, v in said.items()})


def given(matter: Matter, **said: object) -> dict[str, object]:
    today = clock.today()
    return {"person": matter.application.applicant_id, "signed_by": "王秀英", "given_on": today, **said}


def live(matter: Matter) -> Consent:
    return Consent.objects.get(household=matter.household, person=matter.application.applicant, end=None)


def test_it_says_who_signed_and_when(staff: walking.Office, matter: Matter) -> None:
    shown = page(staff.clerk, matter)
    assert shown.count("#i-done") >= 2
    assert str(clock.today()) in shown
    assert "救助期间" in shown
    assert f"{matter.application.applicant.name}签订授权" in shown


def test_a_paper_is_recorded(staff: walking.Office, matter: Matter) -> None:
    until = clock.today() + timedelta(days=365)
    answer = post(staff.clerk, matter, "case_consent", **given(matter, valid_until=until))
    assert answer.status_code == 302, answer.content.decode()
    assert (live(matter).signed_by, live(matter).valid_until) == ("王秀英", until)
    assert ConsentEnd.objects.get().reason == "replaced"
    shown = page(staff.clerk, matter)
    assert str(until) in shown
    assert f"王秀英代签，签字日期 {clock.today()}" in shown


def test_a_paper_is_ended_with_its_reason(staff: walking.Office, matter: Matter) -> None:
    consent = live(matter)
    for _ in range(2):
        answer = post(staff.clerk, matter, "case_consent_end", consent=consent.pk, reason="withdrawn")
        assert answer.status_code == 302, answer.content.decode()
    assert ConsentEnd.objects.get().consent == consent
    shown = page(staff.clerk, matter)
    assert "本人撤回，需重新签订" in shown
    assert f"{consent.person.name}：本人撤回" in shown


def test_a_change_of_members_asks_every_member_to_sign_again(staff: walking.Office) -> None:
    matter = walking.accepted(staff, walking.filled(on=clock.today() - timedelta(days=2)))
    registry.join(matter.household, make_person(name="赵来家"), "other", 9, on=clock.today())
    shown = page(staff.clerk, matter)
    assert shown.count("成员有变动，需重新签订") == 2
    assert "没有授权" in shown
    members = opened.signed_in(staff.clerk).get(reverse("case_part", args=[matter.pk, "members"])).content.decode()
    assert members.count("成员有变动，需重新签订") == 2


def test_who_enters_no_case_reads_and_may_not_write(staff: walking.Office, matter: Matter) -> None:
    assert "登记授权" not in page(staff.reviewer, matter)
    assert post(staff.reviewer, matter, "case_consent", **given(matter)).status_code == 403
    ended = post(staff.reviewer, matter, "case_consent_end", consent=live(matter).pk, reason="withdrawn")
    assert ended.status_code == 403
    assert not ConsentEnd.objects.exists()


def test_another_township_does_not_see_it(matter: Matter) -> None:
    other = make_user("clerk", OTHER_TOWNSHIP)
    assert post(other, matter, "case_consent", **given(matter)).status_code == 404
    assert post(other, matter, "case_consent_end", consent=live(matter).pk, reason="withdrawn").status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"person": ""}, "选择谁的授权"),
        ({"person": "0199d000-0000-7000-8000-000000000000"}, "选本户的人"),
        ({"signed_by": " "}, "填写签字人"),
        ({"given_on": "2026-13-01"}, "签字日期写成年-月-日"),
        ({"given_on": "2999-01-01"}, "签字日期填"),
        ({"valid_until": "2001-01-01"}, "有效期至填"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    staff: walking.Office, matter: Matter, said: dict[str, object], sentence: str
) -> None:
    answer = post(staff.clerk, matter, "case_consent", **given(matter, **said))
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not ConsentEnd.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": ""}, "选择撤回原因"),
        ({"reason": "replaced"}, "选择撤回原因"),
        ({"consent": "0199d000-0000-7000-8000-000000000000"}, "选本户的授权"),
    ],
)
def test_an_end_without_paper_or_reason_is_refused(
    staff: walking.Office, matter: Matter, said: dict[str, object], sentence: str
) -> None:
    answer = post(staff.clerk, matter, "case_consent_end", **{"consent": live(matter).pk, "reason": "mistaken", **said})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not ConsentEnd.objects.exists()


@pytest.fixture
def nameless(staff: walking.Office) -> Matter:
    """A case with a child whose papers are not there yet."""
    child = walking.member("child", birth=date(2024, 5, 6), sex="F")
    without = replace(child, entry=replace(child.entry, id_kind="none", id_number=None))
    return walking.accepted(staff, walking.filled((walking.member(), without)))


def test_a_number_that_was_missing_is_recorded(staff: walking.Office, nameless: Matter) -> None:
    child = Person.objects.get(memberships__household=nameless.household, memberships__position=2)
    shown = page(staff.clerk, nameless)
    assert "没有证件号码，不能核对" in shown
    said = {"person": child.pk, "number": invent_id_number(date(2024, 5, 6), "F")}
    for _ in range(2):
        answer = post(staff.clerk, nameless, "case_number_given", **said)
        assert answer.status_code == 302, answer.content.decode()
    child.refresh_from_db()
    assert child.id_number == said["number"]
    after = page(staff.clerk, nameless)
    assert "没有证件号码，不能核对" not in after
    assert reverse("case_number_given", args=[nameless.pk]) not in after


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "填写居民身份证号"),
        ("123", "18"),
        (invent_id_number(date(2024, 5, 7), "F"), "登记的出生日期是 2024-05-06"),
        ("110999202405060020", "选择证件说明"),
    ],
)
def test_a_wrong_number_stays_in_its_field(staff: walking.Office, nameless: Matter, number: str, sentence: str) -> None:
    child = Person.objects.get(memberships__household=nameless.household, memberships__position=2)
    answer = post(staff.clerk, nameless, "case_number_given", person=child.pk, number=number)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    child.refresh_from_db()
    assert child.id_number is None


def test_whoever_enters_no_cases_records_no_number(staff: walking.Office, nameless: Matter) -> None:
    child = Person.objects.get(memberships__household=nameless.household, memberships__position=2)
    said = {"person": child.pk, "number": invent_id_number(date(2024, 5, 6), "F")}
    assert post(staff.reviewer, nameless, "case_number_given", **said).status_code == 403
    assert post(make_user("clerk", OTHER_TOWNSHIP), nameless, "case_number_given", **said).status_code == 404
    assert reverse("case_number_given", args=[nameless.pk]) not in page(staff.reviewer, nameless)
