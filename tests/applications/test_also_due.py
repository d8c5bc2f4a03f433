"""What else a family may be due: offered beside the case, never what it has, asked for or may not hold."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import User
from applications import also_due, case_page
from applications.models import Matter
from applications.submission import MemberEntry
from eligibility.programmes import Programme
from households.means import Disability, Income
from tests.applications import opened, walking
from tests.making import make_award

pytestmark = pytest.mark.django_db
BLIND = Disability("visual", 2)


def offered(user: User, matter: Matter) -> list[tuple[str, str, bool]]:
    case = case_page.find(user, matter.pk)
    return [(due.label, due.whose, due.is_sure) for due in also_due.of(case, None)]


def blind_family() -> tuple[MemberEntry, ...]:
    income = (Income("wage", 300_00, "month", "工资条"),)
    born = date(1980, 5, 1)
    husband = walking.member("spouse", birth=born, sex="M", name="张春生", disability=BLIND)
    return walking.member(birth=born, incomes=income), husband


def test_it_works() -> None:
    """Dibao is asked for: the blind husband's care subsidy is sure, the living one hangs on dibao's open answer."""
    staff = walking.office()
    matter = walking.submitted(staff, walking.filled(blind_family()))
    labels = offered(staff.reviewer, matter)
    assert labels[0] == ("重度残疾人护理补贴", "张春生", True)
    assert ("困难残疾人生活补贴", "张春生", False) in labels
    page = opened.signed_in(staff.reviewer).get(reverse("case", args=[matter.pk])).content.decode()
    assert "还可能符合" in page
    assert "重度残疾人护理补贴" in page


def test_a_family_holds_one_of_three() -> None:
    """Edge and rigid are not offered while dibao may still be given, nor single dibao, which is the same money."""
    staff = walking.office()
    labels = {one[0] for one in offered(staff.reviewer, walking.submitted(staff, walking.filled(blind_family())))}
    assert not labels & {"最低生活保障", "最低生活保障边缘家庭", "刚性支出困难家庭", "单人保"}


def test_a_no_to_dibao_frees_edge() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff, walking.filled(walking.family(2, "1800.00")))
    walking.rule_assets(matter, staff.reviewer)
    assert ("最低生活保障边缘家庭", "", True) in offered(staff.reviewer, matter)


def test_what_was_refused_is_not_offered_again_on_its_own_page() -> None:
    staff = walking.office()
    matter = walking.refused(staff)
    case = case_page.find(staff.reviewer, matter.pk)
    labels = {due.label for due in also_due.of(case, matter.assessment)}
    assert "最低生活保障" not in labels
    assert "特困人员救助供养" in labels


def test_what_is_paid_already_is_not_offered() -> None:
    staff = walking.office()
    matter = walking.submitted(staff, walking.filled(blind_family()))
    husband = matter.household.memberships.get(relation="spouse").person
    make_award(matter.household, programme=Programme.DISABILITY_CARE, people=[husband])
    assert "重度残疾人护理补贴" not in {one[0] for one in offered(staff.reviewer, matter)}


def test_what_cannot_be_held_beside_it_is_named() -> None:
    """An old man alone asks for dibao; tekun may be his, and would end it."""
    staff = walking.office()
    alone = (walking.member(birth=date(1940, 1, 1), sex="M", self_care_failed=0),)
    matter = walking.surveyed(staff, walking.filled(alone))
    walking.rule_assets(matter, staff.reviewer)
    due = next(one for one in also_due.of(case_page.find(staff.reviewer, matter.pk), None) if "特困" in one.label)
    assert due.is_sure
    assert due.amount_fen == 118_100
    assert due.ends == "最低生活保障"


def test_facts_that_cannot_be_judged_offer_nothing() -> None:
    staff = walking.office()
    matter = walking.submitted(staff)
    case = case_page.find(staff.reviewer, matter.pk)
    case.judged.line["people"] = []
    assert also_due.of(case, None) == []
