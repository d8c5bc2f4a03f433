"""One embedded cluster: made whole or not at all, started on whatever a kill left behind, stopped cleanly."""

# ruff: noqa: S603 - the programs are found by us and the arguments are ours

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import stat
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

from liaocheng_aid.database import binaries
from liaocheng_aid.database.errors import DatabaseUnavailable
from liaocheng_aid.database.keys import APP, DATABASE, OWNER, SUPERUSER, passwords
from liaocheng_aid.database.parent import signal_when_parent_dies
from liaocheng_aid.database.place import SOCKET, RunAs, Site, make_folder

_HBA = "local all all scram-sha-256\n"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
# Constraint errors would otherwise write whole rows, that is people, into the log.
_QUIET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
_NO_SYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def prepare(site: Site) -> binaries.Binaries:
    """Make the cluster, its roles, database and extensions if it is not there, and find programs that run it.

    Runs while nothing else touches the cluster. Raises DatabaseUnavailable.
    """
    for abandoned in site.folder.glob("cluster.new.*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    made_by = _made_by(site.cluster)
    try:
        programs = binaries.find(site.user, site.folder.parent, major=made_by)
    except DatabaseUnavailable:
        if site.kind != "test" or made_by is None:
            raise
        forget(site)  # a test cluster holds nothing worth an older PostgreSQL
        programs, made_by = binaries.find(site.user, site.folder.parent), None
    if made_by is None:
        _initialise(site, programs)
    if _fingerprint(site) != _read(site.folder / "roles"):
        _set_passwords(site, programs, site.cluster)
    _make_socket_folder(site)
    return programs


def start(site: Site, programs: binaries.Binaries) -> subprocess.Popen[bytes]:
    """Run the server in the foreground as a child that stops cleanly when this process dies, however it dies."""
    _clear_stale_lock(site)
    for left_behind in (SOCKET, f"{SOCKET}.lock"):
        (site.sockets / left_behind).unlink(missing_ok=True)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(site.sockets),
        "unix_socket_permissions": "0700",
        "logging_collector": "off",
        **_QUIET,
        **(_NO_SYNC if site.kind == "test" else {}),
    }
    command = [str(programs.folder / "postgres"), "-D", str(site.cluster)]
    for name, setting in settings.items():
        command += ["-c", f"{name}={setting}"]
    with site.log.open("ab") as log:
        return subprocess.Popen(
            command,
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=signal_when_parent_dies(signal.SIGINT),
            **site.user.popen,
        )


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server: without waiting for clients, then without a checkpoint, then by force."""
    for signal_, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        if server.poll() is not None:
            return
        server.send_signal(signal_)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(seconds)


def answers(site: Site) -> bool:
    """Whether the server takes connections now: it asks the first message for a password."""
    login = f"user\0{APP}\0database\0{DATABASE}\0\0".encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        try:
            connection.connect(str(site.sockets / SOCKET))
            connection.sendall(struct.pack("!ii", len(login) + 8, 3 << 16) + login)
            return connection.recv(8192).startswith(b"R")  # asks for a password; "E" while it starts or stops
        except PermissionError as error:
            raise DatabaseUnavailable(f"当前用户连不上 {site.sockets}。请用启动数据库的用户运行。") from error
        except OSError:
            return False


def forget(site: Site) -> None:
    """Throw the cluster away. For test clusters; the caller sees to it that no server runs."""
    for path in (site.cluster, site.sockets):
        shutil.rmtree(path, ignore_errors=True)
    (site.folder / "roles").unlink(missing_ok=True)


def _initialise(site: Site, programs: binaries.Binaries) -> None:
    """Make the cluster under another name and rename it when whole: a kill in between leaves nothing half-made."""
    fresh = site.folder / f"cluster.new.{os.getpid()}"
    make_folder(fresh, mode=0o700, owner=site.user)
    command = [programs.folder / "initdb", "-D", fresh, "-U", SUPERUSER, "-E", "UTF8", "--auth=reject"]
    command += ["--no-instructions", *(["--no-sync"] if site.kind == "test" else [])]
    for locale in ("C.UTF-8", "C"):
        made = _run_as(site.user, [*command, f"--locale={locale}"])
        if made.returncode == 0:
            break
    else:
        raise DatabaseUnavailable(f"建立数据库失败:{_last_line(made.stderr)}")
    (fresh / "pg_hba.conf").write_text(_HBA)
    _alone(
        site,
        programs,
        fresh,
        [
            "CREATE EXTENSION IF NOT EXISTS btree_gist",
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f"CREATE ROLE {OWNER} LOGIN",
            f"CREATE ROLE {APP} LOGIN",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP}",
        ],
    )
    _set_passwords(site, programs, fresh)
    fresh.rename(site.cluster)


def _set_passwords(site: Site, programs: binaries.Binaries, cluster: Path) -> None:
    """Give the roles the passwords of the keys folder: also after that file was lost and made anew."""
    _clear_stale_lock(site)
    secrets = passwords(site.kind)
    _alone(site, programs, cluster, [f"ALTER ROLE {role} PASSWORD '{secrets[role]}'" for role in secrets])
    marker = site.folder / "roles"
    marker.touch(mode=0o600)
    marker.write_text(_fingerprint(site))


def _alone(site: Site, programs: binaries.Binaries, cluster: Path, statements: list[str]) -> None:
    """Run statements in single-user mode in template1: nobody else can connect, and no password is needed."""
    command = [programs.folder / "postgres", "--single", "-D", cluster, "-c", "exit_on_error=on", "template1"]
    ran = _run_as(site.user, command, given="".join(f"{statement};\n" for statement in statements))
    if ran.returncode != 0:
        raise DatabaseUnavailable(f"设置数据库失败:{_last_line(ran.stderr)}")


def _run_as(user: RunAs, command: list[Any], given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd="/",
        env=_ENVIRONMENT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=signal_when_parent_dies(signal.SIGINT),
        **user.popen,
    )


def _make_socket_folder(site: Site) -> None:
    """Make the socket's folder, private; one that somebody else put there is refused, not used."""
    make_folder(site.sockets, mode=0o700, owner=site.user)
    found = site.sockets.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != site.user.uid or found.st_mode & 0o077:
        raise DatabaseUnavailable(f"{site.sockets} 不是我们建的文件夹。请查明来历,删除后再启动。")


