"""One matter's answer out of an assessment: eligible or not, how much, for whom, and why in one sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from applications.models import Matter
from eligibility import assess
from eligibility.models import Assessment
from eligibility.programmes import Programme
from households import facts


@dataclass(frozen=True)
class Verdict:
    """What the rules answer for the matter's programme. `amount_fen` None: nothing is paid, or a person sets it."""

    outcome: str
    amount_fen: int | None
    per: str
    reason: str
    entry: dict[str, Any]

    @property
    def is_eligible(self) -> bool:
        return self.outcome == "eligible"


def of(matter: Matter, assessment: Assessment) -> Verdict:
    """The stored answer for this matter."""
    return read(json.loads(assessment.result), matter.programme, _index(matter))


def preview(matter: Matter, *, on: Any) -> Verdict:
    """What the rules would answer now, with every ruling; nothing is stored."""
    line = assess.household_line(
        matter.household, on=on, need_kind=matter.need_kind, need_multiple=matter.need_multiple
    )
    return read(assess.preview(line), matter.programme, _index(matter))


def _index(matter: Matter) -> int | None:
    """The matter's person among the household's people, for a per-person programme."""
    if matter.person_id is None:
        return None
    _, people, _ = facts.read(matter.household)
    return next((i for i, person in enumerate(people) if person.pk == matter.person_id), None)


def read(result: dict[str, Any], programme: str, person: int | None) -> Verdict:
    """One programme's entry; for a per-person programme the entry of that person, a refusal where there is none."""
    if "error" in result:
        return Verdict("undetermined", None, "month", result["error"]["message"], {"tests": [], "steps": []})
    entries = [entry for entry in result["results"] if entry["programme"] == programme]
    chosen = next((e for e in entries if e["person"] == person), None)
    if chosen is None and Programme(programme).per_person:
        chosen = next((e for e in entries if e["person"] is None), None) or {
            **entries[0], "outcome": "ineligible", "amount": None, "tests": [], "steps": [], "person": person
        }  # fmt: skip
    entry = chosen or entries[0]
    amount = entry["amount"]
    return Verdict(
        entry["outcome"],
        int(Decimal(amount) * 100) if amount is not None else None,
        entry["per"],
        _reason(entry),
        entry,
    )


def _reason(entry: dict[str, Any]) -> str:
    """The failed condition with its numbers; else the unknown one; else nothing."""
    for passed, head in ((False, ""), (None, "尚需认定:")):
        for test in entry["tests"]:
            if test["passed"] is passed:
                return f"{head}{test['said']}"
    return ""
