"""What a mismatch does to the rules' answer: the household judged as it stands, and with the verified value put in.

Nothing is stored and nothing decided. A fact the rules can't be asked without is said, never raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from eligibility import assess, asset_limits
from eligibility.assess import Judged, Line
from eligibility.assess_lines import Brief
from eligibility.programmes import Programme
from eligibility.rules.wording import grouped
from eligibility.spoken import Who, chinese, problem
from households.means import Circumstances, Means, Obligor
from households.models import Household, Person
from verification import changes
from verification.changes import Change, Died, Earned, Owned, Told
from verification.compare import Mismatch

LONGEST = 60
People: TypeAlias = list[Person]
Case: TypeAlias = tuple[Judged, Mismatch, Programme]
"""A household as read, what a source says otherwise, and the programme whose answer is asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules answer one programme: yes, no, not settled or "incomplete"; the sum; how many people count."""

    outcome: str
    amount_fen: int | None
    people: int
    said: str
    figure: str = ""
    threshold: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """Before and after, and one sentence about the difference."""

    before: Answer
    after: Answer
    said: str

    def kept(self) -> dict[str, Any]:
        """As the finding keeps it."""
        return {"before": asdict(self.before), "after": asdict(self.after)}


def of(household: Household, mismatch: Mismatch, *, programme: str, on: date) -> Consequence:
    """What the mismatch would change for this programme on that day."""
    return of_many([(assess.judged(household, on=on), mismatch, Programme(programme))], on=on)[0]


def of_many(cases: Sequence[Case], *, on: date) -> list[Consequence]:
    """The same for many mismatches of households already read: all are judged together, before and after."""
    made = [_changed(judged, mismatch, on) for judged, mismatch, _ in cases]
    asked = [(line, case[2]) for case, one in zip(cases, made, strict=True) for line in (case[0].line, one.line)]
    briefs = assess.briefly(asked, cases[0][0].figures) if cases else []
    return [
        _consequence(case, one, before, after, on)
        for case, one, before, after in zip(cases, made, briefs[::2], briefs[1::2], strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Changed:
    """A household with the verified value in: what is known of it, its line for the rules, who is left in it."""

    means: Means
    line: Line
    people: People
    obligors: People

    @property
    def who(self) -> Who:
        return Who.of(self.people, self.obligors)


def _changed(judged: Judged, mismatch: Mismatch, on: date) -> _Changed:
    change = changes.of(mismatch.kind, mismatch.verified, is_member=mismatch.about.is_member)
    means, people, obligors = _with(judged, mismatch, change)
    line = assess.line(means, on=on, local=judged.local)
    return _Changed(means, assess.ruled(line, judged.rulings, people, obligors), people, obligors)


def _consequence(case: Case, made: _Changed, answered: Brief, changed: Brief, on: date) -> Consequence:
    judged, mismatch, programme = case
    before = _answer(answered, judged.people, judged.who, mismatch.about.person)
    if made.line == judged.line:
        return Consequence(before, before, _unread(judged, mismatch, made.means, before, programme, on)[:LONGEST])
    after = _answer(changed, made.people, made.who, mismatch.about.person)
    if mismatch.kind.code == "death" and _own(answered.entries, judged.people, mismatch.about.person):
        return Consequence(before, after, _ended(before, after, programme)[:LONGEST])
    return Consequence(before, after, _said(mismatch, before, after, programme)[:LONGEST])


def _with(judged: Judged, mismatch: Mismatch, change: Change | None) -> tuple[Means, People, People]:
    """The means with the verified value in place of the declared, and who is left in them."""
    people, obligors, means = list(judged.people), list(judged.obligors), judged.means
    if isinstance(change, Owned):
        field = _ASSETS[change.name]
        owned = {field: change.beside(getattr(means.assets, field))}
        return replace(means, assets=replace(means.assets, **owned)), people, obligors
    own = people if mismatch.about.is_member else obligors
    place = next((i for i, one in enumerate(own) if str(one.pk) == mismatch.about.person), None)
    if change is None or place is None:
        return means, people, obligors
    if isinstance(change, Died):
        del own[place]
        return _without(means, place, is_member=mismatch.about.is_member), people, obligors
    if not mismatch.about.is_member:
        outside = [_obligor_with(one, change) if i == place else one for i, one in enumerate(means.obligors)]
        return replace(means, obligors=tuple(outside)), people, obligors
    rows = list(means.people)
    if isinstance(change, Earned) and mismatch.kind.scope == "household":
        rows = [_without_incomes(one, change) for one in rows]
    rows[place] = _member_with(means.people[place], change)
    return replace(means, people=tuple(rows)), people, obligors


_ASSETS = {"house": "houses", "vehicle": "vehicles", "deposit": "deposit_fen"}


def _without(means: Means, place: int, *, is_member: bool) -> Means:
    if is_member:
        return replace(means, people=means.people[:place] + means.people[place + 1 :])
    return replace(means, obligors=means.obligors[:place] + means.obligors[place + 1 :])


def _without_incomes(known: Circumstances, change: Earned) -> Circumstances:
    return replace(known, incomes=tuple(one for one in known.incomes if one.kind not in change.names))


def _member_with(known: Circumstances, change: Earned | Told) -> Circumstances:
    if isinstance(change, Earned):
        income = change.income([one.kind for one in known.incomes])
        kept = _without_incomes(known, change)
        return replace(kept, incomes=(*kept.incomes, income)) if income else kept
    if change.name == "disability":
        return replace(known, disability=change.disability)
    return replace(known, **{change.name: change.code})  # type: ignore[arg-type]


def _obligor_with(known: Obligor, change: Earned | Told) -> Obligor:
    """Somebody outside has at least the income that was found."""
    if isinstance(change, Earned):
        return replace(known, monthly_income_fen=change.monthly_fen)
    if change.name == "disability":
        return replace(known, disability=change.disability)
    return replace(known, status=change.code) if change.name == "status" else known


def _answer(brief: Brief, people: Sequence[Person], who: Who, person: str) -> Answer:
    if brief.error is not None:
        return Answer("incomplete", None, 0, problem(brief.error, who))
    chosen = _entry(brief.entries, people, person)
    amount = chosen["amount"]
    tests = [t for t in chosen["tests"] if t["passed"] is False] or [t for t in chosen["tests"] if t["passed"] is None]
    shown: Line = tests[0] if tests else {"said": "", "passed": None, "code": ""}
    return Answer(
        outcome=chosen["outcome"],
        amount_fen=None if amount is None else int(Decimal(amount) * 100),
        people=brief.people,
        said=chinese(shown["said"]),
        figure=shown["figure"] if _is_income(shown) else "",
        threshold=shown["threshold"] if _is_income(shown) else "",
    )


def _is_income(test: dict[str, Any]) -> bool:
    """A failed comparison of income with a line in yuan."""
    return test["passed"] is False and test["code"] in ("income_below_standard", "income_below_edge")


def _entry(entries: Sequence[Line], people: Sequence[Person], person: str) -> Line:
    """The family's; of a programme for single people that person's, else the first that is granted, else the first."""
    own = _own(entries, people, person)
    granted = [entry for entry in entries if entry["outcome"] == "eligible"]
    return [*own, *granted, *entries][0]


def _own(entries: Sequence[Line], people: Sequence[Person], person: str) -> list[Line]:
    return [entry for entry in entries if entry["person"] is not None and str(people[entry["person"]].pk) == person]


def _ended(before: Answer, after: Answer, programme: Programme) -> str:
    """Of a programme for single people, whose own answer it was: nobody else's answer takes its place."""
    if not before.amount_fen:
        return f"{_GONE}，本人的{programme.label}不再办理"
    return f"{_GONE}，本人{_sum_of(programme)} {grouped(before.amount_fen)} 元应停发"


