"""One matter's answer out of an assessment: eligible or not, how much, for whom, and why in one sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from applications.models import Matter
from eligibility import assess
from eligibility.assess import Judged
from eligibility.models import Assessment
from eligibility.programmes import Programme
from eligibility.spoken import chinese

NOBODY = -1


@dataclass(frozen=True)
class Verdict:
    """What the rules answer for the matter's programme. `amount_fen` None: nothing is paid, or a person sets it."""

    outcome: str
    amount_fen: int | None
    per: str
    reason: str
    entry: dict[str, Any]
    figures: dict[str, Any]
    rules_version: str
    open_tests: frozenset[tuple[str, int | None]]
    """What is null and whose, here and in every programme these tests name."""

    @property
    def is_eligible(self) -> bool:
        return self.outcome == "eligible"


def of(matter: Matter, assessment: Assessment) -> Verdict:
    """The stored answer for this matter, for whoever it was then."""
    index = None
    if matter.person_id is not None:
        people = assess.people_of(assessment)
        index = people.index(str(matter.person_id)) if str(matter.person_id) in people else NOBODY
    return read(json.loads(assessment.result), matter.programme, index)


def preview(matter: Matter, *, on: date) -> Verdict:
    """What the rules would answer now, with every ruling; nothing is stored."""
    return preview_of(matter, judge(matter, on=on))


def judge(matter: Matter, *, on: date) -> Judged:
    """The matter's household as the rules read it on that day."""
    return assess.judged(matter.household, on=on, need_kind=matter.need_kind, need_multiple=matter.need_multiple)


def preview_of(matter: Matter, judged: Judged) -> Verdict:
    """What the rules answer to a household already read."""
    index = None
    if matter.person_id is not None:
        places = [i for i, person in enumerate(judged.people) if person.pk == matter.person_id]
        index = places[0] if places else NOBODY
    return read(judged.answers, matter.programme, index)


def read(result: dict[str, Any], programme: str, person: int | None) -> Verdict:
    """One programme's entry; for a per-person programme the entry of that person, a refusal where there is none."""
    if "error" in result:
        return Verdict("undetermined", None, "month", result["error"], _NO_ENTRY, {}, "", frozenset())
    entries = [entry for entry in result["results"] if entry["programme"] == programme]
    chosen = next((e for e in entries if e["person"] == person), None)
    if chosen is None:
        chosen = _not_listed(entries[0], person)
    amount = chosen["amount"]
    return Verdict(
        chosen["outcome"],
        int(Decimal(amount) * 100) if amount is not None else None,
        chosen["per"],
        _reason(chosen),
        chosen,
        result["figures"],
        result["rules_version"],
        _open(result["results"], chosen),
    )


_NAMED = {
    "in_edge_family": Programme.EDGE,
    "family_on_dibao": Programme.DIBAO,
    "not_dibao": Programme.DIBAO,
    "not_edge": Programme.EDGE,
    "not_tekun": Programme.TEKUN,
}


def _open(entries: list[dict[str, Any]], entry: dict[str, Any]) -> frozenset[tuple[str, int | None]]:
    """Follows a test that takes another programme's answer; `not_dibao` of edge is a comparison of its own."""
    null = {test["code"] for test in entry["tests"] if test["passed"] is None}
    found = {(code, entry["person"]) for code in null}
    named = {_NAMED[code] for code in null & _NAMED.keys()} if entry.get("programme") != Programme.EDGE else set()
    for other in entries:
        whole = other["person"] is None or entry["person"] in (None, other["person"])
        if other["programme"] in named and whole:
            found |= _open(entries, other)
    return frozenset(found)


_NO_ENTRY: dict[str, Any] = {"tests": [], "steps": [], "flags": [], "person": None}


def _not_listed(entry: dict[str, Any], person: int | None) -> dict[str, Any]:
    """Whoever is not listed under a per-person programme fails its first own condition."""
    if entry["person"] is None:
        return entry
    return {**entry, **_NO_ENTRY, "person": person, "outcome": "ineligible", "amount": None}


def _reason(entry: dict[str, Any]) -> str:
    """The failed condition with its numbers; else the unknown one; else nothing."""
    for passed, head in ((False, ""), (None, "尚需认定：")):
        for test in entry["tests"]:
            if test["passed"] is passed:
                return f"{head}{chinese(test['said'])}"
    if entry["outcome"] == "eligible":
        return ""
    return "按标准算出的金额为 0" if entry["tests"] else "本人不在这个项目的对象范围内"
