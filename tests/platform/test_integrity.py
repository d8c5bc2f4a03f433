"""`verify_integrity` finds a file or a difference somebody changed behind the system's back, and names it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from accounts.integrity import Fault, examine
from applications.models import PlatformFile, PlatformReceipt
from applications.platform import integrity, receipts
from liaocheng_aid.integrity import examine_all
from tests.conftest import superuser, test_database
from tests.making import COUNTY, make_award, make_household, make_user, region
from tests.platform.exchanging import ON, accepted, refused, reply, rows_of, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(tmp_path: Path) -> list[PlatformFile]:
    """Three that went out; the first is answered, one row of it refused."""
    actor = make_user("county")
    make_award(make_household(people=2))
    made = [sent(actor, tmp_path)]
    first, second = rows_of(made[0])
    reply(tmp_path, made[0].reference, [accepted(first), refused(second)])
    receipts.take_all(region(COUNTY), tmp_path, actor=actor, on=ON)
    for _ in range(2):
        make_award()
        made.append(sent(actor, tmp_path))
    return made


def faults() -> list[Fault]:
    return [one.fault for one in map(examine, integrity.checks()) if one.fault]


def spoil(statement: str, *given: object) -> None:
    """As somebody who holds the whole database would."""
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, given)
        assert cursor.rowcount


def test_what_nobody_touched_is_whole(files: list[PlatformFile]) -> None:
    found = {one.check.code: one for one in examine_all()}
    assert (found["platform_files"].checked, found["platform_receipts"].checked) == (3, 1)
    # The awards of these tests have no decision; everything else is whole.
    assert {code for code, one in found.items() if one.fault} == {"decisions"}


def test_a_number_taken_away_is_named(files: list[PlatformFile]) -> None:
    spoil("DELETE FROM applications_platformfile WHERE number = 2")
    [fault] = faults()
    assert (fault.key, fault.said) == (files[2].reference, "缺少第 2 号，已被删去")


def test_bytes_that_are_gone_are_named(files: list[PlatformFile]) -> None:
    name = files[1].document_id
    (settings.DOCUMENTS_DIR / name[:2] / name[2:4] / name).unlink()
    [fault] = faults()
    assert (fault.key, fault.said) == (files[1].reference, "存档的文件不在或已被改动")


def test_other_bytes_in_its_place_are_named(files: list[PlatformFile]) -> None:
    spoil("UPDATE applications_platformfile SET document_id = %s WHERE number = 1", files[1].document_id)
    [fault] = faults()
    assert (fault.key, fault.said) == (files[0].reference, "应有 2 行，文件有 1 行")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE applications_platformdifference SET reason = '无'",
        "UPDATE applications_platformdifference SET key = 'a:1:b'",
        "DELETE FROM applications_platformdifference",
    ],
)
def test_an_altered_difference_names_its_receipt(files: list[PlatformFile], change: str) -> None:
    spoil(change)
    [fault] = faults()
    assert (fault.table, fault.key) == ("applications_platformreceipt", str(PlatformReceipt.objects.get().pk))
