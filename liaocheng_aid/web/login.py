"""Sign in, sign out, stay; and the rule that every page but the public ones needs a sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from liaocheng_aid.web.headers import Answer

# Under /api/ the interface itself asks for a token or a session, and answers 401 in its own language.
OPEN_PREFIXES = ("/public/", "/static/", "/healthz", "/readyz", "/metrics", "/login/", "/design/", "/api/")
View = Callable[..., HttpResponse]


class LoginRequired:
    """A page asked for without a sign-in leads to the login, and back afterwards; a script is told 401."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated or request.path.startswith(OPEN_PREFIXES):
            return self.get_response(request)
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"message": "登录已过期，重新登录后接着填"}, status=401)
        target = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
        return HttpResponseRedirect(target)


class LoginForm(AuthenticationForm):
    """Username and password, with our own sentences."""

    username = forms.CharField(label="用户名", error_messages={"required": "填写用户名"})
    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput, error_messages={"required": "填写密码"}
    )
    error_messages = {
        "invalid_login": "用户名或密码不对，核对后再填",
        "inactive": "用户名或密码不对，核对后再填",
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].widget.attrs.update(autocomplete="username", autofocus=True)
        self.fields["password"].widget.attrs.update(autocomplete="current-password")


class Login(LoginView):
    """The login page; somebody already signed in is sent on."""

    authentication_form = LoginForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What axes answers after the fifth wrong password: the page again, with what to do."""
    form = LoginForm(request, data=None)
    return render(request, "registration/login.html", {"form": form, "locked": True}, status=429)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out, and have the browser forget what it kept."""
    logout(request)
    response = HttpResponseRedirect(reverse("login"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """One key keeps the session for another half hour."""
    return JsonResponse({"idle_seconds": settings.SESSION_COOKIE_AGE})
