"""Facts as of a day → rules → Assessment: the one way a case is judged, and a preview that stores nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from accounts import audit, clock
from accounts.canonical import canonical
from accounts.errors import WrongState
from accounts.models import User
from eligibility.assess_lines import RULES_VERSION, Brief, LineError, assess_briefly, assess_frozen, assess_household
from eligibility.editions import Edition, edition
from eligibility.lines.schema import read_household
from eligibility.local_settings import Settings, settings, share_of, written
from eligibility.models import Assessment, MinimumWage, Ruling, RulingTest, Standard
from eligibility.programmes import Programme
from eligibility.rules.columns import columns
from eligibility.rules.counted import counted as counted_people
from eligibility.rules.figures import FigureBook, FigureRow
from eligibility.spoken import NOBODY, Who, problem
from households import facts
from households.means import Circumstances, Disability, Income, Means, Obligor
from households.models import Household, Person
from households.models.facts import DEDUCTIONS

Line = dict[str, Any]


def book(of: Edition | None = None) -> FigureBook:
    """Every published figure there is; the rules pick what was in force. One small query, parsed once a change.

    `of` is the edition where it is known already: then no query.
    """
    return _book(of or edition())


@lru_cache(maxsize=2)
def _book(_: Edition) -> FigureBook:
    return FigureBook([*map(_standard_row, Standard.objects.all()), *map(_wage_row, MinimumWage.objects.all())])


def _standard_row(row: Standard) -> FigureRow:
    return FigureRow(
        region_code=row.region_id,
        area=row.area,
        programme=row.programme,
        measure=row.measure,
        value_fen=row.value_fen,
        effective_from=row.effective_from,
        for_year=row.for_year,
        document_number=row.document_number,
    )


def _wage_row(row: MinimumWage) -> FigureRow:
    return FigureRow(
        region_code=row.region_id,
        area="",
        programme="minimum_wage",
        measure="monthly",
        value_fen=row.value_fen,
        effective_from=row.effective_from,
        for_year=None,
        document_number=row.document_number,
    )


def line(
    means: Means,
    *,
    on: date,
    need_kind: str = "",
    need_multiple: Decimal | None = None,
    local: Settings | None = None,
) -> Line:
    """The means as one object of the `assess` contract; assets unknown until a ruling answers.

    What the local settings of that place and day say goes in beside the facts; where none is recorded, nothing does.
    """
    local = local or settings()
    rate = local.value("work_cost_rate", means.region_code, means.area, on)
    ratios = {key: local.value(key, means.region_code, means.area, on) for key in ("edge_multiple", "rigid_ratio")}
    need = {"kind": need_kind, "multiple": str(need_multiple) if need_multiple is not None else None}
    return {
        "as_of": on.isoformat(),
        "region": means.region_code,
        "area": means.area,
        "people": [_person(person, rate) for person in means.people],
        "obligors": [_obligor(obligor, on) for obligor in means.obligors],
        "assets_within_limit": None,
        "need": need if need_kind else None,
        **{key: written(value) for key, value in ratios.items() if value is not None},
    }


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _person(person: Circumstances, work_cost_rate: Decimal | None) -> Line:
    income, deductions = _incomes(person.incomes)
    if work_cost_rate:
        deductions += _work_costs(person.incomes, work_cost_rate)
    return {
        "relation": person.relation,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        **({"sex": person.sex} if person.sex else {}),
        **({"work": person.work} if person.work else {}),
        "student": person.student,
        "disability": _disability(person.disability),
        "major_illness": person.major_illness,
        "self_care_failed": person.self_care_failed,
        "absence": person.absence,
        "orphan": person.orphan,
        "lives_here": person.lives_here,
        "prior": list(person.prior),
        "income": income,
        "deductions": deductions,
    }


def _incomes(incomes: Sequence[Income]) -> tuple[list[Line] | None, list[Line]]:
    """A row without an amount makes the person's income unknown."""
    rows = [{"kind": i.kind, "amount": _yuan(i.amount_fen), "per": i.per} for i in incomes if i.amount_fen is not None]
    came_in = [row for row in rows if row["kind"] not in DEDUCTIONS]
    unknown = any(i.amount_fen is None and i.kind not in DEDUCTIONS for i in incomes)
    return (None if unknown else came_in), [row for row in rows if row["kind"] in DEDUCTIONS]


