"""A strict house for every test: real PostgreSQL, the application's own role, keys and files in their own folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from playwright.sync_api import Browser, sync_playwright
from psycopg2 import sql

from accounts import clock
from accounts.crypto import keys
from liaocheng_aid import database

# Loaded once a session, never emptied: the tables no case writes to.
REFERENCE = {
    "accounts_region",
    "accounts_deployment",
    "accounts_datakey",
    "applications_holiday",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "eligibility_minimumwage",
    "eligibility_standard",
}


_ANCHORS = count(1)


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys, documents and anchors of the tests lie in a folder of their own."""
    root = tmp_path_factory.mktemp("aid")
    for name in ("keys", "documents", "anchors"):
        setattr(settings, f"{name.upper()}_DIR", root / name)
    settings.STATIC_ROOT = root / "static"
    settings.STATIC_ROOT.mkdir()
    keys.forget()


@pytest.fixture(autouse=True)
def _own_anchors(_own_folders: None) -> Iterator[None]:
    """The heads a test puts outside the database are its own: what is rolled back with it leaves them behind."""
    kept = settings.ANCHORS_DIR
    settings.ANCHORS_DIR = kept.with_name(f"anchors-{next(_ANCHORS)}")
    yield
    settings.ANCHORS_DIR = kept


@contextmanager
def superuser(name: str = "postgres") -> Iterator[Any]:
    """A connection that is nobody's at run time: it makes and empties the test database. Each statement commits."""
    given = settings.DATABASE_URLS.superuser
    assert given is not None, "tests on a server need ADMIN_DATABASE_URL"
    connection = psycopg2.connect(
        dbname=name, user=given["USER"], password=given["PASSWORD"], host=given["HOST"], port=given["PORT"] or None
    )
    connection.autocommit = True
    with closing(connection):
        yield connection


def test_database() -> str:
    return f"test_aid_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


test_database.__test__ = False  # type: ignore[attr-defined]


def _create(name: str, owner: str) -> None:
    with superuser() as connection, connection.cursor() as cursor:
        # The workers of a fresh server come at once, and a role is made once for all of them.
        cursor.execute("SELECT pg_advisory_lock(hashtext('aid_test_roles'))")
        for alias in ("default", "owner"):
            _ensure_role(cursor, settings.DATABASES[alias])
        cursor.execute("SELECT pg_advisory_unlock(hashtext('aid_test_roles'))")
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cursor.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
    with superuser(name) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist; CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(owner)))


def _ensure_role(cursor: Any, given: dict[str, Any]) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [given["USER"]])
    if cursor.fetchone() is None:
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
        cursor.execute(statement.format(sql.Identifier(given["USER"]), sql.Literal(given["PASSWORD"])))


@pytest.fixture(scope="session")
def django_db_setup(_own_folders: None, django_db_blocker: Any) -> Iterator[None]:
    """An empty database migrated by the owner, then served to the application's role only."""
    name = test_database()
    with ExitStack() as stack:
        if not os.environ.get("DATABASE_URL"):
            stack.enter_context(database.running("test"))
        _create(name, settings.DATABASES["owner"]["USER"])
        for alias in ("default", "owner"):
            connections[alias].close()
            settings.DATABASES[alias]["NAME"] = connections[alias].settings_dict["NAME"] = name
        with django_db_blocker.unblock():
            call_command("migrate", database="owner", verbosity=0)
            connections["owner"].close()
            _set_mode("test")
            call_command("load_reference", verbosity=0, stdout=StringIO())
            keys.current()
        yield
        with django_db_blocker.unblock():
            connections["default"].close()


def _set_mode(mode: str) -> None:
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_deployment SET mode = %s", [mode])


def _empty(self: TransactionTestCase) -> None:
    """Instead of Django's flush, which the application's role may not do: the superuser empties every case table."""
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted({row[0] for row in cursor.fetchall()} - REFERENCE)
        cursor.execute("SET session_replication_role = replica")
        # DELETE, not TRUNCATE: the loaded figures keep the audit entries that seal them.
        for table in ("eligibility_standard", "eligibility_minimumwage"):
            cursor.execute(
                sql.SQL(
                    "DELETE FROM {} WHERE audit_entry_id IN"
                    " (SELECT id FROM accounts_auditentry WHERE action <> 'standard.load')"
                ).format(sql.Identifier(table))
            )
        for table in tables:
            kept = sql.SQL(" WHERE action <> 'standard.load'" if table == "accounts_auditentry" else "")
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) + kept)
        cursor.execute(
            "INSERT INTO accounts_auditchain SELECT DISTINCT ON (county_code) county_code, seq, hash"
            " FROM accounts_auditentry ORDER BY county_code, seq DESC"
        )


TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


class Clock:
    """The clock of the tests: Python's and the database's move together."""

    def move(self, by: timedelta) -> None:
        clock.shift(by)
        with superuser(test_database()) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_deployment SET clock_shift_seconds = %s", [int(by.total_seconds())])


@pytest.fixture
def moving_clock(django_db_setup: None) -> Iterator[Clock]:
    made = Clock()
    yield made
    made.move(timedelta(0))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Debian's Chromium, or a skip that says which package is missing."""
    path = Path("/usr/bin/chromium")
    if not path.exists():
        pytest.skip("Chromium is not installed (apt-get install chromium fonts-noto-cjk)")
    return str(path)


FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One browser for the whole session: Playwright's loop may be started once in a process."""
    # The loop runs in this thread; the tests ask the database between two steps of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _pages_closed(request: pytest.FixtureRequest) -> Iterator[None]:
    """A page a test leaves open goes on ticking beside every later one."""
    if "chromium" not in request.fixturenames:
        yield
        return
    browser: Browser = request.getfixturevalue("chromium")
    before = set(browser.contexts)
    yield
    for context in set(browser.contexts) - before:
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's files first: they take longest, and a core that gets one last keeps the others waiting."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)
