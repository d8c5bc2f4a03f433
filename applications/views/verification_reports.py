"""The verification report of a family as a PDF to file; every print is audited."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from applications import case_page, verification_paper
from applications.views.worklist import signed_in


@require_GET
def pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As of today: what each source said of whom, what nobody said, what differs."""
    case = case_page.find(signed_in(request), pk)
    made = verification_paper.pdf(case)
    case_page.note_reading(case, "verification_report", "核对报告")
    name = f'inline; filename="{case.matter.number}-verification.pdf"'
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": name})
