"""As the application's database role, raw SQL neither rewrites what is only added to nor takes a guard away (R-26)."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from psycopg2.errors import InsufficientPrivilege

from accounts.integrity import sealed_models
from tests.conftest import superuser, test_database

pytestmark = pytest.mark.django_db


def catalogue(trigger: str) -> list[str]:
    """Every table that carries this guard, as the database itself says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s AND NOT tgisinternal ORDER BY 1",
            [trigger],
        )
        return [row[0] for row in cursor.fetchall()]


def refused(statement: str) -> bool:
    """Whether the application's role is told that it may not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return isinstance(error.__cause__, InsufficientPrivilege)
    return False


def column_of(table: str) -> str:
    """A column of the table; a month's partition has those of its whole."""
    whole = re.sub(r"_\d{4}_\d{2}$", "", table)
    model = next(one for one in apps.get_models() if one._meta.db_table == whole)
    return connection.ops.quote_name(str(model._meta.concrete_fields[-1].column))


REWRITES = {
    "update": "UPDATE {table} SET {column} = {column}",
    "update of nothing": "UPDATE {table} SET {column} = {column} WHERE false",
    "delete": "DELETE FROM {table}",
    "delete of nothing": "DELETE FROM {table} WHERE false",
    "truncate": "TRUNCATE {table} CASCADE",
    "disable the guard": "ALTER TABLE {table} DISABLE TRIGGER aid_append_only",
    "disable every guard": "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "drop the guard": "DROP TRIGGER aid_append_only ON {table}",
    "drop the table": "DROP TABLE {table} CASCADE",
    "rename the table": "ALTER TABLE {table} RENAME TO gone",
    "take it over": "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "replace it by a rule": "CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "write past it": "COPY {table} FROM PROGRAM 'true'",
    "merge into it": "MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "lock others out": "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
}


@pytest.mark.parametrize("rewrite", REWRITES)
def test_what_is_only_added_to_is_never_rewritten(rewrite: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT aid_open_month('2026-11-25')")
    tables = catalogue("aid_append_only")
    assert len(tables) >= 20
    assert "verification_record_2026_11" in tables
    statements = [REWRITES[rewrite].format(table=table, column=column_of(table)) for table in tables]
    allowed = [one for one in statements if not refused(one)]
    assert not allowed, allowed


def test_granting_oneself_more_grants_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON accounts_auditentry, payments_ledgerentry TO CURRENT_USER")
    assert refused("UPDATE accounts_auditentry SET detail = detail")
    assert refused("DELETE FROM payments_ledgerentry")


def test_every_sealed_table_is_among_them() -> None:
    assert {model._meta.db_table for model in sealed_models()} <= set(catalogue("aid_append_only"))


@pytest.mark.parametrize(
    "table", ["accounts_auditentry", "applications_transition", "payments_ledgerentry", "payments_paymentline"]
)
def test_the_ones_the_law_names_are_among_them(table: str) -> None:
    assert table in catalogue("aid_append_only")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "DROP TRIGGER aid_no_removal ON {table}",
        "UPDATE {table} SET {pk} = {pk}",
    ],
)
def test_what_changes_in_part_is_never_removed(statement: str) -> None:
    tables = catalogue("aid_no_removal")
    assert len(tables) >= 8
    for table in tables:
        model = next(one for one in apps.get_models() if one._meta.db_table == table)
        assert refused(statement.format(table=table, pk=model._meta.pk.column)), (statement, table)


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "SET LOCAL session_replication_role = replica",
        "SET ROLE {owner}",
        "SET SESSION AUTHORIZATION {owner}",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "ALTER FUNCTION aid_refuse() OWNER TO CURRENT_USER",
        "CREATE OR REPLACE FUNCTION aid_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE OR REPLACE FUNCTION aid_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "DROP FUNCTION aid_audit_chain() CASCADE",
        "CREATE TABLE public.mine (id int)",
        "DROP SCHEMA public CASCADE",
    ],
)
def test_no_guard_can_be_gone_around(statement: str) -> None:
    assert refused(statement.format(owner=settings.DATABASES["owner"]["USER"]))


def test_no_guard_reads_a_temporary_table_in_the_place_of_the_real_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, p.proconfig FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang"
            r" WHERE p.proname LIKE 'aid\_%' AND (l.lanname = 'plpgsql' OR p.proname = 'aid_now')"
        )
        paths = dict(cursor.fetchall())
    assert len(paths) >= 10
    assert {name for name, path in paths.items() if path != ["search_path=public, pg_temp"]} == set()


def test_a_temporary_table_does_not_move_the_clock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE accounts_deployment ON COMMIT DROP AS SELECT * FROM public.accounts_deployment"
        )
        cursor.execute("UPDATE pg_temp.accounts_deployment SET mode = 'test', clock_shift_seconds = 86400")
        cursor.execute("SELECT abs(extract(epoch FROM aid_now() - clock_timestamp()))")
        assert cursor.fetchone()[0] < 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_deployment SET clock_shift_seconds = 86400",
        "UPDATE accounts_deployment SET mode = 'test'",
        "INSERT INTO accounts_deployment (id, mode, app_role, clock_shift_seconds) VALUES (1, 'test', 'x', 86400)",
        "DELETE FROM accounts_deployment",
        "UPDATE accounts_auditchain SET seq = 0",
        "DELETE FROM accounts_auditchain",
        "INSERT INTO accounts_auditchain (county_code, seq, hash) VALUES ('371599', 5, '')",
        "TRUNCATE accounts_auditchain",
    ],
)
def test_neither_the_clock_nor_a_chains_head_is_the_applications(statement: str) -> None:
    assert refused(statement)


@pytest.mark.django_db(transaction=True)
def test_outside_a_test_the_clock_stands_even_if_the_owner_shifts_it() -> None:
    with superuser(test_database()) as owner, owner.cursor() as cursor:
        try:
            cursor.execute("UPDATE accounts_deployment SET mode = 'production', clock_shift_seconds = 86400")
            cursor.execute("SELECT aid_now() - clock_timestamp()")
            assert abs(cursor.fetchone()[0]) < timedelta(seconds=1)
            cursor.execute("UPDATE accounts_deployment SET mode = 'test'")
            cursor.execute("SELECT aid_now() - clock_timestamp()")
            assert abs(cursor.fetchone()[0] - timedelta(days=1)) < timedelta(seconds=1)
        finally:
            cursor.execute("UPDATE accounts_deployment SET mode = 'test', clock_shift_seconds = 0")


def test_the_trigger_stands_where_the_grant_does_not() -> None:
    """Two guards, not one: even the owner of the tables is refused by the trigger."""
    given = {**settings.DATABASES["owner"]}
    owner = psycopg2.connect(
        dbname=test_database(),
        user=given["USER"],
        password=given["PASSWORD"],
        host=given["HOST"],
        port=given["PORT"] or None,
    )
    try:
        for table in ("accounts_auditentry", "payments_ledgerentry"):
            with pytest.raises(InsufficientPrivilege, match="rows are only added"), owner.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table}")
            owner.rollback()
    finally:
        owner.close()
