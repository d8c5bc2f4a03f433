"""A file in its folder: whole with its sheet, never over another, the very same bytes when sent again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection, connections

from accounts import audit
from accounts.errors import Conflict, Forbidden, Invalid
from accounts.models import User
from applications.models import PlatformDelivery, PlatformFile
from applications.platform import delivery
from payments import ledger
from tests.making import COUNTY, make_award, make_user
from tests.platform.exchanging import ON, Kind, make, read, rows_of, sent
from tests.verification.worlds import until
from verification.sources.transports import files

pytestmark = pytest.mark.django_db(transaction=True)
DYING = f"dying-{os.getpid()}"  # what the server calls the process that dies


@pytest.fixture
def actor() -> User:
    return make_user("county")


def test_it_works(actor: User, tmp_path: Path) -> None:
    make_award()
    file = make(actor)
    path = delivery.deliver(file, tmp_path, actor=actor, on=ON)
    assert path == tmp_path / "recipients-371522-000001.csv"
    assert read(path.read_bytes()) == rows_of(file)
    sheet = json.loads((tmp_path / "recipients-371522-000001.csv.sheet.json").read_bytes())
    assert sheet == {
        "reference": "recipients-371522-000001",
        "kind": "recipients",
        "county": COUNTY,
        "receiver": "省社会救助平台",
        "number": 1,
        "rows": 1,
        "total": "612.00",
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "since": None,
        "until": "2026-11-25",
        "made_at": file.made_at.isoformat(),
    }
    made = PlatformDelivery.objects.get()
    assert (made.file, made.is_resend, made.place, made.by) == (file, False, str(tmp_path), actor)


def test_a_path_that_is_no_folder_is_the_file_itself(actor: User, tmp_path: Path) -> None:
    path = delivery.deliver(make(actor), tmp_path / "to-the-province.csv", actor=actor, on=ON)
    assert path.name == "to-the-province.csv"
    assert files.beside(path).is_file()


def test_sent_again_it_is_the_very_same_bytes_whatever_happened_since(actor: User, tmp_path: Path) -> None:
    award = make_award()
    file = sent(actor, tmp_path)
    first = (tmp_path / "outbox" / file.filename).read_bytes()
    ledger.stop(award, award.first_month, "收入超过标准", actor=actor, on=ON)
    person = award.payee
    person.name = "李改名"
    person.save(update_fields=["name"])
    again = tmp_path / "again"
    again.mkdir()
    path = delivery.resend(file, again, actor=actor, on=ON)
    assert path.read_bytes() == first
    assert files.beside(path).read_bytes() == files.beside(tmp_path / "outbox" / file.filename).read_bytes()
    assert list(file.deliveries.order_by("at").values_list("is_resend", flat=True)) == [False, True]


def test_what_was_never_sent_is_found_by_no_number(actor: User, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="还没有生成过"):
        delivery.find(COUNTY[:6], Kind.RECIPIENTS, 1, "省社会救助平台")
    sent(actor, tmp_path)
    with pytest.raises(Invalid, match="没有第 7 号；最后一份是第 1 号"):
        delivery.find(COUNTY[:6], Kind.RECIPIENTS, 7, "省社会救助平台")


def test_nothing_is_overwritten(actor: User, tmp_path: Path) -> None:
    other = tmp_path / "recipients-371522-000001.csv"
    other.write_text("somebody's")
    with pytest.raises(Conflict, match="不覆盖"):
        delivery.deliver(make(actor), tmp_path, actor=actor, on=ON)
    assert other.read_text() == "somebody's"
    assert not PlatformDelivery.objects.exists()


def test_a_missing_folder_is_named(actor: User, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="没有这个文件夹"):
        delivery.deliver(make(actor), tmp_path / "none" / "a.csv", actor=actor, on=ON)


def test_only_who_runs_the_night_may(actor: User, tmp_path: Path) -> None:
    file = make(actor)
    with pytest.raises(Forbidden):
        delivery.deliver(file, tmp_path, actor=make_user("auditor"), on=ON)
    with pytest.raises(Forbidden):
        delivery.read(file, actor=make_user("auditor"), on=ON)
    assert not list(tmp_path.iterdir())


def before_the_commit() -> None:
    audit.seal = _die  # type: ignore[assignment]


def before_it_is_written() -> None:
    delivery.deliver = _die  # type: ignore[assignment]


def before_the_rename() -> None:
    Path.replace = _die  # type: ignore[assignment]


def before_the_sheet() -> None:
    written = files.write

    def once(path: Path, content: bytes) -> None:
        written(path, content)
        os._exit(7)

    files.write = once


def before_it_is_recorded() -> None:
    delivery._record = _die


def _die(*args: object, **more: object) -> None:
    os._exit(7)


@pytest.mark.parametrize(
    "moment", [before_the_commit, before_it_is_written, before_the_rename, before_the_sheet, before_it_is_recorded]
)
def test_killed_at_any_moment_it_leaves_no_half_file_and_no_gap(
    actor: User, tmp_path: Path, moment: Callable[[], None]
) -> None:
    make_award()
    _killed(moment, actor, tmp_path)
    for path in tmp_path.glob("outbox/*.csv"):
        assert read(path.read_bytes()), "half a file"
    file = sent(actor, tmp_path)
    assert (file.number, PlatformFile.objects.count()) == (1, 1)
    outbox = tmp_path / "outbox"
    assert sorted(path.name for path in outbox.iterdir()) == [file.filename, f"{file.filename}.sheet.json"]
    assert read((outbox / file.filename).read_bytes()) == rows_of(file)
    make_award()
    assert sent(actor, tmp_path).number == 2


def _killed(moment: Callable[[], None], actor: User, folder: Path) -> None:
    """A process of its own that dies at that moment of making and sending."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        # A browser's loop runs in the parent's thread, not in the child: Django finds another connection here, the
        # parent's own and open. It is not to be used.
        for inherited in connections.all():
            inherited.connection = None
        os.environ["PGAPPNAME"] = DYING
        moment()
        sent(actor, folder)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7, "it did not come to that moment"
    # The server lets go of what the dead one held when it notices, a moment later.
    until(lambda: not _still_there())


def _still_there() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [DYING])
        return int(cursor.fetchone()[0])
