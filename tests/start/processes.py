"""Watching and ending the processes of an embedded server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2

from liaocheng_aid import database
from liaocheng_aid.database.place import ROOT, site

USE = """
import sys
from liaocheng_aid import database
with database.running("demo"):
    print("up", flush=True)
    sys.stdin.read()
"""


def forgotten(kind: database.Kind) -> bool:
    try:
        database.forget(kind)
    except database.DatabaseUnavailable:
        return False
    return True


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that is about to be true."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.02)


def ask(statement: str, *, role: str = "superuser", kind: database.Kind = "demo") -> str | None:
    """The first value of a statement's answer, as the embedded cluster's `app`, `owner` or `superuser` in `aid`."""
    fields = getattr(database.urls(kind), role)
    connection = psycopg2.connect(
        dbname="aid", user=fields["USER"], password=fields["PASSWORD"], host=fields["HOST"], port=fields["PORT"]
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return str(cursor.fetchone()[0]) if cursor.description else None
    finally:
        connection.close()


def user() -> subprocess.Popen[str]:
    """Another process that uses the embedded server until its input ends; back when the server answers it."""
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", USE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def leave(process: subprocess.Popen[str], *, killed: bool = False) -> None:
    if killed:
        process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)


def server_pid(kind: database.Kind = "demo") -> int:
    return int((site(kind).cluster / "postmaster.pid").read_text().split()[0])


def keeper_pid(kind: database.Kind = "demo") -> int:
    """The server's parent."""
    return int(Path(f"/proc/{server_pid(kind)}/stat").read_text().rpartition(")")[2].split()[1])


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
