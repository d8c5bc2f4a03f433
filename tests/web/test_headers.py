"""Headers every answer carries (R-40), walked over the URLconf so that a new page inherits them."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accounts.models import User
from liaocheng_aid.web.production import refuse_demonstration_logins
from tests.making import TOWNSHIP, make_user
from tests.permissions.table import TABLE

pytestmark = pytest.mark.django_db
PLAIN = [name for name, rule in TABLE.items() if not rule.about]


def wanting(headers: object) -> list[str]:
    """The names of the headers that are missing or too weak."""
    get = headers.get  # type: ignore[attr-defined]
    policy = get("Content-Security-Policy", "")
    checks = {
        "Strict-Transport-Security": "max-age=31536000" in get("Strict-Transport-Security", ""),
        "CSP": "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy,
        "nosniff": get("X-Content-Type-Options") == "nosniff",
        "Referrer-Policy": get("Referrer-Policy") == "same-origin",
        "COOP": get("Cross-Origin-Opener-Policy") == "same-origin",
        "X-Frame-Options": get("X-Frame-Options") == "DENY",
        "Permissions-Policy": "geolocation=()" in get("Permissions-Policy", ""),
    }
    return [name for name, holds in checks.items() if not holds]


@pytest.mark.parametrize("name", PLAIN)
def test_every_page_carries_them(client: Client, name: str) -> None:
    client.force_login(make_user("clerk", TOWNSHIP))
    rule = TABLE[name]
    answer = (client.post if rule.method == "POST" else client.get)(reverse(name), secure=True)
    assert wanting(answer.headers) == []
    if not rule.is_open:
        assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/no-such-page/", "/cases/00000000-0000-7000-8000-000000000000/"])
def test_a_refusal_carries_them_too(client: Client, path: str) -> None:
    client.force_login(make_user("clerk", TOWNSHIP))
    answer = client.get(path, secure=True)
    assert answer.status_code == 404
    assert wanting(answer.headers) == []


def test_production_refuses_demonstration_logins(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_demonstration_logins()
    User.objects.create(username="demo", full_name="演示", is_demonstration=True)
    refuse_demonstration_logins()
    monkeypatch.setattr(settings, "PRODUCTION", True)
    with pytest.raises(ImproperlyConfigured):
        refuse_demonstration_logins()
