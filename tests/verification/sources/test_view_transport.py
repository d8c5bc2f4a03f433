"""A view on another server: read only, only those asked about, and written as the source's own file."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from psycopg2 import sql

from tests.conftest import superuser, test_database
from tests.verification.sources.asking import LI, WANG, ZHAO, delivered, playing, question, read
from verification.sources import registry
from verification.sources.base import SourceRefused, SourceUnavailable
from verification.sources.simulated import registers
from verification.sources.transports.view import View

MARRIAGES, HEALTH = registry.source("civil_affairs"), registry.source("health")
ROLE = f"share_{secrets.token_hex(4)}"


@pytest.fixture(scope="module")
def dsn(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A role that may read one schema, and its address in a file; both gone afterwards."""
    password, given = secrets.token_hex(16), settings.DATABASE_URLS.superuser
    assert given is not None, "tests on a server need ADMIN_DATABASE_URL"
    path = tmp_path_factory.mktemp("dsn") / "dsn"
    address = f"host={given['HOST']} dbname={test_database()} user={ROLE} password={password}"
    path.write_text(f"{address} port={given['PORT']}\n" if given["PORT"] else f"{address}\n")
    role = sql.Identifier(ROLE)
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password)))
        try:
            cursor.execute(sql.SQL("CREATE SCHEMA share AUTHORIZATION {}").format(role))
            cursor.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(sql.Identifier(test_database()), role))
            yield path
        finally:
            cursor.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
            cursor.execute(sql.SQL("DROP ROLE {}").format(role))


def made(statement: str) -> None:
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(ROLE)))
        cursor.execute(statement)


MARRIED = f"""
CREATE OR REPLACE VIEW share.marriages AS SELECT *, NULL::date "火化日期", NULL "救助项目", NULL "发放地",
    NULL::date "救助起始日期"
FROM (VALUES
    ('{WANG.id_number}', '王秀兰', '有记录', '已婚', date '1984-05-01', '{LI.id_number}'),
    ('{ZHAO.id_number.lower()}', '赵䶮', '无记录', NULL, NULL, NULL),
    ('371599190001010018', '生人', '有记录', '未婚', NULL, NULL)
) AS v ("证件号码", "姓名", "是否有记录", "婚姻状况", "婚姻登记日期", "配偶证件号码")
"""


def view(dsn: Path, **more: Any) -> View:
    return View(MARRIAGES, dsn_file=str(dsn), **{"view": "share.marriages", **more})


def test_only_those_asked_about_leave_the_view(dsn: Path) -> None:
    made(MARRIED)
    answer = view(dsn).ask(question(MARRIAGES))
    assert b"371599190001010018" not in answer.raw
    said = {one.id_number: (one.is_found, one.values.get("marriage")) for one in read(MARRIAGES, answer)}
    married = [{"status": "married", "since": "1984-05-01", "spouse_number": LI.id_number}]
    assert said == {WANG.id_number: (True, married), ZHAO.id_number: (False, None)}
    assert (answer.reference, answer.rows) == (question(MARRIAGES).reference, 2)


def test_the_answer_proves_itself_whole(dsn: Path) -> None:
    made(MARRIED)
    answer = view(dsn).ask(question(MARRIAGES))
    assert answer == replace(delivered(MARRIAGES, answer.raw, rows=2, is_proved=True), name=answer.name)


def test_what_may_be_asked_of_few_only_stays_where_it_is_for_the_others(dsn: Path) -> None:
    columns = '"证件号码", "姓名", "是否有记录", "子女出生日期", "子女证件号码", "死亡日期", "严重精神障碍在册"'
    rows = ", ".join(f"('{one.id_number}', '{one.name}', '有记录', '', '', '', '是')" for one in (WANG, LI))
    made(f"CREATE OR REPLACE VIEW share.health AS SELECT * FROM (VALUES {rows}) AS v ({columns})")
    asked = question(HEALTH, replace(WANG, also=("serious_mental",)), LI)
    answer = View(HEALTH, dsn_file=str(dsn), view="share.health").ask(asked)
    said = {one.id_number: one.values.get("serious_mental") for one in read(HEALTH, answer)}
    assert said == {WANG.id_number: True, LI.id_number: None}


def test_nothing_can_be_written_there(dsn: Path) -> None:
    made("CREATE TABLE IF NOT EXISTS share.trace (n int)")
    made("CREATE OR REPLACE FUNCTION share.note() RETURNS text LANGUAGE sql AS"
         " 'INSERT INTO share.trace VALUES (1) RETURNING n::text'")  # fmt: skip
    made(MARRIED.replace("marriages", "noting").replace('NULL "发放地"', 'share.note() "发放地"'))
    with pytest.raises(SourceUnavailable):
        view(dsn, view="share.noting").ask(question(MARRIAGES))
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM share.trace")
        assert cursor.fetchone() == (0,)


def test_a_view_too_slow_is_unavailable(dsn: Path) -> None:
    made(MARRIED.replace("marriages", "slow").replace('NULL "发放地"', 'pg_sleep(20)::text "发放地"'))
    with pytest.raises(SourceUnavailable, match="连接不上或超时"):
        view(dsn, view="share.slow", timeout_seconds=0.1).ask(question(MARRIAGES))


def test_no_view_no_right_and_no_secret_are_refused(dsn: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match="视图打不开或没有权限"):
        view(dsn, view="share.nothing").ask(question(MARRIAGES))
    with pytest.raises(SourceRefused, match="视图打不开或没有权限"):
        view(dsn, view="public.households_person").ask(question(MARRIAGES))
    with pytest.raises(SourceRefused, match="读不到密钥文件"):
        view(tmp_path / "none").ask(question(MARRIAGES))


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    away = tmp_path / "dsn"
    away.write_text(f"host={tmp_path} dbname=nowhere user=nobody")
    with pytest.raises(SourceUnavailable, match="数据库连接不上或超时"):
        view(away).ask(question(MARRIAGES))


def test_the_played_registers_are_read_as_views(dsn: Path, tmp_path: Path) -> None:
    address = dsn.read_text().strip()
    with playing(tmp_path, "--dsn", address, "--views", "civil_affairs,public_security") as world:
        police, way = world.connected("public_security")
        (said,) = read(police, way.ask(question(police)))  # type: ignore[arg-type]
        assert (said.id_number, said.values["vehicle"]) == (WANG.id_number, 2)
        assert f"{registers.SCHEMA}.public_security" in (tmp_path / "connections.yaml").read_text()
