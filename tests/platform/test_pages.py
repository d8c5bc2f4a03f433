"""/platform/: the files with their state, what is not acknowledged; the bytes only for who runs the exchange."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from accounts import clock, documents
from accounts.models import AuditEntry, User
from applications.models import PlatformFile, PlatformReceipt
from applications.platform import receipts
from households.masking import mask_name
from tests.applications.opened import counting, signed_in
from tests.making import COUNTY, make_award, make_household, make_person, make_user, region
from tests.platform.exchanging import accepted, read, refused, reply, rows_of, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return make_user("county")


@pytest.fixture
def file(actor: User, tmp_path: Path) -> PlatformFile:
    """Yesterday's, of two rows: one accepted, one refused."""
    make_award(make_household(people=[make_person("王秀兰"), make_person("=李四")][:1]))
    make_award(make_household(people=[make_person("赵庆华")]))
    made = sent(actor, tmp_path, clock.today() - timedelta(days=1))
    first, second = rows_of(made)
    reply(tmp_path, made.reference, [accepted(first), refused(second, "=姓名与户籍不符")])
    receipts.take_all(region(COUNTY), tmp_path, actor=actor, on=clock.today())
    return made


def shown(user: User) -> str:
    answer = signed_in(user).get(reverse("platform"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_works(actor: User, file: PlatformFile) -> None:
    page = shown(actor)
    assert all(words in page for words in (file.reference, "赵庆华", "=姓名与户籍不符", "已有回执", "1,224.00"))
    assert "王秀兰" not in page
    assert "整份未回应</h2>" not in page


def test_a_file_nobody_answered_is_named_the_day_after(actor: User, tmp_path: Path) -> None:
    made = sent(actor, tmp_path, clock.today())
    assert "整份未回应</h2>" not in shown(actor)
    older = sent(actor, tmp_path, clock.today())
    assert older.number == made.number + 1


def test_before_the_first_file_it_says_what_to_do(actor: User) -> None:
    assert "还没有生成过文件" in shown(actor)


def test_who_audits_sees_no_bytes(file: PlatformFile) -> None:
    auditor = make_user("auditor")
    assert reverse("platform_file", args=[file.pk]) not in shown(auditor)
    assert signed_in(auditor).get(reverse("platform_file", args=[file.pk])).status_code == 403


def test_another_county_sees_none(file: PlatformFile) -> None:
    stranger = make_user("county", "371524000000")
    assert file.reference not in shown(stranger)
    assert signed_in(stranger).get(reverse("platform_file", args=[file.pk])).status_code == 404


def test_a_download_is_the_bytes_and_on_record(actor: User, file: PlatformFile) -> None:
    answer = signed_in(actor).get(reverse("platform_file", args=[file.pk]))
    assert answer.content == documents.read(file.document_id)
    assert answer["Content-Disposition"] == 'attachment; filename="recipients-000001.csv"'
    assert AuditEntry.objects.get(action="platform.read").target_id == str(file.pk)


@pytest.fixture
def aside(actor: User, tmp_path: Path) -> PlatformReceipt:
    """A receipt about a number that was never sent."""
    reply(tmp_path, "recipients-371522-000099", [], name="stray-receipt.csv")
    (receipt,) = receipts.take_all(region(COUNTY), tmp_path, actor=actor, on=clock.today())
    return receipt


def test_a_receipt_set_aside_comes_as_it_came_and_its_reading_is_kept(actor: User, aside: PlatformReceipt) -> None:
    address = reverse("platform_receipt", args=[aside.pk])
    assert f'href="{address}"' in shown(actor)
    answer = signed_in(actor).get(address)
    assert answer.content == documents.read(aside.document_id)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/octet-stream",
        f'attachment; filename="{aside.pk}.bin"',
    )
    assert AuditEntry.objects.get(action="platform.receipt.read").target_id == str(aside.pk)


def test_who_audits_sees_a_receipt_set_aside_without_its_bytes(aside: PlatformReceipt) -> None:
    auditor = make_user("auditor")
    address = reverse("platform_receipt", args=[aside.pk])
    assert "stray-receipt.csv" in shown(auditor)
    assert address not in shown(auditor)
    assert signed_in(auditor).get(address).status_code == 403
    assert signed_in(make_user("county", "371524000000")).get(address).status_code == 404
    assert not AuditEntry.objects.filter(action="platform.receipt.read").exists()


def test_a_receipt_that_was_taken_is_not_offered(actor: User, file: PlatformFile) -> None:
    taken = file.receipts.get()
    assert signed_in(actor).get(reverse("platform_receipt", args=[taken.pk])).status_code == 404


def test_the_report_masks_names_and_holds_no_formula(actor: User, file: PlatformFile) -> None:
    answer = signed_in(actor).get(reverse("platform_differences"))
    assert read(answer.content) == [
        {
            "文件编号": file.reference,
            "行号": "2",
            "差异": "退回",
            "原因": "'=姓名与户籍不符",
            "受理编号": rows_of(file)[1]["受理编号"],
            "姓名": mask_name("赵庆华"),
            "我方月额": "612.00",
            "平台月额": "",
            "收到日期": clock.today().isoformat(),
        }
    ]


def test_the_report_names_whole_files(actor: User, tmp_path: Path) -> None:
    made = sent(actor, tmp_path, clock.today() - timedelta(days=1))
    report = read(signed_in(actor).get(reverse("platform_differences")).content)
    assert [(row["文件编号"], row["差异"]) for row in report] == [(made.reference, "整份未回应")]
    assert "整份未回应</h2>" in shown(actor)


def test_it_takes_as_many_queries_for_ten_files_as_for_one(actor: User, tmp_path: Path) -> None:
    client = signed_in(actor)
    sent(actor, tmp_path, clock.today())
    client.get(reverse("platform"))
    with counting() as one:
        client.get(reverse("platform"))
    for _ in range(9):
        sent(actor, tmp_path, clock.today())
    with counting() as ten:
        client.get(reverse("platform"))
    assert len(ten) == len(one) <= 20
