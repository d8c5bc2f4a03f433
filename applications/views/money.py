"""What a payment needs and what stops it, from the case's page: an account, a hold, its clearing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import access, clock
from accounts.errors import Invalid, beside
from accounts.roles import Permission
from applications import case_page
from applications.case_page import Case
from applications.forms.money import AccountForm, ClearForm, HoldForm
from applications.views import cases
from applications.views.worklist import signed_in
from payments import accounts, holds
from payments.models import Hold


def _refused(request: HttpRequest, case: Case, form: Form, wrong: Invalid) -> HttpResponse:
    """The tab again, with the sentence beside its field and everything typed kept."""
    beside(form, wrong.errors)
    return cases.money_page(request, case, form, status=400)


def _act(request: HttpRequest, case: Case, form: Form, act: Callable[[], str]) -> HttpResponse:
    if not form.is_valid():
        return cases.money_page(request, case, form, status=400)
    try:
        messages.success(request, act())
    except Invalid as wrong:
        return _refused(request, case, form, wrong)
    return redirect("case_part", case.matter.pk, "money")


@require_POST
def account(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pay this case's payee there from now on."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    access.require(user, Permission.ENTER_CASE, case.matter.region_id)
    form = AccountForm(request.POST, auto_id="account-%s")

    def act() -> str:
        payee = case.matter.person or case.matter.application.applicant
        opened = accounts.open_account(payee, **form.cleaned_data, on=clock.today(), actor=user)
        for warning in opened.warnings:
            messages.warning(request, warning)
        return "收款账户已登记，没发的月份下次名单补上"

    return _act(request, case, form, act)


@require_POST
def hold(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pay nothing for one of the household until the county clears it."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    access.require(user, Permission.SET_HOLD, case.matter.region_id)
    people = {str(person.pk): person for person in case.judged.people}
    form = HoldForm(request.POST, people=[(key, one.name) for key, one in people.items()], auto_id="hold-%s")

    def act() -> str:
        said = form.cleaned_data
        held = holds.set_hold(people[said["person"]], said["reason"], said["note"], actor=user, on=clock.today())
        return f"已暂停：{held.get_reason_display()}，由县级经办核实后解除"

    return _act(request, case, form, act)


@require_POST
def clear(request: HttpRequest, pk: UUID, hold: UUID) -> HttpResponse:
    """The county looked into it: pay again. Months not paid meanwhile are caught up by the next list."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    found = access.find(Hold.objects.filter(person__in=[one.pk for one in case.judged.people]), pk=hold)
    access.require(user, Permission.CLEAR_HOLD, case.matter.region_id)
    form = ClearForm(request.POST, auto_id="clear-%s")

    def act() -> str:
        holds.clear_hold(found, form.cleaned_data["note"], actor=user, on=clock.today())
        return "已解除暂停，没发的月份下次名单补上"

    return _act(request, case, form, act)
