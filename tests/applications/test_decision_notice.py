"""The written notice of a decision: what it says, to whom it is shown, and the same bytes at every print."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts import paper
from accounts.ids import uuid7
from accounts.models import AuditEntry, User
from applications import decision_notice
from applications.models import Decision, Matter
from eligibility.programmes import Programme
from households.means import Income
from households.models import Person
from tests.applications import opened, walking
from tests.conftest import Clock
from tests.making import OTHER_TOWNSHIP, make_user

pytestmark = pytest.mark.django_db
KANGXI = re.compile("[\u2e80-\u2fdf]")


def address(made: Decision, name: str = "decision_notice") -> str:
    return reverse(name, args=[made.matter_id, made.pk])


def pdf(user: User, made: Decision) -> bytes:
    answer = opened.signed_in(user).get(address(made, "decision_notice_pdf"))
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "application/pdf"
    return bytes(answer.content)


def text(paper_bytes: bytes) -> str:
    """What the paper says, without its line breaks."""
    read = "".join(page.extract_text() for page in PdfReader(BytesIO(paper_bytes)).pages)
    return re.sub(r"\s", "", read)


def pages(paper_bytes: bytes) -> int:
    return len(PdfReader(BytesIO(paper_bytes)).pages)


def refused(staff: walking.Office, income: str = "1800.00") -> Decision:
    """Two people above the standard, opposed by the township, refused by the county."""
    return Decision.objects.get(matter=walking.refused(staff, walking.filled(walking.family(2, income))))


def test_a_confirmation_says_sum_month_people_articles_and_remedies(moving_clock: Clock) -> None:
    staff = walking.office()
    made = walking.confirmed(staff, moving_clock)
    said = text(pdf(staff.clerk, made))
    for words in (
        "社会救助决定告知书（确认）",
        f"{made.matter.number}-告",
        made.matter.application.applicant.name,
        "每月发放1,206.00元（人民币壹仟贰佰零陆元整）",
        "自2027年1月起",
        "保障2人",
        "753.00×2−300.00=1,206.00元",
        "社会救助法第18条",
        "每月300.00元",
        "农村最低生活保障标准每月753.00元，2024年1月1日起",
        "60日内向莘县人民政府申请行政复议",
        "6个月内直接向有管辖权的人民法院起诉",
        "12349",
        "《社会救助法》第46条",
        "莘县民政局（盖章）",
        "送达回证",
        f"校验码{decision_notice.of(made).check}",
    ):
        assert words in said, words
    assert not KANGXI.search(said)


def test_a_refusal_says_the_one_condition_that_failed() -> None:
    staff = walking.office()
    said = text(pdf(staff.reviewer, refused(staff)))
    assert "社会救助决定告知书（不予确认）" in said
    assert "月收入1,800.00元，不低于753.00×2=1,506.00元" in said
    assert "收入高于标准" in said
    assert "行政复议" in said
    assert "第46条）。申请了行政复议" in said
    assert "情况有变化" not in said, "nobody owes a report for what was refused"


def test_a_refusal_the_rules_did_not_give_claims_no_failed_condition() -> None:
    """Assets were never ruled on: the office's own reason stands, and no sum that says otherwise."""
    staff = walking.office()
    notice = decision_notice.of(refused(staff, "300.00"))
    assert (notice.failed, notice.terms) == ("", ())
    assert notice.reason == "收入高于标准"
    assert notice.decided == "经调查、审核，决定对你户申请的最低生活保障不予确认。"


def test_a_childs_notice_goes_to_whoever_applied(moving_clock: Clock) -> None:
    staff = walking.office()
    guardian = walking.member(birth=date(1960, 1, 1))
    child = walking.member(
        "grandchild", birth=date(2015, 1, 1), name="李·阿依古丽", orphan="dispersed", self_care_failed=0
    )
    given = walking.filled((guardian, child), programme=Programme.TEKUN, recipient=1, with_account=False)
    made = walking.confirmed(staff, moving_clock, given)
    notice = decision_notice.of(made)
    assert notice.addressee == guardian.entry.name
    assert notice.about == "李·阿依古丽"
    assert "李·阿依古丽享受特困人员救助供养，自" in notice.decided


def test_the_page_shows_the_same_and_links_the_paper() -> None:
    staff = walking.office()
    made = refused(staff)
    page = opened.signed_in(staff.clerk).get(address(made)).content.decode()
    notice = decision_notice.of(made)
    for words in (notice.number, notice.failed, notice.check, *notice.remedies, notice.phones):
        assert words in page
    assert address(made, "decision_notice_pdf") in page
    assert decision_notice.serve_by(made) is not None
    assert f"{decision_notice.serve_by(made):%Y-%m-%d} 前书面送达" in page


def test_the_case_leads_to_it() -> None:
    staff = walking.office()
    made = refused(staff)
    client = opened.signed_in(staff.clerk)
    for case in (reverse("case", args=[made.matter_id]), reverse("case_part", args=[made.matter_id, "money"])):
        assert address(made) in client.get(case).content.decode()


