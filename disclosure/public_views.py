"""The only pages without a login: from posting to the last day's end, by the clock, and nothing before or after.

Expired, withdrawn, unknown and mistyped are one answer, byte for byte. Nothing here is stored by anybody on the way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access, clock
from accounts.errors import NotHere
from accounts.models import Region
from accounts.roles import Level
from disclosure import browsing, limits, matters, self_check, sheets
from disclosure.models import NoticeList
from eligibility.catalogue import find

Page = Callable[..., HttpResponse]
RETRY_SECONDS = "60"


def public(page: Page) -> Page:
    """GET and HEAD, within the limit, never indexed, never kept; `NotHere` is the one page for whatever is not up."""

    return require_safe(_guarded(page))


def public_question(page: Page) -> Page:
    """The same, and POST for what must not stand in an address.

    Without a form token (CSRF): the answer depends on nothing but what was sent, and nothing is stored or changed, so
    that a page elsewhere that sends it gains nothing. A token would need a cookie, which no public page sets.
    """
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(_guarded(page)))


def _guarded(page: Page) -> Page:
    @wraps(page)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        if not limits.take(str(request.META.get("REMOTE_ADDR", ""))):
            return _kept_by_nobody(_busy(request))
        try:
            return _kept_by_nobody(page(request, **named))
        except NotHere:
            return _kept_by_nobody(shown(request, "public/gone.html", {}, status=404))

    return gzip_page(guarded)


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _busy(request: HttpRequest) -> HttpResponse:
    response = shown(request, "public/busy.html", {}, status=429)
    response.headers["Retry-After"] = RETRY_SECONDS
    return response


def shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page in ordinary or large text; the choice travels in the address, as nothing is stored in the browser."""
    large = request.GET.get("text") == "large"
    suffix = "?text=large" if large else ""
    base = {"large_text": large, "suffix": suffix, "public_url": reverse("public_home") + suffix}
    return render(request, template, base | context, status=status)


@public
def home(request: HttpRequest) -> HttpResponse:
    """Every county, and the townships where something is up."""
    places = browsing.counties(clock.today())
    context = {
        "places": places,
        "lists": sum(place.lists for place in places),
        "families": sum(place.families for place in places),
        "quiet": [place.name for place in places if not place.lists],
    }
    return shown(request, "public/home.html", context)


@public
def region(request: HttpRequest, code: str) -> HttpResponse:
    """A county's townships with how many lists; a township's or a village's lists."""
    rows = Region.objects.select_related("parent").exclude(level=Level.CITY)
    here = access.find(rows, code=code)
    context: dict[str, Any] = {"here": here, "above": here.parent}
    if here.level == Level.COUNTY:
        return shown(request, "public/county.html", context | {"places": browsing.townships(here, clock.today())})
    return shown(request, "public/township.html", context | {"lists": browsing.hung(here, clock.today())})


@public
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """One list, as it was frozen."""
    made = access.find(NoticeList.objects.up(clock.today()).with_regions(), token=token)
    return shown(request, "public/notice.html", {"sheet": sheets.read(made), "is_up": True})


@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """What can be applied for, by the trouble somebody is in."""
    return shown(request, "public/catalogue.html", {"groups": matters.groups()})


@public
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """One matter, and printed its slip of everything told at once (一次告知单)."""
    found = find(code)
    if found is None:
        raise NotHere
    context = {"shown": matters.shown(found, clock.today()), "today": clock.today()}
    return shown(request, "public/matter.html", context)


FORM_ENCODED = "application/x-www-form-urlencoded"


@public_question
def check_yourself(request: HttpRequest) -> HttpResponse:
    """自测: asked and answered on one page, which is all there ever is of it."""
    sent = request.POST if request.method == "POST" and request.content_type == FORM_ENCODED else None
    judge = sent is not None and sent.get("do", self_check.CHECK) == self_check.CHECK
    sheet = self_check.Sheet(clock.today(), sent, judge=judge)
    answer = self_check.answer(sheet) if judge and sheet.is_valid() else None
    context = {"sheet": sheet, "judged": judge, "answer": answer, "sent": sent is not None}
    return shown(request, "public/self_check.html", context)