def _said(mismatch: Mismatch, before: Answer, after: Answer, programme: Programme) -> str:
    gone = f"{_GONE}；" if mismatch.kind.code == "death" and mismatch.about.is_member else ""
    for one in (before, after):
        if one.outcome == "incomplete":
            return f"{gone}资料不全，不能测算；{one.said}"
    if programme is Programme.TEMPORARY:
        return f"{gone}临时救助按困难原因和救助倍数办理，由人判断"
    name = _sum_of(programme)
    head, tail = _leaving(mismatch, before, after), _change(before, after, name)
    return head + (tail or f"{name}不变") if head else tail or "不影响测算"


def _sum_of(programme: Programme) -> str:
    """What of the answer changes; a family that is only confirmed is paid nothing."""
    if programme in (Programme.EDGE, Programme.RIGID):
        return "认定"
    return "补差" if programme in (Programme.DIBAO, Programme.DIBAO_SINGLE) else "金额"


_GONE = "有一人去世，应核减 1 人"


def _leaving(mismatch: Mismatch, before: Answer, after: Answer) -> str:
    """Who does not count any more, of a death in so many words; and why the sum may rise all the same."""
    is_death = mismatch.kind.code == "death"
    if is_death and not mismatch.about.is_member:
        return "有一名义务人去世，"
    if before.people == after.people:
        return "有一人去世，原未计入人数，" if is_death else ""
    said = _GONE if is_death else f"人数由 {before.people} 变为 {after.people}"
    return f"{said}；其收入不再计入，" if after.people < before.people and _rises(before, after) else f"{said}，"


