"""The papers of a case: handed in, still missing, fetched by the office, never to be asked for (社会救助法 art. 62)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from applications import papers
from applications.case_page import Case
from applications.entry.sending import noted
from applications.models import Action
from applications.papers import Claimant, Wanted
from eligibility.catalogue import paper_names
from households.identity import age_on
from households.means import Circumstances


@dataclass(frozen=True)
class CasePapers:
    """By name. `is_noted`: the window kept a list of what it got; without one nothing is said to be missing."""

    wanted: Wanted
    is_noted: bool
    given: tuple[str, ...]
    missing: tuple[str, ...]
    brought: str


def of(case: Case) -> CasePapers:
    """What the catalogue wants of this family as it is known today, against what the window noted. One query."""
    wanted = _wanted(case)
    found = noted(case.matter.application)
    given, names = found or frozenset(), paper_names()
    return CasePapers(
        wanted=wanted,
        is_noted=found is not None,
        given=tuple(names[code] for code in names if code in given),
        missing=tuple(p.name for p in wanted.papers if p.code not in given) if found is not None else (),
        brought="；".join(one.note for one in case.taken if one.action == Action.SUPPLEMENT and one.note),
    )


def _wanted(case: Case) -> Wanted:
    judged, matter = case.judged, case.matter
    claimants = {
        person.pk: _claimant(known, case.today)
        for person, known in zip(judged.people, judged.means.people, strict=True)
    }
    whom = matter.person_id or (case.head.pk if case.head else None)
    return papers.wanted(
        matter.programme,
        claimants.values(),
        recipient=claimants.get(whom) if whom else None,
        need_kind=matter.need_kind,
        hardship=matter.application.hardship,
        has_agent=bool(matter.application.agent_name),
        has_obligors=bool(judged.obligors),
    )


def _claimant(known: Circumstances, today: date) -> Claimant:
    born = known.birth_date
    return Claimant(
        age=age_on(born, today) if born and born <= today else None,
        is_ill=bool(known.major_illness) or known.health == "severe",
        is_disabled=known.disability is not None,
        is_student=known.student is not None,
    )
