"""The county's lists, and the list itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET, require_POST

from accounts import access, clock
from accounts.errors import Forbidden, Invalid
from accounts.models import Job, Region, User
from accounts.roles import Level, Permission
from eligibility.missing_figures import Missing
from payments import monthly
from payments.forms import BuildForm, CancelForm, LinesForm, NoteForm, PasswordForm
from payments.missing_figures import warned
from payments.models import PaymentException, PaymentLine, PaymentList
from payments.moments import next_month
from payments.monthly import figures, printed
from payments.views import shown
from payments.words import amount_in_words

State = PaymentList.State
PEOPLE = ("region", "job", "built_by", "checked_by", "approved_by", "released_by", "cancelled_by")
LISTS_A_PAGE = 20
LINES_A_PAGE = 50
EXCEPTIONS_SHOWN = 50


def signed_in(request: HttpRequest) -> User:
    """The user of this request; the middleware lets nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def the_list(request: HttpRequest, pk: UUID) -> PaymentList:
    """The list with everybody who had it in hand; NotHere outside one's counties."""
    return access.find(PaymentList.objects.visible_to(request.user).select_related(*PEOPLE), pk=pk)


@require_GET
def payment_lists(request: HttpRequest) -> HttpResponse:
    """Every list this user may see, the newest month first, and the form that begins the next one."""
    return _lists(request, _build_form(request))


def _lists(request: HttpRequest, form: BuildForm | None, status: int = 200) -> HttpResponse:
    user = signed_in(request)
    if not any(Permission.VIEW_LIST in post.permissions for post in access.held(user)):
        raise Forbidden("发放名单由县级岗位办理")
    made = PaymentList.objects.visible_to(user).select_related("region", "built_by")
    page = Paginator(made.order_by("-month", "county_code", "-number"), LISTS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(one, printed.title(one), shown.next_act(one, user)) for one in page]
    context = {"form": form, "page": page, "rows": rows, "lacking": _lacking(user) if form else []}
    return render(request, "payments/lists.html", context, status=status)


def _lacking(user: User) -> list[tuple[str, list[Missing]]]:
    """What the months a list may be built of lack, in the counties of this user: said before, never in the way."""
    this = clock.today().replace(day=1)
    counties = [(one.code, one.name) for one in _building_counties(user)]
    return [
        (f"{one.county_name} {one.month.year} 年 {one.month.month} 月有算不出的标准", one.lacks)
        for one in warned(counties, (this, next_month(this)))
    ]


def _building_counties(user: User | AnonymousUser) -> list[Region]:
    return [
        post.region
        for post in access.held(user)
        if Permission.BUILD_LIST in post.permissions and post.region.level == Level.COUNTY
    ]


def _build_form(request: HttpRequest) -> BuildForm | None:
    """Nothing for somebody who builds no lists."""
    counties = _building_counties(request.user)
    if not counties:
        return None
    this = clock.today().replace(day=1)
    given = request.POST if request.method == "POST" else None
    return BuildForm(given, counties=counties, months=[this, next_month(this)])


@require_POST
def build(request: HttpRequest) -> HttpResponse:
    """Begin a list; its page shows how far it is."""
    form = _build_form(request)
    if form is None:
        raise Forbidden("生成名单由县级经办办理")
    if not form.is_valid():
        return _lists(request, form, 400)
    chosen = form.cleaned_data
    county = Region.objects.get(code=chosen["county"])
    month = date.fromisoformat(chosen["month"])
    try:
        made = monthly.start_build(
            county, month, actor=signed_in(request), on=clock.today(), programme=chosen["programme"]
        )
    except Invalid as wrong:
        for name, sentence in wrong.errors.items():
            form.add_error(name, sentence)
        return _lists(request, form, 400)
    except monthly.AlreadyDone as again:
        messages.info(request, again.message)
        made = again.payment_list
    return HttpResponseRedirect(reverse("payment_list", args=[made.pk]))


