"""Where the embedded cluster lies, and as whom it runs. No folder that was here before us is ever loosened."""

# ruff: noqa: S603 - the programs are found by us and the arguments are ours

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from liaocheng_aid.database.errors import DatabaseUnavailable

Kind = Literal["demo", "test"]
ROOT = Path(__file__).resolve().parent.parent.parent
PLACES = Path("/var/lib/liaocheng_aid")
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # sun_path is 108 bytes with its NUL


@dataclass(frozen=True)
class RunAs:
    """The user PostgreSQL runs as; it refuses root."""

    name: str
    uid: int
    gid: int

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments that make `subprocess` become this user; nothing to do where we already are."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Site:
    """One embedded cluster: `folder` is ours (locks, log), `cluster` and `sockets` belong to `user`."""

    kind: Kind
    folder: Path
    sockets: Path
    user: RunAs

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        """What the server and its keeper say."""
        return self.folder / "postgresql.log"


def data_folder() -> Path:
    """Everything this checkout keeps: `.data`, or AID_DATA_DIR."""
    return Path(os.environ.get("AID_DATA_DIR") or ROOT / ".data").resolve()


def make_data_folder() -> Path:
    """The data folder, made if it is not there: closed to others, but as root passable, for PostgreSQL's user."""
    data = data_folder()
    make_folder(data, mode=0o711 if os.geteuid() == 0 else 0o700)
    return data


def site(kind: Kind) -> Site:
    """Where the cluster of this kind lies; the same answer every time. Makes nothing but the data folder."""
    user = run_as()
    folder = base_folder(user) / kind
    sockets = folder / "run"
    if len(os.fsencode(sockets / SOCKET)) > LONGEST_SOCKET_PATH:
        sockets = Path("/tmp") / f"aid-{_short(folder)}"  # noqa: S108 - owner and mode are checked before each use
    return Site(kind=kind, folder=folder, sockets=sockets, user=user)


def run_as() -> RunAs:
    """Ourselves, or as root `postgres` where it exists, else `nobody`. Raises DatabaseUnavailable without either."""
    if os.geteuid() != 0:
        try:
            us = pwd.getpwuid(os.geteuid())
        except KeyError:
            raise DatabaseUnavailable(
                f"用户编号 {os.geteuid()} 没有用户名,PostgreSQL 不能以它运行。请换一个用户,或设置 DATABASE_URL。"
            ) from None
        return RunAs(us.pw_name, us.pw_uid, us.pw_gid)
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return RunAs(found.pw_name, found.pw_uid, found.pw_gid)
    raise DatabaseUnavailable("PostgreSQL 不能以 root 运行。请先建用户 postgres,或换普通用户运行。")


def base_folder(user: RunAs) -> Path:
    """The data folder itself, or where `user` cannot enter it one under PLACES, then named in the file `location`."""
    data = make_data_folder()
    location = data / "location"
    try:
        return Path(location.read_text().strip())
    except FileNotFoundError:
        pass
    if can_enter(user, data):
        return data
    if any((data / kind / "cluster").exists() for kind in ("demo", "test")):
        raise DatabaseUnavailable(f"用户 {user.name} 进不了 {data},而数据库在里面。请恢复文件夹原来的权限。")
    return PLACES / _short(data if os.environ.get("AID_DATA_DIR") else ROOT)


def settle(here: Site) -> None:
    """Make the folder the cluster will lie in, and name it in `location` where it is not in the data folder."""
    data, base = data_folder(), here.folder.parent
    if base != data and not (data / "location").exists():
        for folder in (base.parent, base):
            make_folder(folder, mode=0o711)
        fresh = data / f"location.{os.getpid()}"
        fresh.write_text(f"{base}\n")
        fresh.replace(data / "location")
    make_folder(here.folder, mode=0o711 if here.user.popen else 0o700)


def make_folder(folder: Path, *, mode: int, owner: RunAs | None = None) -> None:
    """Make `folder` with this mode whatever the umask, for `owner`; one that is already there is left as it is."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        return
    except OSError as error:
        raise DatabaseUnavailable(f"不能建文件夹 {folder}:{error.strerror}。") from error
    if owner is not None and owner.popen:
        os.chown(folder, owner.uid, owner.gid)
    folder.chmod(mode)


def can_enter(user: RunAs, folder: Path) -> bool:
    """Whether `user` can pass through `folder`: asked of the system, as that user, so every kind of right counts."""
    if not user.popen:
        return os.access(folder, os.X_OK)
    asked = subprocess.run(["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)], cwd="/", check=False, **user.popen)
    return asked.returncode == 0


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
