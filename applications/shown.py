"""How a case is named on a page: its clock, its next verb, its programme; plain values for templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from applications.clocks import Clock, Kind
from applications.models import Action, State

VERBS: dict[State, tuple[Action, str]] = {
    State.SUBMITTED: (Action.ACCEPT, "办理受理"),
    State.SUPPLEMENT: (Action.SUPPLEMENT, "登记已补"),
    State.ACCEPTED: (Action.VISIT, "录调查表"),
    State.VISITED: (Action.SECOND_VISIT, "确认调查"),
    State.SURVEYED: (Action.OPINE, "填审核意见"),
    State.TO_POST: (Action.POST, "张贴公示"),
    State.POSTED: (Action.END_NOTICE, "看公示"),
    State.DISPUTED: (Action.ANSWER, "答复异议"),
    State.TO_CONFIRM: (Action.CONFIRM, "确认本户"),
}
"""The step that leads a matter on from where it stands, and the verb a row ends in."""

# Taken on the notices' own pages: a list is posted for a village, not for one family.
ON_NOTICES = frozenset({Action.POST, Action.OBJECT, Action.ANSWER, Action.RESURVEY, Action.END_NOTICE})


@dataclass(frozen=True)
class ShownClock:
    """A clock as the page draws it: shape and words, and under them the limit and its day."""

    kind: str
    words: str
    detail: str
    due: date | None


def shown(clock: Clock | None) -> ShownClock | None:
    """None for a closed matter."""
    if clock is None:
        return None
    until = f"{clock.due:%m-%d} 到" if clock.due and clock.kind != Kind.HOLD else ""
    provisional = "（放假安排未出，暂定）" if until and clock.is_provisional else ""
    detail = " · ".join(part for part in (clock.limit, clock.why, until + provisional) if part)
    return ShownClock(clock.kind.value, clock.words, detail, clock.due)
