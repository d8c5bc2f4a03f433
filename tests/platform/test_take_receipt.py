"""A receipt is taken whole and once; what the platform does not hold as we sent it is kept until it does."""

from __future__ import annotations

import json
import random
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import Forbidden, Invalid
from accounts.models import User
from applications.models import PlatformDifference, PlatformFile, PlatformReceipt, PlatformSettlement
from applications.platform import made, receipts
from tests.making import COUNTY, make_award, make_household, make_user, region
from tests.payments import stories
from tests.platform.exchanging import ON, Kind, accepted, refused, reply, rows_of, sent

pytestmark = pytest.mark.django_db(transaction=True)
Fate, Why = PlatformReceipt.Fate, PlatformDifference.Why


@pytest.fixture
def actor() -> User:
    return make_user("county")


@pytest.fixture
def file(actor: User, tmp_path: Path) -> PlatformFile:
    """Four rows that went out: a family of three and one alone."""
    make_award(make_household(people=3), amount_fen=90_000)
    make_award(amount_fen=61_200)
    return sent(actor, tmp_path)


def take(actor: User, folder: Path) -> list[PlatformReceipt]:
    return receipts.take_all(region(COUNTY), folder, actor=actor, on=ON)


def only(actor: User, folder: Path) -> PlatformReceipt:
    (receipt,) = take(actor, folder)
    return receipt


