"""The answer on a case's page: each programme's sum, the one condition that failed, the figures with their papers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from applications import case_verdict, verdicts
from applications.case_verdict import ShownVerdict
from applications.models import Matter
from eligibility.assess_lines import assess_household
from eligibility.models import Assessment
from eligibility.programmes import Programme
from tests.applications import opened, walking
from tests.making import VILLAGE

P = Programme
IN_2026 = "2026-11-25"


def person(**known: Any) -> dict[str, Any]:
    plain = {"relation": "head", "birth_date": "1980-01-01", "major_illness": False, "self_care_failed": 0}
    return {**plain, "income": [], **known}


def shown(programme: Programme, *people: dict[str, Any], who: int | None = None, **more: Any) -> ShownVerdict:
    """What the page says of an invented family in a village, judged today."""
    need = more.pop("need", None)
    line = {"as_of": IN_2026, "region": VILLAGE, "area": "rural", "people": list(people), "obligors": []}
    answer = assess_household({**line, "assets_within_limit": True, "need": need, **more})
    multiple = Decimal(need["multiple"]) if need else None
    matter = Matter(programme=programme.value, area="rural", need_multiple=multiple)
    return case_verdict.show(matter, verdicts.read(answer, programme, who), as_of=walking.BORN, judged=None)


def wage(amount: str) -> list[dict[str, str]]:
    return [{"kind": "wage", "amount": amount, "per": "month"}]


CHILD = person(relation="child", birth_date="2015-01-01")
HURT = person(disability={"kind": "visual", "grade": 2})
FORMULAS: list[tuple[str, ShownVerdict, str]] = [
    ("dibao", shown(P.DIBAO, person(income=wage("300.00")), CHILD), "753.00 × 2 − 300.00 = 1,206.00"),
    (
        "single",
        shown(P.DIBAO_SINGLE, person(income=wage("1800.00")), {**HURT, "relation": "spouse"}, who=1),
        "753.00 − 0.00 = 753.00",
    ),
    ("tekun", shown(P.TEKUN, person(birth_date="1950-01-01"), who=0), "979.00 + 202.00 = 1,181.00"),
    (
        "temporary",
        shown(P.TEMPORARY, person(), need={"kind": "medical", "multiple": "3"}),
        "931.00 × 3 = 2,793.00",
    ),
    ("edge", shown(P.EDGE, person(income=wage("900.00"))), "900.00 < 1,129.50"),
    ("edge at its line", shown(P.EDGE, person(income=wage("1129.50"))), "1,129.50 ≥ 1,129.50"),
    ("edge below dibao", shown(P.EDGE, person(income=wage("100.00"))), "100.00 < 753.00"),
    (
        "rigid",
        shown(
            P.RIGID,
            person(income=wage("1500.00")),
            spending=[{"kind": "medical", "amount": "20000.00", "per": "year"}],
            rigid_ratio="0.6",
        ),
        "20,000.00 > 10,800.00",
    ),
    ("orphan", shown(P.ORPHAN, {**CHILD, "orphan": "institution"}, who=0), "2,328.00 = 2,328.00"),
    ("de facto", shown(P.DE_FACTO_ORPHAN, {**CHILD, "orphan": "de_facto"}, who=0), "1,862.00 = 1,862.00"),
    ("living", shown(P.DISABILITY_LIVING, HURT, who=0), "187.00 = 187.00"),
    ("care", shown(P.DISABILITY_CARE, HURT, who=0), "140.00 = 140.00"),
]


@pytest.mark.parametrize(("verdict", "formula"), [one[1:] for one in FORMULAS], ids=[one[0] for one in FORMULAS])
def test_each_programme_says_its_sum(verdict: ShownVerdict, formula: str) -> None:
    said = " ".join(part for term in verdict.terms for part in (term.operator, term.figure) if part)
    assert said == formula
    assert all(term.name for term in verdict.terms)


def test_a_derived_figure_says_what_it_is_derived_from() -> None:
    """As the rules store it where nobody published the subsidy."""
    matter = Matter(programme=P.DISABILITY_CARE.value, area="rural")
    step = {"code": "standard", "exact": "167.58", "rounded": "168.00"}
    said = "重度残疾人护理补贴(推算)城市低保标准 931.00 × 18% = 167.58 元,进到整元为 168.00 元"
    source = {"programme": "dibao", "measure": "standard", "value": 93_100, "effective_from": "2024-01-01"}
    kept = [{**source, "area": area, "document_number": "聊民〔2024〕6号"} for area in ("urban", "rural")]
    entry = {"tests": [], "steps": [{**step, "said": said}], "person": 0}
    answer = verdicts.Verdict("eligible", 16_800, "month", "", entry, {"sources": kept}, "1", frozenset())
    page = case_verdict.show(matter, answer, as_of=walking.BORN, judged=None)
    assert [(term.operator, term.figure) for term in page.terms] == [("", "931.00"), ("×", "18%"), ("=", "168.00")]
    assert [(one.name, one.document) for one in page.figures] == [("城市最低生活保障标准", "聊民〔2024〕6号")]


def test_a_no_stands_on_one_condition() -> None:
    """Income and assets both fail: the first is what it says, the other is folded with the rest."""
    page = shown(P.DIBAO, person(income=wage("900.00")), assets_within_limit=False)
    assert page.failed is not None
    assert page.failed.said == "月收入 900.00 元，不低于 753.00 × 1 = 753.00 元"
    assert page.failed.clause == "社会救助法 第18条"
    assert [one.sign for one in page.checks] == ["done", "no"]


def test_rigid_says_what_nobody_can_rule() -> None:
    """No local ratio is published: better facts or a local rule answer it, not a ruling."""
    page = shown(P.RIGID, person(income=wage("1500.00")), spending=None)
    assert page.tone == "warn"
    assert "比例当地没有公布" in page.terms[1].name


@pytest.mark.django_db
def test_the_page_names_figures_version_and_agreement() -> None:
    staff = walking.office()
    matter = walking.to_confirm(staff)
    page = opened.signed_in(staff.approver).get(reverse("case", args=[matter.pk])).content.decode()
    for words in ("农村最低生活保障标准", "¥753.00 每月", "2024-01-01 起", "按当时标准复算一致", "规则版本"):
        assert words in page
    assert "城市最低生活保障标准" not in page


@pytest.mark.django_db
def test_an_answer_that_does_not_come_back_is_said_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row itself can't be altered; what reads it is made to see another one."""
    staff = walking.office()
    matter = walking.to_confirm(staff)
    real = Assessment.from_db

    def altered(*args: Any, **more: Any) -> Any:
        row = real(*args, **more)
        row.result = row.result.replace("1206.00", "1306.00")
        return row

    monkeypatch.setattr(Assessment, "from_db", altered)
    page = opened.signed_in(staff.approver).get(reverse("case", args=[matter.pk])).content.decode()
    assert "与存档不一致" in page
    assert "系统维护电话 0635-5550123" in page
    assert "复算一致" not in page


@pytest.mark.django_db
def test_inputs_that_cannot_be_read_any_more_do_not_agree() -> None:
    from eligibility import assess

    row = walking.to_confirm(walking.office()).assessment
    assert row is not None
    assert assess.agrees(row)
    for broken in ("{}", json.dumps({"line": {"people": "x"}}), "not json"):
        row.inputs = broken
        assert not assess.agrees(row)
