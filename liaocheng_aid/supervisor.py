"""The web server, the worker and the beat of one machine: started, watched, restarted, stopped. Standard library only.

Each child leads a process group of its own, so that Ctrl-C reaches only us. SIGTERM goes to a group's leader alone
(a worker pool that hears it too can hang), SIGKILL after a while to the whole group.
"""

# ruff: noqa: S603 - the commands are ours

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from liaocheng_aid.database.parent import signal_when_parent_dies

STOP_SECONDS = 10.0
RESTARTS, WINDOW_SECONDS = 5, 300.0
LOG_LIMIT = 10 * 1024 * 1024
_ANSWER_SECONDS = 60.0


class ChildTrouble(Exception):
    """A child does not stay up; the message says which, why as far as known, and where its log is."""


@dataclass(frozen=True)
class Program:
    """One long-running command, its Chinese name, and the signal that ends it when we are killed."""

    name: str
    title: str
    command: tuple[str, ...]
    last_signal: signal.Signals = signal.SIGTERM


@dataclass
class Child:
    """A program while it runs."""

    program: Program
    process: subprocess.Popen[bytes]
    starts: list[float] = field(default_factory=list)


def programs(python: Path, port: int) -> tuple[Program, ...]:
    """What serves one machine: granian with a process a core, a threaded worker, and the minute beat."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    web = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--http", "1", "--no-ws"]
    web += ["--workers", str(cores), "--blocking-threads", "1", "--respawn-failed-workers", "--log-level", "warning"]
    web += ["--workers-kill-timeout", "5", "liaocheng_aid.wsgi:application"]
    celery = ["celery", "-A", "liaocheng_aid.celery"]
    worker = ["worker", "-P", "threads", "-c", str(max(2, cores)), "-l", "WARNING", "-n", "worker@localhost"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # The beat's timetable is in the code and each minute is like the last: nothing to remember between runs.
    beat = ["beat", "-S", "celery.beat:Scheduler", "--pidfile=", "-l", "WARNING"]

    def command(*words: str) -> tuple[str, ...]:
        return (str(python), "-m", *words)

    return (
        Program("web", "网站", command(*web)),
        # Its work is in leases, and a warm stop could last as long as the longest job.
        Program("worker", "后台任务", command(*celery, *worker), last_signal=signal.SIGKILL),
        Program("beat", "定时", command(*celery, *beat)),
    )


class Supervisor:
    """Holds the children of one data folder; their logs are in its `log` folder."""

    def __init__(self, data: Path, root: Path, wanted: Sequence[Program]) -> None:
        self.logs, self.register, self.root = data / "log", data / "children.json", root
        self.wanted = wanted
        self.children: dict[str, Child] = {}

    def start(self) -> None:
        """Start every program and write down who they are, for whoever has to clean up after a kill."""
        self.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        for program in self.wanted:
            self.children[program.name] = Child(program, self._launch(program), [time.monotonic()])
        self._write_register()

    def wait_for(self, port: int, path: str = "/healthz") -> None:
        """Return when the web server answers 200. Raises ChildTrouble when it ends or stays silent."""
        deadline = time.monotonic() + _ANSWER_SECONDS
        while _status(port, path) != 200:
            web = self.children["web"]
            if web.process.poll() is not None or time.monotonic() > deadline:
                raise ChildTrouble(f"网站没有启动。{self._log_says(web.program)}")
            time.sleep(0.05)

    def watch(self, every_round: Callable[[], None], say: Callable[[str], None], seconds: float = 1.0) -> None:
        """Until a signal's exception ends it: restart what dies, and call `every_round`.

        Raises ChildTrouble when a child has died RESTARTS times within WINDOW_SECONDS.
        """
        while True:
            every_round()
            for child in self.children.values():
                if child.process.poll() is not None:
                    self._restart(child, say)
            time.sleep(seconds)

    def stop(self) -> None:
        """Ask every child to end, wait, and kill the groups of those that do not."""
        for child in self.children.values():
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            kill_group(child.process.pid)
            child.process.wait()
        self.children.clear()
        self.register.unlink(missing_ok=True)

    def _restart(self, child: Child, say: Callable[[str], None]) -> None:
        program, code = child.program, child.process.returncode
        kill_group(child.process.pid)  # what it left behind still holds the port
        child.starts = [moment for moment in child.starts if moment > time.monotonic() - WINDOW_SECONDS]
        if len(child.starts) > RESTARTS:
            raise ChildTrouble(f"“{program.title}”接连停了 {RESTARTS} 次,不再重启。{self._log_says(program)}")
        say(f"“{program.title}”意外停止(代码 {code}),正在重启。[{program.name} died, restarting]")
        child.process = self._launch(program)
        child.starts.append(time.monotonic())
        self._write_register()

    def _launch(self, program: Program) -> subprocess.Popen[bytes]:
        log = self._log(program)
        oversized = log.exists() and log.stat().st_size > LOG_LIMIT
        with log.open("wb" if oversized else "ab") as file:
            return subprocess.Popen(
                program.command,
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                preexec_fn=signal_when_parent_dies(program.last_signal),
            )

    def _log(self, program: Program) -> Path:
        return self.logs / f"{program.name}.log"

    def _log_says(self, program: Program) -> str:
        lines = self._log(program).read_text(errors="replace").splitlines()[-12:]
        return f"日志 {self._log(program)} 最后几行:\n" + "\n".join(lines)

    def _write_register(self) -> None:
        known = {str(child.process.pid): _born(child.process.pid) for child in self.children.values()}
        fresh = self.register.with_suffix(".new")
        fresh.write_text(json.dumps(known))
        fresh.replace(self.register)


def end_leftovers(data: Path) -> int:
    """Kill the children of a supervisor that was killed itself; how many there were. The caller holds the start lock.

    A number that now belongs to another process is told by its birth, and left alone.
    """
    register = data / "children.json"
    try:
        known: dict[str, str | None] = json.loads(register.read_text())
    except (FileNotFoundError, ValueError):
        return 0
    ended = 0
    for pid, born in known.items():
        if born is not None and _born(int(pid)) == born:
            kill_group(int(pid))
            ended += 1
    register.unlink()
    return ended


def kill_group(leader: int) -> None:
    """SIGKILL to a child's group; nothing where it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _born(pid: int) -> str | None:
    """When this process began, in the kernel's ticks; None where it is dead or the system does not say."""
    try:
        state, *words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if state == "Z" else words[18]


def _status(port: int, path: str) -> int | None:
    """The HTTP status of one local request, None without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
