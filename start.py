#!/usr/bin/env python3
"""Everything from a bare checkout: `python3 start.py` runs the system, `python3 start.py test` its tests.

Needs Python 3.11 and nothing else; installs into `.venv`, keeps its files in `.data` (or AID_DATA_DIR).
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - reached before anything that an older one cannot read
    sys.exit("需要 Python 3.11 或更新的版本,现在是 %d.%d。请装好后用它运行 start.py。" % sys.version_info[:2])  # noqa: UP031

import argparse
import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from liaocheng_aid import database, supervisor
from liaocheng_aid.database.parent import signal_when_parent_dies

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
COUNTY, HOUSEHOLDS, SEED = "371522", "120", "7"
PASSWORD = "demo-2026"  # noqa: S105 - printed below; production refuses to run while these logins exist
LOGINS = {
    "village": "村级协理员",
    "clerk": "乡镇窗口经办",
    "reviewer": "乡镇审核",
    "county": "县级经办",
    "approver": "县级审批",
    "checker": "县级复核",
    "release": "资金发放",
    "city": "市级督导",
    "auditor": "审计",
}


class Trouble(Exception):
    """What the newcomer has to do before it can go on, as one sentence."""


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


TROUBLES = (Trouble, supervisor.ChildTrouble, database.DatabaseUnavailable, database.BadDatabaseUrl)


@dataclass
class Clock:
    """Says what is being done, and at the end how long each step took."""

    began: float = field(default_factory=time.monotonic)
    steps: list[tuple[str, float]] = field(default_factory=list)

    @contextlib.contextmanager
    def step(self, name: str, english: str) -> Iterator[None]:
        """One step, announced when it begins."""
        print(f"· {name} [{english}] …", flush=True)
        started = time.monotonic()
        yield
        self.steps.append((name, time.monotonic() - started))

    def __str__(self) -> str:
        parts = " · ".join(f"{name} {seconds:.1f}" for name, seconds in self.steps)
        return f"用时 {time.monotonic() - self.began:.1f} 秒({parts})"


def main(arguments: Sequence[str]) -> int:
    """Run the system or its tests; 0, pytest's exit code, or 1 with a sentence."""
    for asked in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(asked, _stop)
    try:
        if arguments[:1] == ["test"]:
            return test(arguments[1:])
        options = read_options(arguments)
        return run(options.port, empty=options.empty)
    except Stopped:
        print("已停止。[stopped]")
        return 130 if arguments[:1] == ["test"] else 0
    except PermissionError as error:
        print(f"\n当前用户不能写 {error.filename}。请用第一次启动时的用户运行。", file=sys.stderr)
        return 1
    except TROUBLES as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """`--port`, `--empty`."""
    parser = argparse.ArgumentParser(description="启动聊城社会救助系统;python3 start.py test 运行测试。")
    parser.add_argument("--port", type=int, default=8000, metavar="PORT", help="端口,默认 8000")
    parser.add_argument("--empty", action="store_true", help="不装入演示数据")
    return parser.parse_args(arguments)


def run(port: int, *, empty: bool) -> int:
    """Start everything, say where it is, and hold it until told to stop."""
    os.environ["AID_MODE"] = "demo"
    data = database.make_data_folder()
    address = f"http://127.0.0.1:{port}"
    clock = Clock()
    with only_one(data, address):
        if supervisor.end_leftovers(data):
            time.sleep(0.5)  # the kernel takes their port back a moment later
        require_free(port)
        with clock.step("环境", "packages"):
            install("requirements.txt")
        with contextlib.ExitStack() as stack:
            stack.callback(database.wait_until_stopped, "demo", 3)
            with clock.step("数据库", "database"):
                stack.enter_context(database.running("demo"))
                if not os.environ.get("DATABASE_URL"):
                    (data / "mode").write_text("demo\n")
                manage("migrate", "--verbosity", "0")
            with clock.step("基础数据", "regions, standards, holidays"):
                manage("load_reference")
            if not empty:
                with clock.step("演示数据", "demonstration county"):
                    seed()
            with clock.step("页面文件", "static files"):
                collect_static(data)
            children = supervisor.Supervisor(data, ROOT, supervisor.programs(PYTHON, port))
            stack.callback(children.stop)
            with clock.step("网站", "web server"):
                children.start()
                children.wait_for(port)
            announce(address, clock, empty=empty)
            children.watch(lambda: database.ensure("demo"), say=print)
    return 0