@pytest.mark.parametrize("name", ["decision_notice", "decision_notice_pdf"])
def test_another_township_is_told_it_is_absent(name: str) -> None:
    staff = walking.office()
    made = refused(staff)
    client = opened.signed_in(make_user("clerk", OTHER_TOWNSHIP))
    there = client.get(address(made, name))
    absent = client.get(reverse(name, args=[uuid7(), uuid7()]))
    assert there.status_code == absent.status_code == 404
    assert there.content == absent.content
    assert not AuditEntry.objects.filter(action="decision.notice").exists()


def test_before_a_decision_there_is_none() -> None:
    staff = walking.office()
    matter, other = walking.to_confirm(staff), refused(staff)
    client = opened.signed_in(staff.clerk)
    assert client.get(reverse("decision_notice", args=[matter.pk, uuid7()])).status_code == 404
    assert client.get(reverse("decision_notice", args=[matter.pk, other.pk])).status_code == 404, "of another case"


def test_twice_is_the_same_bytes(moving_clock: Clock) -> None:
    """Also after the standard, the family and the day have moved on."""
    staff = walking.office()
    made = walking.confirmed(staff, moving_clock)
    first = pdf(staff.clerk, made)
    walking.wait_until(moving_clock, date(2027, 5, 6))
    paper._fonts.cache_clear()
    assert pdf(staff.approver, made) == first


def test_every_print_is_audited_with_what_stood_on_it() -> None:
    staff = walking.office()
    made = refused(staff)
    client = opened.signed_in(staff.clerk)
    client.get(address(made))
    pdf(staff.reviewer, made)
    entries = AuditEntry.objects.filter(action="decision.notice", target_id=str(made.pk)).order_by("seq")
    assert [entry.actor for entry in entries] == [staff.clerk, staff.reviewer]
    sha256 = decision_notice.of(made).sha256
    assert [entry.detail for entry in entries] == [
        f'{{"form":"{form}","sha256":"{sha256}"}}' for form in ("page", "pdf")
    ]


def test_an_altered_figure_gives_another_check() -> None:
    from dataclasses import replace

    notice = decision_notice.of(refused(walking.office()))
    assert re.fullmatch(r"([0-9A-F]{4}-){3}[0-9A-F]{4}", notice.check)
    assert replace(notice, decided=notice.decided.replace("不予", "")).check != notice.check


def test_rare_characters_are_printed_and_markup_is_text(moving_clock: Clock) -> None:
    staff = walking.office()
    head = walking.member(name="䶮𬱖·买买提", incomes=(Income("wage", 300_00, "month", "工资条"),))
    made = walking.confirmed(staff, moving_clock, walking.filled((head,)))
    Person.objects.filter(pk=made.matter.application.applicant_id).update(name="䶮𬱖·*#买_买$提")
    said = text(pdf(staff.clerk, Decision.objects.get(pk=made.pk)))
    assert "䶮𬱖·*#买_买$提：" in said
    assert "2027年1月起" in said


def test_a_character_no_font_has_is_named_not_boxed() -> None:
    staff = walking.office()
    made = refused(staff)
    Person.objects.filter(pk=made.matter.application.applicant_id).update(name="王\U00031350")
    answer = opened.signed_in(staff.clerk).get(address(made, "decision_notice_pdf"))
    assert answer.status_code == 409
    assert "字库里没有“\U00031350”这个字" in answer.content.decode()


def test_without_a_chinese_font_it_says_so(settings: Any, tmp_path: Path) -> None:
    staff = walking.office()
    made = refused(staff)
    settings.FONTS_DIR = str(tmp_path)
    answer = opened.signed_in(staff.clerk).get(address(made, "decision_notice_pdf"))
    assert answer.status_code == 409
    assert "没有中文字体" in answer.content.decode()


def test_one_page_for_a_family_two_at_most_for_ten(moving_clock: Clock) -> None:
    staff = walking.office()
    small, large = refused(staff), Decision.objects.get(matter=_ten(staff))
    assert pages(pdf(staff.clerk, small)) == 1
    assert pages(pdf(staff.clerk, large)) <= 2
    assert pages(pdf(staff.clerk, walking.confirmed(staff, moving_clock))) == 1


def _ten(staff: walking.Office) -> Matter:
    """Ten people, three rows of income each for two of them."""
    incomes = tuple(Income(kind, 4000_00, "month", "") for kind in ("wage", "business", "pension"))
    heads = (walking.member(incomes=incomes), walking.member("spouse", sex="M", incomes=incomes))
    rest = tuple(walking.member("child", birth=date(2010 + n, 1, 1)) for n in range(8))
    return walking.refused(staff, walking.filled((*heads, *rest)))


def test_it_takes_few_queries() -> None:
    staff = walking.office()
    made = refused(staff)
    client = opened.signed_in(staff.clerk)
    client.get(address(made))
    with opened.counting() as found:
        client.get(address(made))
    assert len(found) <= 10, found
