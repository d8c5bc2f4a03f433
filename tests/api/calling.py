"""How the tests call the interface."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts import clock, tokens
from accounts.models import User

ASSESS = "/api/v1/assess/"


def caller(user: User) -> Client:
    """A program with a token of this user."""
    _, text = tokens.issue(user, 1, by=user, on=clock.today())
    return Client(headers={"Authorization": f"Bearer {text}"}, enforce_csrf_checks=True)


def post(client: Client, body: Any, media_type: str = "application/json", **more: Any) -> HttpResponse:
    """The body as it is where it is text or bytes, else as JSON."""
    sent = body if isinstance(body, str | bytes) else json.dumps(body)
    answer: HttpResponse = client.post(ASSESS, sent, content_type=media_type, **more)  # type: ignore[assignment]
    return answer


def content(answer: HttpResponse) -> bytes:
    made: bytes = answer.getvalue()
    return made


def problem(answer: HttpResponse) -> dict[str, Any]:
    """The document of a refusal, after its form is checked."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = json.loads(content(answer))
    assert found["status"] == answer.status_code
    assert {"type", "title", "detail"} <= set(found)
    for words in (found["title"], found["detail"]):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in words), words
    return found
