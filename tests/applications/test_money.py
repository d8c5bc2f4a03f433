"""The account, the hold and its clearing, from the case's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from applications.models import Matter
from payments.models import Hold, PayeeAccount
from tests.applications import walking
from tests.making import VILLAGE, invent_card, make_user

pytestmark = pytest.mark.django_db


def post(user: User, matter: Matter, path: str, **said: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(f"/cases/{matter.pk}/{path}", said)


def account(**changes: str) -> dict[str, str]:
    given = {
        "kind": "card",
        "bank": "聊城农商银行",
        "number": invent_card(),
        "holder_name": "某人",
        "holder_reason": "",
    }
    return {**given, **changes}


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


@pytest.fixture
def matter(staff: walking.Office) -> Matter:
    return walking.submitted(staff, walking.filled(with_account=False))


def test_an_account_is_opened(staff: walking.Office, matter: Matter) -> None:
    name, given = matter.application.applicant.name, account()
    answer = post(staff.clerk, matter, "account/", **{**given, "holder_name": name})
    assert answer.status_code == 302, answer.content.decode()
    made = PayeeAccount.objects.get(person=matter.application.applicant, closed_on=None)
    assert made.number == given["number"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": "6209991234567890123"}, "账号"),
        ({"number": ""}, "填写账号"),
        ({"bank": ""}, "填写开户行"),
        ({"kind": "purse"}, ""),
        ({"holder_name": "另一个人"}, "原因"),
    ],
)
def test_a_wrong_account_names_its_field_and_keeps_what_was_typed(
    staff: walking.Office, matter: Matter, changes: dict[str, str], words: str
) -> None:
    given = account(holder_name=matter.application.applicant.name)
    answer = post(staff.clerk, matter, "account/", **{**given, **changes})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert ({**given, **changes}["bank"] or given["number"]) in page
    assert not PayeeAccount.objects.filter(person=matter.application.applicant).exists()


def test_a_hold_is_set_by_one_and_cleared_by_another(staff: walking.Office, matter: Matter) -> None:
    person = matter.application.applicant
    assert post(staff.clerk, matter, "holds/", person=str(person.pk), reason="death").status_code == 302
    hold = Hold.objects.open().get(person=person)
    county = make_user("county", VILLAGE)
    empty = post(county, matter, f"holds/{hold.pk}/", note="")
    assert empty.status_code == 400
    assert "写明核实结果" in empty.content.decode()
    assert post(county, matter, f"holds/{hold.pk}/", note="本人在世，登记有误").status_code == 302
    assert not Hold.objects.open().exists()


def test_who_set_a_hold_does_not_clear_it(staff: walking.Office, matter: Matter) -> None:
    county, person = make_user("county", VILLAGE), matter.application.applicant
    post(county, matter, "holds/", person=str(person.pk), reason="doubtful")
    hold = Hold.objects.get()
    assert post(county, matter, f"holds/{hold.pk}/", note="核实无误").status_code == 403
    assert Hold.objects.open().exists()


def test_a_stranger_cannot_be_held_from_here(staff: walking.Office, matter: Matter) -> None:
    other = walking.submitted(staff).application.applicant
    assert post(staff.clerk, matter, "holds/", person=str(other.pk), reason="death").status_code == 400
    assert not Hold.objects.exists()


def test_another_s_hold_is_not_here(staff: walking.Office, matter: Matter) -> None:
    other = walking.submitted(staff)
    post(staff.clerk, other, "holds/", person=str(other.application.applicant_id), reason="death")
    county = make_user("county", VILLAGE)
    assert post(county, matter, f"holds/{Hold.objects.get().pk}/", note="核实无误").status_code == 404
