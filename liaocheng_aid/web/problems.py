"""A refusal as a document (RFC 9457): `type`, `title`, `status`, `detail` in Chinese, `errors` by field."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from rest_framework.exceptions import APIException, PermissionDenied

TITLES = {
    400: "内容有误",
    401: "没有登录",
    403: "不能办理",
    404: "没有找到",
    405: "方法不对",
    406: "格式不对",
    409: "状态已变",
    413: "内容过大",
    415: "格式不对",
    429: "调用过快",
    500: "服务中断",
    503: "服务中断",
}
_DETAILS = {
    401: "没有登录，或令牌已过期、已停用",
    405: "这个地址不接受这种方法",
    415: "正文格式只收 application/json 或 application/x-ndjson",
}


def problem(status: int, detail: str, errors: dict[str, str] | None = None) -> HttpResponse:
    """The document. `title` is the same for one status wherever it arises."""
    body = {"type": "about:blank", "title": TITLES.get(status, TITLES[400]), "status": status, "detail": detail}
    return JsonResponse(
        {**body, **({"errors": errors} if errors else {})},
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def of_the_framework(refused: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The framework's own refusals; everything else goes on to where every error becomes an answer."""
    if not isinstance(refused, APIException):
        return None
    status = refused.status_code
    said = str(refused.detail) if isinstance(refused, PermissionDenied) else _DETAILS.get(status, TITLES[400])
    answer = problem(status, said)
    if header := getattr(refused, "auth_header", None):
        answer.headers["WWW-Authenticate"] = header
    return answer
