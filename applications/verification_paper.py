"""The verification report on paper: the family, each source's words, silence as silence, what differs and why."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from accounts import paper, regions
from applications.case_page import Case
from applications.findings_shown import rows
from households.masking import mask_id
from verification import report
from verification.models import Finding
from verification.report import OfPerson, Report, Said
from verification.report import Row as Line


def pdf(case: Case) -> bytes:
    """The report of the case's family as of today: the same day, the same answers, the same bytes. Raises NoFont."""
    read = report.of(case.matter.household, case.today)
    moment = timezone.make_aware(datetime.combine(case.today, time()))
    return paper.pdf("verification_report", _values(case, read), on=moment)


def _values(case: Case, read: Report) -> dict[str, Any]:
    return {
        "title": "家庭经济状况核对报告",
        "number": case.matter.number,
        "place": regions.full_name(case.matter.region_id),
        "programme": case.matter.get_programme_display(),
        "on": f"{read.on:%Y-%m-%d}",
        "is_whole": read.is_whole,
        "people": [_person(one) for one in read.people],
        "findings": [
            {
                "who": f"{row.finding.person.name} {row.kind}",
                "declared": row.declared,
                "verified": row.verified,
                "said": row.finding.effect,
                "state": row.finding.get_state_display(),
                "worked": _worked(row.finding),
                "source": row.source,
                "on": f"{row.finding.on:%Y-%m-%d}",
            }
            for row in rows(read.findings)
        ],
    }


def _worked(finding: Finding) -> str:
    """The newest thing somebody made of it, by whom and when; "" where nobody has."""
    steps = sorted(finding.steps.all(), key=lambda step: step.seq)
    if not steps:
        return ""
    last = steps[-1]
    return "，".join(
        part for part in (last.actor.full_name if last.actor else "系统", f"{last.on:%m-%d}", last.note) if part
    )


def _person(one: OfPerson) -> dict[str, Any]:
    return {
        "name": one.person.name,
        "document": mask_id(one.person.id_number) or "--",
        "role": one.role,
        "unasked": one.unasked,
        "rows": [_row(row) for row in one.rows if not (one.unasked and row.said == Said.NOT_ASKED)],
    }


def _row(row: Line) -> dict[str, str]:
    facts = "；".join(
        [f"{name} {words}" for name, words in row.facts]
        + [f"佐证：{name} {words}（{read_for}）" for name, words, read_for in row.evidence]
    )
    return {
        "source": row.source.label,
        "department": row.source.department,
        "said": str(row.said),
        "facts": "，".join(part for part in (facts, row.reason) if part),
        "on": f"{row.on:%Y-%m-%d}" if row.on and row.received_at else "--",
        "until": f"{row.valid_until:%Y-%m-%d}{'（已过期）' if row.is_outdated else ''}" if row.valid_until else "--",
    }
