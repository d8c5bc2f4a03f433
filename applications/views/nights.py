"""核对批次 (C9): every night and spot run, how far each source is, what was set aside, and asking again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import access, audit, clock, documents
from accounts.errors import Forbidden, Invalid
from accounts.models import Region, User
from accounts.roles import Level, Permission
from applications import night_start
from applications.models import Matter
from applications.night_seen import late_words
from applications.views.worklist import may, signed_in
from verification import nightly, progress
from verification.connected import Misconfigured, connected
from verification.models import Circuit, Exchange, Run, StrayRow, Subject
from verification.sources import registry

PER_PAGE = 30
SHOWN = 50


class StartForm(forms.Form):
    """Which county's night."""

    county = forms.ChoiceField(label="县（市、区）", error_messages={"required": "选择县", "invalid_choice": "选择县"})

    def __init__(self, data: Any = None, *, counties: list[Region]) -> None:
        super().__init__(data)
        field = self.fields["county"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, one.name) for one in counties]
        field.initial = counties[0].code
        if len(counties) == 1:
            field.widget = forms.HiddenInput()


def _counties(user: User) -> list[Region]:
    posts = access.held(user)
    return [
        post.region for post in posts if Permission.RUN_NIGHT in post.permissions and post.region.level == Level.COUNTY
    ]


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """Every run of the user's regions, the newest first."""
    return _runs(request, None)


def _runs(request: HttpRequest, form: StartForm | None, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    if not may(user, Permission.VIEW_CASE):
        raise Forbidden("核对由办案的岗位查看")
    counties = _counties(user)
    visible = Run.objects.visible_to(user).select_related("region", "household", "requested_by")
    page = Paginator(visible, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form or (StartForm(counties=counties) if counties else None),
        "runs_it": bool(counties),
        "sees_platform": may(user, Permission.RUN_NIGHT) or may(user, Permission.VIEW_AUDIT),
        "is_planning": any(night_start.waiting(county) for county in counties),
        "page": page,
        "rows": [(run, progress.of(run)) for run in page],
        **_sources(),
    }
    return render(request, "verification/runs.html", context, status=status)


def _sources() -> dict[str, Any]:
    """How many sources are connected, or why none can be."""
    try:
        return {"sources": len(connected()), "misconfigured": ""}
    except Misconfigured as wrong:
        return {"sources": 0, "misconfigured": wrong.message}


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Plan tonight's run now, or find it planned."""
    user = signed_in(request)
    counties = _counties(user)
    if not counties:
        raise Forbidden("核对由县级经办开始")
    form = StartForm(request.POST, counties=counties)
    if not form.is_valid():
        return _runs(request, form, 400)
    county = next(one for one in counties if one.code == form.cleaned_data["county"])
    try:
        planned = night_start.start(county, actor=user, on=clock.today())
    except Invalid as refused:
        for name, sentence in refused.errors.items():
            form.add_error(name, sentence)
        return _runs(request, form, 400)
    if planned:
        messages.info(request, "今天的核对已安排，看下面的进度")
        return _to(planned.pk)
    messages.success(request, "正在安排今天的核对")
    return HttpResponseRedirect(reverse("runs"))


def _to(pk: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("run", args=[pk]))


def _the_run(request: HttpRequest, pk: UUID) -> Run:
    return access.find(Run.objects.visible_to(request.user).select_related("region", "requested_by"), pk=pk)


@require_GET
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One run: by source what came and what did not, who could not be asked about, what was set aside."""
    user, made = signed_in(request), _the_run(request, pk)
    far, runs_it = progress.of(made), access.may(user, Permission.RUN_NIGHT, made.region_id)
    context = {
        "made": made,
        "far": far,
        "sources": sorted(far.sources, key=lambda one: (one.is_complete, not one.missing)),
        "progress_words": _words(far),
        "settled": far.asked - far.waiting,
        "total": max(far.asked, 1),
        "late_words": late_words(far),
        "rests": list(Circuit.objects.filter(opened_until__gt=clock.now())),
        "may_resume": made.state == Run.State.PARTLY and runs_it,
        "may_read_files": runs_it,
        "missing_url": "#sources" if far.missing else "",
        "found": made.findings.count(),
        "findings_url": reverse("findings"),
        "matter": _matter(user, made),
        **_unasked(user, made),
        **_set_aside(made),
    }
    return render(request, "verification/run.html", context)


def _unasked(user: User, made: Run) -> dict[str, Any]:
    """The first of those nobody was asked about, each with the case that wants a signature."""
    rows = Subject.objects.filter(run=made, consent=None).select_related("person", "household__region")
    count, first = rows.count(), list(rows[:SHOWN])
    numbers = {one.case_number for one in first}
    cases = dict(Matter.objects.visible_to(user).filter(number__in=numbers).values_list("number", "pk"))
    return {
        "unasked": [(one, cases.get(one.case_number)) for one in first],
        "unasked_count": count,
        "unasked_url": "#unasked" if count else "",
    }


def _set_aside(made: Run) -> dict[str, Any]:
    files = Exchange.objects.filter(request__run=made).exclude(fate=Exchange.Fate.TAKEN).select_related("request")
    strays = StrayRow.objects.filter(exchange__request__run=made).select_related("exchange")
    return {
        "aside": [(one, _label(one.source)) for one in files[:SHOWN]],
        "strays": [(one, _label(one.exchange.source)) for one in strays.order_by("exchange_id", "line")[:SHOWN]],
    }


def _matter(user: User, made: Run) -> Matter | None:
    """The case of a family that was asked about again; none of a night's."""
    if made.kind == Run.Kind.NIGHT:
        return None
    numbers = Subject.objects.filter(run=made).values("case_number")
    return Matter.objects.visible_to(user).filter(number__in=numbers).first()


def _label(code: str) -> str:
    try:
        return registry.source(code).label
    except KeyError:
        return code


def _words(far: progress.Progress) -> str:
    return f"已答复 {far.answered:,} / {far.asked:,}，还在等 {far.waiting:,}"


@require_GET
def run_progress(request: HttpRequest, pk: UUID) -> JsonResponse:
    """How far the run is; the page asks each second and reloads when it is over."""
    made = _the_run(request, pk)
    far = progress.of(made)
    done = made.state != Run.State.RUNNING
    words = made.get_state_display() if done else _words(far)
    return JsonResponse(
        {"done": far.asked - far.waiting, "total": max(far.asked, 1), "words": words, "finished": done, "then": ""}
    )


@require_POST
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask again whatever was not answered."""
    made = _the_run(request, pk)
    nightly.resume(made.pk, actor=signed_in(request))
    messages.success(request, "已重新查询未答复的来源")
    return _to(pk)


@require_GET
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bytes of a file that was set aside, as they came; each reading is on record."""
    user = signed_in(request)
    exchange = access.find(Exchange.objects.visible_to(user).exclude(fate=Exchange.Fate.TAKEN), pk=pk)
    access.require(user, Permission.RUN_NIGHT, exchange.region_id)
    content = documents.read(exchange.document_id)
    audit.record(user, "exchange.read", exchange, on=clock.today(), region_code=exchange.region_id)
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{exchange.pk}.bin"'},
    )
