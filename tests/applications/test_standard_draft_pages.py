"""The pages of a draft: nothing typed is lost, the paper is read by its content, each decision once."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from eligibility.models import LocalSetting, Standard, StandardDraft
from tests.applications import opened
from tests.eligibility.drafting import EDGE, PDF, RAISED, Desk
from tests.making import COUNTY, OTHER_COUNTY, make_user

pytestmark = pytest.mark.django_db
NEW = "/standards/drafts/new/?what="
TYPED = {"value": "８００", "effective_from": "2027年1月1日", "document_number": "聊民〔2026〕12号", "reason": ""}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk) -> Client:
    return opened.signed_in(desk.drafter)


def sent(client: Client, what: str = "dibao.standard.rural", **changed: Any) -> Any:
    if changed.get("scan"):
        changed["scan"].seek(0)
    said = {"county": COUNTY, "key": str(uuid.uuid4()), **TYPED, **changed}
    return client.post(NEW + what, {name: value for name, value in said.items() if value is not None})


def paper(content: bytes = PDF, name: str = "文件.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_it_works(client: Client, desk: Desk) -> None:
    assert "要定哪一项" in client.get("/standards/drafts/new/").content.decode()
    assert client.get(NEW + "dibao.standard.rural").status_code == 200
    answer = sent(client, scan=paper())
    made = StandardDraft.objects.get()
    assert answer["Location"] == reverse("standard_draft", args=[made.pk])
    assert (made.value, str(made.effective_from), made.area) == (Decimal(800), "2027-01-01", "rural")
    approver = opened.signed_in(desk.approver)
    assert approver.post(reverse("standard_enforce", args=[made.pk])).status_code == 302
    assert Standard.objects.get(region_id=COUNTY).value_fen == 80_000
    assert "公布执行" in approver.get(reverse("standard_draft", args=[made.pk])).content.decode()


def test_checking_writes_nothing_and_keeps_the_paper(client: Client) -> None:
    answer = sent(client, check="1", scan=paper(), value="700")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "低于原标准" in page
    assert "753.00 元" in page
    assert not StandardDraft.objects.exists()
    mark = re.search(r'name="kept" value="([^"]+)"', page)
    assert mark is not None
    sent(client, kept=mark[1], value="700", reason="县里减负")
    made = StandardDraft.objects.get()
    assert made.scan is not None
    assert made.is_below_previous


def test_anothers_mark_opens_nothing(client: Client) -> None:
    page = sent(client, check="1", scan=paper()).content.decode()
    mark = re.search(r'name="kept" value="([^"]+)"', page)
    assert mark is not None
    sent(opened.signed_in(make_user("county")), kept=mark[1])
    sent(client, kept="forged", effective_from="2027-02-01")
    assert [one.scan for one in StandardDraft.objects.all()] == [None, None]


def test_a_low_value_is_shown_with_its_arithmetic_and_refused(client: Client) -> None:
    answer = sent(client, "tekun.basic.rural", value="900")
    page = answer.content.decode()
    assert answer.status_code == 400
    for words in ("低于底线，写明理由", "农村低保标准 753.00 × 1.3 = 978.90，进到整元 979.00", 'value="900"'):
        assert words in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": "abc"}, "写成数字，如 800 或 800.50"),
        ({"value": "-5"}, "写 0.01 到 100,000 之间"),
        ({"value": "1,23"}, "写成数字，如 800 或 800.50"),
        ({"value": "8\x000"}, "写成数字，如 800 或 800.50"),
        ({"value": "NaN"}, "写成数字，如 800 或 800.50"),
        ({"value": "800.001"}, "最多 2 位小数"),
        ({"value": "9" * 40}, "写成数字，如 800 或 800.50"),
        ({"value": ""}, "填写金额"),
        ({"effective_from": ""}, "填写执行日期"),
        ({"effective_from": "2027-13-01"}, "执行日期没有这一天，对照材料核对"),
        ({"effective_from": "1899-01-01"}, "写 2000-01-01 到"),
        ({"effective_from": "腊月初八"}, "执行日期"),
        ({"document_number": ""}, "填写文号"),
        ({"document_number": "a\x00b"}, "有看不见的字符"),
        ({"scan": paper(b"MZ", "文件.pdf")}, "扫描件用 PDF、JPG 或 PNG"),
        ({"scan": paper(b"", "文件.pdf")}, "文件是空的，重新选择"),
        ({"scan": paper(b"%PDF-" + bytes(10 * 1024 * 1024))}, "扫描件最大 10 MB"),
        ({"reason": "因" * 301}, "理由最多写 300 字"),
        ({"key": "not-a-uuid", "value": "x"}, "写成数字"),
        ({"county": OTHER_COUNTY}, "选择县"),
    ],
)
def test_bad_input_has_its_sentence_and_loses_nothing(client: Client, changed: dict[str, Any], said: str) -> None:
    for check in ({"check": "1"}, {}):
        answer = sent(client, **{**changed, **check})
        page = answer.content.decode()
        assert answer.status_code == 400
        assert said in page
        if "document_number" not in changed:
            assert "聊民〔2026〕12号" in page
    assert not StandardDraft.objects.exists()


def test_a_setting_can_be_set_and_ended(client: Client, desk: Desk) -> None:
    for what, changed in (("edge_multiple", {"value": "1.8"}), ("add_on", {"value": "50", "name": "老年人"})):
        assert client.get(NEW + what).status_code == 200
        assert sent(client, what, **changed).status_code == 302, what
    assert sent(client, "edge_multiple", value="1.8", ends="on").status_code == 400
    assert sent(client, "edge_multiple", value="", ends="on", effective_from="2027-06-01").status_code == 302
    approver = opened.signed_in(desk.approver)
    for made in StandardDraft.objects.all():
        assert approver.post(reverse("standard_enforce", args=[made.pk])).status_code == 302
    rows = LocalSetting.objects.order_by("effective_from").values_list("key", "value")
    assert set(rows) == {("edge_multiple", Decimal("1.8")), ("add_on", Decimal(50)), ("edge_multiple", None)}


def test_sent_twice_is_once_and_a_changed_one_says_so(client: Client) -> None:
    key = str(uuid.uuid4())
    first, second = sent(client, key=key), sent(client, key=key)
    assert first["Location"] == second["Location"]
    changed = sent(client, key=key, value="810", effective_from="2027-02-01")
    page = changed.content.decode()
    assert changed.status_code == 409
    assert "这张表已提交过" in page
    assert 'value="810"' in page
    assert key not in page
    assert StandardDraft.objects.count() == 1


def test_a_return_needs_its_reason_and_can_be_drafted_again(client: Client, desk: Desk) -> None:
    made = desk.draft()
    approver, address = opened.signed_in(desk.approver), reverse("standard_return", args=[made.pk])
    refused = approver.post(address, {"reason": " "})
    assert refused.status_code == 400
    assert "写明退回理由" in refused.content.decode()
    assert approver.post(address, {"reason": "文号不符"}).status_code == 302
    assert "文号不符" in client.get(reverse("standard_draft", args=[made.pk])).content.decode()
    again = client.get(f"{NEW}dibao.standard.rural&again={made.pk}").content.decode()
    assert 'value="800.00"' in again
    assert "聊民〔2026〕12号" in again
    assert client.get(f"{NEW}dibao.standard.rural&again=x%00").status_code == 200


def test_the_drafter_withdraws_and_is_not_offered_the_decision(client: Client, desk: Desk) -> None:
    made = desk.draft()
    page = client.get(reverse("standard_draft", args=[made.pk])).content.decode()
    assert "撤回草稿" in page
    assert reverse("standard_enforce", args=[made.pk]) not in page
    assert client.post(reverse("standard_enforce", args=[made.pk])).status_code == 403
    assert client.post(reverse("standard_withdraw", args=[made.pk])).status_code == 302
    late = opened.signed_in(desk.approver).post(reverse("standard_enforce", args=[made.pk]))
    assert late.status_code == 409
    assert f"已由{desk.drafter.full_name}于" in late.content.decode()


def test_the_paper_is_a_file_to_save_for_who_may_read_the_draft(client: Client, desk: Desk) -> None:
    made = desk.draft(RAISED)
    answer = client.get(reverse("standard_scan", args=[made.pk]))
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    stranger = opened.signed_in(make_user("county", OTHER_COUNTY))
    assert stranger.get(reverse("standard_scan", args=[made.pk])).status_code == 404
    bare = desk.draft(EDGE, scan=None)
    assert client.get(reverse("standard_scan", args=[bare.pk])).status_code == 404


def test_an_unknown_target_offers_the_choice(client: Client) -> None:
    assert "要定哪一项" in client.get(NEW + "whim").content.decode()
    assert client.post(NEW + "whim", TYPED).status_code == 200


def test_a_draft_takes_a_steady_number_of_queries(desk: Desk) -> None:
    made = desk.draft()
    approver = opened.signed_in(desk.approver)
    with opened.counting() as asked:
        approver.get(reverse("standard_draft", args=[made.pk]))
    assert len(asked) <= 12, asked
