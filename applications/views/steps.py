"""Take a step of a case. A repeat by the same hand is a note; the slower of two reads who was first, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.errors import Conflict, Invalid, NotHere, WrongState, beside
from accounts.models import User
from accounts.roles import Permission
from applications import case_page, opinions, relatives, visits, workflow
from applications.case_page import Case
from applications.forms.steps import Relative, RulingForm, StepForm
from applications.forms.visit import BaseIncomeSet, IncomeSet, VisitForm, corrections, initial_rows
from applications.models import Action
from applications.views import cases
from applications.views.offers import OFFERS
from applications.views.worklist import signed_in
from applications.visits import Findings
from households.means import Income
from households.models import Person


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, pk: UUID, action: str) -> HttpResponse:
    """The case with this step's form open; by POST the step itself."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    offer = OFFERS.get(Action(action)) if action in Action.values else None
    if offer is None:
        raise NotHere
    if request.method != "POST":
        return cases.page(request, case, chosen=action)
    form = offer.form(request.POST, auto_id=f"{action}-%s")
    if repeated := _check_turn(request, case, offer.action, form):
        return repeated
    if not form.is_valid():
        return cases.page(request, case, chosen=action, bound=form, status=400)
    answer = _do(request, case, offer.action, form, lambda: offer.take(case.matter, form.cleaned_data, user))
    if answer is not None:
        return answer
    messages.success(request, f"{case.name}的{case.programme}：{offer.done}")
    return redirect("case", pk)


def _check_turn(request: HttpRequest, case: Case, action: Action, form: StepForm) -> HttpResponse | None:
    """The post and the state, before a word of the form is looked at. Raises Forbidden, WrongState."""
    step = workflow.STEPS[action]
    workflow.require_step(case.user, step, case.matter)
    if case.matter.state in step.sources and not _is_stale(case, form):
        return None
    if repeated := _repeated(request, case, action):
        return repeated
    raise WrongState(workflow.moved_already(case.matter, case.last))


def _is_stale(case: Case, form: StepForm) -> bool:
    seen = form["seq"].value()
    return str(seen or case.last.seq) != str(case.last.seq)


def _repeated(request: HttpRequest, case: Case, action: Action) -> HttpResponse | None:
    """The same hand pressed twice: said, and nothing more."""
    mine = [one for one in case.taken if one.action == action and one.actor_id == case.user.pk]
    if not mine:
        return None
    messages.info(request, f"{action.label}已于 {timezone.localtime(mine[-1].at):%m-%d %H:%M} 办好，不用再办")
    return redirect("case", case.matter.pk)


def _do(
    request: HttpRequest, case: Case, action: Action, form: StepForm, act: Callable[[], object]
) -> HttpResponse | None:
    """Call the act; None where it was done. What it finds wrong comes back beside the fields."""
    try:
        act()
    except Invalid as wrong:
        beside(form, wrong.errors)
        return cases.page(request, case, chosen=action, bound=form, status=400)
    except WrongState:
        now = case_page.find(case.user, case.matter.pk)
        if now.last.seq != case.last.seq and (repeated := _repeated(request, now, action)):
            return repeated
        raise
    return None


@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record a home visit: the form, and by POST the visit."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    if request.method != "POST":
        form, grid = visit_forms(case, None)
        return cases.visit_page(request, case, form, grid)
    form, grid = visit_forms(case, request.POST)
    if repeated := _check_turn(request, case, Action.VISIT, form):
        return repeated
    found = _findings(case, form, grid)
    if found is None:
        return cases.visit_page(request, case, form, grid, status=400)
    try:
        visits.visit(case.matter.pk, found, second=form.cleaned_data["second"], actor=user)
    except Invalid as wrong:
        beside(form, wrong.errors)
        return cases.visit_page(request, case, form, grid, status=400)
    except WrongState:
        now = case_page.find(user, pk)
        if now.last.seq != case.last.seq and (repeated := _repeated(request, now, Action.VISIT)):
            return repeated
        raise
    second = form.cleaned_data["second"].full_name
    messages.success(request, f"{case.name}的{case.programme}：调查已记录，等{second}登录确认")
    return redirect("case", pk)


def visit_forms(case: Case, given: Any) -> tuple[VisitForm, BaseIncomeSet]:
    """The survey form and its grid, prefilled with what is on file."""
    people = list(case.judged.people)
    team = User.objects.filter(pk__in=[one.pk for one in visits.team(case.matter) if one.pk != case.user.pk])
    head = case.name if case.head else ""
    form = VisitForm(
        given,
        team=team.order_by("full_name"),
        since=case.last.on,
        today=case.today,
        initial={"visited_on": case.today, "met": head, "is_consistent": "1", "seq": case.last.seq},
        auto_id="visit-%s",
    )
    rows = initial_rows(people, [known.incomes for known in case.judged.means.people])
    grid: Any = IncomeSet
    return form, grid(given, people=people, initial=rows, prefix="income")


def _findings(case: Case, form: VisitForm, grid: BaseIncomeSet) -> Findings | None:
    """The whole visit, or None with the sentences beside the fields."""
    if not (form.is_valid() & grid.is_valid()):
        return None
    said = form.cleaned_data
    before: dict[UUID, tuple[Income, ...]] = {
        person.pk: known.incomes for person, known in zip(case.judged.people, case.judged.means.people, strict=True)
    }
    changed = corrections(before, grid.found())
    if changed and said["is_consistent"]:
        form.add_error("is_consistent", "收入有改动，选“不一致”")
        return None
    return Findings(said["visited_on"], said["met"], said["text"], said["is_consistent"], changed)


@require_POST
def rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A named person answers what the rules leave open; the page then shows the new sum."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    access.require(user, Permission.RULE_UNKNOWN, case.matter.region_id)
    which = request.POST.get("test", "")
    form = RulingForm(request.POST, most=opinions.MOST.get(which, 1), auto_id=f"rule-{which}-%s")  # type: ignore[call-overload]
    if not form.is_valid():
        return cases.page(request, case, ruling=form, status=400)
    said = form.cleaned_data
    try:
        opinions.rule(
            pk,
            test=said["test"],
            answer=said["answer"],
            reason=said["reason"],
            evidence=said["evidence"],
            person=_person(case, said["person"]),
            actor=user,
        )
    except Invalid as wrong:
        for field, sentence in wrong.errors.items():
            form.add_error(field if field in ("answer", "reason", "evidence") else None, sentence)
        return cases.page(request, case, ruling=form, status=400)
    messages.success(request, "认定已记录，按认定重新计算")
    return redirect("case", pk)


def _person(case: Case, pk: UUID | None) -> Person | None:
    known = [*case.judged.people, *case.judged.obligors]
    return next((person for person in known if person.pk == pk), None)


@require_http_methods(["GET", "POST"])
def relative(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Register that somebody in office is a near relative of this family."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    people = relatives.in_office(case.matter)
    if request.method != "POST":
        relatives.require_registrar(user, case.matter)
        return cases.relative_page(request, case, Relative(people=people))
    form = Relative(request.POST, people=people)
    if not form.is_valid():
        relatives.require_registrar(user, case.matter)
        return cases.relative_page(request, case, form, status=400)
    said = form.cleaned_data
    try:
        relatives.register(pk, name=said["name"], relation=said["relation"], user=said["user"], actor=user)
    except Conflict as twice:
        messages.info(request, twice.message)
        return redirect("case", pk)
    messages.success(request, f"已登记{said['name']}为近亲属，调查、审核、确认由别人办理")
    return redirect("case", pk)
