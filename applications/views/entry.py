"""A3: the entry page, its drafts, what is asked while it is typed, and the receipt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import clock
from accounts.errors import Conflict, Invalid, WrongState
from accounts.ids import uuid7
from accounts.models import User
from applications import drafts
from applications.entry import defaults, running
from applications.entry import receipt as receipts
from applications.entry.asking import answer_twin, ask
from applications.entry.choices import OBLIGOR_SPECIAL, PERSON_SPECIAL
from applications.entry.forms import Setting
from applications.entry.gaps import gaps
from applications.entry.lookups import TooMany, home
from applications.entry.sending import send
from applications.entry.sheet import Problem, Sheet, Typed, typed_from
from applications.models import Application

log = structlog.get_logger()
CARRIED = "entry_carried"
MOST_DRAFT_NAMES = 1_500


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # LoginRequired lets nobody else in
    return request.user


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """An empty form under an id of its own; nothing is kept before something is typed."""
    user = user_of(request)
    villages = defaults.villages(user)
    typed = typed_from(defaults.starting(user, request.session.get(CARRIED, {}), villages))
    return _page(request, _sheet(typed, villages), key=uuid7(), version=0, is_new=True)


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, key: UUID) -> HttpResponse:
    """An own draft as it was left; a POST submits it, keeps it, or makes room for one more row."""
    user = user_of(request)
    villages = defaults.villages(user)
    drafts.refuse_anothers(user, key)
    if request.method == "POST":
        return _posted(request, key, villages)
    if submitted := Application.objects.filter(submission_key=key, submitted_by=user).first():
        return HttpResponseRedirect(reverse("receipt", args=[submitted.receipt_number]))
    kept = drafts.own(user, key)
    return _page(
        request, _sheet(typed_from(drafts.typed_in(kept)), villages), key=key, version=kept.version, saved=kept.saved_at
    )


def _sheet(typed: Typed, villages: list[tuple[str, str]], *, judged: bool = False, spare: str = "") -> Sheet:
    setting = Setting(on=clock.today(), is_judged=judged)
    return Sheet(typed, setting=setting, villages=villages, spare=(spare,) if spare else ())


def _posted(request: HttpRequest, key: UUID, villages: list[tuple[str, str]]) -> HttpResponse:
    act = request.POST.get("act", "submit")
    sheet = _sheet(request.POST, villages, judged=act == "submit", spare=act.removeprefix("row_"))
    if strangers := sheet.strangers():
        log.warning("entry_fields_ignored", user=user_of(request).pk, names=",".join(strangers[:20]))
    _carry(request, sheet)
    if act == "submit":
        return _submit(request, sheet, key)
    if act in ("save", "save_new"):
        return _keep(request, sheet, key, then_new=act == "save_new")
    return _page(request, sheet, key=key, version=_version(request.POST.get("version")))


def _carry(request: HttpRequest, sheet: Sheet) -> None:
    """Programme, village and day go on to the next form, and nothing else does."""
    request.session[CARRIED] = {name: sheet.reception.text(name) for name in defaults.KEPT}


def _submit(request: HttpRequest, sheet: Sheet, key: UUID) -> HttpResponse:
    if not sheet.is_right:
        return _refused(request, sheet, key, status=400)
    try:
        application = send(sheet, key=key, actor=user_of(request))
    except Invalid as refused:
        sheet.refuse(refused.errors)
        return _refused(request, sheet, key, status=400)
    except (WrongState, Conflict) as refused:
        return _refused(request, sheet, key, status=409, refusal=refused.message)
    return HttpResponseRedirect(reverse("receipt", args=[application.receipt_number]))


def _refused(request: HttpRequest, sheet: Sheet, key: UUID, *, status: int, refusal: str = "") -> HttpResponse:
    """The page as it was sent, with what is to be changed; it is kept as a draft, scripts or not."""
    user, version, at = user_of(request), _version(request.POST.get("version")), None
    try:
        saved = drafts.save(user, key, sheet.raw(), version=version, region_code=home(user))
        version, at = saved.version, saved.at
    except Conflict:
        log.info("entry_draft_not_kept", draft=str(key))  # another window has it, or it was submitted: both stay
    return _page(request, sheet, key=key, version=version, saved=at, status=status, refusal=refusal)


def _keep(request: HttpRequest, sheet: Sheet, key: UUID, *, then_new: bool) -> HttpResponse:
    user, version = user_of(request), _version(request.POST.get("version"))
    try:
        saved = drafts.save(user, key, sheet.raw(), version=version, region_code=home(user))
    except Conflict as refused:
        return _page(request, sheet, key=key, version=version, status=409, refusal=refused.message)
    messages.success(request, f"草稿已保存 {_time(saved.at)}")
    target = reverse("entry_new") if then_new else reverse("entry_draft", args=[key])
    return HttpResponseRedirect(target)


def _version(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _time(at: Any) -> str:
    return f"{timezone.localtime(at):%H:%M:%S}"


def _page(
    request: HttpRequest,
    sheet: Sheet,
    *,
    key: UUID,
    version: int,
    is_new: bool = False,
    saved: Any = None,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    problems = [*([Problem("", refusal)] if refusal else []), *(sheet.problems if sheet.setting.is_judged else [])]
    context = {
        "sheet": sheet,
        "key": key,
        "version": version,
        "is_new": is_new,
        "saved": _time(saved) if saved else "",
        "problems": problems,
        "specials": PERSON_SPECIAL,
        "obligor_specials": OBLIGOR_SPECIAL,
        "drafts": drafts.listed(user_of(request), but=key),
        **_beside(sheet),
    }
    return render(request, "applications/entry/page.html", context, status=status)


def _beside(sheet: Sheet) -> dict[str, Any]:
    """What the rail says to what is typed."""
    return {
        "calculation": running.calculate(sheet),
        "gaps": gaps(sheet),
        "month_total": running.month_total(sheet),
    }


@require_POST
def save(request: HttpRequest, key: UUID) -> HttpResponse:
    """Autosave: `{"version", "fields": {name: [text]}}` in; the new version and the time out, 409 where it is stale."""
    user = user_of(request)
    defaults.require_entering(user)
    body = _json(request)
    fields = body.get("fields")
    if not isinstance(fields, Mapping) or len(fields) > MOST_DRAFT_NAMES:
        raise Invalid({"fields": "草稿内容不完整，稍后再保存"})
    raw = {str(name): _texts(values) for name, values in fields.items()}
    sheet = _sheet(typed_from(raw), [])
    try:
        saved = drafts.save(user, key, sheet.raw(), version=_whole(body.get("version")), region_code=home(user))
    except drafts.Stale as stale:
        answer = {"message": stale.message, "version": stale.version}
        return JsonResponse({**answer, "url": reverse("entry_draft", args=[key])}, status=409)
    return JsonResponse({"version": saved.version, "at": _time(saved.at), "url": reverse("entry_draft", args=[key])})


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as broken:
        raise Invalid({"fields": "内容不完整，稍后再试"}) from broken
    if not isinstance(body, dict):
        raise Invalid({"fields": "内容不完整，稍后再试"})
    return body


def _texts(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0


@require_POST
def discard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give up an own draft."""
    user = user_of(request)
    defaults.require_entering(user)
    drafts.own(user, key)
    drafts.close(user, key)
    messages.success(request, "草稿已放弃")
    return HttpResponseRedirect(reverse("entry_new"))


