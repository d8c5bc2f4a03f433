"""Notices for the window (A9): post a village's list, end it, register and answer objections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, clock
from accounts.errors import AidError, Conflict, Forbidden, Invalid, WrongState, beside
from accounts.models import Region, User
from accounts.roles import Level, Permission
from disclosure import desk, lists, objections, sheets
from disclosure.forms import AnswerForm, ObjectionForm, PostingForm
from disclosure.models import NoticeEntry, NoticeList, Objection

REFUSALS = (Invalid, WrongState, Conflict)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def refused(form: forms.Form, error: AidError) -> int:
    """Put what an act said beside its field, else above the form; the status of the answer. What was typed stays."""
    if not isinstance(error, Invalid):
        form.add_error(None, error.message)
        return 409
    beside(form, error.errors)
    return 400


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The tabs with their counts, and one page of the tab asked for."""
    user, today = _user(request), clock.today()
    if not any(Permission.VIEW_CASE in post.permissions for post in access.held(user)):
        raise Forbidden("公示由办案的岗位查看")
    counted = desk.counts(user, today)
    tab = desk.opened(request.GET.get("tab", ""), counted)
    page = desk.rows(user, tab, today, count=counted[tab], page=request.GET.get("page"))
    return render(
        request,
        "disclosure/index.html",
        {"tabs": desk.links(counted, tab), "tab": tab.value, "page": page, "public_url": reverse("public_home")},
    )


@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, code: str) -> HttpResponse:
    """What the village's list would say, and the two fields that post it."""
    user = _user(request)
    village = access.find(Region.objects.filter(level=Level.VILLAGE).select_related("parent"), code=code)
    access.require(user, Permission.POST_NOTICE, village.code)
    form = PostingForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = lists.post(village.code, actor=user, **form.cleaned_data)
            except REFUSALS as error:
                status = refused(form, error)
            else:
                messages.success(request, f"已张贴 {made.number}，公示到 {made.ends_on} 24 时")
                return HttpResponseRedirect(reverse("notice", args=[made.pk]))
    waiting = lists.to_post(user).filter(region=village).select_related(*lists.FROZEN_FROM)
    shown = {"village": village, "form": form, "frozen": lists.freeze(list(waiting), clock.today())}
    return render(request, "disclosure/post.html", shown, status=status)


def _list(request: HttpRequest, pk: UUID) -> NoticeList:
    return access.find(NoticeList.objects.visible_to(_user(request)).with_regions(), pk=pk)


@require_GET
def notice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One list: the frozen copy beside its cases, its proof, its objections."""
    made = _list(request, pk)
    return _notice(request, made, ObjectionForm(entries=_entries(made)))


def _entries(made: NoticeList) -> list[NoticeEntry]:
    return list(made.entries.select_related("matter").order_by("seq"))


def _notice(request: HttpRequest, made: NoticeList, form: ObjectionForm, status: int = 200) -> HttpResponse:
    user, today = _user(request), clock.today()
    said = Objection.objects.filter(entry__list=made).select_related("entry").defer("name", "content", "answer")
    known = NoticeList.objects.filter(pk=made.pk)
    may_post = access.may(user, Permission.POST_NOTICE, made.region_id)
    shown: dict[str, Any] = {
        "made": made,
        "sheet": sheets.read(made),
        "entries": _entries(made),
        "clock": desk.left(made, today),
        "history": desk.history(made),
        "objections": said.order_by("received_at"),
        "is_up": known.up(today).exists(),
        "is_over": known.over(today).exists(),
        "may_post": may_post,
        "may_answer": access.may(user, Permission.GIVE_OPINION, made.region_id),
        "may_read": objections.may_read(user, made.region_id),
        "form": form,
    }
    return render(request, "disclosure/notice.html", shown, status=status)


@require_GET
def sheet(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The list as it hangs on the wall: A4, the same frozen rows as the public page."""
    return render(request, "disclosure/sheet.html", {"sheet": sheets.read(_list(request, pk))})


@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the list down and hand its families on."""
    made = lists.end(_list(request, pk).pk, actor=_user(request), on=clock.today())
    messages.success(request, f"已撤下 {made.number}，没有异议的转确认")
    return HttpResponseRedirect(reverse("notice", args=[made.pk]))


@require_POST
def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Register an objection; a refusal shows the list again with what was typed."""
    made = _list(request, pk)
    access.require(_user(request), Permission.POST_NOTICE, made.region_id)
    form = ObjectionForm(request.POST, entries=_entries(made))
    if not form.is_valid():
        return _notice(request, made, form, status=400)
    try:
        objections.receive(actor=_user(request), **form.cleaned_data)
    except REFUSALS as error:
        return _notice(request, made, form, status=refused(form, error))
    messages.success(request, "异议已登记，这一户停在答复以前")
    return HttpResponseRedirect(reverse("notice", args=[made.pk]) + "#objections")


@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One objection, read and answered."""
    user, form, status = _user(request), AnswerForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = objections.answer(pk, actor=user, on=clock.today(), **form.cleaned_data)
            except REFUSALS as error:
                status = refused(form, error)
            else:
                messages.success(request, f"已答复：{made.get_result_display()}")
                return HttpResponseRedirect(reverse("notice", args=[made.entry.list_id]) + "#objections")
    made = objections.read(pk, actor=user)
    may_answer = made.answered_at is None and access.may(user, Permission.GIVE_OPINION, made.entry.list.region_id)
    shown = {"made": made, "entry": made.entry, "form": form, "may_answer": may_answer}
    return render(request, "disclosure/objection.html", shown, status=status)
