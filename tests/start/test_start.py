"""What a newcomer reads when something stands in the way, and what manage.py does with its arguments."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from liaocheng_aid.database.place import ROOT


def load(name: str) -> ModuleType:
    specification = importlib.util.spec_from_file_location(name, ROOT / f"{name}.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


start, manage = load("start"), load("manage")


def run(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    """start.py as the newcomer runs it: a Python without our packages."""
    environment = {**os.environ, "AID_DATA_DIR": str(data)}
    command = [sys.executable, "-S", str(ROOT / "start.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_busy_port_is_named_with_the_option_that_chooses_another(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = run("--port", str(port), data=tmp_path)
    assert answer.returncode == 1
    assert f"端口 {port} 已被别的程序占用" in answer.stderr
    assert f"--port {port + 1}" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("port", ["0", "70000"])
def test_a_port_that_cannot_be_is_refused(port: str, tmp_path: Path) -> None:
    answer = run("--port", port, data=tmp_path)
    assert (answer.returncode, "Traceback" in answer.stderr) == (1, False)
    assert "1 到 65535" in answer.stderr


def test_the_second_start_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    with start.only_one(tmp_path, "http://127.0.0.1:8123"):
        answer = run("--port", "8124", data=tmp_path)
    assert answer.returncode == 1
    assert "http://127.0.0.1:8123" in answer.stderr


def test_a_python_without_venv_is_told_the_one_command(monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else found(name))
    monkeypatch.setattr(start, "how_to_install_venv", lambda: "apt install python3-venv")
    with pytest.raises(start.Trouble, match="请运行 apt install python3-venv"):
        start.make_venv()


def test_nothing_is_installed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "start.py"
    lock.write_text("django==5\n")
    commands: list[list[str]] = []
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "VENV", tmp_path)

    def call(command: list[str], quiet: bool = False) -> int:
        commands.append(command)
        return 0

    monkeypatch.setattr(start, "call", call)
    for content in ("django==5\n", "django==5\n", "django==6\n"):
        lock.write_text(content)
        start.install("start.py")
    installs = [command for command in commands if "install" in command]
    assert len(installs) == 2
    assert all("--require-hashes" in command for command in installs)


def test_what_could_not_be_installed_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "start.py").write_text("django==5\n")
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "VENV", tmp_path)
    monkeypatch.setattr(start, "call", lambda command, quiet=False: int("install" in command))
    for _ in range(2):
        with pytest.raises(start.Trouble, match="PIP_INDEX_URL"):
            start.install("start.py")


def test_every_role_has_a_login(capsys: pytest.CaptureFixture[str]) -> None:
    start.announce("http://127.0.0.1:8000", start.Clock(), empty=False)
    printed = capsys.readouterr().out
    for word in (
        "http://127.0.0.1:8000",
        "demo-2026",
        "village",
        "村级协理员",
        "auditor",
        "审计",
        "release",
        "资金发放",
    ):
        assert word in printed
    start.announce("http://127.0.0.1:8000", start.Clock(), empty=True)
    assert "demo-2026" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("migrate", "migrate --database owner"),
        ("migrate accounts 0001", "migrate --database owner accounts 0001"),
        ("migrate --database default", "migrate --database default"),
        ("migrate --database=default", "migrate --database=default"),
        ("nightly --on 2026-01-01", "nightly --on 2026-01-01"),
        ("seed_demo migrate", "seed_demo migrate"),
        ("", ""),
    ],
)
def test_only_migrate_acts_as_the_owner(given: str, expected: str) -> None:
    assert manage.as_owner(["manage.py", *given.split()]) == ["manage.py", *expected.split()]


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ("", False),
        ("help migrate", False),
        ("--help", False),
        ("migrate --help", False),
        ("migrate", True),
        ("assess", True),
    ],
)
def test_help_needs_no_database(given: str, needed: bool) -> None:
    assert manage.needs_database(["manage.py", *given.split()]) is needed


def test_the_launcher_needs_nothing_but_python() -> None:
    command = [sys.executable, "-S", "-c", "import liaocheng_aid.database, liaocheng_aid.supervisor"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
