"""主动发现: the lists departments push, who of them is to be visited, and what a visit found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, audit, clock
from accounts.errors import Forbidden, Invalid, beside
from accounts.models import Region, User
from accounts.roles import Level, Permission
from applications import pushed_page
from applications.forms.pushed import ListForm, PlaceFilter, PlaceForm, VisitForm
from applications.in_help import in_help
from applications.pushed_page import CODES, LISTS
from applications.views.worklist import may, signed_in
from verification import pushed
from verification.models import PushedList, PushedPerson

State = PushedPerson.State


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Who waits for a visit in this user's regions; beside it who was visited, who is helped, what was set aside."""
    user = signed_in(request)
    if not may(user, Permission.VIEW_CASE):
        raise Forbidden("主动发现名单由办案的岗位查看")
    query = PlaceFilter(request.GET, user)
    tab = request.GET.get("tab", "")
    tab = tab if tab in CODES else State.TO_VISIT.value
    within = query.within()
    found = pushed_page.visible(user, within)
    context: dict[str, Any] = {
        "tabs": pushed_page.tabs(user, found, tab, request.GET.get("place", "")),
        "tab": tab,
        "query": query,
        "may_take": bool(_counties(user)),
        "may_visit": may(user, Permission.VISIT_PUSHED_PERSON),
        "is_narrowed": bool(within),
    }
    if tab == LISTS:
        page: Any = pushed_page.lists(user, request.GET.get("page"))
        context |= {"page": page, "rows": [pushed_page.list_row(one) for one in page]}
    else:
        page = pushed_page.people(found, tab, request.GET.get("page"))
        context |= {"page": page, "rows": pushed_page.rows(page, clock.today())}
    return render(request, "pushed/index.html", context)


def _counties(user: User) -> list[Region]:
    posts = [post for post in access.held(user) if Permission.TAKE_PUSHED_LIST in post.permissions]
    return [post.region for post in posts if post.region.level == Level.COUNTY]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a department's file: whole, or told why not."""
    user = signed_in(request)
    counties = _counties(user)
    if not counties:
        raise Forbidden("部门推送的名单由县级经办接收")
    if request.method != "POST":
        return render(request, "pushed/new.html", {"form": ListForm(counties=counties)})
    form = ListForm(request.POST, request.FILES, counties=counties)
    if form.is_valid():
        said, file = form.cleaned_data, form.cleaned_data["file"]
        county = next(one for one in counties if one.code == said["county"])
        today = clock.today()
        try:
            made = pushed.take(
                county,
                source=said["source"],
                kind=said["kind"],
                legal_basis=said["legal_basis"],
                raw=file.read(),
                name=file.name,
                in_help=lambda people: in_help(people, today),
                actor=user,
                on=today,
            )
        except Invalid as wrong:
            beside(form, wrong.errors)
        else:
            messages.success(request, f"名单已收下：{made.taken} 人，搁置 {made.set_aside} 行")
            return redirect("pushed_list", made.pk)
    return render(request, "pushed/new.html", {"form": form}, status=400)


@require_GET
def one_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One list: from whom, on what basis, what became of its rows, and each one set aside with its reason."""
    made = access.find(PushedList.objects.visible_to(request.user).select_related("received_by"), pk=pk)
    aside = PushedPerson.objects.filter(list=made, state=State.SET_ASIDE).order_by("line")
    rows = pushed_page.rows(pushed_page.with_lists(aside), clock.today())
    return render(request, "pushed/list.html", {"made": pushed_page.list_row(made), "rows": rows})


@require_GET
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody of a list: what is known, and what came of the visit."""
    return _person(request, _find(request, pk))


def _find(request: HttpRequest, pk: UUID) -> PushedPerson:
    found = PushedPerson.objects.visible_to(request.user).select_related("region")
    return access.find(pushed_page.with_lists(found), pk=pk)


def _person(request: HttpRequest, found: PushedPerson, wrong: Form | None = None, status: int = 200) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    _note(user, "pushed.read", found)
    waits = found.state == State.TO_VISIT
    below = pushed_page.below(found.region) if waits else []
    hands = pushed.hands_down(found.region.level)
    visit = VisitForm(initial={"visited_on": today}, auto_id="visit-%s")
    context = {
        "row": pushed_page.row_of(found, today),
        "wrong": wrong,
        "visit_form": wrong if isinstance(wrong, VisitForm) else visit,
        "place_form": wrong if isinstance(wrong, PlaceForm) else PlaceForm(below=below, auto_id="place-%s"),
        "may_visit": waits and access.may(user, Permission.VISIT_PUSHED_PERSON, found.region_id),
        "may_place": bool(below) and access.may(user, hands, found.region_id),
    }
    return render(request, "pushed/person.html", context, status=status)


@require_POST
def visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell what came of going there."""
    user, found = signed_in(request), _find(request, pk)
    access.require(user, Permission.VISIT_PUSHED_PERSON, found.region_id)
    form = VisitForm(request.POST, auto_id="visit-%s")
    if form.is_valid():
        try:
            pushed.mark_visited(pk, **form.cleaned_data, actor=user, on=clock.today())
        except Invalid as wrong:
            beside(form, wrong.errors)
        else:
            messages.success(request, f"已登记走访：{found.name}")
            return redirect("pushed")
    return _person(request, found, form, status=400)


@require_POST
def place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand somebody to the township or village that goes there."""
    user, found = signed_in(request), _find(request, pk)
    access.require(user, pushed.hands_down(found.region.level), found.region_id)
    form = PlaceForm(request.POST, below=pushed_page.below(found.region), auto_id="place-%s")
    if not form.is_valid():
        return _person(request, found, form, status=400)
    moved = pushed.hand_down(pk, form.cleaned_data["region"], actor=user, on=clock.today())
    messages.success(request, f"{moved.name}已转给{moved.region.name}")
    return redirect("pushed")


@require_POST
def phone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole telephone number, audited: for a script as JSON, else on the page that asked."""
    user, found = signed_in(request), _find(request, pk)
    _note(user, "pushed.phone", found)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"value": found.phone or ""})
    messages.info(request, f"{found.name}的联系电话：{found.phone or '没有'}")
    return redirect("pushed_person", pk)


def _note(user: User, action: str, found: PushedPerson) -> None:
    audit.record(
        user,
        action,
        found,
        on=clock.today(),
        region_code=found.region_id,
        post=access.post_label(user, found.region_id),
    )
