"""The window's checklist is the catalogue's: by matter, by need, by what the family claims."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import AuditEntry
from applications.entry.choices import ITEMS
from applications.entry.forms import Setting
from applications.entry.sheet import Sheet, typed_from
from eligibility import catalogue
from tests import making
from tests.applications.entry_filled import clerk, draft_url, filled, number

pytestmark = pytest.mark.django_db
ALWAYS = ["application", "commitment"]
YOUNG = number("19850517", "101")


def sheet(**changes: str | None) -> Sheet:
    typed = {name: value if isinstance(value, list) else [value] for name, value in filled(**changes).items()}
    setting = Setting(on=clock.today(), is_judged=False)
    return Sheet(typed_from(typed), setting=setting, villages=[(making.VILLAGE, "化庄村")])


def wanted(**changes: str | None) -> list[str]:
    return [paper.code for paper in sheet(**changes).wanted]


@pytest.mark.parametrize(
    ("changes", "papers"),
    [
        ({}, [*ALWAYS, "income_proof"]),
        ({"programme": "dibao_urban"}, [*ALWAYS, "income_proof"]),
        ({"programme": "edge", "area": "rural"}, [*ALWAYS, "income_proof"]),
        ({"programme": "dibao_single", "m0-major_illness": "yes"}, [*ALWAYS, "income_proof", "severe_proof"]),
        ({"programme": "dibao_single", "m0-disability_kind": "physical"}, [*ALWAYS, "income_proof"]),
        ({"m1-major_illness": "yes"}, [*ALWAYS, "income_proof", "severe_proof"]),
        ({"hardship": "重病"}, [*ALWAYS, "income_proof", "severe_proof"]),
        ({"a-health": "severe"}, [*ALWAYS, "income_proof", "severe_proof"]),
        ({"agent_name": "孙书记"}, [*ALWAYS, "income_proof", "mandate"]),
        ({"programme": "temporary_medical"}, [*ALWAYS, "medical_bills"]),
        ({"programme": "temporary_education"}, [*ALWAYS, "school_bills"]),
        ({"programme": "tekun"}, ["application", "statement", "commitment"]),
        ({"programme": "tekun", "a-id_number": YOUNG}, ["application", "statement", "commitment", "no_labour_proof"]),
        ({"programme": "tekun", "a-id_number": YOUNG, "a-disability_kind": "mental"},
         ["application", "statement", "commitment"]),
        ({"programme": "tekun", "a-id_number": YOUNG, "recipient": "m1"}, ["application", "statement", "commitment"]),
        ({"programme": None}, []),
    ],
)  # fmt: skip
def test_a_family_is_asked_for_what_it_claims_and_no_more(changes: dict[str, str | None], papers: list[str]) -> None:
    assert wanted(**changes) == papers


def test_every_item_of_the_window_has_its_papers_on_the_checklist() -> None:
    for item in ITEMS:
        listed = {line.code for line in sheet(programme=item.code).checklist}
        kept = {p.code for p in catalogue.of(item.programme).papers if p.provider == "applicant" and p.how == "hand_in"}
        assert kept <= listed


def test_beside_it_stands_what_is_fetched_and_what_nobody_may_ask(client: Client) -> None:
    clerk(client)
    page = client.get(client.post(draft_url(), filled(act="save")).headers["Location"]).content.decode()
    assert "自己查，不用交：户口和死亡信息（公安）、" in page
    assert "不得要求交（社会救助法 第62条）：户口簿、身份证复印件、" in page
    assert reverse("public_matter", args=["dibao"]) in page
    assert "残疾人证（残联）" not in page


def calculated(client: Client, **changes: str | None) -> dict[str, Any]:
    said: dict[str, Any] = client.post(reverse("entry_calculate"), filled(**changes)).json()
    return said


def test_the_running_answer_brings_the_papers_of_this_family(client: Client) -> None:
    clerk(client)
    assert calculated(client)["papers"] == [*ALWAYS, "income_proof"]
    ill = calculated(client, **{"m0-major_illness": "yes", "m0-disability_kind": "visual"})
    assert "severe_proof" in ill["papers"]
    assert "残疾人证（残联）" in ill["notes"]
    assert calculated(client, programme=None)["notes"].strip() == ""


def test_what_was_wanted_and_given_is_on_record(client: Client) -> None:
    clerk(client)
    typed = filled(**{"a-major_illness": "yes"}) | {"paper": ["severe_proof", "school_bills", "nonsense"]}
    page = client.get(client.post(draft_url(), typed).headers["Location"]).content.decode()
    assert "收入凭据" in page
    assert "重病诊断证明" not in page
    detail = AuditEntry.objects.get(action="application.enter").detail
    assert '"papers":"severe_proof"' in detail
    assert '"wanted":"application,commitment,income_proof,severe_proof"' in detail
