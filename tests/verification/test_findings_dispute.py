"""The source is wrong here: what was declared stands."""

from __future__ import annotations

import pytest

from accounts import documents
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import User
from applications import findings_worked
from households.models import IncomeFact
from tests.making import COUNTY, OTHER_TOWNSHIP, VILLAGE, make_user
from tests.payments.stories import at_once
from tests.verification.nights import PENSION, Night, pension
from tests.verification.stories import NIGHT
from verification.findings import Worked
from verification.models import Finding, FindingStep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def night() -> Night:
    return pension()[0]


def dispute(actor: User, reason: str = "same_name", note: str = "同名不同人", **more: object) -> Worked:
    given = {"evidence": None, "on": NIGHT, **more}
    return findings_worked.dispute(
        Finding.objects.get().pk,
        reason=reason,
        note=note,
        actor=actor,
        **given,  # type: ignore[arg-type]
    )


def test_it_works(night: Night) -> None:
    before = IncomeFact.objects.count()
    done = dispute(make_user("county", COUNTY))
    assert (done.finding.state, done.hold) == ("disputed", "")
    assert (done.step.action, done.step.reason, done.step.note) == ("dispute", "same_name", "同名不同人")
    assert IncomeFact.objects.count() == before


def test_a_paper_says_why_as_well(night: Night) -> None:
    assert dispute(night.clerk, note="", evidence=documents.store(b"a letter", "image/jpeg")).step.note == ""


def test_an_explained_one_may_be_disputed(night: Night) -> None:
    findings_worked.explain(Finding.objects.get().pk, note="同名", evidence=None, actor=night.clerk, on=NIGHT)
    assert dispute(night.clerk).step.seq == 2


def test_another_township_is_refused(night: Night) -> None:
    with pytest.raises(NotHere):
        dispute(make_user("reviewer", OTHER_TOWNSHIP))


def test_the_approver_may_not(night: Night) -> None:
    with pytest.raises(Forbidden):
        dispute(make_user("approver", VILLAGE))


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"reason": "whim"}, {"reason"}),
        ({"reason": "family_admits"}, {"reason"}),
        ({"note": " "}, {"note"}),
        ({"note": "字" * 501}, {"note"}),
        ({"reason": "", "note": ""}, {"reason", "note"}),
    ],
)
def test_invalid_input_names_the_field(night: Night, given: dict[str, str], fields: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        dispute(night.clerk, **given)
    assert set(refused.value.errors) == fields
    assert Finding.objects.get().state == "open"


def test_one_that_an_answer_has_cleared(night: Night) -> None:
    night.answers({0: {**PENSION, "pension": 0}}, on=NIGHT.replace(day=26))
    with pytest.raises(WrongState, match="的答复已一致，这条已自动关闭"):
        dispute(night.clerk)


def test_twice_is_refused_with_who_and_when(night: Night) -> None:
    dispute(night.clerk)
    with pytest.raises(WrongState, match=r"已由刘海燕于 .* 办理：不采纳"):
        dispute(make_user("county", COUNTY))


def test_two_at_once_is_once(night: Night) -> None:
    county = make_user("county", COUNTY)
    outcomes = at_once(lambda: dispute(night.clerk), lambda: dispute(county))
    assert sorted(type(one).__name__ for one in outcomes) == ["Worked", "WrongState"]
    assert FindingStep.objects.count() == 1
