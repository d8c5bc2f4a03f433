"""A town of its own: PostgreSQL, Redis, workers, beat and departments that nobody else uses and that may be killed.

For scripts that are a process of their own (`killing`, `ways`, `soak`): a town sets Django up on its own servers.
No server named in the environment is touched.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import redis

from liaocheng_aid import database
from liaocheng_aid.database import cluster
from liaocheng_aid.database.parent import signal_when_parent_dies
from liaocheng_aid.database.place import ROOT, settle, site

NAMED = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "ADMIN_DATABASE_URL", "PG_BIN", "REDIS_URL", "AID_BROKER")
CELERY = (sys.executable, "-m", "celery", "-A", "liaocheng_aid.celery")
WORKER = (*CELERY, "worker", "-P", "prefork", "-c", "2", "-l", "WARNING")  # as docker-compose.yml has them
BEAT = (*CELERY, "beat", "-S", "celery.beat:Scheduler", "--pidfile=", "-l", "WARNING")


def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something that is about to be true."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


def lives(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children_of(pid: int) -> list[int]:
    """The pool of a worker."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Postgres:
    """A cluster of production's settings (fsync, synchronous commit) on a socket of its own."""

    def __init__(self) -> None:
        self.here = site("demo")
        settle(self.here)
        self.programs = cluster.prepare(self.here)
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        self.process = cluster.start(self.here, self.programs)
        until(lambda: cluster.answers(self.here), 60, "PostgreSQL answers")
        return self.process

    def stop_immediately(self) -> None:
        """As `pg_ctl stop -m immediate`: no checkpoint, every client cut off."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def url(self, role: str, name: str) -> str:
        fields = getattr(database.urls("demo"), role)
        return f"postgres://{fields['USER']}:{fields['PASSWORD']}@/{name}?host={quote(fields['HOST'], safe='')}"

    def ask(self, name: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """As the superuser, on a connection of its own."""
        fields = database.urls("demo").superuser
        assert fields is not None
        connection = psycopg2.connect(
            dbname=name, user=fields["USER"], password=fields["PASSWORD"], host=fields["HOST"], port=fields["PORT"]
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


class Redis:
    """A Redis that keeps nothing on disk: killed, it has lost every message."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.url = folder, f"redis://127.0.0.1:{self.port}/0"
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        self.process = launch([*command, "--save", "", "--appendonly", "no"], self.folder / "redis.log", os.environ)
        until(self.answers, 30, "Redis answers")
        return self.process

    def answers(self) -> bool:
        with suppress(redis.RedisError), redis.Redis(port=self.port) as client:
            return bool(client.ping())
        return False

    def keys(self) -> dict[str, int]:
        """How many of each name, random parts left out."""
        with redis.Redis(port=self.port) as client:
            found: dict[str, int] = {}
            for key in client.scan_iter():
                name = key.decode().split("reply")[0]
                found[name] = found.get(name, 0) + (client.llen(key) if client.type(key) == b"list" else 1)
            return found


