"""A finding in words: declared and verified as a clerk reads them, the rules' before and after, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from applications.case_page import Entry
from verification import words
from verification.models import Finding, FindingStep
from verification.models.findings import OPEN
from verification.sources import registry

LONGEST_FIGURE = 16
_OUTCOMES = {"eligible": "符合", "ineligible": "不符合", "undetermined": "待认定", "incomplete": "资料不全"}


@dataclass(frozen=True)
class Row:
    """One finding in the list."""

    finding: Finding
    kind: str
    source: str
    declared: str
    verified: str

    @property
    def is_long(self) -> bool:
        """Too long to stand as a figure."""
        return max(len(self.declared), len(self.verified)) > LONGEST_FIGURE

    @property
    def is_open(self) -> bool:
        return self.finding.state in OPEN

    @classmethod
    def of(cls, finding: Finding) -> Row:
        kind = registry.kinds()[finding.kind]
        return cls(
            finding=finding,
            kind=kind.label,
            source=registry.source(finding.source).department,
            declared=_declared(finding),
            verified=words.of(kind, finding.verified),
        )


def _declared(finding: Finding) -> str:
    said = words.of(registry.kinds()[finding.kind], finding.declared)
    return "未申报" if said == words.NOTHING else said


def rows(found: Sequence[Finding]) -> list[Row]:
    return [Row.of(finding) for finding in found]


@dataclass(frozen=True)
class Side:
    """What the rules answer on one side: in words, the sum, how many people count."""

    outcome: str
    amount_fen: int | None
    people: int
    said: str

    @property
    def words(self) -> str:
        """The sum where there is one, else whether the family is within the rules."""
        if self.amount_fen is None:
            return self.outcome
        return f"{self.amount_fen // 100:,}.{self.amount_fen % 100:02d} 元"


@dataclass(frozen=True)
class Consequence:
    """As declared, and with what the source says."""

    before: Side
    after: Side
    said: str

    @property
    def changes(self) -> bool:
        return self.before.words != self.after.words


def consequence(finding: Finding) -> Consequence:
    kept = finding.consequence
    return Consequence(_side(kept.get("before", {})), _side(kept.get("after", {})), finding.effect)


def _side(kept: dict[str, Any]) -> Side:
    outcome = _OUTCOMES.get(kept.get("outcome", ""), "--")
    return Side(outcome, kept.get("amount_fen"), kept.get("people", 0), kept.get("said", ""))


def history(finding: Finding) -> list[Entry]:
    """What was done about it, newest first, down to the night that found it."""
    kind = registry.kinds()[finding.kind]
    reasons = kind.accept | kind.dispute
    steps = finding.steps.select_related("actor").order_by("-seq")
    found = Entry(finding.found_at, "核对发现不一致", registry.source(finding.source).department, (finding.effect,))
    return [*(_entry(step, reasons) for step in steps), found]


def _entry(step: FindingStep, reasons: dict[str, str]) -> Entry:
    who = step.actor.full_name if step.actor else "系统"
    lines = tuple(line for line in (reasons.get(step.reason, ""), step.note) if line)
    return Entry(step.at, step.get_action_display(), who, lines)