def _clear_stale_lock(site: Site) -> None:
    """Wait for a server that is still stopping, and remove a postmaster.pid whose number now belongs to another.

    PostgreSQL itself takes over from a dead number; it refuses one that was given away since, as after a restart
    of a container, or that nobody has reaped. Should parts of a killed server still live, it tells by their shared
    memory, and does not start. Raises DatabaseUnavailable when a server runs on this cluster and does not stop.
    """
    lock = site.cluster / "postmaster.pid"
    deadline = time.monotonic() + 40
    while (pid := _first_number(lock)) is not None:
        if not _is_our_server(pid, site.cluster):
            with contextlib.suppress(FileNotFoundError):
                if Path(f"/proc/{pid}").exists():
                    lock.unlink()
            return
        if time.monotonic() > deadline:
            raise DatabaseUnavailable(f"进程 {pid} 仍在使用 {site.cluster}。请先停掉它。")
        os.kill(pid, signal.SIGINT)  # its keeper is gone, or we would not be here
        time.sleep(0.1)


def _is_our_server(pid: int, cluster: Path) -> bool:
    """Whether this process is a live PostgreSQL on this cluster; without /proc, whether it is alive at all."""
    if not Path("/proc/self").exists():
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return True
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(cluster) in words  # empty for one that is dead and not yet reaped


def _made_by(cluster: Path) -> int | None:
    version = _read(cluster / "PG_VERSION")
    return int(version) if version else None


def _fingerprint(site: Site) -> str:
    return hashlib.sha256(repr(sorted(passwords(site.kind).items())).encode()).hexdigest()


def _first_number(path: Path) -> int | None:
    first = _read(path).partition("\n")[0].lstrip("-")  # negative in single-user mode
    return int(first) if first.isdigit() else None


def _read(path: Path) -> str:
    """The text of a small file, "" where there is none."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return ""


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["没有说明原因"])[-1]
