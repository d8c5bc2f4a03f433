"""核对授权 from the case's page: record a signed authorisation, end one, record a number that was missing."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import access, clock
from accounts.errors import Invalid, beside
from accounts.roles import Permission
from applications import case_consents, case_page
from applications.forms.consents import EndForm, GiveForm, NumberForm
from applications.views import cases
from applications.views.worklist import signed_in
from households import consents, numbers
from households.models import Person


@require_POST
def give(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record what somebody of this family signed."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    access.require(user, Permission.ENTER_CASE, case.matter.region_id)
    people = case_consents.signers(case, ())
    form = GiveForm(request.POST, people=case_consents.choices(people), auto_id="give-%s")
    if form.is_valid():
        said = dict(form.cleaned_data)
        person = Person.objects.get(pk=said.pop("person"))
        try:
            consents.give(case.matter.household, person, **said, actor=user, on=clock.today())
        except Invalid as wrong:
            beside(form, wrong.errors)
        else:
            messages.success(request, f"已登记{person.name}的核对授权，今晚起按授权核对")
            return redirect("case_part", pk, "consents")
    return cases.consents_page(request, case, form, status=400)


@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From today nobody may be asked on that paper."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    access.require(user, Permission.ENTER_CASE, case.matter.region_id)
    papers = {str(one.pk): one for one in case_consents.papers(case)}
    # An ended one too: the second click of the same act is the same act.
    form = EndForm(request.POST, papers=[(key, "") for key in papers], auto_id="end-%s")
    if not form.is_valid():
        return cases.consents_page(request, case, form, status=400)
    chosen = papers[form.cleaned_data["consent"]]
    ended = consents.end(chosen, reason=form.cleaned_data["reason"], on=clock.today(), actor=user)
    messages.success(request, f"{chosen.person.name}的授权已登记“{ended.get_reason_display()}”，不再核对")
    return redirect("case_part", pk, "consents")


@require_POST
def number(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Record the number of somebody who was registered without papers."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    access.require(user, Permission.ENTER_CASE, case.matter.region_id)
    people = case_consents.choices(case_consents.signers(case, ()))
    # Everybody: the second click of the same act finds the number there.
    form = NumberForm(request.POST, people=people, auto_id="number-%s")
    if form.is_valid():
        said = form.cleaned_data
        person = Person.objects.get(pk=said["person"])
        try:
            numbers.record(
                case.matter.household, person, form.read, reason=said["reason"], actor=user, on=clock.today()
            )
        except Invalid as wrong:
            beside(form, wrong.errors)
        else:
            messages.success(request, f"已补录{person.name}的证件号码，签了授权的今晚起核对")
            return redirect("case_part", pk, "consents")
    return cases.consents_page(request, case, form, status=400)
