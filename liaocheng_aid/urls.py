"""Every address of the system. A path missing from the permission table of the tests fails the build."""

from __future__ import annotations

from django.urls import include, path

from liaocheng_aid import design
from liaocheng_aid.web import errors, health, login

urlpatterns = [
    path("design/", design.page, name="design"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("login/", login.Login.as_view(), name="login"),
    path("logout/", login.leave, name="logout"),
    path("session/extend/", login.extend, name="session_extend"),
    path("api/v1/", include("liaocheng_aid.api")),
    path("payments/", include("payments.urls")),
    path("", include("disclosure.public_urls")),
    path("", include("disclosure.urls")),
    path("", include("applications.entry_urls")),
    path("", include("applications.urls")),
]

handler400, handler403, handler404, handler500 = (
    errors.bad_request,
    errors.forbidden,
    errors.not_found,
    errors.broken,
)
