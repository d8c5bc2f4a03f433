"""DATABASE_URL and its sisters become Django's fields, or a sentence that names the variable."""

from __future__ import annotations

import warnings

import pytest

from liaocheng_aid import database
from liaocheng_aid.database.urls import parse


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://u:p@h:5433/d", ("d", "u", "p", "h", "5433")),
        ("postgresql://u@h/d", ("d", "u", "", "h", "")),
        ("postgres://a%40b:p%3A%2F%23%20%E5%AF%86@h/d%2Fe", ("d/e", "a@b", "p:/# 密", "h", "")),
        ("postgres://u:p@ss@h/d", ("d", "u", "p@ss", "h", "")),
        ("postgres:///d?host=/var/run/postgresql", ("d", "", "", "/var/run/postgresql", "")),
        ("postgres://u:p@%2FVar%2Frun/d", ("d", "u", "p", "/Var/run", "")),
        ("postgres://u@/d?host=%2Ftmp%2Fa%20b&port=5433", ("d", "u", "", "/tmp/a b", "5433")),
        ("postgres://u@[::1]:5432/d", ("d", "u", "", "::1", "5432")),
    ],
)
def test_it_works(url: str, expected: tuple[str, ...]) -> None:
    fields = parse(url)
    assert (fields["NAME"], fields["USER"], fields["PASSWORD"], fields["HOST"], fields["PORT"]) == expected
    assert "OPTIONS" not in fields


def test_other_parameters_are_options() -> None:
    assert parse("postgres://u@h/d?sslmode=verify-full&connect_timeout=3")["OPTIONS"] == {
        "sslmode": "verify-full",
        "connect_timeout": "3",
    }


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:geheim@h/d",
        "postgres://u:geheim@h",
        "postgres://u:geheim@h:port/d",
        "postgres://u:geheim@h:70000/d",
        "postgres://u:geheim@[::1/d",
        "postgres://u:geheim@h/d?sslmode",
        "geheim",
    ],
)
def test_invalid_input_names_the_variable_and_no_password(url: str) -> None:
    with pytest.raises(database.BadDatabaseUrl, match="MIGRATE_DATABASE_URL") as caught:
        parse(url, variable="MIGRATE_DATABASE_URL")
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_three_roles_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://app@h/d")
    monkeypatch.setenv("MIGRATE_DATABASE_URL", "postgres://owner@h/d")
    monkeypatch.setenv("ADMIN_DATABASE_URL", "postgres://admin@h/postgres")
    found = database.from_environment()
    assert found.superuser is not None
    assert (found.app["USER"], found.owner["USER"], found.superuser["USER"]) == ("app", "owner", "admin")


def test_without_an_owner_it_warns_except_in_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://app@h/d")
    monkeypatch.delenv("MIGRATE_DATABASE_URL", raising=False)
    monkeypatch.delenv("ADMIN_DATABASE_URL", raising=False)
    monkeypatch.setenv("AID_MODE", "production")
    with pytest.warns(RuntimeWarning, match="MIGRATE_DATABASE_URL"):
        found = database.from_environment()
    assert (found.owner, found.superuser) == (found.app, None)
    monkeypatch.setenv("AID_MODE", "test")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        database.from_environment()