def _rises(before: Answer, after: Answer) -> bool:
    return after.outcome == "eligible" and (after.amount_fen or 0) > (before.amount_fen or 0)


def _change(before: Answer, after: Answer, name: str) -> str:
    """What becomes of the answer; "" where nothing does."""
    if (before.outcome, before.amount_fen, before.said) == (after.outcome, after.amount_fen, after.said):
        return ""
    if before.outcome == after.outcome == "eligible":
        if before.amount_fen is None or after.amount_fen is None or before.amount_fen == after.amount_fen:
            return ""
        return f"{name}由 {grouped(before.amount_fen)} 变为 {grouped(after.amount_fen)} 元"
    if after.outcome == "eligible":
        return "变为符合条件" + (f"，{name} {grouped(after.amount_fen)} 元" if after.amount_fen else "")
    if after.outcome == "ineligible":
        why = f"：{after.said}" if after.said else ""
        return f"仍不符合条件{why}" if before.outcome == "ineligible" else _above(after) or f"不再符合条件{why}"
    return f"{'仍' if before.outcome == after.outcome else '变为'}待认定：{after.said}"


def _above(after: Answer) -> str:
    """An income that reaches the line, by how much."""
    if not (after.figure and after.threshold):
        return ""
    income, line = Decimal(after.figure), Decimal(after.threshold)
    if income == line:
        return f"月收入 {income:,} 元，等于标准 {line:,} 元"
    return f"月收入 {income:,} 元，比标准 {line:,} 元高 {income - line:,} 元"


def _unread(judged: Judged, mismatch: Mismatch, means: Means, before: Answer, programme: Programme, on: date) -> str:
    """What the rules don't read: what a person has to judge."""
    label, code = mismatch.kind.label, mismatch.kind.code
    if "asset" in mismatch.kind.compares:
        limits = asset_limits.compare(means, before.people, programme=programme, on=on, settings=judged.local)
        over = next((one for one in limits if not one.is_within), None)
        # Without its paper: the sentence is short, the paper stands on the page of the limits.
        return over.said.rpartition("（")[0] if over else f"{label}与申报不同，由人认定家庭财产是否符合规定"
    return _JUDGED.get(code) or f"{label}与申报不同，由人判断"


_JUDGED = {
    "marriage": "婚姻与申报不同，由人判断配偶是否共同生活",
    "hukou": "户籍与申报不同，由人判断是否仍由本地办理",
    "other_aid": "在其他地方享受救助，由人判断是否重复",
    "birth": "有未登记的子女，由人判断是否共同生活",
    "company": "名下有市场主体，由人判断收入和家庭财产",
    "employment": "有参保单位而未申报工资，由人核实工资",
}