def launch(command: list[str] | tuple[str, ...], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A process that leads a group of its own and does not outlive us."""
    with log.open("ab") as file:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            preexec_fn=signal_when_parent_dies(signal.SIGKILL),
        )


def end(process: subprocess.Popen[bytes], seconds: float = 20) -> None:
    """Ask it to end, then its whole group."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class Town:
    """The servers, and a database `aid` that each trial gets a copy of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Postgres()
        self.redis = Redis(folder)

    def environment(self, name: str, broker: str, **more: str) -> dict[str, str]:
        """What the processes of one trial are told: its database, documents and departments."""
        place = self.folder / name
        place.mkdir(exist_ok=True)
        return {
            **os.environ,
            **_night_now(),
            "DATABASE_URL": self.postgres.url("app", name),
            "MIGRATE_DATABASE_URL": self.postgres.url("owner", name),
            "AID_DOCUMENTS_DIR": str(place / "documents"),
            "AID_ANCHORS_DIR": str(place / "anchors"),
            "AID_SOURCES_FILE": str(place / "world" / "sources.yaml"),
            **({"REDIS_URL": self.redis.url} if broker == "redis" else {}),
            **({"AID_BROKER": broker} if broker == "filesystem" else {}),
            **more,
        }

    def copy(self, name: str) -> None:
        """A database that stands where `aid` stands; nobody may be connected to that one."""
        from django.db import connections

        connections.close_all()
        self.postgres.ask("aid", "ANALYZE")  # as the server's own vacuum has done long before a night
        self.postgres.ask("postgres", f"CREATE DATABASE {name} TEMPLATE aid OWNER aid_owner")

    def states(self, name: str) -> list[str]:
        """Where each run stands, by day."""
        return [state for (state,) in self.postgres.ask(name, 'SELECT state FROM verification_run ORDER BY "on"')]

    def is_over(self, name: str) -> bool:
        """Whether the nights planned are closed and their findings judged."""
        states = self.states(name)
        open_jobs = "SELECT count(*) FROM accounts_job WHERE state IN ('planned', 'running')"
        return bool(states) and "running" not in states and not self.postgres.ask(name, open_jobs)[0][0]

    def tally(self, name: str) -> dict[str, Any]:
        """What a night came to, and a digest of it that names no run: two nights that are alike have the same."""
        return {key: self.postgres.ask(name, statement)[0][0] for key, statement in TALLY.items()}


TALLY = {
    "enquiries": "SELECT count(*) FROM verification_enquiry",
    "answers": "SELECT count(*) FROM verification_answer",
    "missing": "SELECT count(*) FROM verification_enquiry e WHERE NOT EXISTS (SELECT 1 FROM verification_answer a"
    ' WHERE a.enquiry_id = e.id AND a."on" = e."on")',
    "duplicates": "SELECT count(*) - count(DISTINCT (person_id, source)) FROM verification_answer",
    "requests_stuck": "SELECT count(*) FROM verification_request WHERE state <> 'answered'",
    "jobs_stuck": "SELECT count(*) FROM accounts_job WHERE state <> 'done'",
    "set_aside": "SELECT (SELECT count(*) FROM verification_strayrow) + (SELECT count(*) FROM verification_exchange"
    " WHERE fate = 'quarantined')",
    "runs": "SELECT string_agg(state, ',') FROM verification_run",
    "findings": "SELECT count(*) FROM verification_finding",
    "digest_of_answers": "SELECT md5(string_agg(concat_ws('|', person_id, source, outcome, \"values\"), E'\\n'"
    " ORDER BY person_id, source)) FROM verification_answer",
    "digest_of_findings": "SELECT md5(string_agg(concat_ws('|', fingerprint, kind, declared, verified, said, state),"
    " E'\\n' ORDER BY fingerprint)) FROM verification_finding",
}


def _night_now() -> dict[str, str]:
    """It is night at any hour, and morning an hour before now, tomorrow."""
    from django.utils import timezone

    return {
        "AID_NIGHT_BEGINS_AT": "00:00",
        "AID_NIGHT_PROMISED_AT": f"{timezone.localtime() - timedelta(hours=1):%H:%M}",
    }


@contextmanager
def town(**environment: str) -> Iterator[Town]:
    """The servers up, and Django set up on an empty, migrated `aid` with its reference data."""
    folder = Path(tempfile.mkdtemp(prefix="aid-", dir="/tmp"))
    folder.chmod(0o711)
    for name in NAMED:
        os.environ.pop(name, None)
    os.environ.update({"AID_MODE": "test", "AID_DATA_DIR": str(folder / "data"), **environment})
    os.environ["DJANGO_SETTINGS_MODULE"] = "liaocheng_aid.settings"
    made = None
    try:
        database.make_data_folder()
        made = Town(folder)
        os.environ["DATABASE_URL"] = made.postgres.url("app", "aid")
        os.environ["MIGRATE_DATABASE_URL"] = made.postgres.url("owner", "aid")
        _set_up()
        yield made
    finally:
        if made is not None:
            for server in (made.redis.process, made.postgres.process):
                end(server)
        shutil.rmtree(folder)


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", database="owner", verbosity=0)
    call_command("load_reference", verbosity=0, stdout=StringIO())
