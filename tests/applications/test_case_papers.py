"""The case's papers: what was handed in and what is missing, by the catalogue and by what is known of the family."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from applications import case_page, case_papers
from applications.case_papers import CasePapers
from applications.models import Action, Application, Matter
from eligibility.programmes import Programme
from households.means import Disability
from tests.applications import opened, walking
from tests.applications.entry_filled import clerk, draft_url, filled

pytestmark = pytest.mark.django_db
P = Programme


def papers(matter: Matter, staff: walking.Office) -> CasePapers:
    return case_papers.of(case_page.find(staff.clerk, matter.pk))


def wanted(*members: object, programme: Programme = P.DIBAO, **more: object) -> list[str]:
    staff = walking.office()
    given = walking.filled(members or None, programme=programme, **more)  # type: ignore[arg-type]
    return [paper.code for paper in papers(walking.submitted(staff, given), staff).wanted.papers]


@pytest.fixture
def entered(client: Client) -> Matter:
    """Taken in at the window with one paper of three."""
    clerk(client)
    client.post(draft_url(), filled())
    return Application.objects.get().matters.get()


def test_what_the_window_noted_is_given_and_the_rest_is_missing(client: Client, entered: Matter) -> None:
    page = client.get(reverse("case", args=[entered.pk])).content.decode()
    panel = page.split('id="papers"')[1].split("</section>")[0]
    assert "申请书" in panel
    assert "<b>家庭状况承诺书、收入凭据</b>" in panel
    assert "不得要求交（社会救助法 第62条）" in panel


def test_everything_missing_is_told_in_one_go(client: Client, entered: Matter) -> None:
    """The telling can be done once (57号 art. 10): the form opens with all of it."""
    page = client.get(reverse("case", args=[entered.pk])).content.decode()
    assert "家庭状况承诺书、收入凭据</textarea>" in page


def test_what_was_brought_later_stands_with_it(client: Client, entered: Matter) -> None:
    opened.take(client, entered, "ask_papers", missing="收入凭据")
    opened.take(client, entered, "supplement", note="打工收入说明一份")
    assert entered.transitions.filter(action=Action.SUPPLEMENT).exists()
    assert "打工收入说明一份" in client.get(reverse("case", args=[entered.pk])).content.decode()


def test_after_the_visit_they_stand_with_the_survey() -> None:
    staff = walking.office()
    matter = walking.surveyed(staff)
    reader = opened.signed_in(staff.reviewer)
    assert 'id="papers"' not in reader.get(reverse("case", args=[matter.pk])).content.decode()
    assert 'id="papers"' in reader.get(reverse("case_part", args=[matter.pk, "survey"])).content.decode()


def test_what_did_not_come_in_at_the_window_is_not_called_missing() -> None:
    staff = walking.office()
    known = papers(walking.submitted(staff), staff)
    assert (known.is_noted, known.given, known.missing) == (False, (), ())
    page = opened.signed_in(staff.clerk).get(reverse("case", args=[Matter.objects.get().pk])).content.decode()
    assert "申请书、家庭状况承诺书、收入凭据" in page


def test_it_follows_what_is_known_of_the_family() -> None:
    always = ["application", "commitment"]
    ill = walking.member(major_illness=True)
    blind = walking.member(disability=Disability("visual", 1))
    assert wanted(ill) == [*always, "income_proof", "severe_proof"]
    assert wanted(walking.member(health="severe")) == [*always, "income_proof", "severe_proof"]
    assert wanted(blind) == [*always, "income_proof"]
    assert wanted(hardship="重病") == [*always, "income_proof", "severe_proof"]
    assert wanted(agent_name="孙书记") == [*always, "income_proof", "mandate"]
    once = {"need_kind": "medical", "need_multiple": Decimal(3)}
    assert wanted(programme=P.TEMPORARY, **once) == [*always, "medical_bills"]


@pytest.mark.parametrize(
    ("born", "disability", "asked"),
    [
        (date(1985, 1, 1), None, True),
        (date(1985, 1, 1), Disability("mental", 2), False),
        (date(1950, 1, 1), None, False),
        (date(2020, 1, 1), None, False),
    ],
)
def test_no_labour_is_proved_only_where_nothing_else_shows_it(
    born: date, disability: Disability | None, asked: bool
) -> None:
    person = walking.member(birth=born, disability=disability)
    assert ("no_labour_proof" in wanted(person, programme=P.TEKUN)) is asked
