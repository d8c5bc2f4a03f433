"""Using the embedded server together: everybody holds a shared lock, the keeper stops it when the lock is free."""

# ruff: noqa: S603 - the programs are found by us and the arguments are ours

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from liaocheng_aid.database import cluster
from liaocheng_aid.database.errors import DatabaseUnavailable
from liaocheng_aid.database.keeper import KEEPER_LOCK, USERS_LOCK
from liaocheng_aid.database.place import ROOT, Kind, Site, data_folder, settle, site

_LOG_LIMIT = 10 * 1024 * 1024
_START_SECONDS = 120  # recovery after a kill may replay much


@contextmanager
def running(kind: Kind = "demo") -> Iterator[None]:
    """The embedded server runs for the length of this block, also when whoever started it leaves meanwhile.

    It stops within a second of the last block's end. Does nothing when DATABASE_URL is set. Raises
    DatabaseUnavailable.
    """
    if os.environ.get("DATABASE_URL"):
        yield
        return
    here = site(kind)
    settle(here)
    users = _open(here, USERS_LOCK)
    try:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while the last server is being stopped
        ensure(kind)
        yield
    finally:
        os.close(users)


def ensure(kind: Kind = "demo") -> None:
    """Have the server answer, starting its keeper if there is none; for those inside `running`, as often as they like.

    Raises DatabaseUnavailable with the log's last words.
    """
    here = site(kind)
    deadline = time.monotonic() + _START_SECONDS
    attempts = 0
    while not cluster.answers(here):
        if not _kept(here):
            if attempts == 3 or time.monotonic() > deadline:
                raise DatabaseUnavailable(f"数据库没有启动。{_last_words(here)}日志在 {here.log}。")
            attempts += 1
            _start_keeper(here)
        elif time.monotonic() > deadline:
            raise DatabaseUnavailable(f"数据库 {_START_SECONDS} 秒内没有启动,日志在 {here.log}。")
        time.sleep(0.03)


def wait_until_stopped(kind: Kind = "demo", seconds: float = 30) -> bool:
    """Whether the server stopped within this time: for those who used it last and want its files at rest."""
    here = site(kind)
    deadline = time.monotonic() + seconds
    while _kept(here):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def forget(kind: Kind) -> None:
    """Throw this cluster and its passwords away. Raises DatabaseUnavailable while somebody uses it."""
    here = site(kind)
    if here.folder.exists():
        users = _open(here, USERS_LOCK)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatabaseUnavailable(f"数据库 {here.folder} 正在使用,没有删除。") from None
        finally:
            os.close(users)
        wait_until_stopped(kind)
    shutil.rmtree(here.folder, ignore_errors=True)
    shutil.rmtree(here.sockets, ignore_errors=True)
    (data_folder() / "keys" / f"postgresql-{kind}.json").unlink(missing_ok=True)
    elsewhere = here.folder.parent
    if elsewhere != data_folder() and not any((elsewhere / other).exists() for other in ("demo", "test")):
        shutil.rmtree(elsewhere, ignore_errors=True)
        (data_folder() / "location").unlink(missing_ok=True)


def _kept(here: Site) -> bool:
    """Whether a keeper lives."""
    if not here.folder.exists():
        return False
    lock = _open(here, KEEPER_LOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _start_keeper(here: Site) -> None:
    """Start a keeper that outlives us, and wait until it has tried for its lock."""
    here.log.touch(mode=0o600)
    oversized = here.log.stat().st_size > _LOG_LIMIT
    with here.log.open("wb" if oversized else "ab") as log:
        subprocess.run(
            [sys.executable, "-S", "-m", "liaocheng_aid.database", here.kind],
            cwd=ROOT,
            env={**os.environ, "AID_DATA_DIR": str(data_folder())},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=True,
        )
    for _ in range(40):
        if _kept(here):
            return
        time.sleep(0.02)


def _open(here: Site, name: str) -> int:
    try:
        return os.open(here.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise DatabaseUnavailable(f"当前用户不能使用 {here.folder}:请用第一次启动时的用户运行。") from error


def _last_words(here: Site) -> str:
    """What the keeper or the server said last before giving up."""
    lines = here.log.read_text(errors="replace").splitlines()[-200:]
    said = [line for line in lines if line.startswith("KEEPER: ") or "FATAL:" in line]
    return said[-1].removeprefix("KEEPER: ") if said else ""
