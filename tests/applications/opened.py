"""Pages as somebody signed in sees them, with the queries they took."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements of a request; the savepoints exist only because a test is one transaction."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as caught:
        yield found
    found += [q["sql"] for q in caught.captured_queries if "SAVEPOINT" not in q["sql"]]


def take(client: Client, matter: Any, action: str, **said: object) -> Any:
    """Post a step's form as the page would."""
    return client.post(reverse("case_step", args=[matter.pk, action]), {k: str(v) for k, v in said.items()})