@require_POST
def calculate(request: HttpRequest) -> HttpResponse:
    """The rail for what is typed now; stores nothing."""
    sheet = _sheet(request.POST, defaults.villages(user_of(request)))
    beside = _beside(sheet)
    return JsonResponse(
        {
            "html": render_to_string("applications/entry/beside.html", beside, request=request),
            "result": beside["calculation"].result,
            "months": {row.key: running.yuan(row.month) for row in sheet.incomes},
            "total": running.yuan(beside["month_total"]),
            "papers": [paper.code for paper in sheet.wanted],
            "notes": render_to_string("applications/entry/paper_notes.html", {"catalogued": sheet.catalogued}),
        }
    )


@require_POST
def duplicates(request: HttpRequest) -> HttpResponse:
    """Who is known by this number, name and birthday, or account. Never GET: nothing personal in an address."""
    try:
        matches = ask(_json(request), user_of(request))
    except TooMany as refused:
        return JsonResponse({"message": refused.message}, status=429)
    html = render_to_string("applications/entry/matches.html", {"matches": matches}, request=request)
    return JsonResponse({"count": len(matches), "html": html if matches else ""})


@require_POST
def twin(request: HttpRequest, key: UUID) -> HttpResponse:
    """The clerk's 是 or 否 to a possible twin, on record."""
    answer_twin(_json(request), user_of(request), key)
    return JsonResponse({"recorded": True})


@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """受理回执, on screen and on A5."""
    return render(request, "applications/entry/receipt.html", {"receipt": receipts.of(number, user_of(request))})
