"""Keep what the family says of a finding; it stays open."""

from __future__ import annotations

import pytest

from accounts import documents
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.ids import uuid7
from accounts.integrity import seals
from accounts.models import AuditEntry, User
from applications import findings_worked
from tests.making import OTHER_TOWNSHIP, VILLAGE, make_user
from tests.payments.stories import at_once
from tests.verification.nights import Night, pension
from tests.verification.stories import NIGHT
from verification.findings import Worked
from verification.models import Finding, FindingStep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def night() -> Night:
    return pension()[0]


def explain(actor: User, note: str = "10月起停发", **more: object) -> Worked:
    given = {"evidence": None, "on": NIGHT, **more}
    return findings_worked.explain(Finding.objects.get().pk, note=note, actor=actor, **given)  # type: ignore[arg-type]


def test_it_works(night: Night) -> None:
    paper = documents.store(b"a slip", "image/jpeg")
    done = explain(night.clerk, " 10月起停发 ", evidence=paper)
    step = FindingStep.objects.get()
    assert done == Worked(Finding.objects.get(), step)
    assert (step.seq, step.action, step.note, step.evidence, step.actor) == (
        *(1, "explain", "10月起停发", paper, night.clerk),
    )
    assert done.finding.state == "explained"
    assert [fault for fault in seals() if fault] == []


def test_the_audit_names_nobody_and_no_kind(night: Night) -> None:
    step = explain(night.clerk).step
    entry = AuditEntry.objects.get(pk=step.audit_entry_id)
    assert (entry.action, entry.detail, entry.post) == ("finding.explain", "{}", "clerk@371522101000")


def test_another_explanation_is_another_step(night: Night) -> None:
    reviewer = make_user("reviewer", VILLAGE)
    explain(night.clerk)
    assert explain(reviewer, "存折已核").step.seq == 2
    assert Finding.objects.get().state == "explained"


def test_another_township_is_refused(night: Night) -> None:
    with pytest.raises(NotHere):
        explain(make_user("clerk", OTHER_TOWNSHIP))


@pytest.mark.parametrize("role", ["village", "approver", "checker", "city", "auditor"])
def test_whoever_does_not_work_findings_is_refused(night: Night, role: str) -> None:
    with pytest.raises(Forbidden, match="乡镇窗口经办、乡镇审核、县级经办"):
        explain(make_user(role, VILLAGE))


def test_it_needs_an_open_finding(night: Night) -> None:
    findings_worked.dispute(
        Finding.objects.get().pk, reason="same_name", note="同名", evidence=None, actor=night.clerk, on=NIGHT
    )
    with pytest.raises(WrongState, match=r"已由刘海燕于 .* 办理：不采纳"):
        explain(night.clerk)


def test_invalid_input_names_the_field(night: Night) -> None:
    for note in (" ", "字" * 501):
        with pytest.raises(Invalid) as refused:
            explain(night.clerk, note)
        assert set(refused.value.errors) == {"note"}
    assert Finding.objects.get().state == "open"


def test_one_that_is_not_there(night: Night) -> None:
    with pytest.raises(NotHere):
        findings_worked.explain(uuid7(), note="无", evidence=None, actor=night.clerk, on=NIGHT)


def test_twice_is_once(night: Night) -> None:
    assert explain(night.clerk).step == explain(night.clerk).step
    assert FindingStep.objects.count() == 1


def test_two_at_once_is_once(night: Night) -> None:
    done = at_once(lambda: explain(night.clerk), lambda: explain(night.clerk))
    assert done[0].step == done[1].step
    assert FindingStep.objects.count() == 1
