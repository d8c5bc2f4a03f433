"""新标准测算: the question in the address, the sentence, the tables, the list behind each number, the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import clock, regions
from accounts.errors import Invalid, NotHere
from accounts.models import Job, Region
from accounts.roles import Level
from applications.simulation import keeping, shown, workbook
from applications.simulation.asking import AskForm, address, code_of, params, reach
from applications.simulation.behind import GROUPS, Behind
from applications.simulation.keeping import Kept
from applications.simulation.running import Question, run
from applications.views.worklist import PER_PAGE, signed_in
from eligibility.programmes import Programme
from eligibility.simulate.held import SIMULATED
from eligibility.simulate.totals import by_county, by_programme

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class View:
    """A choice of one row of small links."""

    label: str
    url: str
    current: bool


def _form(request: HttpRequest) -> AskForm:
    given = request.POST if request.method == "POST" else request.GET
    return AskForm(given.dict(), reach(signed_in(request)))


def _found(question: Question) -> tuple[Kept | None, Job | None]:
    """What the question finds: worked out here for a small place, by the newest job for a large one."""
    if not keeping.is_large(question):
        return keeping.kept(run(question)), None
    job = keeping.last_job(question)
    return (keeping.of_job(job) if job and job.state == Job.State.DONE else None), job


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The form; with a question in the address, its answer. The address is the view and may be sent."""
    form = _form(request)
    question = form.question()
    context: dict[str, Any] = {"form": form, "question": question, "place": form.place}
    if question is not None:
        made, job = _found(question)
        context |= {"made": made, "job": job, "asked": params(question), **_progress(job)}
        if made is not None:
            context |= _answer(request, form, question, made)
    status = 400 if form.is_asked and form.errors else 200
    return render(request, "simulation/page.html", context, status=status)


def _answer(request: HttpRequest, form: AskForm, question: Question, made: Kept) -> dict[str, Any]:
    region = Region.objects.get(code=question.region)
    budget = shown.budgets(region, question.on)
    programme, place = _programme(request, question), _place(request, made)

    def link(**more: str) -> str:
        return address(question, **more)

    return {
        "changes": shown.changed(question, form.before),
        "sum": shown.summed(made, budget),
        "programmes": shown.lines(by_programme(made.table), link, budget),
        "unsure": sum(one.unsure_families for one in by_programme(made.table).values()),
        "low": shown.left_low(question, link),
        "moved": _moved(made, link),
        "export": f"{reverse('simulation_export')}{address(question)}",
        **_places(region, made, programme, place, link),
        **_list(request, made, programme, place),
    }


def _programme(request: HttpRequest, question: Question) -> Programme:
    """The one looked at: as asked, else the one whose figure would be another, else dibao."""
    asked = request.GET.get("programme") or question.proposed[0].programme
    return Programme(asked) if asked in [one.value for one in SIMULATED] else Programme.DIBAO


def _place(request: HttpRequest, made: Kept) -> str:
    """A county or township of the answer; "" the whole of it, whatever else the address says."""
    asked = request.GET.get("place", "")
    return asked if asked in made.table or asked in by_county(made.table) else ""


def _moved(made: Kept, link: shown.Link) -> list[tuple[str, str, int, str]]:
    """What the columns do not show: who passes to or from 待认定, and who is counted elsewhere."""
    found = []
    for programme, totals in by_programme(made.table).items():
        for group in ("settled", "unsettled", "doubled"):
            families = getattr(totals, f"{group}_families")
            if families:
                found.append(
                    (programme.label, GROUPS[group], families, link(programme=programme.value, group=group) + "#list")
                )
    return found


def _places(region: Region, made: Kept, programme: Programme, place: str, link: shown.Link) -> dict[str, Any]:
    """Counties for who asks for the city; the townships of the county, or of the one chosen."""
    table, county = made.table, region.code if region.level == Level.COUNTY else place[:6].ljust(12, "0")
    by_counties = region.level != Level.COUNTY and not place
    rows = by_county(table) if by_counties else {c: one for c, one in table.items() if c.startswith(county[:6])}
    views = [
        View(one.label, link(programme=one.value, **({"place": place} if place else {})) + "#places", one == programme)
        for one, totals in by_programme(table).items()
        if totals.families_before or totals.families_after or totals.unsure_families or one == programme
    ]
    return {
        "place_lines": shown.places(rows, programme, link, opens=by_counties),
        "place_kind": "县（市、区）" if by_counties else "乡镇（街道）",
        "place_of": "" if by_counties or region.code == county else regions.name_of(county),
        "all_places": link(programme=programme.value) + "#places",
        "programme": programme,
        "views": views,
        "pays": programme in shown.PAYS,
    }


def _list(request: HttpRequest, made: Kept, programme: Programme, place: str) -> dict[str, Any]:
    group = request.GET.get("group", "")
    if group not in GROUPS:
        return {"behind": None}
    behind = Behind(made, programme, group, place)
    page = Paginator(range(len(behind)), PER_PAGE).get_page(request.GET.get("page"))
    first = max(page.start_index() - 1, 0)
    return {
        "behind": behind,
        "group": GROUPS[group],
        "group_place": regions.full_name(place) if place else "",
        "rows": behind.shown(signed_in(request), first, page.end_index()),
        "page": page,
    }


def _progress(job: Job | None) -> dict[str, Any]:
    if job is None or job.state == Job.State.DONE:
        return {"job_words": "", "job_error": ""}
    words = f"正在测算 {job.done * 10}%" if job.total else "排队中，马上开始"
    return {"job_words": words, "job_error": job.error if job.state == Job.State.FAILED else ""}


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Have a large place worked out in the background; the page of the question shows how far it is."""
    form = _form(request)
    question = form.question()
    if question is None:
        context = {"form": form, "question": None, "place": form.place}
        return render(request, "simulation/page.html", context, status=400)
    keeping.start(question, actor=signed_in(request), on=clock.today())
    return HttpResponseRedirect(reverse("simulation") + address(question))


@require_GET
def progress(request: HttpRequest) -> JsonResponse:
    """How far the job of this question is; the page asks each second and reloads when it is over."""
    question = _form(request).question()
    job = keeping.last_job(question) if question else None
    if job is None or job.closed_at is not None:
        words = (job.error if job else "") or "已完成"
        return JsonResponse({"done": 1, "total": 1, "words": words, "finished": True, "then": ""})
    words = _progress(job)["job_words"]
    return JsonResponse({"done": job.done, "total": max(job.total, 1), "words": words, "finished": False, "then": ""})


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The tables and whoever gains or loses, as a workbook. Raises Invalid, or NotHere before the job has run."""
    form = _form(request)
    question = form.question()
    if question is None:
        errors = {name: str(sentences[0]) for name, sentences in form.errors.items()}
        raise Invalid(errors or {"standard": "先填拟定的标准，再导出"})
    made, _ = _found(question)
    if made is None:
        raise NotHere
    changes = shown.changed(question, form.before)
    content = workbook.written(question, made, changes, actor=signed_in(request), on=clock.today())
    name = f"simulation-{question.region[:6]}-{question.on:%Y%m%d}-{code_of(question.proposed[0])}.xlsx"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
