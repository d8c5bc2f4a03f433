"""The tiny process that holds the embedded server while anybody uses it, and stops it after the last one.

It belongs to no terminal and to none of its users: whoever started it may leave or be killed. Two locks tell
everything, and the kernel drops them with their holder, however it dies: `keeper.lock` is held by the keeper,
`users.lock` is shared by everybody who needs the server. See docs/adr/0001-embedded-postgresql.md.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from liaocheng_aid.database import cluster
from liaocheng_aid.database.errors import DatabaseUnavailable
from liaocheng_aid.database.place import Site, site

KEEPER_LOCK, USERS_LOCK = "keeper.lock", "users.lock"
_LOOK_SECONDS = 0.2
_CROWD_SECONDS = 2.0
_DEATHS_PER_MINUTE = 5


class _Stopped(Exception):
    """Somebody asked the keeper to stop."""


def main(kind: str) -> int:
    """Keep the cluster of this kind; 0 when nobody needs it or another keeper has it."""
    here = site("test" if kind == "test" else "demo")
    os.umask(0o077)
    lock = os.open(here.folder / KEEPER_LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    if not _locked(lock, seconds=_CROWD_SECONDS):
        return 0
    users = os.open(here.folder / USERS_LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    if _locked(users, seconds=0):
        return 0  # whoever called us has left meanwhile
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, _stop)
    try:
        _keep(here, users)
    except _Stopped:
        return 0
    except DatabaseUnavailable as error:
        print(f"KEEPER: {error}", file=sys.stderr, flush=True)  # noqa: T201 - its stderr is the server's log
        return 1
    return 0


def _keep(here: Site, users: int) -> None:
    """Run the server until the users' lock is free; start it again when it dies, a few times."""
    programs = cluster.prepare(here)
    deaths: list[float] = []
    while True:
        server = cluster.start(here, programs)
        answered = False
        try:
            while server.poll() is None:
                answered = answered or cluster.answers(here)
                if _locked(users, seconds=0):
                    return
                time.sleep(_LOOK_SECONDS)
        finally:
            cluster.stop(server)
        deaths = [moment for moment in deaths if moment > time.monotonic() - 60] + [time.monotonic()]
        if len(deaths) == _DEATHS_PER_MINUTE:
            raise DatabaseUnavailable("数据库一分钟内停了五次,不再重启。")
        time.sleep(0.25 * 2 ** len(deaths))  # what is left of the last server may still be on its way out
        if here.kind == "test" and not answered and len(deaths) > 1:
            cluster.forget(here)  # written without fsync: not repaired, made anew
            programs = cluster.prepare(here)


def _locked(descriptor: int, *, seconds: float) -> bool:
    """Whether this process now holds the lock alone; someone who only looks holds it for a moment."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _Stopped