def _work_costs(incomes: Sequence[Income], rate: Decimal) -> list[Line]:
    """The local share of each wage, where nobody entered what the work really costs (57号 art. 13)."""
    if any(one.kind == "work_cost" for one in incomes):
        return []
    wages = [one for one in incomes if one.kind == "wage" and one.amount_fen]
    return [
        {"kind": "work_cost", "amount": _yuan(share_of(one.amount_fen or 0, rate)), "per": one.per} for one in wages
    ]


def _disability(disability: Disability | None) -> Line | None:
    return {"kind": disability.kind, "grade": disability.grade} if disability else None


def _obligor(obligor: Obligor, on: date) -> Line:
    from households.identity import age_on

    return {
        "age": age_on(obligor.birth_date, on) if obligor.birth_date and obligor.birth_date <= on else None,
        "monthly_income": None if obligor.monthly_income_fen is None else _yuan(obligor.monthly_income_fen),
        "receives": obligor.receives,
        "disability": _disability(obligor.disability),
        "status": obligor.status,
        "assets_within_limit": obligor.assets_within_limit,
    }


def ruled(made: Line, rulings: Iterable[Ruling], people: Sequence[Person], obligors: Sequence[Person]) -> Line:
    """The line with every named answer put in; the newest ruling of a test counts."""
    place = {person.pk: made["people"][i] for i, person in enumerate(people)}
    outside = {person.pk: made["obligors"][i] for i, person in enumerate(obligors)}
    for ruling in rulings:
        if ruling.test == RulingTest.ASSETS_WITHIN_LIMIT:
            made["assets_within_limit"] = bool(ruling.answer)
        elif ruling.test == RulingTest.BASIC_PENSION_COUNTED:
            made["rulings"] = {"basic_pension_counted": bool(ruling.answer)}
        elif ruling.test == RulingTest.OBLIGOR_ASSETS and ruling.person_id in outside:
            outside[ruling.person_id]["assets_within_limit"] = bool(ruling.answer)
        elif ruling.test == RulingTest.MAJOR_ILLNESS and ruling.person_id in place:
            place[ruling.person_id]["major_illness"] = bool(ruling.answer)
        elif ruling.test == RulingTest.SELF_CARE_FAILED and ruling.person_id in place:
            place[ruling.person_id]["self_care_failed"] = ruling.answer
    return made


def preview(made: Line, figures: FigureBook | None = None, who: Who = NOBODY) -> Line:
    """What the rules answer to this line now, stored nowhere; `{"error": sentence}` where a fact is wrong or missing.

    `who` are the names of its people: the sentence is a clerk's to read.
    """
    try:
        return assess_household(made, figures or book())
    except LineError as wrong:
        return {"error": problem(wrong, who)}


def briefly(asked: Sequence[tuple[Line, Programme]], figures: FigureBook | None = None) -> list[Brief]:
    """What each line's one programme answers now, all of them judged together, stored nowhere."""
    return assess_briefly(asked, figures or book())


def counted(made: Line, who: Who = NOBODY) -> list[bool]:
    """Which of the line's people the rules count (57号 art. 7), in the order listed: the n of every sum.

    Raises WrongState where a fact is missing or impossible.
    """
    try:
        facts_of_one = columns([read_household(made)])
    except LineError as wrong:
        raise WrongState(_incomplete(problem(wrong, who))) from wrong
    return [bool(one) for one in counted_people(facts_of_one).person]


def _incomplete(said: str) -> str:
    return f"资料不全，先补齐再办；{said}"


