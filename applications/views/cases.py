"""The page of one case, part by part; each reading is audited, a whole number is a reading of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts import access, audit
from accounts.errors import NotHere
from accounts.roles import Permission
from applications import (
    also_due,
    case_consents,
    case_means,
    case_page,
    case_papers,
    case_parts,
    case_verdict,
    decision_notice,
    findings_shown,
    relatives,
    verdicts,
)
from applications.case_page import Case
from applications.forms.consents import EndForm, GiveForm, NumberForm
from applications.forms.money import AccountForm, ClearForm, HoldForm
from applications.forms.steps import RulingForm, StepForm
from applications.local_advice import Advice
from applications.models import CLOSED, Action, State
from applications.shown import ON_NOTICES, VERBS
from applications.views.offers import offered, why_not
from applications.views.worklist import IN_HAND, signed_in
from applications.workflow import OpenStep
from households.models import Membership, Person
from verification import report as verification_report

PURPOSE = "purpose"
ORDINARY = "办理"
PARTS: dict[str, str] = {
    "overview": "概况",
    "members": "成员",
    "consents": "核对授权",
    "means": "收入与财产",
    "verification": "核对",
    "survey": "调查",
    "notice": "公示",
    "money": "决定与资金",
    "history": "历史",
}
SHOWN_SECONDS = 60
# From the notice on, the answer that was noticed and decided is shown; before it, today's.
_STORED = frozenset({State.TO_POST, State.POSTED, State.DISPUTED, State.TO_CONFIRM, *CLOSED})


@dataclass(frozen=True)
class Tab:
    """A part of the case."""

    label: str
    url: str
    count: int | None
    current: bool


@require_GET
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The case's first page: what the rules answer, and what is next."""
    return page(request, case_page.find(signed_in(request), pk))


@require_GET
def part(request: HttpRequest, pk: UUID, part: str) -> HttpResponse:
    """One of the other parts."""
    if part not in _PARTS:
        raise NotHere
    case = case_page.find(signed_in(request), pk)
    return _page(request, case, part, _PARTS[part](case))


