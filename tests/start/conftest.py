"""A data folder of the test's own: no test here touches the checkout's servers, or Django."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaocheng_aid import database
from tests.start.processes import forgotten, until

NAMED_SERVERS = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "ADMIN_DATABASE_URL", "PG_BIN")


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a short path that the server's user can pass through; pytest's own is too long, and closed."""
    folder = Path(tempfile.mkdtemp(prefix="aid-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def bare(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """AID_DATA_DIR, not there yet, with no server named in the environment; its clusters are gone afterwards."""
    for name in NAMED_SERVERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AID_DATA_DIR", str(short_folder / "data"))
    yield short_folder / "data"
    until(lambda: forgotten("demo"))
    until(lambda: forgotten("test"))


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    """A data folder with a `demo` cluster at rest, to copy: making one takes half a second."""
    folder = Path(tempfile.mkdtemp(prefix="aid-", dir="/tmp"))
    folder.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        for name in NAMED_SERVERS:
            patch.delenv(name, raising=False)
        patch.setenv("AID_DATA_DIR", str(folder / "data"))
        with database.running("demo"):
            pass
        assert database.wait_until_stopped("demo")
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def data(bare: Path, made_once: Path) -> Path:
    """As `bare`, with a `demo` cluster at rest."""
    subprocess.run(["cp", "-a", made_once, bare], check=True)
    return bare
