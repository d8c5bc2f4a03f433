"""A registered near relative takes no part in a finding of that family, in whatever case they are registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from accounts import clock
from accounts.errors import Forbidden
from accounts.ids import uuid7
from accounts.models import AuditEntry, User
from applications import findings_worked, relatives
from applications.models import Matter
from households.models import IncomeFact
from tests.applications import opened, walking
from tests.applications.walking import Office
from tests.making import VILLAGE, make_user, members_of
from tests.verification import stories
from tests.verification.nights import PENSION
from verification import findings
from verification.findings import RELATIVE
from verification.models import Finding, FindingStep

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Office:
    return walking.office()


@pytest.fixture
def matter(staff: Office) -> Matter:
    return walking.submitted(staff)


@pytest.fixture
def finding(matter: Matter) -> Finding:
    return found(matter, matter.number)


def found(matter: Matter, number: str) -> Finding:
    """A pension the family did not declare, asked about for the case of that number."""
    people = members_of(matter.household)
    request, enquiries = stories.asked(people, matter.household, "human_resources", case_number=number)
    stories.make_answers(enquiries, {0: PENSION})
    findings.weigh(request, {enquiries[0].id: PENSION}, {one.id for one in enquiries})
    return Finding.objects.get()


def register(matter: Matter, kin: User, staff: Office) -> None:
    relatives.register(matter.pk, name=kin.full_name, relation="外甥", user=kin, actor=staff.clerk)


Act = Callable[[Finding, User], Any]


def given(actor: User, **more: Any) -> dict[str, Any]:
    return {"note": "同名不同人", "evidence": None, "actor": actor, "on": clock.today(), **more}


ACTS: dict[str, Act] = {
    "accept": lambda one, by: findings_worked.accept(one.pk, **given(by, reason="family_admits")),
    "dispute": lambda one, by: findings_worked.dispute(one.pk, **given(by, reason="same_name")),
    "explain": lambda one, by: findings_worked.explain(one.pk, **given(by)),
}


@pytest.mark.parametrize("act", ACTS)
def test_it_is_refused_and_nothing_is_written(staff: Office, matter: Matter, finding: Finding, act: str) -> None:
    register(matter, staff.reviewer, staff)
    facts = IncomeFact.objects.count()
    with pytest.raises(Forbidden, match="近亲属"):
        ACTS[act](finding, staff.reviewer)
    finding.refresh_from_db()
    assert (finding.state, FindingStep.objects.count(), IncomeFact.objects.count()) == ("open", 0, facts)


def test_nor_do_they_ask_the_source_again(staff: Office, matter: Matter, finding: Finding) -> None:
    register(matter, staff.reviewer, staff)
    with pytest.raises(Forbidden, match="近亲属"):
        findings_worked.ask_again(finding.pk, key=uuid7(), actor=staff.reviewer, on=clock.today())


@pytest.mark.parametrize("act", ACTS)
def test_somebody_else_works_it(staff: Office, matter: Matter, finding: Finding, act: str) -> None:
    register(matter, staff.reviewer, staff)
    ACTS[act](finding, make_user("county"))
    assert FindingStep.objects.get().action == act


def test_another_familys_register_is_no_reason(staff: Office, finding: Finding) -> None:
    register(walking.submitted(staff), staff.reviewer, staff)
    ACTS["dispute"](finding, staff.reviewer)
    assert FindingStep.objects.count() == 1


def test_under_another_number_of_the_family_it_is(staff: Office, matter: Matter) -> None:
    """Whoever is kin to the family is kin to it in every case."""
    register(matter, staff.reviewer, staff)
    with pytest.raises(Forbidden, match="近亲属"):
        ACTS["accept"](found(matter, "SD3715222026009999"), staff.reviewer)


@pytest.mark.parametrize("act", ACTS)
def test_the_floor_below_is_told_by_whoever_asks(staff: Office, finding: Finding, act: str) -> None:
    """The act itself refuses: no caller can leave the question out."""
    reason = {} if act == "explain" else {"reason": "family_admits" if act == "accept" else "same_name"}
    with pytest.raises(Forbidden, match=RELATIVE):
        getattr(findings, act)(finding.pk, **given(staff.clerk, **reason), is_relative=lambda *_: True)
    with pytest.raises(TypeError, match="is_relative"):
        getattr(findings, act)(finding.pk, **given(staff.clerk, **reason))


def test_the_page_says_so_instead_of_the_forms(staff: Office, matter: Matter, finding: Finding) -> None:
    register(matter, staff.reviewer, staff)
    address = reverse("finding", args=[finding.pk])
    page = opened.signed_in(staff.reviewer).get(address).content.decode()
    assert RELATIVE in page
    for act in ("accept", "dispute", "explain", "again"):
        assert reverse(f"finding_{act}", args=[finding.pk]) not in page
    others = opened.signed_in(staff.clerk).get(address).content.decode()
    assert RELATIVE not in others
    assert reverse("finding_accept", args=[finding.pk]) in others


def test_a_post_is_refused_with_the_sentence(staff: Office, matter: Matter, finding: Finding) -> None:
    register(matter, staff.reviewer, staff)
    client = opened.signed_in(staff.reviewer)
    answer = client.post(reverse("finding_explain", args=[finding.pk]), {"note": "同名"})
    assert answer.status_code == 403
    assert RELATIVE in answer.content.decode()
    assert not AuditEntry.objects.filter(action="finding.explain").exists()


def test_whoever_works_findings_in_the_county_can_be_registered(matter: Matter) -> None:
    county = make_user("county", VILLAGE)
    assert county in relatives.in_office(matter)
    assert make_user("auditor", VILLAGE) not in relatives.in_office(matter)
