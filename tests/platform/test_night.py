"""The night sends today's file once, takes receipts, counts what is open; nothing where no folder is configured."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts import clock
from applications.models import PlatformFile, PlatformReceipt
from applications.platform import made, night
from liaocheng_aid import nightly
from tests.making import COUNTY, make_award, make_household, make_person, region
from tests.platform.exchanging import Kind, accepted, read, refused, reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """The county's own folder at the provincial platform."""
    place = tmp_path / "province" / COUNTY[:6]
    place.mkdir(parents=True)
    settings.PLATFORM_DIRS = {"recipients": str(place.parent), "credit": ""}
    return place


def said() -> nightly.Part:
    return next(part for part in nightly.run(clock.today()) if part.code == "platform")


def test_it_works(folder: Path) -> None:
    make_award()
    assert said().said == "送出 1 份，收下回执 0 份，隔离 0 份；没有对上 0 处"
    path = folder / "outbox" / "recipients-371522-000001.csv"
    assert len(read(path.read_bytes())) == 1
    file = PlatformFile.objects.get()
    assert (file.made_by, file.until) == (None, clock.today())


def test_twice_is_once(folder: Path) -> None:
    said()
    assert said().said.startswith("送出 0 份")
    assert PlatformFile.objects.count() == 1


def test_where_nothing_is_configured_nothing_is_done(settings: Any) -> None:
    settings.PLATFORM_DIRS = {"recipients": "", "credit": ""}
    assert said().said == "没有配置平台的交换目录，未交换"
    assert not PlatformFile.objects.exists()


def test_only_counties_with_a_folder_of_their_own_take_part(folder: Path) -> None:
    said()
    assert set(PlatformFile.objects.values_list("county_code", flat=True)) == {COUNTY[:6]}


def test_both_platforms_have_their_own_folder_and_numbers(folder: Path, tmp_path: Path, settings: Any) -> None:
    credit = tmp_path / "credit" / COUNTY[:6]
    credit.mkdir(parents=True)
    settings.PLATFORM_DIRS = {"recipients": str(folder.parent), "credit": str(credit.parent)}
    assert said().said.startswith("送出 2 份")
    assert (credit / "outbox" / "credit-371522-000001.csv").exists()


def test_receipts_are_taken_and_what_differs_is_counted(folder: Path) -> None:
    make_award(make_household(people=2))
    night.send(Kind.RECIPIENTS, region(COUNTY), folder / "outbox", clock.today() - timedelta(days=1))
    first, second = read((folder / "outbox" / "recipients-371522-000001.csv").read_bytes())
    reply(folder, "recipients-371522-000001", [accepted(first), refused(second)])
    reply(folder, "unheard-of", [], name="stray.csv")
    assert said().said == "送出 1 份，收下回执 1 份，隔离 1 份；没有对上 1 处"
    assert PlatformReceipt.objects.count() == 2


def test_a_file_nobody_answered_is_open(folder: Path) -> None:
    night.send(Kind.RECIPIENTS, region(COUNTY), folder / "outbox", clock.today() - timedelta(days=1))
    assert "没有对上 1 处" in said().said


def test_what_was_left_behind_goes_out_with_todays(folder: Path) -> None:
    made.make(Kind.RECIPIENTS, region(COUNTY), actor=None, on=clock.today() - timedelta(days=1))
    assert said().said.startswith("送出 2 份")
    assert len(list(folder.glob("outbox/*.csv"))) == 2


def test_a_row_that_cannot_be_written_fails_the_part_and_takes_no_number(folder: Path) -> None:
    make_award(make_household(people=[make_person("=1+1")]))
    part = said()
    assert part.failed
    assert "莘县救助对象：第 1 行姓名含有符号 =" in part.said
    assert not PlatformFile.objects.exists()


def test_a_folder_that_is_gone_is_named(folder: Path, settings: Any, tmp_path: Path) -> None:
    settings.PLATFORM_DIRS = {"recipients": str(tmp_path / "gone"), "credit": ""}
    part = said()
    assert part.failed
    assert "省社会救助平台的交换目录不在" in part.said
