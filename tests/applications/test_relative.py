"""A near relative of staff is registered apart, and takes no part from then on (57号 art. 11)."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from applications.models import RelativeRegister
from tests.applications import opened, walking
from tests.making import OTHER_TOWNSHIP, VILLAGE, make_user

pytestmark = pytest.mark.django_db


def post(by: Any, matter: Any, **said: Any) -> Any:
    return opened.signed_in(by).post(reverse("case_relative", args=[matter.pk]), said)


def test_it_works() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    assert post(staff.clerk, matter, name="孙立新", relation="外甥", user=staff.second.pk).status_code == 302
    matter.refresh_from_db()
    assert matter.is_relative
    assert RelativeRegister.objects.get().user == staff.second
    assert AuditEntry.objects.filter(action="matter.relative", target_id=str(matter.pk)).count() == 1
    page = opened.signed_in(staff.clerk).get(reverse("case", args=[matter.pk])).content.decode()
    assert "近亲属备案" in page


def test_others_are_refused() -> None:
    matter = walking.submitted(walking.office())
    said = {"name": "某人", "relation": "弟"}
    assert post(make_user("approver", VILLAGE), matter, **said).status_code == 403
    assert post(make_user("clerk", OTHER_TOWNSHIP), matter, **said).status_code == 404


def test_a_closed_matter_is_left_alone() -> None:
    staff = walking.office()
    assert post(staff.clerk, walking.declined(staff), name="某人", relation="弟").status_code == 409


def test_invalid_input_names_the_field() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    answer = post(staff.clerk, matter, name="", relation="远房表亲的邻居的同学的老师的儿子的朋友的兄弟", user="x")
    page = answer.content.decode()
    assert answer.status_code == 400
    for sentence in ("填写人员姓名", "与申请人的关系最多 20 字", "从列表里选账号"):
        assert sentence in page
    assert "远房表亲" in page


def test_twice_is_once() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    for _ in range(2):
        assert post(staff.clerk, matter, name="孙立新", relation="外甥", user=staff.second.pk).status_code == 302
    assert RelativeRegister.objects.count() == 1
