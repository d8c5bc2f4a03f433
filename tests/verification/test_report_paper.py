"""The verification report on paper: a long family, a rare character, somebody not asked, rows never split."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock, jobs
from accounts.models import AuditEntry
from applications import findings_worked
from applications.models import Matter
from households.models import Membership, Person
from tests.applications import opened, walking
from tests.conftest import Clock
from tests.making import make_person, members_of
from tests.verification import stories
from verification import findings
from verification.models import Finding, Run

pytestmark = pytest.mark.django_db
RARE = "䶮𬱖"


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


def joined(matter: Matter, *names: str) -> list[Person]:
    """The family with so many more."""
    for position, name in enumerate(names, start=10):
        person = make_person(name, region_code=matter.region_id)
        Membership.objects.create(
            household=matter.household, person=person, relation="child", position=position, joined_on=stories.SINCE
        )
    return members_of(matter.household)


def answered(matter: Matter, people: Sequence[Person], unasked: Person | None = None) -> None:
    """A night in which one register knows of a pension, one of nobody, one does not answer."""
    run = Run.objects.filter(on=clock.today()).first() or stories.make_run(clock.today())
    if unasked:
        stories.make_subject(run, unasked, matter.household, unasked="no_consent")
    asked = [one for one in people if one != unasked]
    for source in ("education", "human_resources", "market"):
        request, enquiries = stories.asked(asked, matter.household, source, run=run, case_number=matter.number)
        if source == "market":
            continue
        said = {0: {"pension": 146_400}} if source == "human_resources" else {}
        stories.make_answers(enquiries, said)
        told = {enquiries[place].id: values for place, values in said.items()}
        findings.weigh(request, told, {one.id for one in enquiries})
    jobs.run_waiting()


def evidence(matter: Matter) -> None:
    """What the insurance paid nothing of, which no declared fact answers to."""
    request, enquiries = stories.asked(members_of(matter.household), matter.household, "medical_insurance")
    stories.make_answers(enquiries, {0: {"medical_paid": 3_600_000}})
    findings.weigh(request, {enquiries[0].id: {"medical_paid": 3_600_000}}, {one.id for one in enquiries})


def text_of(answer: bytes, folder: Path) -> str:
    """What the paper says, page by page (form feeds)."""
    path = folder / "report.pdf"
    path.write_bytes(answer)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True).stdout


def paper(client: Client, matter: Matter) -> bytes:
    answer = client.get(reverse("verification_report", args=[matter.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'inline; filename="{matter.number}-verification.pdf"'
    return answer.content


def test_it_works(staff: walking.Office, tmp_path: Path) -> None:
    matter = walking.accepted(staff)
    people = joined(matter, f"王{RARE}", "李未签")
    answered(matter, people, unasked=people[-1])
    said = text_of(paper(opened.signed_in(staff.clerk), matter), tmp_path)
    assert "家庭经济状况核对报告" in said
    assert f"王{RARE}" in said
    assert "李未签" in said
    assert "没有授权，没有向来源查询" in said
    for words in ("核对不完整", "每月 1,464.00 元", "无记录", "未答复", "本报告是证据，不是决定"):
        assert words in said
    assert str(people[0].id_number) not in said


def test_evidence_is_named_as_such(staff: walking.Office, tmp_path: Path) -> None:
    matter = walking.accepted(staff)
    evidence(matter)
    said = text_of(paper(opened.signed_in(staff.clerk), matter), tmp_path)
    assert "佐证：个人自付医疗费" in "".join(said.split())
    assert "与申报不一致" not in said


def test_a_long_family_keeps_its_names_on_every_page(staff: walking.Office, tmp_path: Path) -> None:
    matter = walking.accepted(staff)
    people = joined(matter, *(f"王家{place}" for place in "甲乙丙丁戊己庚"))
    answered(matter, people)
    pages = text_of(paper(opened.signed_in(staff.clerk), matter), tmp_path).strip("\f").split("\f")
    assert len(pages) > 3
    assert all("家庭成员" in page for page in pages)
    assert all(f"第 {number} 页" in page for number, page in enumerate(pages, start=1))


def test_an_answer_past_its_term_is_told(staff: walking.Office, tmp_path: Path, moving_clock: Clock) -> None:
    matter = walking.accepted(staff)
    answered(matter, members_of(matter.household))
    moving_clock.move(timedelta(days=31))
    assert "（已过期）" in text_of(paper(opened.signed_in(staff.clerk), matter), tmp_path)


def test_twice_is_the_same_bytes_and_two_audit_rows(staff: walking.Office) -> None:
    matter = walking.accepted(staff)
    answered(matter, members_of(matter.household))
    client = opened.signed_in(staff.clerk)
    assert paper(client, matter) == paper(client, matter)
    assert AuditEntry.objects.filter(detail__contains="verification_report").count() == 2


def test_a_finding_that_was_worked_says_by_whom(staff: walking.Office, tmp_path: Path) -> None:
    matter = walking.accepted(staff)
    answered(matter, members_of(matter.household))
    finding = Finding.objects.get()
    findings_worked.dispute(
        finding.pk, reason="same_name", note="户口簿", evidence=None, actor=staff.clerk, on=clock.today()
    )
    said = text_of(paper(opened.signed_in(staff.clerk), matter), tmp_path)
    assert "不采纳" in said
    assert staff.clerk.full_name in said
