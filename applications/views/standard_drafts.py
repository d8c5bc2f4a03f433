"""Draft a new value, read it with its arithmetic, decide it: each act a POST to its own address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, audit, clock, documents
from accounts.errors import Conflict, Forbidden, Invalid, NotHere, beside
from accounts.models import User
from accounts.roles import Permission
from applications.forms.standards import DraftForm, ReturnForm, drafting_counties
from applications.simulation.asking import SIMULATES
from applications.views.worklist import signed_in
from eligibility import scans, standard_drafts
from eligibility.models import StandardDraft
from eligibility.proposals import Proposal, checked, errors_of
from eligibility.standard_drafts import AlreadyDone, Outcome, decision_of, proposal_of
from eligibility.targets import TARGETS, Kind, Target, label_of, unit_of, value_words


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to set; then its form: 核对 says what stands beside it, 提交 hands it to another person."""
    user = signed_in(request)
    counties = drafting_counties(user)
    if not counties:
        raise Forbidden("新标准由县级经办起草")
    target = TARGETS.get(request.GET.get("what", ""))
    if target is None:
        return render(request, "standards/choose.html", {"groups": _groups()})
    given: dict[str, Any] = {"target": target, "user": user, "counties": counties}
    if request.method != "POST":
        return _form(request, target, DraftForm(initial=_again(user, request.GET.get("again", ""), target), **given))
    return _sent(request, user, target, DraftForm(request.POST, request.FILES, **given))


def _groups() -> list[tuple[str, str, list[Target]]]:
    both = ((Kind.FIGURE, "标准"), (Kind.SETTING, "本地参数"))
    return [(kind.value, label, [one for one in TARGETS.values() if one.kind == kind]) for kind, label in both]


def _again(user: User, pk: str, target: Target) -> dict[str, Any]:
    """What a returned draft said, to begin the next one with."""
    try:
        found = access.find(standard_drafts.seen_by(user), pk=pk) if pk else None
    except NotHere:
        found = None
    if found is None or (found.programme, found.measure) != (target.programme, target.measure):
        return {}
    value = value_words(found.kind, found.value).replace(",", "") if found.value is not None else ""
    kept = {name: getattr(found, name) for name in ("area", "name", "for_year", "document_number", "reason")}
    return {**kept, "value": value, "effective_from": found.effective_from.isoformat(), "ends": found.value is None}


def _sent(request: HttpRequest, user: User, target: Target, form: DraftForm) -> HttpResponse:
    if not form.is_valid():
        return _form(request, target, form, status=400)
    proposal, today = form.proposal(), clock.today()
    access.require(user, Permission.DRAFT_STANDARD, proposal.region_code)
    if errors := errors_of(proposal, today=today) if "check" in request.POST else {}:
        beside(form, errors)
        return _form(request, target, form, status=400)
    if "check" in request.POST:
        return _form(request, target, form, proposal)
    try:
        key = form.cleaned_data.get("key") or uuid4()
        made = standard_drafts.draft(proposal, key=key, scan=form.kept_scan, actor=user, on=today)
    except Invalid as wrong:
        beside(form, wrong.errors)
        # What is low is shown with its arithmetic; what can't be taken at all has none.
        return _form(request, target, form, proposal if set(wrong.errors) == {"reason"} else None, status=400)
    except Conflict:
        form.begin_anew("这张表已提交过，再提交是另一份")
        return _form(request, target, form, status=409)
    messages.success(request, "草稿已提交，等别人决定")
    return redirect("standard_draft", made.pk)


def _form(
    request: HttpRequest, target: Target, form: DraftForm, proposal: Proposal | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "target": target,
        "form": form,
        "mark": form.mark,
        "key": target.key,
        "is_checked": proposal is not None,
        "said": checked(proposal, today=clock.today()) if proposal else None,
    }
    return render(request, "standards/new.html", context, status=status)


