"""Our errors become answers here and nowhere else. What was typed is kept; nothing answers 500."""

from __future__ import annotations

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from accounts.errors import AidError, Conflict, Forbidden, Invalid, NotHere, TooLarge, TooMany, WrongState
from liaocheng_aid.web.context import shell
from liaocheng_aid.web.headers import Answer
from liaocheng_aid.web.problems import problem

log = structlog.get_logger()
STATUS: dict[type[AidError], int] = {
    NotHere: 404,
    Forbidden: 403,
    WrongState: 409,
    Conflict: 409,
    Invalid: 400,
    TooLarge: 413,
    TooMany: 429,
}
API = "/api/"
UNAVAILABLE = "服务暂时中断，填写的内容还在本页，几分钟后再试"


def wants_json(request: HttpRequest) -> bool:
    """A script is told in its own language; under `/api/` everybody is a script."""
    return request.path.startswith(API) or "application/json" in request.headers.get("Accept", "")


def answer(request: HttpRequest, status: int, message: str, errors: dict[str, str] | None = None) -> HttpResponse:
    """The page or the problem document for a refusal."""
    if wants_json(request):
        return problem(status, message, errors)
    words = {"message": message, "errors": errors or {}}
    if status in {500, 503}:
        # The shell around other pages reads the database, which may be what is broken.
        return HttpResponse(get_template("errors/500.html").render(words), status=status)
    if status == 404:
        # Rendered without the request: no token in it, so that absent and not mine are the same bytes.
        return HttpResponse(get_template("errors/404.html").render({**shell(request), **words}), status=404)
    template = f"errors/{status if status in {400, 403, 409} else 400}.html"
    return render(request, template, words, status=status)


class AnswerErrors:
    """Turns what an act raised into the one page or document it stands for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Http404):
            return not_found(request, exception)
        if isinstance(exception, AidError):
            status = next((code for kind, code in STATUS.items() if isinstance(exception, kind)), 400)
            errors = exception.errors if isinstance(exception, Invalid) else None
            response = answer(request, status, exception.message, errors)
            if isinstance(exception, TooMany):
                response.headers["Retry-After"] = str(exception.wait)
            return response
        if isinstance(exception, OperationalError | InterfaceError | DatabaseError):
            log.error("database_unavailable", path=request.path, reason=type(exception).__name__)
            return answer(request, 503, UNAVAILABLE)
        return None


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Absent or outside my regions: the same bytes."""
    return answer(request, 404, "没有这个地址" if request.path.startswith(API) else NotHere().message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 400, "提交的内容不完整，返回上一页重新填写")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403, "这一步由别的岗位办理")


def broken(request: HttpRequest) -> HttpResponse:
    return answer(request, 500, UNAVAILABLE)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", {"message": "页面已过期，返回上一页刷新后再提交"}, status=403)
