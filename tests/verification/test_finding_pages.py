"""不一致 as pages: the list with its filters and pages, one finding, the three acts, the paper, asking again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from applications import findings_worked
from payments.models import Hold
from tests.applications import opened
from tests.making import OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE, make_award, make_user
from tests.verification.nights import PENSION, Night, pension
from tests.verification.stories import NIGHT
from verification.models import Finding, FindingStep, Run
from verification.sources.registry import kinds

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 a slip"


def paper(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("slip.pdf", content, "application/pdf")


def post(client: Client, act: str, finding: Finding, **said: object) -> Any:
    """The form of one act as the page sends it."""
    prefix = "" if act == "explain" else f"{act}-"
    return client.post(reverse(f"finding_{act}", args=[finding.pk]), {f"{prefix}{k}": v for k, v in said.items()})


def listed(user: User, query: str = "") -> list[str]:
    answer = opened.signed_in(user).get(f"{reverse('findings')}{query}")
    assert answer.status_code == 200
    return [row.finding.kind for row in answer.context["rows"]]


def test_the_list_shows_only_what_differs_and_what_it_means() -> None:
    night, _ = pension()
    page = opened.signed_in(night.clerk).get(reverse("findings")).content.decode()
    for words in ("养老金", "每月 0.00 元", "每月 1,464.00 元", "比标准", "人力资源和社会保障局", "待处理", "处理"):
        assert words in page
    assert listed(night.clerk) == ["pension"]


@pytest.mark.parametrize(
    ("query", "kinds_left"),
    [
        ("?kind=vehicle", {"vehicle"}),
        ("?kind=death", set()),
        ("?purpose=applies", {"pension"}),
        ("?purpose=receives", {"vehicle"}),
        ("?state=closed", set()),
        (f"?place={VILLAGE}", {"pension", "vehicle"}),
        (f"?place={OTHER_VILLAGE}", set()),
        ("?kind=zzz&page=99", {"pension", "vehicle"}),
    ],
)
def test_the_address_is_the_view(query: str, kinds_left: set[str]) -> None:
    Night().answers({0: PENSION})
    receiving = Night()
    receiving.answers({1: {"vehicle": 1}}, "public_security", purpose="receives")
    assert set(listed(receiving.clerk, query)) == kinds_left


def test_only_what_can_differ_can_be_asked_for() -> None:
    page = opened.signed_in(make_user("clerk", VILLAGE)).get(reverse("findings"))
    offered = {code for code, _ in page.context["query"].fields["kind"].choices}
    assert offered == {"", *(kind.code for kind in kinds().values() if kind.compares)}


def test_the_closed_ones_are_found_by_their_state() -> None:
    night, finding = pension()
    findings_worked.dispute(finding.pk, reason="same_name", note="同名", evidence=None, actor=night.clerk, on=NIGHT)
    assert listed(night.clerk) == []
    assert listed(night.clerk, "?state=closed") == ["pension"] == listed(night.clerk, "?state=all")


def test_a_death_of_a_recipient_stands_first() -> None:
    night = Night()
    night.answers({0: PENSION}, purpose="receives")
    night.answers({1: {"death": "2026-11-08"}}, "public_security")
    assert listed(night.clerk) == ["death", "pension"]


def test_an_empty_list_names_the_next_act() -> None:
    clerk = make_user("clerk", VILLAGE)
    page = opened.signed_in(clerk).get(reverse("findings")).content.decode()
    assert "没有要处理的不一致。" in page
    narrowed = opened.signed_in(clerk).get(f"{reverse('findings')}?kind=death").content.decode()
    assert "这个条件下没有不一致。" in narrowed


def test_another_township_sees_none_of_it() -> None:
    _, finding = pension()
    stranger = make_user("clerk", OTHER_TOWNSHIP)
    assert listed(stranger) == []
    client = opened.signed_in(stranger)
    assert client.get(reverse("finding", args=[finding.pk])).status_code == 404
    assert post(client, "dispute", finding, reason="same_name", note="x").status_code == 404


def test_the_page_says_declared_verified_and_what_follows() -> None:
    night, finding = pension()
    page = opened.signed_in(night.clerk).get(reverse("finding", args=[finding.pk])).content.decode()
    for words in ("每月 1,464.00 元", finding.said, kinds()["pension"].article, "现在测算", "不符合", "家庭已承认"):
        assert words in page
    assert AuditEntry.objects.filter(action="finding.view").count() == 1


@pytest.mark.parametrize("role", ["village", "approver", "auditor"])
def test_who_only_reads_sees_no_form(role: str) -> None:
    _, finding = pension()
    page = opened.signed_in(make_user(role, VILLAGE)).get(reverse("finding", args=[finding.pk])).content.decode()
    assert "由乡镇窗口经办、乡镇审核或县级经办处理" in page
    assert reverse("finding_accept", args=[finding.pk]) not in page


def test_accepting_writes_it_and_goes_on_to_the_familys_next() -> None:
    night = Night()
    night.answers({0: PENSION, 1: {"pension": 90_000}})
    first, second = Finding.objects.order_by("found_at", "pk")
    client = opened.signed_in(night.clerk)
    answer = post(client, "accept", first, reason="family_admits", note="")
    assert answer.status_code == 302
    assert answer.url == reverse("finding", args=[second.pk])
    assert "已采纳核对结果" in client.get(answer.url).content.decode()
    last = post(client, "accept", second, reason="paper_seen", evidence=paper())
    assert last.url == reverse("findings")
    assert {one.state for one in Finding.objects.all()} == {"accepted"}


def test_a_death_of_a_recipient_holds_the_payment() -> None:
    night = Night()
    make_award(night.home, people=night.people)
    night.answers({1: {"death": "2026-11-08"}}, "public_security", purpose="receives")
    client = opened.signed_in(night.clerk)
    answer = post(client, "accept", Finding.objects.get(), reason="family_admits")
    assert "已采纳，并暂停发放待核" in client.get(answer.url).content.decode()
    assert Hold.objects.get().person == night.people[1]


def test_twice_is_told_by_whom() -> None:
    night, finding = pension()
    client = opened.signed_in(night.clerk)
    assert post(client, "accept", finding, reason="family_admits").status_code == 302
    again = post(client, "dispute", finding, reason="same_name", note="同名")
    assert again.status_code == 409
    assert "已由刘海燕于" in again.content.decode()
    assert FindingStep.objects.count() == 1


@pytest.mark.parametrize(
    ("act", "said", "sentence"),
    [
        ("accept", {}, "选择采纳的原因"),
        ("accept", {"reason": "same_name"}, "选择采纳的原因"),
        ("dispute", {"note": "同名"}, "选择不采纳的原因"),
        ("dispute", {"reason": "same_name"}, "写明依据，或附上证明材料"),
        ("explain", {"note": " "}, "写下家庭的说明"),
        ("explain", {"note": "长" * 501}, "最多写 500 字"),
        ("explain", {"note": "停发", "evidence": b"MZ no paper"}, "PDF"),
        ("explain", {"note": "停发", "evidence": b""}, "文件是空的，重新选择"),
    ],
)
def test_invalid_input_names_the_field(act: str, said: dict[str, Any], sentence: str) -> None:
    night, finding = pension()
    given = {key: paper(value) if isinstance(value, bytes) else value for key, value in said.items()}
    answer = post(opened.signed_in(night.clerk), act, finding, **given)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert page.count(sentence) >= 2
    assert not FindingStep.objects.exists()


def test_what_was_typed_and_the_paper_survive_an_error() -> None:
    night, finding = pension()
    client = opened.signed_in(night.clerk)
    wrong = post(client, "dispute", finding, note="户口簿已核", evidence=paper())
    assert wrong.status_code == 400
    page, form = wrong.content.decode(), wrong.context["dispute_form"]
    assert "户口簿已核" in page
    assert "材料已收到，不用再选" in page
    mended = post(client, "dispute", finding, reason="same_name", note="", kept=form.mark)
    assert mended.status_code == 302
    assert FindingStep.objects.get().evidence == form.paper


def test_nobody_elses_paper_is_taken_up() -> None:
    night, finding = pension()
    mark = post(opened.signed_in(night.clerk), "dispute", finding, evidence=paper()).context["dispute_form"].mark
    other = opened.signed_in(make_user("clerk", VILLAGE))
    assert post(other, "dispute", finding, reason="same_name", kept=mark).status_code == 400


def test_an_explanation_keeps_it_open_and_its_paper_opens() -> None:
    night, finding = pension()
    client = opened.signed_in(night.clerk)
    answer = post(client, "explain", finding, note="10月起停发", evidence=paper())
    assert answer.url == reverse("finding", args=[finding.pk])
    page = client.get(answer.url).content.decode()
    assert "已收到说明" in page
    assert "10月起停发" in page
    shown = client.get(reverse("finding_paper", args=[finding.pk, 1]))
    assert (shown.content, shown["Content-Type"]) == (PDF, "application/pdf")
    assert AuditEntry.objects.filter(action="finding.evidence").count() == 1
    assert client.get(reverse("finding_paper", args=[finding.pk, 2])).status_code == 404


def test_asking_again_without_a_source_is_said() -> None:
    night, finding = pension()
    client = opened.signed_in(night.clerk)
    answer = client.post(reverse("finding_again", args=[finding.pk]), {"key": "not-a-key"})
    assert answer.url == reverse("finding", args=[finding.pk])  # type: ignore[attr-defined]
    assert "没有接入的核对来源" in client.get(reverse("finding", args=[finding.pk])).content.decode()
    assert Run.objects.filter(kind="spot").count() == 0


def queries(client: Client, address: str) -> int:
    client.get(address)
    with opened.counting() as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_list_takes_twelve_queries_for_ten_and_for_two_hundred() -> None:
    night = Night(wages=[0] * 10)
    night.answers({place: {"pension": 10_000 + place} for place in range(10)})
    client = opened.signed_in(night.clerk)
    few = queries(client, reverse("findings"))
    for day in range(1, 20):
        said = {place: {"pension": 20_000 + 100 * day + place} for place in range(10)}
        night.answers(said, on=NIGHT + timedelta(days=day))
    assert Finding.objects.count() == 200
    many = queries(client, f"{reverse('findings')}?state=all")
    assert few <= many + 1
    assert max(few, many) <= 12
    assert len(client.get(f"{reverse('findings')}?state=all").context["rows"]) == 50
