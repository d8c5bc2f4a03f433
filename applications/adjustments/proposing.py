"""What new figures change for one award: a raise month by month, nothing, or something a person must look at.

Nothing is ever lowered or stopped here: 社会救助法 art. 48 asks for a hearing first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.errors import WrongState
from applications import decisions, verdicts
from applications.adjustments.reading import Kind, Known
from applications.models import AdjustmentRow
from applications.verdicts import NOBODY, Verdict
from eligibility import assess
from eligibility.assess import Judged
from eligibility.models import Assessment

Outcome, Reason = AdjustmentRow.Outcome, AdjustmentRow.Reason


@dataclass(frozen=True)
class Step:
    """One ledger entry to make: `kind` change or back_pay; fen before and after."""

    kind: str
    month: date
    before_fen: int
    after_fen: int


@dataclass(frozen=True)
class Proposal:
    """The answer for one award. `steps` only where the outcome is an increase."""

    outcome: str
    before_fen: int
    after_fen: int | None
    reason: str = ""
    detail: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def back_pay_fen(self) -> int:
        return sum(s.after_fen - s.before_fen for s in self.steps if s.kind == Kind.BACK_PAY)

    @property
    def from_month(self) -> date | None:
        return next((s.month for s in self.steps if s.kind == Kind.CHANGE), None)


def day_of(month: date, on: date) -> date:
    """The day a month is judged on: its first; a month to come by what is in force today."""
    return min(month, on)


def propose(known: Known, on: date) -> Proposal | None:
    """None where the award paid nothing under the new figures and is stopped: it is not touched."""
    live = {month: w for month, w in known.months.items() if w.in_force_fen}
    now = known.months[known.ahead].total_fen
    if known.last.kind == Kind.STOP and not live:
        return None
    if known.matter is None or known.ground is None:
        return _look(now, None, Reason.NO_GROUND, "没有留存的测算可比，由经办核定")
    if known.last.kind == Kind.SUSPEND:
        return _look(now, None, Reason.SUSPENDED, f"已自 {known.last.from_month:%Y-%m} 暂停，恢复后再调整")
    judged = verdicts.judge(known.matter, on=on)
    answer = _answers(known, judged)
    found = {month: answer(day_of(month, on)) for month in live}
    refused = _refused(found)
    if refused is not None:
        changed = _changed(known, judged)
        return _look(now, None, Reason.CHANGED, changed) if changed else _look(now, None, *refused)
    amounts = {month: v.amount_fen or 0 for month, v in found.items()}
    return _compared(known, judged, amounts, now)


def _answers(known: Known, judged: Judged) -> Callable[[date], Verdict]:
    matter = known.matter
    assert matter is not None
    kept: dict[date, Verdict] = {}
    place = next((i for i, p in enumerate(judged.people) if p.pk == matter.person_id), NOBODY)

    def answer(day: date) -> Verdict:
        if day not in kept:
            line = assess.line(judged.means, on=day, need_kind=matter.need_kind, need_multiple=matter.need_multiple)
            line = assess.ruled(line, judged.rulings, judged.people, judged.obligors)
            found = assess.preview(line, who=judged.who)
            kept[day] = verdicts.read(found, matter.programme, None if matter.person_id is None else place)
        return kept[day]

    return answer


def _refused(found: Mapping[date, Verdict]) -> tuple[str, str] | None:
    for month, verdict in found.items():
        if verdict.is_eligible and verdict.amount_fen:
            continue
        if verdict.outcome == "undetermined":
            reason = Reason.UNDETERMINED if verdict.entry["tests"] else Reason.INCOMPLETE
            return reason, f"{month:%Y-%m} {verdict.reason}"
        return Reason.INELIGIBLE, f"{month:%Y-%m} {verdict.reason}"
    return None


def _compared(known: Known, judged: Judged, amounts: dict[date, int], now: int) -> Proposal:
    """The steps from the old amounts to the new; or why they are a person's to take."""
    after = amounts.get(known.ahead)
    lower = next((m for m, fen in amounts.items() if fen < known.months[m].total_fen), None)
    steps = _steps(known, amounts)
    if lower is None and not steps:
        return Proposal(Outcome.UNCHANGED, now, after)
    changed = _changed(known, judged)
    if changed:
        return _look(now, after, Reason.CHANGED, changed)
    if known.stopped_by:
        return _look(now, after, Reason.HELD, f"{known.stopped_by}，处理后再调整")
    if known.last.kind == Kind.STOP:
        said = f"已自 {known.last.from_month:%Y-%m} 停发，此前月份的补发由经办核定"
        return _look(now, after, Reason.STOPPED, said)
    if lower is not None:
        said = f"{lower:%Y-%m} 测算 {_yuan(amounts[lower])} 元，低于现发 {_yuan(known.months[lower].total_fen)} 元"
        return _look(now, after, Reason.LOWER, f"{said}；减发先听取意见（社会救助法第48条）")
    if known.latest_month > known.open_month:
        return _look(now, after, Reason.LATER, f"台账已有 {known.latest_month:%Y-%m} 起的决定，由经办核定")
    if any(step.after_fen <= step.before_fen for step in steps):
        return _look(now, after, Reason.LOWER, "各月新额高低不一，由经办核定")
    return Proposal(Outcome.INCREASE, now, after or now, steps=tuple(steps))


def _steps(known: Known, amounts: Mapping[date, int]) -> list[Step]:
    steps: list[Step] = []
    raised: int | None = None
    for month, fen in sorted(amounts.items()):
        total = known.months[month].total_fen
        if month < known.open_month:
            if fen > total:
                steps.append(Step(Kind.BACK_PAY.value, month, total, fen))
            continue
        before = total if raised is None else raised
        if fen != before:
            steps.append(Step(Kind.CHANGE.value, month, before, fen))
            raised = fen
    return steps


def _look(now: int, after: int | None, reason: str, detail: str) -> Proposal:
    return Proposal(Outcome.LOOK, now, after, reason, detail[:300])


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _changed(known: Known, judged: Judged) -> str:
    """What differs between the family that was judged and the family now; "" where nothing does."""
    assert known.ground is not None
    assert known.matter is not None
    kept = json.loads(known.ground.inputs)
    if kept["people"] != [str(p.pk) for p in judged.people]:
        return "确认以来家庭成员有变动，先复核再调整"
    try:
        counted = {person.pk for person in decisions.covered(known.matter, judged)}
    except WrongState as incomplete:
        return incomplete.message
    if counted != known.covered:
        return "计入的人与保障对象不同，先复核再调整"
    if kept["obligors"] != [str(p.pk) for p in judged.obligors] or _bare(kept["line"]) != _bare(judged.line):
        return "确认以来收入、财产或家庭情况有变，先复核再调整"
    return ""


def _bare(line: Mapping[str, Any]) -> Any:
    """The line without what the day alone changes, and without what is said by leaving it out."""
    rest = {key: value for key, value in line.items() if key != "as_of"}
    rest["obligors"] = [{k: v for k, v in one.items() if k != "age"} for one in line.get("obligors") or []]
    return _said(rest)


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _said(one) for key, one in value.items() if one not in (None, [], "")}
    return [_said(one) for one in value] if isinstance(value, list) else value


__all__ = ["Assessment", "Outcome", "Proposal", "Reason", "Step", "day_of", "propose"]
