"""A session ends after 30 idle minutes, and after twelve hours whatever happens (R-45)."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from accounts import audit
from liaocheng_aid.web.headers import Answer

STARTED = "started"


class AbsoluteLimit:
    """Ends a session that is older than a working day; gives every audit entry the caller's address."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.get(STARTED) is not None:
            if time.time() - request.session[STARTED] > settings.SESSION_ABSOLUTE_SECONDS:
                logout(request)
        elif request.user.is_authenticated:
            request.session[STARTED] = time.time()
        with audit.setting(address=str(request.META.get("REMOTE_ADDR", ""))):
            return self.get_response(request)
