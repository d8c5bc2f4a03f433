"""Folders: one file a reference, whole or not there; an answer is offered until it is settled, and never lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.verification.sources.asking import LI, ON, REFERENCE, WANG, ZHAO, answered, question
from verification.sources import registry
from verification.sources.base import Delivered, SourceUnavailable
from verification.sources.transports.files import Files
from verification.sources.writing import Answered

POLICE, HEALTH = registry.source("public_security"), registry.source("health")
NAME = f"{REFERENCE}.csv"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(POLICE, folder=str(tmp_path))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def put(files: Files, raw: bytes, *, name: str = NAME, sheet: object = "fits", age: float = 0) -> Path:
    """An answer in the inbox, with a sheet that fits unless another is given; None: without."""
    path = files.folder / "inbox" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw)
    if sheet == "fits":
        sheet = {"reference": REFERENCE, "rows": 1, "sha256": sha256(raw).hexdigest()}
    if sheet is not None:
        path.with_name(f"{name}.sheet.json").write_text(sheet if isinstance(sheet, str) else json.dumps(sheet))
    return path


def test_a_question_is_a_numbered_file_with_its_sheet(files: Files, tmp_path: Path) -> None:
    handed = files.ask(question(POLICE))
    document = (tmp_path / "outbox" / NAME).read_bytes()
    assert (handed.receipt, handed.document) == (NAME, document)
    assert document.decode("gb18030").splitlines() == [
        "序号,公民身份号码,姓名",
        *(f"{one.line},{one.id_number},{one.name}" for one in (WANG, LI, ZHAO)),
    ]
    assert json.loads((tmp_path / "outbox" / f"{NAME}.sheet.json").read_bytes()) == {
        "reference": REFERENCE,
        "rows": 3,
        "sha256": sha256(document).hexdigest(),
        "on": ON.isoformat(),
        "legal_basis": POLICE.legal_basis,
    }
    assert names(tmp_path / "outbox") == [NAME, f"{NAME}.sheet.json"]


def test_what_is_asked_of_few_only_stands_beside_them(tmp_path: Path) -> None:
    limited = type(WANG)(1, WANG.id_number, WANG.name, also=("serious_mental",))
    document = Files(HEALTH, folder=str(tmp_path)).ask(question(HEALTH, limited, LI)).document
    assert [line.split(",")[3] for line in document.decode("utf-8-sig").splitlines()] == [
        "另查事项",
        "严重精神障碍在册",
        "",
    ]


def test_twice_is_one_file(files: Files, tmp_path: Path) -> None:
    """Also when somebody has withdrawn in between: what went out is what went out."""
    first = files.ask(question(POLICE))
    assert files.ask(question(POLICE, WANG)) == first
    assert names(tmp_path / "outbox") == [NAME, f"{NAME}.sheet.json"]


def test_twice_is_one_file_when_the_department_has_taken_it(files: Files, tmp_path: Path) -> None:
    first = files.ask(question(POLICE))
    for path in list((tmp_path / "outbox").iterdir()):
        path.unlink()
    assert files.ask(question(POLICE)) == first
    assert names(tmp_path / "outbox") == []


def test_killed_before_the_sheet_it_is_written_anew(files: Files, tmp_path: Path) -> None:
    """Without its sheet a file has not been put there: who withdrew meanwhile is left out of it."""
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / NAME).write_bytes(b"half of")
    (tmp_path / "outbox" / f".{NAME}.1.tmp").write_bytes(b"a quarter")
    handed = files.ask(question(POLICE, WANG))
    assert (tmp_path / "outbox" / NAME).read_bytes() == handed.document
    assert LI.id_number.encode() not in handed.document


def test_killed_after_the_sheet_the_file_stands(files: Files, tmp_path: Path) -> None:
    first = files.ask(question(POLICE))
    (tmp_path / "sent" / NAME).unlink()
    assert files.ask(question(POLICE, WANG)) == first


def test_a_folder_that_can_t_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "police").write_text("no folder")
    broken = Files(POLICE, folder=str(tmp_path / "police"))
    with pytest.raises(SourceUnavailable, match="交换目录无法写入"):
        broken.ask(question(POLICE))
    with pytest.raises(SourceUnavailable, match="交换目录无法读取"):
        list(broken.collect())


def test_a_share_that_is_not_mounted_is_unavailable(tmp_path: Path) -> None:
    """No folder is made up in its place, where nobody would ever take the question away."""
    away = Files(POLICE, folder=str(tmp_path / "mount"))
    with pytest.raises(SourceUnavailable, match="交换目录无法写入"):
        away.ask(question(POLICE))
    with pytest.raises(SourceUnavailable, match="交换目录无法读取"):
        list(away.collect())
    assert not (tmp_path / "mount").exists()


def test_an_answer_is_offered_until_it_is_settled(files: Files, tmp_path: Path) -> None:
    raw = answered(POLICE, Answered(WANG.id_number, WANG.name, True)).raw
    put(files, raw)
    (offered,) = files.collect()
    assert offered == Delivered(NAME, raw, "text/csv", REFERENCE, sha256(raw).hexdigest(), 1)
    assert list(files.collect()) == [offered]
    files.settle(offered, is_taken=True)
    assert list(files.collect()) == []
    assert names(tmp_path / "taken") == [NAME, f"{NAME}.sheet.json"]


def test_settling_twice_is_once(files: Files, tmp_path: Path) -> None:
    put(files, b"garbage")
    (offered,) = files.collect()
    files.settle(offered, is_taken=False)
    files.settle(offered, is_taken=False)
    assert names(tmp_path / "set_aside") == [NAME, f"{NAME}.sheet.json"]


def test_two_of_one_name_are_both_kept(files: Files, tmp_path: Path) -> None:
    for raw in (b"first", b"second", b"third"):
        put(files, raw)
        (offered,) = files.collect()
        files.settle(offered, is_taken=True)
    kept = {path.name: path.read_bytes() for path in (tmp_path / "taken").glob("*.csv")}
    assert kept == {NAME: b"first", f"{REFERENCE}-2.csv": b"second", f"{REFERENCE}-3.csv": b"third"}


def test_an_answer_replaced_meanwhile_is_offered_again(files: Files, tmp_path: Path) -> None:
    put(files, b"first")
    (offered,) = files.collect()
    put(files, b"second")
    files.settle(offered, is_taken=True)
    assert [one.raw for one in files.collect()] == [b"second"]
    assert names(tmp_path / "taken") == []


def test_what_went_out_is_kept_until_its_answer_is_taken(files: Files, tmp_path: Path) -> None:
    files.ask(question(POLICE))
    put(files, b"an answer")
    (offered,) = files.collect()
    files.settle(offered, is_taken=False)
    assert names(tmp_path / "sent") == [NAME]
    files.settle(offered, is_taken=True)
    assert names(tmp_path / "sent") == []


def test_nothing_is_offered_before_it_is_whole(files: Files) -> None:
    put(files, b"no sheet yet", sheet=None)
    put(files, b"half", name=f"{NAME}.part")
    put(files, b"half", name=f".{NAME}.tmp")
    put(files, b"half", name=f"{NAME}.filepart")
    assert list(files.collect()) == []


def test_without_sheets_a_file_is_whole_when_nobody_touches_it(tmp_path: Path) -> None:
    files = Files(POLICE, folder=str(tmp_path), sheet="optional", stable_seconds=3600)
    path = put(files, b"still growing", sheet=None)
    os.utime(path, (0, 0))  # a copy that brings its old time along has changed now all the same
    assert list(files.collect()) == []
    files.stable_seconds = 0
    (offered,) = files.collect()
    assert offered == Delivered(NAME, b"still growing", "text/csv", REFERENCE, None, None)


def test_a_file_without_sheet_or_number_says_no_request(tmp_path: Path) -> None:
    files = Files(POLICE, folder=str(tmp_path), sheet="optional", stable_seconds=0)
    put(files, b"whose?", name="公安反馈.csv", sheet=None)
    assert [one.reference for one in files.collect()] == [""]


UNREADABLE: list[tuple[object, tuple[str, str, int | None]]] = [
    ("{half", ("", "", None)),
    ([1], ("", "", None)),
    ({"reference": REFERENCE, "sha256": "00", "rows": "many"}, (REFERENCE, "00", -1)),
    ({"reference": REFERENCE}, (REFERENCE, "", -1)),
]


@pytest.mark.parametrize(("sheet", "claims"), UNREADABLE)
def test_a_sheet_that_can_t_be_read_fits_no_file(
    files: Files, sheet: object, claims: tuple[str, str, int | None]
) -> None:
    put(files, b"an answer", sheet=sheet)
    (offered,) = files.collect()
    assert (offered.reference, offered.sha256, offered.rows) == claims


def test_a_link_out_of_the_folder_is_no_answer(files: Files, tmp_path: Path) -> None:
    put(files, b"an answer")
    (tmp_path / "secret").write_text("theirs")
    link = tmp_path / "inbox" / "link.csv"
    link.symlink_to(tmp_path / "secret")
    link.with_name("link.csv.sheet.json").write_text("{}")
    assert [one.name for one in files.collect()] == [NAME]


def test_one_settled_by_another_worker_is_passed_over(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    put(files, b"first", name="1.csv")
    put(files, b"second", name="2.csv")
    read: Callable[[Path], bytes] = Path.read_bytes

    def read_late(path: Path) -> bytes:
        if path.name == "1.csv":
            path.unlink()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_late)
    assert [one.name for one in files.collect()] == ["2.csv"]
