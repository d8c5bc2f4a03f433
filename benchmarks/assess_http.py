"""One `assess` over HTTP against an empty view behind the same middleware: at most three times the time.

Both go through the real WSGI application with a token, on a PostgreSQL of their own as the application's role; the
empty view has the same authentication, permission, parser and body, and answers two bytes. They take turns, call by
call; the middle of all counts. Printed beside it: the rules alone, without HTTP.
    python -m benchmarks.assess_http [rounds]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
ROUNDS = int(sys.argv[1]) if __name__ == "__main__" and len(sys.argv) > 1 else 400
WARM_UP = 50
BOUND = 3.0
EMPTY, ASSESS = "/api/v1/empty/", "/api/v1/assess/"

Call = Callable[[], tuple[float, bytes]]


def caller(application: Any, path: str, token: str, body: bytes) -> Call:
    """A call through WSGI as the server makes it: seconds until the last byte, and the bytes."""
    asked = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "127.0.0.1",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

    def call() -> tuple[float, bytes]:
        statuses: list[str] = []
        environ = {**asked, "wsgi.input": BytesIO(body)}
        began = time.perf_counter()
        response = application(environ, lambda status, headers, error=None: statuses.append(status))
        content = b"".join(response)
        response.close()
        seconds = time.perf_counter() - began
        assert statuses == ["200 OK"], (statuses, content)
        return seconds, content

    return call


def measure(superuser: Any) -> int:
    import json

    from django.conf import settings
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import include, path

    from accounts import clock, tokens
    from accounts.api import Resource
    from accounts.buckets import Allowance
    from eligibility import answering, api_body
    from eligibility.api_schema import EXAMPLE
    from eligibility.assess import book
    from eligibility.assess_lines import assess_many
    from tests.making import TOWNSHIP, make_user

    class Empty(Resource):
        parser_classes = (api_body.JsonBody,)

        def post(self, request: Any) -> HttpResponse:
            assert request.data.objects == 1
            return HttpResponse(b"{}", content_type="application/json")

    call_command("load_reference", verbosity=0, stdout=StringIO())
    settings.ROOT_URLCONF = (path(EMPTY[1:], Empty.as_view()), path("", include("liaocheng_aid.urls")))
    answering.ALLOWANCE = Allowance("assess", burst=10**6, per_second=1)
    user = make_user("clerk", TOWNSHIP)
    _, token = tokens.issue(user, 1, by=user, on=clock.today())
    application, body = get_wsgi_application(), json.dumps(EXAMPLE).encode()
    empty, assess = (caller(application, path, token, body) for path in (EMPTY, ASSESS))
    text, figures = body.decode(), book()
    expected = next(assess_many([text], figures)).encode()

    for _ in range(WARM_UP):
        empty(), assess(), next(assess_many([text], figures))
    pairs, alone = [], []
    for number in range(ROUNDS):
        first, second = (empty, assess) if number % 2 else (assess, empty)
        taken = {first: first(), second: second()}
        assert taken[assess][1] == expected
        pairs.append((taken[empty][0], taken[assess][0]))
        began = time.perf_counter()
        next(assess_many([text], figures))
        alone.append(time.perf_counter() - began)
    empty_ms, assess_ms = (median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = median(ours / bare for bare, ours in pairs)
    print(f"one assess over HTTP, middle of {ROUNDS} pairs")
    print(f"  assess {assess_ms:6.2f} ms")
    print(f"  empty  {empty_ms:6.2f} ms  same middleware, token, posts, parser")
    print(f"  rules alone {median(alone) * 1000:.2f} ms of it")
    print(f"  ratio {ratio:.2f} (bound {BOUND:.1f})")
    return 0 if ratio <= BOUND else 1


if __name__ == "__main__":
    from benchmarks.payment_list import on_a_server_of_its_own

    sys.exit(on_a_server_of_its_own(measure))
