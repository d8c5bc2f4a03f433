"""The children of one machine: restarted when they die, a few times; gone when we are, however we go."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaocheng_aid import supervisor
from liaocheng_aid.database.place import ROOT
from liaocheng_aid.supervisor import ChildTrouble, Program, Supervisor
from tests.start.processes import alive, kill, until

SLEEP = ("/bin/sleep", "60")
DEAF = (
    sys.executable,
    "-S",
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)",
)
HOLD = """
import sys, time
from pathlib import Path
from liaocheng_aid.supervisor import Program, Supervisor
data = Path(sys.argv[1])
Supervisor(data, data, [Program("web", "网站", ("/bin/sleep", "60"))]).start()
time.sleep(60)
"""


class Enough(Exception):
    """Ends a watch."""


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path, tmp_path, [Program("web", "网站", SLEEP), Program("beat", "定时", SLEEP)])
    made.start()
    yield made
    made.stop()


def pids(held: Supervisor) -> dict[str, int]:
    return {name: child.process.pid for name, child in held.children.items()}


def watch(held: Supervisor, rounds: int) -> list[str]:
    """What was said in this many rounds."""
    said: list[str] = []
    left = iter(range(rounds))

    def count() -> None:
        if next(left, None) is None:
            raise Enough

    with pytest.raises(Enough):
        held.watch(count, said.append, seconds=0.05)
    return said


def test_it_works(held: Supervisor) -> None:
    before = pids(held)
    assert watch(held, rounds=2) == []
    held.stop()
    assert not any(alive(pid) for pid in before.values())
    assert not held.register.exists()


def test_a_child_that_dies_is_started_again_and_named(held: Supervisor) -> None:
    before = pids(held)
    kill(before["web"])
    until(lambda: not alive(before["web"]))
    said = watch(held, rounds=2)
    assert len(said) == 1
    assert "网站" in said[0]
    after = pids(held)
    assert after["web"] != before["web"]
    assert after["beat"] == before["beat"]


def test_one_that_keeps_dying_ends_it_with_its_last_words(tmp_path: Path) -> None:
    dying = Program("worker", "后台任务", ("/bin/sh", "-c", "echo no broker; exit 3"))
    held = Supervisor(tmp_path, tmp_path, [dying])
    held.start()
    said: list[str] = []
    with pytest.raises(ChildTrouble, match="no broker"):
        held.watch(lambda: None, said.append, seconds=0.05)
    assert len(said) == supervisor.RESTARTS
    held.stop()


def test_one_that_ignores_sigterm_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    held = Supervisor(tmp_path, tmp_path, [Program("web", "网站", DEAF)])
    held.start()
    until(lambda: (tmp_path / "log" / "web.log").read_text() != "")
    pid = pids(held)["web"]
    began = time.monotonic()
    held.stop()
    assert not alive(pid)
    assert time.monotonic() - began < 5


def test_a_web_server_that_does_not_start_is_told_with_its_log(tmp_path: Path) -> None:
    held = Supervisor(tmp_path, tmp_path, [Program("web", "网站", ("/bin/sh", "-c", "echo no module; exit 1"))])
    held.start()
    with pytest.raises(ChildTrouble, match="no module"):
        held.wait_for(port=1)
    held.stop()


def test_children_go_when_we_are_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-S", "-c", HOLD, str(tmp_path)], cwd=ROOT)
    register = tmp_path / "children.json"
    until(register.exists)
    (pid,) = json.loads(register.read_text())
    assert alive(int(pid))
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    until(lambda: not alive(int(pid)))


def test_leftovers_are_ended_and_their_namesakes_left_alone(tmp_path: Path) -> None:
    processes = [subprocess.Popen(SLEEP, start_new_session=True) for _ in range(2)]
    left, other = processes
    born = supervisor._born(left.pid)
    (tmp_path / "children.json").write_text(json.dumps({left.pid: born, other.pid: "1"}))
    assert supervisor.end_leftovers(tmp_path) == 1
    assert left.wait(5) == -signal.SIGKILL
    assert other.poll() is None
    other.kill()
    other.wait()
    assert supervisor.end_leftovers(tmp_path) == 0
