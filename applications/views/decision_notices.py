"""The written notice of a decision: as a page to read and print, and as a PDF to file. Every print is audited."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from applications import decision_notice
from applications.verdict_formulas import Term
from applications.views.worklist import signed_in


@require_GET
def page(request: HttpRequest, pk: UUID, decision: UUID) -> HttpResponse:
    """The notice on screen; its print view is the paper."""
    user = signed_in(request)
    found = decision_notice.find(user, pk, decision)
    notice = decision_notice.of(found)
    decision_notice.note_print(found, notice, user, form="page")
    terms = [Term(*one) for one in notice.terms]
    shown = {"notice": notice, "terms": terms, "decision": found, "serve_by": decision_notice.serve_by(found)}
    return render(request, "applications/decision_notice.html", shown)


@require_GET
def pdf(request: HttpRequest, pk: UUID, decision: UUID) -> HttpResponse:
    """The same paper as a PDF: the same bytes at every print."""
    user = signed_in(request)
    found = decision_notice.find(user, pk, decision)
    notice = decision_notice.of(found)
    made = decision_notice.pdf(found, notice)
    decision_notice.note_print(found, notice, user, form="pdf")
    name = f'inline; filename="{notice.case_number}.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})
