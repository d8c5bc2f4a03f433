"""`POST /api/v1/assess/`: the bytes of the command, for whoever is in office; nothing of it is kept."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import clock, posts
from accounts.buckets import Allowance
from accounts.models import AuditEntry, User
from eligibility import answering, api_body
from eligibility.models import Assessment
from tests.api.calling import ASSESS, caller, content, post, problem
from tests.conftest import Clock
from tests.eligibility.test_malformed_lines import FULL
from tests.making import TOWNSHIP, make_user

pytestmark = pytest.mark.django_db
BAD = FULL | {"id": "x2", "colour": "red"}
JSON, LINES = "application/json", "application/x-ndjson"


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", TOWNSHIP)


@pytest.fixture
def program(clerk: User) -> Client:
    return caller(clerk)


def command(tmp_path: Path, text: str | bytes) -> bytes:
    """What the command writes for the same lines."""
    file, out = tmp_path / "in.jsonl", io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with redirect_stdout(out):
        call_command("assess", str(file))
        out.flush()
        return out.buffer.getvalue()


def test_one_object_is_answered_with_the_command_s_bytes(program: Client, tmp_path: Path) -> None:
    answer = post(program, FULL)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert content(answer) + b"\n" == command(tmp_path, json.dumps(FULL))


def test_an_array_is_answered_in_order(program: Client, tmp_path: Path) -> None:
    sent = [FULL, BAD, 3, FULL | {"id": "四"}]
    answer = post(program, sent)
    pieces = content(answer).decode().split("\n")
    written = command(tmp_path, "\n".join(json.dumps(one) for one in sent)).decode().splitlines()
    assert [piece.removesuffix(",") for piece in pieces[1:-2]] == written
    found = json.loads(content(answer) if not answer.streaming else "\n".join(pieces))
    assert [one["id"] for one in found] == ["x1", "x2", None, "四"]
    assert found[1]["error"]["field"] == "colour"


def test_lines_are_answered_as_lines(program: Client, tmp_path: Path) -> None:
    sent = b"\n".join([json.dumps(FULL).encode(), b"no json", b'{"id": "\xff"}', b"", json.dumps(BAD).encode()]) + b"\n"
    answer = post(program, sent, LINES)
    assert answer.headers["Content-Type"] == LINES
    assert content(answer) == command(tmp_path, sent)


@pytest.mark.parametrize("sent", ["[]", " [ ] ", "\ufeff[]\n"])
def test_nobody_is_an_empty_array(program: Client, sent: str) -> None:
    assert json.loads(content(post(program, sent))) == []


@pytest.mark.parametrize("number", ["1.5", "1.50000", "15e-1", "1.5000000000000000000000001"])
def test_a_number_stays_what_was_written(program: Client, tmp_path: Path, number: str) -> None:
    sent = json.dumps(FULL | {"edge_multiple": 0}).replace('"edge_multiple": 0', f'"edge_multiple": {number}')
    assert content(post(program, sent)) + b"\n" == command(tmp_path, sent)


def test_a_key_written_twice_is_named(program: Client) -> None:
    sent = json.dumps(FULL).replace('"area"', '"as_of": "2026-08-10", "area"', 1)
    for body in (sent, f"[{sent}]"):
        found = json.loads(content(post(program, body)))
        assert (found[0] if body != sent else found)["error"]["field"] == "as_of"


def test_it_touches_no_case_and_keeps_its_count(program: Client, clerk: User) -> None:
    content(post(program, [FULL, BAD, FULL]))
    assert not Assessment.objects.exists()
    entry = AuditEntry.objects.get(action="api.assess")
    assert (entry.actor, entry.region_code, entry.detail) == (clerk, TOWNSHIP, '{"objects":3}')
    assert entry.address == "127.0.0.1"


def test_it_takes_few_queries(program: Client, django_assert_max_num_queries: Any) -> None:
    content(post(program, FULL))
    with django_assert_max_num_queries(10):
        content(post(program, FULL))


def test_nobody_without_a_token(client: Client) -> None:
    answer = post(client, FULL)
    assert answer.status_code == 401
    assert problem(answer)["title"] == "没有登录"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer x", "Bearer", "Bearer aid_" + "x" * 43, "bearer \x00"])
def test_a_token_that_does_not_hold(client: Client, clerk: User, header: str) -> None:
    """Not even beside a session that does."""
    client.force_login(clerk)
    answer = post(client, FULL, headers={"Authorization": header})
    assert answer.status_code == 401
    problem(answer)


def test_a_session_needs_its_form_token(clerk: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(clerk)
    refused = post(browser, FULL)
    assert refused.status_code == 403
    assert "X-CSRFToken" in problem(refused)["detail"]
    browser.get("/")
    token = browser.cookies["csrftoken"].value
    assert post(browser, FULL, headers={"X-CSRFToken": token}).status_code == 200


def test_whoever_is_in_no_office_is_refused(program: Client, clerk: User) -> None:
    posts.relieve(clerk.posts.get(), on=clock.today(), by=None)
    answer = post(program, FULL)
    assert answer.status_code == 403
    assert problem(answer)["detail"] == "没有在任岗位，不能调用接口"


def test_a_closed_account_is_out_at_once(program: Client, clerk: User) -> None:
    assert post(program, FULL).status_code == 200
    clerk.is_active = False
    clerk.save(update_fields=["is_active"])
    assert post(program, FULL).status_code == 401


def test_an_expired_token_is_out(program: Client, moving_clock: Clock) -> None:
    moving_clock.move(timedelta(days=1, seconds=1))
    assert post(program, FULL).status_code == 401


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "options", "head"])
def test_only_post(program: Client, method: str) -> None:
    answer = getattr(program, method)(ASSESS)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    if method != "head":
        problem(answer)


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "multipart/form-data", "x", ""])
def test_only_json(program: Client, media_type: str) -> None:
    answer = post(program, "{}", media_type)
    assert answer.status_code == 415
    problem(answer)


def test_a_query_parameter_is_named(program: Client) -> None:
    answer: Any = program.post(f"{ASSESS}?explain=1&x=2", json.dumps(FULL), content_type="application/json")
    assert answer.status_code == 400
    assert list(problem(answer)["errors"]) == ["explain", "x"]


@pytest.mark.parametrize(
    "sent",
    ["", " ", "{", "[", "[1", "[1,]", "[,]", "[1 2]", "[]]", "[] x", "null", "3", '"x"', "nonsense", b"\xff", b"[\xff]",
     "[" * 100_000, "[" + '{"a":' * 100_000, '{"a":' * 100_000, '{"a": 01}'],
)  # fmt: skip
def test_a_body_that_is_no_json(program: Client, sent: str | bytes) -> None:
    answer = post(program, sent)
    assert answer.status_code == 400
    assert list(problem(answer)["errors"]) == ["body"]


def test_too_many_objects(program: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "MOST_OBJECTS", 3)
    monkeypatch.setattr(api_body, "MOST_OBJECTS", 3)
    assert post(program, [1, 2, 3]).status_code == 200
    for sent, media_type in (
        ("[1,2,3,4]", "application/json"),
        ("[1,2,3,4,oh", "application/json"),
        ("1\n" * 4, LINES),
    ):
        answer = post(program, sent, media_type)
        assert answer.status_code == 413
        assert "3 个对象" in problem(answer)["detail"]
    assert AuditEntry.objects.filter(action="api.assess").count() == 1


def test_too_large_a_body(program: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_body, "MOST_BYTES", 1024 * 1024)
    assert post(program, " " * (1024 * 1024 - 2) + "[]").status_code == 200
    answer = post(program, " " * 1024 * 1024 + "[]")
    assert answer.status_code == 413
    assert "1 MB" in problem(answer)["detail"]


def test_a_caller_in_a_hurry_waits(program: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "ALLOWANCE", Allowance("assess", burst=4, per_second=0.01))
    assert post(program, [1, 2, 3]).status_code == 200
    answer = post(program, [1, 2])
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "100"
    problem(answer)
    assert post(program, FULL).status_code == 200
    assert post(caller(make_user("clerk", TOWNSHIP)), FULL).status_code == 200


def test_a_repeat_answers_alike(program: Client) -> None:
    key = {"Idempotency-Key": "0192f0c1-2d3e-7abc-8def-0123456789ab"}
    first, second = (content(post(program, FULL, headers=key)) for _ in range(2))
    assert first == second


def test_an_address_that_is_not_there(program: Client) -> None:
    answer: Any = program.get("/api/v1/nothing/")
    assert answer.status_code == 404
    assert problem(answer)["detail"] == "没有这个地址"


def test_a_broken_database_is_said(program: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def broken(*_: Any, **__: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(answering, "begin", broken)
    answer = post(program, FULL)
    assert answer.status_code == 503
    problem(answer)