@require_GET
def payment_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list: how far it is, what it sums to, who is not paid and why, every line."""
    return page_of(request, the_list(request, pk))


def page_of(request: HttpRequest, made: PaymentList, status: int = 200, **refused: Any) -> HttpResponse:
    """The page of a list, with a form that was refused in the place of its empty one."""
    user = signed_in(request)
    waiting = made.exceptions.filter(acknowledged_at=None).count()
    townships = figures.by_township(made)
    programmes = figures.by_programme(made)
    context = {
        "made": made,
        "title": printed.title(made),
        "batch": printed.batch(made),
        "stages": shown.stages(made),
        "offer": shown.offer(made, user, waiting),
        "papers": shown.papers(made, user),
        "in_words": amount_in_words(made.total_fen),
        "programmes": programmes,
        "difference_fen": _difference(made, programmes),
        "townships": townships,
        "waiting": waiting,
        "exceptions": _exceptions(made, refused.get("note_form")),
        "settles": made.state == State.BUILT and access.may(user, Permission.CLEAR_HOLD, made.region_id),
        "may_cancel": shown.may_cancel(made, user),
        "password_form": PasswordForm(initial={"seen_hash": made.hash}),
        "cancel_form": CancelForm(),
        **_progress(made),
        **_lines(request, made, townships),
        **refused,
    }
    return render(request, "payments/list.html", context, status=status)


def _difference(made: PaymentList, programmes: list[figures.ProgrammeSum]) -> int | None:
    """Against the month before; nothing where there was none."""
    known = any(one.before_lines for one in programmes)
    return made.total_fen - sum(one.before_fen for one in programmes) if known else None


def _exceptions(made: PaymentList, refused: NoteForm | None) -> list[tuple[PaymentException, NoteForm]]:
    """Those nobody settled yet come first, each with its form; the form that was refused in its place."""
    rows = made.exceptions.select_related("person", "award__payee", "acknowledged_by")
    first = rows.order_by("acknowledged_at", "reason", "award__region_id", "pk")[:EXCEPTIONS_SHOWN]
    return [(one, refused if refused and refused.settles == one.pk else NoteForm(settles=one.pk)) for one in first]


if TYPE_CHECKING:
    Lines = Paginator[PaymentLine]
else:
    Lines = Paginator


class KnownCount(Lines):
    """A paginator that need not count what the list says itself."""

    known: int | None = None

    @cached_property
    def count(self) -> int:
        return super().count if self.known is None else self.known


def _lines(request: HttpRequest, made: PaymentList, townships: list[figures.TownshipSum]) -> dict[str, Any]:
    form = LinesForm(request.GET or None, townships=townships)
    narrow = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    pages = KnownCount(figures.lines(made, **narrow), LINES_A_PAGE)
    pages.known = None if narrow else made.lines_count
    page: Page[PaymentLine] = pages.get_page(request.GET.get("page"))
    rows = [shown.row(line) for line in page]
    names = ("people", "due_fen", "back_pay_fen", "recover_fen", "net_fen")
    sums = {name: sum(getattr(row, name) for row in rows) for name in names}
    return {"query": form, "page": page, "rows": rows, "sums": sums, "is_gone": narrow.get("change") == "gone"}


def _progress(made: PaymentList) -> dict[str, Any]:
    """The job of the list that still runs, or failed while building."""
    running = made.job if made.state == State.BUILDING else None
    if made.state in (State.RELEASED, State.EXPORTED):
        running = next((f.job for f in made.files.select_related("job") if f.job and f.job.closed_at is None), None)
    if running is None:
        return {"job": None, "job_words": "", "job_error": ""}
    failed = running.state == Job.State.FAILED
    return {"job": running, "job_words": _words(made, running), "job_error": running.error if failed else ""}


def _words(made: PaymentList, job: Job) -> str:
    if job.state == Job.State.PLANNED:
        return "排队中，马上开始"
    unit = "户" if made.state == State.BUILDING else "行"
    verb = "正在生成" if made.state == State.BUILDING else "正在导出"
    return f"{verb} {job.done:,} / {job.total:,} {unit}" if job.total else f"{verb}…"


@require_GET
def progress(request: HttpRequest, pk: UUID) -> JsonResponse:
    """How far the list's job is; the page asks each second and reloads when it is over."""
    made = the_list(request, pk)
    now = _progress(made)
    job: Job | None = now["job"]
    if job is None or job.closed_at is not None:
        words = now["job_error"] or "已完成"
        return JsonResponse({"done": 1, "total": 1, "words": words, "finished": True, "then": ""})
    return JsonResponse(
        {"done": job.done, "total": max(job.total, 1), "words": now["job_words"], "finished": False, "then": ""}
    )
