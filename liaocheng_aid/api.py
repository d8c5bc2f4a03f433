"""The interface for other programs: its addresses, and the document that describes them."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.urls import path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import Resource
from eligibility import api_schema
from eligibility.api import Assess


class Bearer(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api_callers.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class Cookie(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api_callers.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the objects the addresses speak of; a body, where one is described, is always needed."""
    for address in result["paths"].values():
        for method in address.values():
            if "requestBody" in method:
                method["requestBody"]["required"] = True
    result["components"]["schemas"] = api_schema.COMPONENTS | result["components"].get("schemas", {})
    return result


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, made once a process from the code that runs."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


class Schema(Resource):
    """OpenAPI 3.1 of every address under `/api/v1/`."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(document(), content_type="application/vnd.oai.openapi+json")


urlpatterns = [
    path("assess/", Assess.as_view(), name="api_assess"),
    path("schema/", Schema.as_view(), name="api_schema"),
]
