"""Who calls `/api/v1/`: by token or by session, in office; and that the answer has the form of the question.

Apart from `accounts.api`, because the framework loads these while its own views are still loading.
"""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from accounts import tokens
from accounts.access import held
from accounts.models import User

BEARER = "Bearer"


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer aid_…`. A header that is there and does not hold is 401, whatever the session says."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != BEARER.lower():
            return None
        user = tokens.holder(text.strip())
        if user is None:
            raise AuthenticationFailed
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return BEARER


class SessionAuthentication(authentication.SessionAuthentication):
    """The signed-in person's session, with the form token of every page for whatever is not a mere reading."""

    def enforce_csrf(self, request: Request | HttpRequest) -> None:
        try:
            super().enforce_csrf(cast("Request", request))
        except PermissionDenied as refused:
            raise PermissionDenied("登录会话调用要带 X-CSRFToken") from refused


class InOffice(BasePermission):
    """Somebody who holds a post today."""

    message = "没有在任岗位，不能调用接口"

    def has_permission(self, request: Request, view: object) -> bool:
        return any(post.permissions for post in held(request.user))


class AsAsked(DefaultContentNegotiation):
    """The answer has the form of the question: `Accept` is not negotiated about (RFC 9110, 12.4.1)."""

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: list[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type
