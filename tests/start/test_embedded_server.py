"""The embedded server: on while anybody needs it, off after the last one, whole whoever is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from liaocheng_aid import database
from liaocheng_aid.database.place import ROOT, site
from tests.start.processes import alive, ask, keeper_pid, kill, leave, server_pid, until, user

KEPT = "CREATE TABLE kept AS SELECT 42 AS answer"
pytestmark = pytest.mark.usefixtures("data")


def test_it_works_and_stops_and_works_again() -> None:
    with database.running("demo"):
        first = server_pid()
        ask(KEPT, role="owner")
    assert database.wait_until_stopped("demo")
    assert not alive(first)
    assert not (site("demo").cluster / "postmaster.pid").exists()
    with database.running("demo"):
        assert ask("SELECT answer FROM kept", role="owner") == "42"


def test_its_roles_can_do_no_more_than_they_need() -> None:
    with database.running("demo"):
        for role in ("app", "owner"):
            assert (
                ask(
                    "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user",
                    role=role,
                )
                == "False"
            )
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask("CREATE TABLE forbidden (id int)", role="app")
        assert ask("SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension") == "btree_gist pg_trgm plpgsql"
        assert ask("SHOW listen_addresses") == ""
        assert ask("SHOW server_encoding") == "UTF8"
        assert ask("SHOW fsync") == "on"
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(dbname="aid", user="aid_app", password="guessed", host=str(site("demo").sockets))


def test_errors_are_logged_without_the_row() -> None:
    with database.running("demo"):
        ask("CREATE TABLE people (name text UNIQUE)", role="owner")
        ask("INSERT INTO people VALUES ('张三丰')", role="owner")
        with pytest.raises(psycopg2.errors.UniqueViolation):
            ask("INSERT INTO people VALUES ('张三丰')", role="owner")
    log = site("demo").log.read_text()
    assert "people_name_key" in log
    assert "张三丰" not in log


def test_it_stays_for_the_others_when_whoever_started_it_is_killed() -> None:
    starter = user()
    pid = server_pid()
    with database.running("demo"):
        leave(starter, killed=True)
        another = user()
        leave(another)
        with pytest.raises(AssertionError):
            until(lambda: not alive(pid), seconds=0.6)
        assert ask("SELECT 1") == "1"
    assert database.wait_until_stopped("demo")
    assert not alive(pid)


def test_eight_at_once_are_one_server() -> None:
    command = [
        sys.executable,
        "-S",
        "-c",
        "from liaocheng_aid import database\nwith database.running('demo'): print('up')",
    ]
    with database.running("test"):  # shared locks of one kind are nothing to the other
        crowd = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(8)]
        assert [process.communicate(timeout=60)[0] for process in crowd] == ["up\n"] * 8
    starts = site("demo").log.read_text().count("ready to accept connections")
    assert 1 <= starts <= 3  # one that leaves early may be the last for a moment


def test_a_killed_user_takes_the_server_with_it() -> None:
    process = user()
    pid = server_pid()
    leave(process, killed=True)
    until(lambda: not alive(pid))
    assert database.wait_until_stopped("demo")


def test_a_killed_keeper_leaves_no_server_and_the_data_whole() -> None:
    with database.running("demo"):
        ask(KEPT, role="owner")
        pid = server_pid()
        kill(keeper_pid())
        until(lambda: not alive(pid))
        database.ensure("demo")
        assert ask("SELECT answer FROM kept", role="owner") == "42"


def test_a_killed_server_is_started_again_with_the_data_whole() -> None:
    with database.running("demo"):
        ask(KEPT, role="owner")
        pid, keeper = server_pid(), keeper_pid()
        kill(pid)
        until(lambda: not alive(pid))
        database.ensure("demo")
        assert ask("SELECT answer FROM kept", role="owner") == "42"
        assert keeper_pid() == keeper


def test_everything_killed_at_once_starts_again_on_the_same_data() -> None:
    process = user()
    ask(KEPT, role="owner")
    server, keeper = server_pid(), keeper_pid()
    for pid in (server, keeper, process.pid):
        kill(pid)
    process.communicate()
    with database.running("demo"):
        assert ask("SELECT answer FROM kept", role="owner") == "42"


def test_a_stale_lock_with_the_number_of_another_process_is_no_obstacle() -> None:
    with database.running("demo"):
        ask(KEPT, role="owner")
    assert database.wait_until_stopped("demo")
    own = site("demo").user
    bystander = subprocess.Popen(["/bin/sleep", "60"], **own.popen)
    lock = site("demo").cluster / "postmaster.pid"
    lock.write_text(f"{bystander.pid}\n{site('demo').cluster}\n")
    lock.chmod(0o644)
    try:
        with database.running("demo"):
            assert ask("SELECT answer FROM kept", role="owner") == "42"
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_lost_passwords_are_made_anew(data: Path) -> None:
    with database.running("demo"):
        before = database.urls("demo").app["PASSWORD"]
    assert database.wait_until_stopped("demo")
    (data / "keys" / "postgresql-demo.json").unlink()
    with database.running("demo"):
        assert database.urls("demo").app["PASSWORD"] != before
        assert ask("SELECT current_user", role="app") == "aid_app"


def test_a_server_in_use_is_not_thrown_away() -> None:
    with database.running("demo"), pytest.raises(database.DatabaseUnavailable, match="正在使用"):
        database.forget("demo")