def test_it_works(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    reply(tmp_path, file.reference, map(accepted, rows_of(file)))
    receipt = only(actor, tmp_path)
    assert (receipt.fate, receipt.file, receipt.accepted, receipt.refused) == (Fate.TAKEN, file, 4, 0)
    assert not PlatformDifference.objects.exists()
    assert sorted(path.name for path in (tmp_path / "taken").iterdir()) == ["receipt.csv", "receipt.csv.sheet.json"]
    assert not list((tmp_path / "inbox").iterdir())


def test_what_differs_is_a_row_each(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    first, second, third, fourth = rows_of(file)
    other_sum = {**accepted(fourth), "月额": "611.00"}
    reply(tmp_path, file.reference, [accepted(first), refused(second), other_sum])
    receipt = only(actor, tmp_path)
    assert (receipt.accepted, receipt.refused, receipt.differences_count) == (2, 1, 3)
    found = PlatformDifference.objects.order_by("line")
    assert list(found.values_list("line", "why", "reason", "sent", "acknowledged")) == [
        (2, Why.REFUSED, "姓名与户籍不符", "", ""),
        (3, Why.MISSING, "", "", ""),
        (4, Why.SUM, "", "612.00", "611.00"),
    ]
    assert str(found[1].person_id) == third["人员编号"]
    assert found[1].case_number == third["受理编号"]


def test_a_later_file_that_is_accepted_settles_it(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    first, second, *rest = rows_of(file)
    reply(tmp_path, file.reference, [accepted(first), refused(second), *map(accepted, rest)])
    take(actor, tmp_path)
    assert PlatformDifference.objects.open().count() == 1
    again = sent(actor, tmp_path, since=made_on(file))
    receipt = reply(tmp_path, again.reference, map(accepted, rows_of(again)), name="second.csv")
    assert receipt.exists()
    assert only(actor, tmp_path).fate == Fate.TAKEN
    assert not PlatformDifference.objects.open().exists()
    assert PlatformSettlement.objects.get().receipt.file == again


def made_on(file: PlatformFile) -> date:
    return date.fromisoformat(rows_of(file)[0]["决定日期"])


def test_a_second_receipt_of_the_same_file_settles_and_repeats_nothing(
    actor: User, file: PlatformFile, tmp_path: Path
) -> None:
    first, second, third, fourth = rows_of(file)
    reply(tmp_path, file.reference, [accepted(first), refused(second), refused(third), accepted(fourth)])
    take(actor, tmp_path)
    better = [accepted(first), accepted(second), refused(third), accepted(fourth)]
    reply(tmp_path, file.reference, better, name="better.csv")
    assert only(actor, tmp_path).differences_count == 0
    assert [one.line for one in PlatformDifference.objects.open()] == [3]


def test_a_difference_that_changed_is_open_as_it_is_now(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    first, *rest = rows_of(file)
    reply(tmp_path, file.reference, [refused(first, "照片缺失"), *map(accepted, rest)])
    take(actor, tmp_path)
    reply(tmp_path, file.reference, [refused(first, "姓名不符"), *map(accepted, rest)], name="other.csv")
    take(actor, tmp_path)
    assert [one.reason for one in PlatformDifference.objects.open()] == ["姓名不符"]


def test_the_same_bytes_twice_are_taken_once(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    said = [refused(rows_of(file)[0])]
    reply(tmp_path, file.reference, said)
    take(actor, tmp_path)
    reply(tmp_path, file.reference, said, name="once-more.csv")
    again = only(actor, tmp_path)
    assert (again.fate, again.reason) == (Fate.DUPLICATE, f"{file.reference} 同样的回执已采用过")
    assert PlatformDifference.objects.count() == 4


def test_the_same_words_about_another_file_are_another_receipt(actor: User, tmp_path: Path) -> None:
    for name in ("first.csv", "second.csv"):
        make_award()
        made_now = sent(actor, tmp_path)
        reply(tmp_path, made_now.reference, map(accepted, rows_of(made_now)), name=name)
    first, second = take(actor, tmp_path)
    assert first.document_id == second.document_id
    assert (first.fate, second.fate) == (Fate.TAKEN, Fate.TAKEN)
    assert first.file != second.file


def test_two_at_once_are_taken_once(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    reply(tmp_path, file.reference, map(accepted, rows_of(file)))
    stories.at_once(*[lambda: take(actor, tmp_path)] * 2)
    assert PlatformReceipt.objects.filter(fate=Fate.TAKEN).count() == 1


@pytest.mark.parametrize(
    ("rows", "sheet", "reason"),
    [
        ([("1", "已接收", "")], {"reference": "recipients-371522-000009"}, "没有发出过编号为 recipients-371522-000009"),
        ([("1", "已接收", "")], {"sha256": "0" * 64}, "校验值不符"),
        ([("1", "已接收", "")], {"rows": 2}, "清单写 2 行，文件有 1 行"),
        ([("9", "已接收", "")], {}, "有 1 行不在所发的"),
        ([("1", "已接收", ""), ("1", "退回", "重复")], {}, "行号读不出或重复"),
        ([("x", "已接收", "")], {}, "行号读不出或重复"),
        ([("9" * 5000, "已接收", "")], {}, "行号读不出或重复"),
        ([("1", "退回", "空\0字符")], {}, "有空字符"),
        ([("1", "已接收", "")], {"reference": "a\0b"}, "没有写明所答的文件编号"),
        ([("1", "已接收", "")], {"reference": ""}, "没有写明所答的文件编号"),
        ([("1", "也许", "")], {}, "第 1 行的结果写"),
        ([("1", "退回", "")], {}, "第 1 行的结果写"),
    ],
)
def test_what_cannot_be_used_is_set_aside_whole(
    actor: User,
    file: PlatformFile,
    tmp_path: Path,
    rows: list[tuple[str, str, str]],
    sheet: dict[str, Any],
    reason: str,
) -> None:
    said = [{"行号": line, "结果": result, "原因": why, "月额": ""} for line, result, why in rows]
    reply(tmp_path, file.reference, said, **sheet)
    receipt = only(actor, tmp_path)
    assert receipt.fate == Fate.QUARANTINED
    assert reason in receipt.reason
    assert (tmp_path / "set_aside" / "receipt.csv").exists()
    assert not PlatformDifference.objects.exists()


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_bytes_are_they_are_taken_or_set_aside(
    actor: User, file: PlatformFile, tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)
    path = reply(tmp_path, file.reference, map(accepted, rows_of(file)))
    raw = bytearray(path.read_bytes())
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(raw))
        raw[place : place + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 3))
    path.write_bytes(raw)
    told = {"reference": file.reference, "rows": 4, "sha256": sha256(raw).hexdigest()}
    path.with_name(path.name + ".sheet.json").write_text(json.dumps(told))
    receipt = only(actor, tmp_path)
    assert receipt.fate in (Fate.TAKEN, Fate.QUARANTINED)
    assert receipt.differences_count == receipt.differences.count()


def test_other_columns_are_set_aside(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    path, text = reply(tmp_path, file.reference, []), "line,result\r\n".encode("utf-8-sig")
    path.write_bytes(text)
    told = {"reference": file.reference, "rows": 0, "sha256": sha256(text).hexdigest()}
    path.with_name(path.name + ".sheet.json").write_text(json.dumps(told))
    assert only(actor, tmp_path).reason == "缺少列：结果、行号"


def test_half_a_file_waits_for_its_sheet(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    path = reply(tmp_path, file.reference, map(accepted, rows_of(file)))
    path.with_name(path.name + ".sheet.json").unlink()
    assert take(actor, tmp_path) == []
    assert path.exists()


def test_a_file_that_never_went_out_has_no_receipt(actor: User, tmp_path: Path) -> None:
    file = made.make(Kind.RECIPIENTS, region(COUNTY), actor=actor, on=ON)
    reply(tmp_path, file.reference, [])
    assert only(actor, tmp_path).reason == "recipients-371522-000001 还没有送出"


def test_only_who_runs_the_night_may(tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        take(make_user("auditor"), tmp_path)


def test_a_missing_folder_is_named(actor: User, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="读不出"):
        take(actor, tmp_path / "none")


def test_no_difference_is_slipped_under_a_sealed_receipt(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    reply(tmp_path, file.reference, map(accepted, rows_of(file)))
    receipt = only(actor, tmp_path)
    with pytest.raises(IntegrityError, match="sealed with fewer"), transaction.atomic():
        PlatformDifference.objects.create(receipt=receipt, line=1, key="a:1:b", why=Why.MISSING)


def test_no_difference_is_settled_by_the_receipt_that_made_it(actor: User, file: PlatformFile, tmp_path: Path) -> None:
    reply(tmp_path, file.reference, map(refused, rows_of(file)))
    receipt = only(actor, tmp_path)
    with pytest.raises(IntegrityError, match="another receipt"), transaction.atomic():
        PlatformSettlement.objects.create(difference=receipt.differences.all()[0], receipt=receipt)


def test_no_number_is_left_out(actor: User, file: PlatformFile) -> None:
    third = PlatformFile(
        region=file.region,
        county_code=file.county_code,
        kind=file.kind,
        receiver=file.receiver,
        number=3,
        reference="recipients-371522-000003",
        until=ON,
        after_seq=0,
        until_seq=0,
        rows=0,
        total_fen=0,
        document=file.document,
        made_at=file.made_at,
        audit_entry=file.audit_entry,
    )
    with pytest.raises(IntegrityError, match="number 3 does not follow 1"), transaction.atomic():
        third.save(force_insert=True)
