"""The first start in a folder: made whole or not at all, by whoever comes first, or not needed."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from liaocheng_aid import database
from liaocheng_aid.database.place import ROOT, site
from tests.start.processes import alive, ask, kill, until

pytestmark = pytest.mark.usefixtures("bare")
USE = "from liaocheng_aid import database\nwith database.running('demo'): print('up')"


def test_it_works(bare: Path) -> None:
    with database.running("demo"):
        assert ask("SELECT current_user", role="app") == "aid_app"
    for folder in (bare / "keys", site("demo").cluster, site("demo").sockets):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    for file in (bare / "keys" / "postgresql-demo.json", site("demo").log):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


def test_a_half_made_cluster_is_made_anew() -> None:
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", "from liaocheng_aid import database\nwith database.running('demo'): pass"],
        cwd=ROOT,
    )
    until(lambda: any(site("demo").folder.glob("cluster.new.*/PG_VERSION")))
    words = b"liaocheng_aid.database\0demo\0"
    keepers = [
        int(entry.parent.name)
        for entry in Path("/proc").glob("[0-9]*/cmdline")
        if alive(int(entry.parent.name))
        and entry.read_bytes().endswith(words)
        and _data_of(entry) == site("demo").folder.parent
    ]
    assert keepers
    for pid in (process.pid, *keepers):
        kill(pid)
    process.wait()
    assert not site("demo").cluster.exists()
    with database.running("demo"):
        assert ask("SELECT 1") == "1"
    assert database.wait_until_stopped("demo")
    with database.running("demo"):
        pass
    assert not list(site("demo").folder.glob("cluster.new.*"))


def _data_of(entry: Path) -> Path | None:
    for word in (entry.parent / "environ").read_bytes().split(b"\0"):
        if word.startswith(b"AID_DATA_DIR="):
            return Path(word.decode().partition("=")[2])
    return None


def test_a_named_server_needs_no_embedded_one(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")
    with database.running("demo"):
        assert not bare.exists()


def test_the_test_cluster_is_another_one_and_does_not_wait_for_the_disk() -> None:
    with database.running("test"):
        assert [ask(f"SHOW {name}", kind="test") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "off"
        ] * 3
        assert not site("demo").cluster.exists()
