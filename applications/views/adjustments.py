"""标准调整: the batches of the user's counties, and one batch with what it changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import access, clock
from accounts.errors import Forbidden
from accounts.models import Job, Region, User
from accounts.roles import Level
from applications import adjustments
from applications.adjustments import figures, sheet
from applications.adjustments.awaiting import awaiting
from applications.adjustments.preparing import CONFIRMS, PREPARES
from applications.forms.adjustments import PrepareForm, RowsForm
from applications.models import AdjustmentBatch, Decision
from applications.views.worklist import signed_in
from payments.forms import PasswordForm

State = AdjustmentBatch.State
PER_PAGE = 50
PEOPLE = ("region", "job", "prepared_by", "confirmed_by")


def _counties(user: User) -> list[Region]:
    posts = access.held(user)
    return [post.region for post in posts if PREPARES in post.permissions and post.region.level == Level.COUNTY]


@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """Every batch this user may see, newest first; how many awards wait to be prepared."""
    return _batches(request, None)


def _batches(request: HttpRequest, form: PrepareForm | None, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    if not any(post.region.level in (Level.COUNTY, Level.CITY) for post in access.held(user)):
        raise Forbidden("标准调整由县级岗位办理")
    counties = _counties(user)
    made = AdjustmentBatch.objects.visible_to(user).exclude(state=State.REPLACED)
    page = Paginator(made.select_related("region", "prepared_by", "confirmed_by"), 20).get_page(request.GET.get("page"))
    context = {
        "form": form or (PrepareForm(counties=counties) if counties else None),
        "page": page,
        "adjusting": awaiting(user, clock.today()),
    }
    return render(request, "adjustments/batches.html", context, status=status)


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Begin a batch; its page shows how far it is."""
    user = signed_in(request)
    counties = _counties(user)
    if not counties:
        raise Forbidden("调整由县级经办准备")
    form = PrepareForm(request.POST, counties=counties)
    if not form.is_valid():
        return _batches(request, form, 400)
    made = adjustments.start(Region.objects.get(code=form.cleaned_data["county"]), actor=user, on=clock.today())
    return _to(made.pk)


def _to(pk: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("adjustment", args=[pk]))


def _the_batch(request: HttpRequest, pk: UUID) -> AdjustmentBatch:
    return access.find(AdjustmentBatch.objects.visible_to(request.user).select_related(*PEOPLE), pk=pk)


@require_GET
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The batch: its sums, whom a person must look at, whom it raises."""
    return _page(request, _the_batch(request, pk))


def _page(request: HttpRequest, made: AdjustmentBatch, status: int = 200, **refused: Any) -> HttpResponse:
    user = signed_in(request)
    townships = figures.by_township(made)
    form = RowsForm(request.GET or None, townships=townships)
    narrow = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    page = Paginator(figures.rows(made, **narrow), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    months = figures.back_pay_months(rows)
    matters = dict(
        Decision.objects.filter(pk__in=[row.award.decision_id for row in rows]).values_list("pk", "matter_id")
    )
    context = {
        "made": made,
        "programmes": figures.by_programme(made),
        "townships": townships,
        "query": form,
        "page": page,
        "rows": [(row, months.get(row.pk, []), matters.get(row.award.decision_id)) for row in rows],
        "why_not": _why_not(made, user),
        "password_form": PasswordForm(initial={"seen_hash": made.hash}),
        "taken_out": made.increases_count - made.done_count if made.state == State.DONE else 0,
        **_progress(made),
        **refused,
    }
    return render(request, "adjustments/batch.html", context, status=status)


def _why_not(made: AdjustmentBatch, user: User) -> str:
    """Why this user can't confirm it now; "" where they can."""
    if not access.may(user, CONFIRMS, made.region_id):
        return "由县级审批确认"
    if made.prepared_by_id == user.pk:
        return "由本人准备，由别人确认"
    return "准备以后又生成过名单，重新准备" if made.state == State.PREPARED and adjustments.listed_since(made) else ""


@require_POST
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm the batch that was seen, by whoever knows the password (ASVS 7.5.3)."""
    user, made = signed_in(request), _the_batch(request, pk)
    access.require(user, CONFIRMS, made.region_id)
    form = PasswordForm(request.POST)
    if form.is_valid():
        known = authenticate(request=request, username=user.get_username(), password=form.cleaned_data["password"])
        if known is None or known.pk != user.pk:
            form.add_error("password", "当前密码不对，重新填写")
    if not form.is_valid():
        return _page(request, made, 400, password_form=form)
    try:
        adjustments.confirm(pk, seen_hash=form.cleaned_data["seen_hash"], actor=user, on=clock.today())
        messages.success(request, "已确认，正在逐户办理")
    except adjustments.AlreadyConfirmed as again:
        messages.info(request, again.message)
    return _to(pk)


def _progress(made: AdjustmentBatch) -> dict[str, Any]:
    """The job that still runs, or failed."""
    job = made.job if made.state in (State.PREPARING, State.CONFIRMED) else None
    if job is None:
        return {"job": None, "job_words": "", "job_error": ""}
    verb = "正在测算" if made.state == State.PREPARING else "正在办理"
    words = f"{verb} {job.done:,} / {job.total:,} 户" if job.total else "排队中，马上开始"
    return {"job": job, "job_words": words, "job_error": job.error if job.state == Job.State.FAILED else ""}


@require_GET
def progress(request: HttpRequest, pk: UUID) -> JsonResponse:
    """How far the job is; the page asks each second and reloads when it is over."""
    now = _progress(_the_batch(request, pk))
    job: Job | None = now["job"]
    if job is None or job.closed_at is not None:
        words = now["job_error"] or "已完成"
        return JsonResponse({"done": 1, "total": 1, "words": words, "finished": True, "then": ""})
    return JsonResponse(
        {"done": job.done, "total": max(job.total, 1), "words": now["job_words"], "finished": False, "then": ""}
    )


@require_GET
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every row as a workbook."""
    made = _the_batch(request, pk)
    content = sheet.written(made, actor=signed_in(request), on=clock.today())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    name = f"adjustment-{made.county_code}-{made.as_of:%Y%m%d}.xlsx"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