@require_GET
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft with its arithmetic as of today, who wrote it, and who decided."""
    return _page(request, _find(request, pk), ReturnForm())


def _find(request: HttpRequest, pk: UUID) -> StandardDraft:
    return access.find(standard_drafts.seen_by(request.user).select_related("scan"), pk=pk)


def _page(request: HttpRequest, found: StandardDraft, form: ReturnForm, status: int = 200) -> HttpResponse:
    user, decided, proposal = signed_in(request), decision_of(found), proposal_of(found)
    is_mine = found.drafted_by_id == user.pk
    is_open = decided is None
    target = next((one for one in TARGETS.values() if _is_of(one, found)), None)
    context = {
        "draft": found,
        "label": label_of(found.kind, found.programme, found.measure, found.area, found.name, found.for_year),
        "unit": unit_of(found.kind, found.programme, found.measure),
        "value": value_words(found.kind, found.value),
        "target": target,
        "said": checked(proposal, today=clock.today()) if is_open else None,
        "decided": decided,
        "form": form,
        "may_decide": is_open and not is_mine and access.may(user, Permission.ENFORCE_STANDARD, found.region_id),
        "may_withdraw": is_open and is_mine and access.may(user, Permission.DRAFT_STANDARD, found.region_id),
        "is_mine": is_mine,
        "may_draft_again": decided is not None
        and decided.outcome != Outcome.IN_FORCE
        and access.may(user, Permission.DRAFT_STANDARD, found.region_id),
        "again_url": _again_url(target, found) if target else "",
        "simulation_url": simulation_url(user, found, target),
    }
    return render(request, "standards/draft.html", context, status=status)


def _again_url(target: Target, found: StandardDraft) -> str:
    return f"{reverse('standard_draft_new')}?{urlencode({'what': target.code, 'again': str(found.pk)})}"


def _is_of(target: Target, found: StandardDraft) -> bool:
    same = (target.kind, target.programme, target.measure) == (found.kind, found.programme, found.measure)
    return same and (found.kind == Kind.SETTING or target.area == found.area)


def simulation_url(user: User, draft: StandardDraft, target: Target | None) -> str:
    """Where its effect on the families is worked out; "" for what no simulation asks, or who may not."""
    may = any(access.may(user, one, draft.region_id) for one in SIMULATES)
    if not may or target is None or target.kind != Kind.FIGURE or draft.value is None:
        return ""
    asked = {"region": draft.region_id, "on": draft.effective_from.isoformat(), target.code: f"{draft.value:.2f}"}
    return f"{reverse('simulation')}?{urlencode(asked)}"


def _act(request: HttpRequest, pk: UUID, act: Callable[[], object], said: str) -> HttpResponse:
    """The act; done twice by the same hand it answers with the page and says so."""
    try:
        act()
        messages.success(request, said)
    except AlreadyDone as again:
        messages.info(request, again.message)
    return redirect("standard_draft", pk)


@require_POST
def enforce(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put the value in force."""
    user = signed_in(request)
    return _act(
        request, pk, lambda: standard_drafts.enforce(pk, actor=user, on=clock.today()), "已公布执行，从执行日起生效"
    )


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one's own draft back."""
    user = signed_in(request)
    return _act(request, pk, lambda: standard_drafts.withdraw(pk, actor=user, on=clock.today()), "草稿已撤回")


@require_POST
def send_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return the draft with the reason."""
    user, form = signed_in(request), ReturnForm(request.POST)
    reason = request.POST.get("reason", "")
    try:
        # The act first: who may not decide is told so, whatever was typed.
        return _act(
            request, pk, lambda: standard_drafts.send_back(pk, reason, actor=user, on=clock.today()), "草稿已退回"
        )
    except Invalid as wrong:
        if form.is_valid():
            form.add_error("reason", wrong.errors["reason"])
        return _page(request, _find(request, pk), form, status=400)


@require_GET
def scan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The paper itself, for whoever may read the draft; always as a file to save, each download audited."""
    found = _find(request, pk)
    if found.scan is None:
        raise NotHere
    content = documents.read(found.scan.sha256)
    audit.record(signed_in(request), "standard.scan", found, on=clock.today(), region_code=found.region_id)
    response = HttpResponse(content, content_type=found.scan.media_type)
    name = f"{found.document_number}.{scans.ENDINGS[found.scan.media_type]}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
