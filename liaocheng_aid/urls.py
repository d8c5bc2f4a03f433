"""Every address of the system. A path missing from the permission table of the tests fails the build."""

from __future__ import annotations

from django.urls import path

from liaocheng_aid.web import health, login

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("login/", login.Login.as_view(), name="login"),
    path("logout/", login.leave, name="logout"),
    path("session/extend/", login.extend, name="session_extend"),
]