def test(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments on a cluster of its own; its exit code."""
    os.environ["AID_MODE"] = "test"
    clock = Clock()
    with clock.step("环境", "packages"):
        install("requirements-dev.txt")
    with contextlib.ExitStack() as stack:
        with clock.step("数据库", "database"):
            stack.enter_context(database.running("test"))
        with clock.step("测试", "pytest"):
            # The whole suite on every core, a file to a core; what is asked for by name runs as asked.
            shared = (
                ()
                if arguments
                else ("-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile", "--no-loadscope-reorder")
            )
            code = call([str(PYTHON), "-m", "pytest", *shared, *arguments])
    print(f"测试结束,{clock}")
    return code


def install(lock: str) -> None:
    """Have `.venv` hold exactly what this lock file names; nothing to do while the lock is the one installed."""
    wanted = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    with locked(ROOT / "start.py", wait=True):
        if call([str(PYTHON), "-c", ""], quiet=True) != 0:
            make_venv()
        stamp = VENV / f"{lock}.installed"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        print("  第一次安装约需一分钟 [installing, about a minute the first time]", flush=True)
        pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
        if call([*pip, "--require-hashes", "-r", str(ROOT / lock)]) != 0:
            raise Trouble("软件包没有装好(原因见上)。请检查网络后再运行;有内网镜像时先设置 PIP_INDEX_URL。")
        stamp.write_text(wanted)


def make_venv() -> None:
    """Make `.venv`, or say the one command that installs what Python lacks for it."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Trouble(f"这里的 Python 缺少 venv。请运行 {how_to_install_venv()} ,再运行 python3 start.py。")
    if call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        raise Trouble(f"没有建成 .venv(原因见上)。请运行 {how_to_install_venv()} ,再运行 python3 start.py。")


def how_to_install_venv() -> str:
    """The command of this system's package manager."""
    for manager, command in {
        "apt": "apt install python3-venv",
        "dnf": "dnf install python3-pip",
        "yum": "yum install python3-pip",
        "zypper": "zypper install python3-pip",
        "apk": "apk add py3-pip",
    }.items():
        if any((Path(folder) / manager).exists() for folder in ("/usr/bin", "/sbin")):
            return command
    return "python3 -m ensurepip"


def seed() -> None:
    """Fill an empty database with the demonstration county, as of today in China."""
    today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    manage(*("seed_demo", "--if-empty", "--households", HOUSEHOLDS, "--county", COUNTY, "--seed", SEED, "--on", today))


def collect_static(data: Path) -> None:
    """Gather and compress the pages' files when one of them, or a package that brings some, has changed."""
    folders = [ROOT / "static", *(app / "static" for app in ROOT.iterdir() if not app.name.startswith("."))]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    seen.append(((VENV / "requirements.txt.installed").read_text(), 0, 0))
    state = hashlib.sha256(repr(seen).encode()).hexdigest()
    stamp = data / "static.collected"
    if not stamp.exists() or stamp.read_text() != state:
        manage("collectstatic", "--no-input", "--verbosity", "0")
        stamp.write_text(state)


def manage(*arguments: str) -> None:
    """Run one of Django's commands to its end."""
    if call([str(PYTHON), str(ROOT / "manage.py"), *arguments]) != 0:
        raise Trouble(f"这一步没有做完:manage.py {arguments[0]}(原因见上)。")


def call(command: Sequence[str], *, quiet: bool = False) -> int:
    """Run a command in the checkout; its exit code. It does not outlive us."""
    silence = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            check=False,
            stdout=silence,
            stderr=silence,
            preexec_fn=signal_when_parent_dies(signal.SIGTERM),
        ).returncode
    except FileNotFoundError:
        return 127


@contextlib.contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold a lock on this file; the kernel drops it with us. Raises BlockingIOError where we may not wait for it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def only_one(data: Path, address: str) -> Iterator[None]:
    """One running system a data folder; the second is told where the first one is."""
    lock = data / "start.lock"
    lock.touch(mode=0o600)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(locked(lock, wait=False))
        except BlockingIOError:
            raise Trouble(f"系统已经在运行:{lock.read_text()} 。要重启,请先在那边按 Ctrl-C。") from None
        lock.write_text(address)
        yield


def require_free(port: int) -> None:
    """Refuse a port that we could not listen on, and say which option chooses another."""
    if not 0 < port < 65536:
        raise Trouble("端口应在 1 到 65535 之间,例如 --port 8080。")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "已被别的程序占用" if error.errno == errno.EADDRINUSE else "不能使用"
            raise Trouble(f"端口 {port} {reason}。请换一个,例如 python3 start.py --port {port + 1}") from None


def announce(address: str, clock: Clock, *, empty: bool) -> None:
    """Say where it runs and who may log in."""
    print(f"\n就绪,{clock} [ready]\n\n  网址 [address]  {address}\n")
    if not empty:
        print(f"  演示账号 [demonstration logins],密码都是 [password] {PASSWORD}\n")
        for login, title in LOGINS.items():
            print(f"    {login:<10} {title}")
        print()
    print("按 Ctrl-C 停止。[Ctrl-C stops everything]", flush=True)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
