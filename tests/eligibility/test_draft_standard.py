"""Draft a new value: what is taken, what must be reasoned, and what is refused with its field's sentence."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts import documents
from accounts.errors import Conflict, Forbidden, Invalid, NotHere
from eligibility import scans, standard_drafts
from eligibility.models import StandardDraft
from eligibility.proposals import Proposal
from tests.eligibility.drafting import EDGE, ON, PDF, RAISED, Desk
from tests.making import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.payments.stories import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TEKUN = replace(RAISED, programme="tekun", measure="basic", value=Decimal(900))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refusal(desk: Desk, proposal: Proposal = RAISED, **changed: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        desk.draft(proposal, **changed)
    assert not StandardDraft.objects.exists()
    return refused.value.errors


def test_it_works(desk: Desk) -> None:
    made = desk.draft()
    assert (made.value, made.drafted_by, made.is_below_floor, made.is_below_previous) == (
        Decimal(800),
        desk.drafter,
        False,
        False,
    )
    assert made.scan is not None
    assert documents.read(made.scan.sha256) == PDF
    assert made.scan.media_type == "application/pdf"


def test_another_county_is_refused(desk: Desk) -> None:
    with pytest.raises(NotHere):
        standard_drafts.draft(
            replace(RAISED, region_code=OTHER_COUNTY), key=uuid.uuid4(), scan=None, actor=desk.drafter, on=ON
        )


@pytest.mark.parametrize("role", ["approver", "clerk", "checker", "auditor", "city"])
def test_who_does_not_draft_is_refused(role: str) -> None:
    code = COUNTY if role != "clerk" else VILLAGE
    with pytest.raises((Forbidden, NotHere)):
        standard_drafts.draft(RAISED, key=uuid.uuid4(), scan=None, actor=make_user(role, code), on=ON)


def test_below_the_floor_needs_a_reason(desk: Desk) -> None:
    """1.3 × 753.00 = 978.90 → 979: 978 lies below, and below the 979 in force."""
    assert refusal(desk, TEKUN, value=Decimal(978)) == {"reason": "低于底线，写明理由"}
    made = desk.draft(TEKUN, value=Decimal(978), reason="市里文件如此")
    assert (made.is_below_floor, made.is_below_previous) == (True, True)


def test_the_floor_itself_is_not_below_it(desk: Desk) -> None:
    made = desk.draft(TEKUN, value=Decimal("979"))
    assert not made.is_below_floor


def test_below_the_old_value_needs_a_reason(desk: Desk) -> None:
    assert refusal(desk, value=Decimal("752.99")) == {"reason": "低于原标准，写明理由"}
    assert desk.draft(value=Decimal("752.99"), reason="区划调整").is_below_previous
    assert not desk.draft(value=Decimal("753.00"), effective_from=date(2027, 2, 1)).is_below_previous


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"value": Decimal("-1")}, "value", "写 0.01 到 100,000 之间"),
        ({"value": Decimal(0)}, "value", "写 0.01 到 100,000 之间"),
        ({"value": Decimal("1000000000")}, "value", "写 0.01 到 100,000 之间"),
        ({"value": Decimal("800.001")}, "value", "最多 2 位小数"),
        ({"value": Decimal("NaN")}, "value", "写成数字"),
        ({"value": None}, "value", "填写金额"),
        ({"effective_from": date(1899, 1, 1)}, "effective_from", "写 2000-01-01 到 2028-11-15"),
        ({"effective_from": date(2030, 1, 1)}, "effective_from", "写 2000-01-01 到 2028-11-15"),
        ({"document_number": "  "}, "document_number", "填写文号"),
        ({"document_number": "号" * 61}, "document_number", "文号最多 60 字"),
        ({"reason": "因" * 301}, "reason", "理由最多 300 字"),
        ({"area": ""}, "area", "选择城市或农村"),
        ({"measure": "whim"}, "measure", "选择标准"),
        ({"for_year": 2026}, "for_year", "这个标准不分年度"),
        ({"scan": b""}, "scan", "文件是空的，重新选择"),
        ({"scan": b"MZ\x90 renamed.pdf"}, "scan", "扫描件用 PDF、JPG 或 PNG"),
        ({"scan": b"%PDF-" + bytes(10 * 1024 * 1024)}, "scan", "扫描件最大 10 MB"),
    ],
)
def test_invalid_input_names_the_field(desk: Desk, changed: dict[str, Any], field: str, said: str) -> None:
    assert refusal(desk, **changed) == {field: said}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"measure": "whim"}, "measure"),
        ({"value": Decimal("2.5")}, "value"),
        ({"value": Decimal("1.23456")}, "value"),
        ({"programme": "dibao"}, "programme"),
        ({"measure": "vehicles", "value": Decimal(1)}, "programme"),
        ({"measure": "vehicles", "programme": "dibao", "value": Decimal("1.5")}, "value"),
        ({"measure": "add_on", "value": Decimal(50)}, "name"),
        ({"name": "老年人"}, "name"),
        ({"area": "town"}, "area"),
    ],
)
def test_a_setting_is_held_to_its_registry(desk: Desk, changed: dict[str, Any], field: str) -> None:
    assert set(refusal(desk, EDGE, **changed)) == {field}


def test_a_year_belongs_to_a_yearly_figure(desk: Desk) -> None:
    income = replace(RAISED, programme="reference_income", measure="disposable_per_head", area="")
    assert refusal(desk, income, value=Decimal(31000)) == {"for_year": "填写是哪一年的"}
    assert refusal(desk, income, value=Decimal(31000), for_year=2028) == {"for_year": "写 2000 到 2027 之间"}
    assert desk.draft(income, value=Decimal(31000), for_year=2026).for_year == 2026


def test_a_day_that_is_taken_is_refused(desk: Desk) -> None:
    desk.enforced()
    with pytest.raises(Invalid) as refused:
        desk.draft(value=Decimal(810))
    assert refused.value.errors == {"effective_from": "这一天已有公布的，改用另一天"}


def test_a_second_draft_of_the_same_day_is_refused(desk: Desk) -> None:
    desk.draft()
    with pytest.raises(Invalid) as refused:
        desk.draft(value=Decimal(810))
    assert refused.value.errors == {"effective_from": "同一天的草稿已在等候决定"}


def test_twice_is_once(desk: Desk) -> None:
    key = uuid.uuid4()
    made = [
        standard_drafts.draft(RAISED, key=key, scan=scans.keep(PDF), actor=desk.drafter, on=ON).pk for _ in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(Conflict):
        standard_drafts.draft(
            replace(RAISED, value=Decimal(801)), key=key, scan=scans.keep(PDF), actor=desk.drafter, on=ON
        )
    assert StandardDraft.objects.count() == 1


def test_two_at_once_is_once(desk: Desk) -> None:
    key = uuid.uuid4()
    act = lambda: standard_drafts.draft(RAISED, key=key, scan=scans.keep(PDF), actor=desk.drafter, on=ON).pk  # noqa: E731
    outcomes = at_once(act, act)
    assert outcomes[0] == outcomes[1]
    assert StandardDraft.objects.count() == 1