@dataclass(frozen=True)
class Judged:
    """A household as the rules read it on a day, with the people behind the indices of the line."""

    line: Line
    means: Means
    people: tuple[Person, ...]
    obligors: tuple[Person, ...]
    rulings: tuple[Ruling, ...]
    local: Settings
    figures: FigureBook

    @cached_property
    def answers(self) -> Line:
        """What the rules answer to it now, worked out once."""
        return preview(self.line, self.figures, self.who)

    @property
    def who(self) -> Who:
        """The names behind the places of the line."""
        return Who.of(self.people, self.obligors)


def judged(household: Household, *, on: date, need_kind: str = "", need_multiple: Decimal | None = None) -> Judged:
    """The live facts with every ruling, as one line, and who its people are."""
    return judged_many([household], on=on, need_kind=need_kind, need_multiple=need_multiple)[household.pk]


def judged_many(
    households: Collection[Household], *, on: date, need_kind: str = "", need_multiple: Decimal | None = None
) -> dict[UUID, Judged]:
    """The same for many households, by id: as many queries for all as for one."""
    known, now = facts.read_many(households), edition()
    local, figures = settings(now), book(now)
    rows = Ruling.objects.filter(household__in=known).select_related("ruled_by", "person").order_by("ruled_at", "id")
    rulings: dict[UUID, list[Ruling]] = defaultdict(list)
    for ruling in rows:
        rulings[ruling.household_id].append(ruling)
    read = {}
    for pk, (means, people, obligors) in known.items():
        made = line(means, on=on, need_kind=need_kind, need_multiple=need_multiple, local=local)
        whole = ruled(made, rulings[pk], people, obligors)
        read[pk] = Judged(whole, means, tuple(people), tuple(obligors), tuple(rulings[pk]), local, figures)
    return read


def assess(
    household: Household,
    *,
    on: date,
    by: User | None,
    need_kind: str = "",
    need_multiple: Decimal | None = None,
) -> Assessment:
    """Judge the household on that day and keep inputs, result and trace as they were. Call inside an act.

    The inputs name the people by id, so that an index of the result stays somebody when the household changes.
    Raises WrongState where a fact the rules need is missing or impossible.
    """
    read = judged(household, on=on, need_kind=need_kind, need_multiple=need_multiple)
    result = read.answers
    if "error" in result:
        raise WrongState(_incomplete(result["error"]))
    inputs = {
        "line": read.line,
        "people": [str(p.pk) for p in read.people],
        "obligors": [str(p.pk) for p in read.obligors],
    }
    row = Assessment(
        household=household,
        as_of=on,
        rules_version=RULES_VERSION,
        inputs=canonical(inputs).decode(),
        figures=canonical(result["figures"]).decode(),
        result=_written(result),
        made_by=by,
        made_at=clock.now(),
    )
    return audit.seal(row, by, "household.assess", on=on, region_code=household.region_id)


def _written(result: Line) -> str:
    return json.dumps(result, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def recompute(assessment: Assessment) -> str:
    """The stored answer worked out again from its frozen inputs and figures: the stored bytes, or something changed.

    What was published since plays no part, and a formula of a past day is never edited (`rules.dated`).
    """
    kept = json.loads(assessment.inputs), json.loads(assessment.figures)
    return _written({**assess_frozen(kept[0]["line"], kept[1]), "rules_version": assessment.rules_version})


def agrees(assessment: Assessment) -> bool:
    """Whether the stored answer is worked out again to its bytes; False also where its inputs can't be read now."""
    try:
        return recompute(assessment) == assessment.result
    except (LineError, ValueError, LookupError, TypeError):
        return False


def people_of(assessment: Assessment) -> list[str]:
    """The ids of the people an assessment counted through, in the order of its indices."""
    return list(json.loads(assessment.inputs)["people"])


def figures_in_force(region_code: str, area: str, on: date) -> int | None:
    """The monthly dibao standard there on that day, in fen; None before the first published row."""
    number = on.year * 10_000 + on.month * 100 + on.day
    value = book().published(region_code, area, "dibao", "standard", number)
    return value if value > 0 else None