def page(
    request: HttpRequest,
    case: Case,
    *,
    chosen: str = "",
    bound: StepForm | None = None,
    ruling: RulingForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The overview; `chosen` is the step whose form stands open, `bound` that form come back with its errors."""
    context = _overview(case, ruling)
    shown: case_verdict.ShownVerdict | None = context["verdict"]
    is_eligible, waiting = (shown.tone == "ok", len(shown.unknowns)) if shown else (False, 0)
    reasons = why_not(case, is_eligible, waiting, context.get("to_decide"))
    says_no = shown is not None and shown.tone == "bad"
    missing = context["papers"].missing if "papers" in context else ()
    offers = offered(case, bound, chosen, reasons, says_no=says_no, missing="、".join(missing))
    context |= {"offers": offers, "wrong": ruling or bound}
    return _page(request, case, "overview", context, status=status)


def visit_page(request: HttpRequest, case: Case, form: Form, grid: Any, status: int = 200) -> HttpResponse:
    """The survey form, in the place of the overview."""
    reason = next((one.blocked for one in case.steps if one.step.action == Action.VISIT), "现在不在入户调查这一步")
    return _page(request, case, "visit", {"form": form, "grid": grid, "reason": reason}, status=status)


def relative_page(request: HttpRequest, case: Case, form: Form, status: int = 200) -> HttpResponse:
    """The registration of a near relative."""
    return _page(request, case, "relative", {"form": form}, status=status)


def money_page(request: HttpRequest, case: Case, wrong: Form, status: int = 200) -> HttpResponse:
    """决定与资金 with a form come back with its errors."""
    return _page(request, case, "money", _money(case, wrong), status=status)


def consents_page(request: HttpRequest, case: Case, wrong: Form, status: int = 200) -> HttpResponse:
    """核对授权 with a form come back with its errors."""
    return _page(request, case, "consents", _consents(case, wrong), status=status)


def _page(
    request: HttpRequest,
    case: Case,
    name: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    case_page.note_reading(case, name, str(request.session.get(PURPOSE, ORDINARY)))
    frame = {
        "case": case,
        "matter": case.matter,
        "name": name,
        "tabs": _tabs(case, name),
        "others": _others(case),
        "mine": [one.step.action for one in case.steps if not one.blocked],
        "on_notices": any(not one.blocked and one.step.action in ON_NOTICES for one in case.steps),
        "may_visit": any(not one.blocked and one.step.action == Action.VISIT for one in case.steps),
        "may_register": not case.is_closed
        and any(access.may(case.user, one, case.matter.region_id) for one in relatives.REGISTRARS),
        "recent": case_page.recent(case),
        "steps_taken": len(case.taken),
        **_neighbours(request, case.matter.pk),
    }
    return render(request, f"applications/case/{name}.html", {**frame, **context}, status=status)


def _others(case: Case) -> list[OpenStep]:
    """The way on where it is another's, and whatever is kept from this very person."""
    onward = VERBS[State(case.matter.state)][0] if not case.is_closed else None
    return [one for one in case.steps if one.blocked and (one.step.action == onward or not _is_post(one.blocked))]


def _is_post(reason: str) -> bool:
    return reason.startswith("由") and reason.endswith("办理")


def _tabs(case: Case, current: str) -> list[Tab]:
    def url(name: str) -> str:
        pk = case.matter.pk
        return reverse("case", args=[pk]) if name == "overview" else reverse("case_part", args=[pk, name])

    return [Tab(label, url(name), None, name == current) for name, label in PARTS.items()]


def _neighbours(request: HttpRequest, pk: UUID) -> dict[str, str]:
    """The cases before and after this one in the list it was opened from."""
    listed: list[str] = request.session.get(IN_HAND, [])
    if str(pk) not in listed:
        return {"before": "", "after": ""}
    place = listed.index(str(pk))
    before = listed[place - 1] if place else ""
    after = listed[place + 1] if place + 1 < len(listed) else ""
    return {key: reverse("case", args=[one]) if one else "" for key, one in (("before", before), ("after", after))}


def _overview(case: Case, ruling: RulingForm | None) -> dict[str, Any]:
    matter = case.matter
    stored = matter.assessment if State(matter.state) in _STORED else None
    if stored is None and case.is_closed:
        return {"stages": case_page.stages(case), "verdict": None}
    if stored is not None:
        shown = case_verdict.show(matter, verdicts.of(matter, stored), as_of=stored.as_of, judged=None, stored=stored)
    else:
        answer = verdicts.preview_of(matter, case.judged)
        shown = case_verdict.show(matter, answer, as_of=case.today, judged=case.judged)
    may_rule = access.may(case.user, Permission.RULE_UNKNOWN, matter.region_id) and not case.is_closed
    context: dict[str, Any] = {"verdict": shown, "is_stored": stored is not None, "may_rule": may_rule}
    if matter.state == State.TO_CONFIRM and stored is not None and shown.tone == "ok":
        decide = case_parts.to_decide(case, verdicts.of(matter, stored))
        context |= {"to_decide": decide, "payee": case_parts.payee(case)}
    if stored is None or matter.state == State.TO_CONFIRM:
        context["incomes"] = case_means.counting(case)
        context["rulings"] = [case_parts.ruling_entry(one) for one in reversed(case.judged.rulings)]
        advice = Advice(matter, case.judged, case.today)
        context["asked"] = [(one, _ruling_form(one, ruling), advice.beside(one.test)) for one in shown.unknowns]
        context["for_sums"] = advice.for_sums()
    if (decided := getattr(matter, "decision", None)) is not None:
        context |= {"decided": decided, "serve_by": decision_notice.serve_by(decided)}
    if matter.state in _BEFORE_VISIT:
        context["papers"] = case_papers.of(case)
    if matter.state in _AFTER_VISIT:
        context["visit"] = next(iter(case_parts.visits(case)), None)
    return {**context, "also_due": also_due.of(case, stored), "stages": case_page.stages(case)}


# While papers are taken in and completed; afterwards they stand with the survey.
_BEFORE_VISIT = frozenset({State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED})
# Whoever signs, judges or decides has the visit's findings in front of them.
_AFTER_VISIT = frozenset({State.VISITED, State.SURVEYED, State.TO_CONFIRM})


def _ruling_form(one: case_verdict.Unknown, bound: RulingForm | None) -> RulingForm:
    person = str(one.person.pk) if one.person else ""
    if bound is not None and bound["test"].value() == one.test and (bound["person"].value() or "") == person:
        return bound
    return RulingForm(initial={"test": one.test, "person": person}, most=one.most, auto_id=f"rule-{one.which}-%s")


def _members(case: Case) -> dict[str, Any]:
    inside, outside = case_parts.members(case)
    return {"members": inside, "obligors": outside}


def _consents(case: Case, wrong: Form | None = None) -> dict[str, Any]:
    known = case_consents.papers(case)
    people = case_consents.signers(case, known)
    ending = case_consents.may_end(known)
    give, end = GiveForm(people=case_consents.choices(people), auto_id="give-%s"), None
    lacking = next((str(one.pk) for one in people if not one.is_in_force), None)
    give.initial = {"given_on": case.today, "person": lacking}
    if ending:
        end = EndForm(papers=ending, auto_id="end-%s")
    if isinstance(wrong, EndForm):
        wrong.fields["consent"].widget.choices = ending
        end = wrong
    nameless, number = case_consents.without_number(people), None
    if nameless:
        number = NumberForm(people=nameless, auto_id="number-%s")
    if isinstance(wrong, NumberForm):
        wrong.fields["person"].widget.choices = nameless
        number = wrong
    return {
        "signers": people,
        "number_form": number,
        "papers": case_consents.history(known),
        "may_enter": access.may(case.user, Permission.ENTER_CASE, case.matter.region_id),
        "give_form": wrong if isinstance(wrong, GiveForm) else give,
        "end_form": end,
        "wrong": wrong,
    }


def _means(case: Case) -> dict[str, Any]:
    facts = case_means.income_facts(case)
    return {
        "incomes": case_means.incomes(case, facts),
        "assets": case_means.assets(case),
        "facts": case_means.fact_history(case, facts),
    }


def _survey(case: Case) -> dict[str, Any]:
    return {"visits": case_parts.visits(case), "papers": case_papers.of(case)}


def _notice(case: Case) -> dict[str, Any]:
    return {"notice": case_parts.notice(case)}


def _money(case: Case, wrong: Form | None = None) -> dict[str, Any]:
    made = case_parts.decision(case)
    award, ledger = case_parts.award(made) if made else (None, [])
    people = [(str(one.pk), one.name) for one in case.judged.people]

    def of(kind: type[Form], fresh: Form) -> Form:
        return wrong if isinstance(wrong, kind) else fresh

    def may(permission: Permission) -> bool:
        return access.may(case.user, permission, case.matter.region_id)

    holder = case.matter.person or case.matter.application.applicant
    return {
        "decision": made,
        "award": award,
        "ledger": ledger,
        "payee": case_parts.payee(case),
        "holds": case_parts.holds(case),
        "wrong": wrong,
        "account_form": of(AccountForm, AccountForm(initial={"holder_name": holder.name}, auto_id="account-%s")),
        "hold_form": of(HoldForm, HoldForm(people=people, auto_id="hold-%s")),
        "clear_form": of(ClearForm, ClearForm(auto_id="clear-%s")),
        "may_open": may(Permission.ENTER_CASE),
        "may_hold": may(Permission.SET_HOLD),
        "may_clear": may(Permission.CLEAR_HOLD),
    }


def _history(case: Case) -> dict[str, Any]:
    return {"entries": case_parts.history(case)}


def _verification(case: Case) -> dict[str, Any]:
    report = verification_report.of(case.matter.household, case.today)
    return {"report": report, "findings": findings_shown.rows(report.findings)}


_PARTS: dict[str, Any] = {
    "members": _members,
    "consents": _consents,
    "means": _means,
    "verification": _verification,
    "survey": _survey,
    "notice": _notice,
    "money": _money,
    "history": _history,
}


@require_POST
def number(request: HttpRequest, pk: UUID, person: UUID) -> HttpResponse:
    """One person's whole document number, audited: for a script as JSON, else on a page that leaves after a minute."""
    user = signed_in(request)
    case = case_page.find(user, pk)
    shown = _of_household(case, person)
    audit.record(
        user,
        "person.number",
        shown,
        on=case.today,
        region_code=case.matter.region_id,
        post=access.post_label(user, case.matter.region_id),
        purpose=str(request.session.get(PURPOSE, ORDINARY)),
        detail={"matter": case.matter.number},
    )
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"value": shown.id_number or ""})
    back = reverse("case", args=[pk])
    response = render(request, "applications/case/number.html", {"person": shown, "case": case, "back": back})
    response.headers["Refresh"] = f"{SHOWN_SECONDS};url={back}"
    return response


def _of_household(case: Case, pk: UUID) -> Person:
    """A member or an obligor of this household; NotHere for anybody else."""
    household = case.matter.household
    inside = Membership.objects.live().filter(household=household).values("person_id")
    outside = household.obligations.filter(ends_on=None).values("obligor_id")
    return access.find(Person.objects.filter(pk__in=inside) | Person.objects.filter(pk__in=outside), pk=pk)
