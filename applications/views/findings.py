"""不一致 (A7): what differs and nothing else; one finding with its consequence, and what a person makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case as Choose
from django.db.models import IntegerField, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import access, audit, clock, documents
from accounts.errors import Forbidden, Invalid, beside
from accounts.ids import uuid7
from accounts.models import User
from accounts.roles import Permission
from applications import findings_worked, relatives
from applications.findings_shown import Row, consequence, history, rows
from applications.forms.filters import prefix_of
from applications.forms.findings import AcceptForm, DisputeForm, ExplainForm, FindingFilter, forms_of
from applications.models import Matter
from applications.views.worklist import may, sees_townships, signed_in
from eligibility import scans
from verification.findings import RELATIVE
from verification.models import Answer, Finding, FindingStep
from verification.models.findings import OPEN
from verification.sources import registry
from verification.sources.base import Kind

PER_PAGE = 50
_CLOSED = [state for state in Finding.State.values if state not in OPEN]


@require_GET
def worklist(request: HttpRequest) -> HttpResponse:
    """What is open in the user's regions: where money may go wrong first, then the oldest."""
    user = signed_in(request)
    if not may(user, Permission.VIEW_CASE):
        raise Forbidden("核对由办案的岗位查看")
    query = FindingFilter(request.GET, user)
    chosen = query.cleaned_data if query.is_valid() else {}
    found = _narrowed(Finding.objects.visible_to(user), chosen).select_related("person", "household", "region__parent")
    urgent = [When(kind__in=_holding(), is_standing=True, then=Value(0))]
    ordered = found.annotate(rank=Choose(*urgent, default=Value(1), output_field=IntegerField()))
    page = Paginator(ordered.order_by("rank", "found_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "page": page,
        "rows": rows(list(page)),
        "holding": findings_worked.held(page, clock.today()),
        "is_narrowed": any(chosen.values()),
        "may_work": may(user, Permission.WORK_FINDING),
        "with_township": sees_townships(user),
    }
    return render(request, "verification/findings.html", context)


def _holding() -> list[str]:
    return [kind.code for kind in registry.kinds().values() if kind.hold]


def _narrowed(found: Any, chosen: Mapping[str, Any]) -> Any:
    state = chosen.get("state", "")
    if state != "all":
        found = found.filter(state__in=_CLOSED if state == "closed" else OPEN)
    if chosen.get("kind"):
        found = found.filter(kind=chosen["kind"])
    if chosen.get("purpose"):
        found = found.filter(is_standing=chosen["purpose"] == "receives")
    if chosen.get("place"):
        found = found.filter(region__code__startswith=prefix_of(chosen["place"]))
    return found


def _the_finding(request: HttpRequest, pk: UUID) -> Finding:
    rows = Finding.objects.visible_to(request.user).select_related("person", "household", "region__parent", "run")
    return access.find(rows, pk=pk)


@require_GET
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One finding: declared, verified, what the rules make of it, what was done."""
    return _page(request, _the_finding(request, pk))


def _page(request: HttpRequest, finding: Finding, status: int = 200, **refused: forms.Form) -> HttpResponse:
    user, kind = signed_in(request), registry.kinds()[finding.kind]
    audit.record(user, "finding.view", finding, on=clock.today(), region_code=finding.region_id)
    may_work = access.may(user, Permission.WORK_FINDING, finding.region_id)
    answer = Answer.objects.filter(enquiry_id=finding.enquiry_id, on=finding.on).first()
    context = {
        "wrong": next(iter(refused.values()), None),
        "finding": finding,
        "row": Row.of(finding),
        "kind": kind,
        "source": registry.source(finding.source),
        "answer": answer,
        "matter": Matter.objects.visible_to(user).filter(number=finding.case_number).first(),
        "consequence": consequence(finding),
        "history": history(finding),
        "papers": finding.steps.exclude(evidence=None),
        "is_open": finding.state in OPEN,
        "may_work": may_work,
        "apart": RELATIVE if may_work and relatives.is_relative(user, finding.household) else "",
        "holds": bool(findings_worked.held([finding], clock.today())),
        "key": uuid7(),
        **forms_of(kind, user),
        **refused,
    }
    return render(request, "verification/finding.html", context, status=status)


Act = Callable[[Finding, dict[str, Any]], str]


@require_POST
def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The source is right."""

    def act(finding: Finding, given: dict[str, Any]) -> str:
        _, hold = findings_worked.accept(finding.pk, **given)
        return "已采纳，并暂停发放待核" if hold else "已采纳核对结果"

    return _work(request, pk, "accept_form", act)


@require_POST
def dispute(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The source is wrong here."""

    def act(finding: Finding, given: dict[str, Any]) -> str:
        findings_worked.dispute(finding.pk, **given)
        return "已登记不采纳，按申报办理"

    return _work(request, pk, "dispute_form", act)


@require_POST
def explain(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the family says of it."""

    def act(finding: Finding, given: dict[str, Any]) -> str:
        findings_worked.explain(finding.pk, **given)
        return "已登记家庭的说明"

    return _work(request, pk, "explain_form", act)


def _form(request: HttpRequest, name: str, kind: Kind) -> AcceptForm | DisputeForm | ExplainForm:
    user = signed_in(request)
    if name == "explain_form":
        return ExplainForm(request.POST, request.FILES, user=user)
    if name == "accept_form":
        return AcceptForm(request.POST, request.FILES, reasons=kind.accept, user=user)
    return DisputeForm(request.POST, request.FILES, reasons=kind.dispute, user=user)


def _work(request: HttpRequest, pk: UUID, name: str, act: Act) -> HttpResponse:
    """Take one act and go on to the next finding; with its errors back on the page."""
    finding, user = _the_finding(request, pk), signed_in(request)
    access.require(user, Permission.WORK_FINDING, finding.region_id)
    form = _form(request, name, registry.kinds()[finding.kind])
    if not form.is_valid():
        return _page(request, finding, 400, **{name: form})
    said = {key: value for key, value in form.cleaned_data.items() if key in ("note", "reason")}
    try:
        messages.success(request, act(finding, {**said, "evidence": form.paper, "actor": user, "on": clock.today()}))
    except Invalid as wrong:
        beside(form, wrong.errors)
        return _page(request, finding, 400, **{name: form})
    return _to_the_next(user, finding)


def _to_the_next(user: User, worked: Finding) -> HttpResponse:
    """An explained one is still to be decided; after a closed one comes the family's next, else the list."""
    mine = Finding.objects.visible_to(user).open().filter(household=worked.household_id).order_by("found_at", "pk")
    following = mine.filter(pk=worked.pk).first() or mine.first()
    return HttpResponseRedirect(reverse("finding", args=[following.pk]) if following else reverse("findings"))


@require_POST
def ask_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask the source once more."""
    finding = _the_finding(request, pk)
    key = UUID(request.POST["key"]) if _is_uuid(request.POST.get("key", "")) else uuid7()
    try:
        run = findings_worked.ask_again(finding.pk, key=key, actor=signed_in(request), on=clock.today())
    except Invalid as wrong:
        messages.error(request, next(iter(wrong.errors.values())))
        return HttpResponseRedirect(reverse("finding", args=[finding.pk]))
    messages.success(request, "已再次查询，答复后自动更新")
    return HttpResponseRedirect(reverse("run", args=[run.pk]))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_GET
def evidence(request: HttpRequest, pk: UUID, seq: int) -> HttpResponse:
    """A paper that was handed in with a step; each reading is on record."""
    finding = _the_finding(request, pk)
    step = access.find(FindingStep.objects.exclude(evidence=None).select_related("evidence"), finding=finding, seq=seq)
    paper = step.evidence
    assert paper is not None
    audit.record(signed_in(request), "finding.evidence", finding, on=clock.today(), region_code=finding.region_id)
    name = f"finding-{seq}.{scans.ENDINGS[paper.media_type]}"
    return HttpResponse(
        documents.read(paper.sha256),
        content_type=paper.media_type,
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
