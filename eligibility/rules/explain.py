"""Columns turned into the answer a person reads: every programme, every test, every step, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np

from eligibility.programmes import Programme
from eligibility.rules import steps
from eligibility.rules.clauses import clause
from eligibility.rules.codes import Orphan
from eligibility.rules.columns import Facts
from eligibility.rules.decide import Decisions
from eligibility.rules.figures import NONE_IN_FORCE, Figures
from eligibility.rules.income import TwoReadings
from eligibility.rules.inputs import HouseholdInput
from eligibility.rules.sentences import LEVELS, NOBODY, Said, View, said
from eligibility.rules.tekun import care_level
from eligibility.rules.ternary import ABSENT
from eligibility.rules.verdict import NO_SUM, Verdict
from eligibility.rules.wording import Known, yuan

Entry: TypeAlias = dict[str, Any]

_OUTCOME: Final = {1: "eligible", 0: "ineligible", -1: "undetermined"}
_PASSED: Final = {1: True, 0: False, -1: None}
_OWN_CONDITION: Final = {
    Programme.DIBAO_SINGLE: "severe",
    Programme.TEKUN: "no_labour",
    Programme.ORPHAN: "orphan_status",
    Programme.DE_FACTO_ORPHAN: "orphan_status",
    Programme.DISABILITY_LIVING: "has_disability",
    Programme.DISABILITY_CARE: "care_disability",
}
"""The first own condition of a per-person programme: who fails it is not listed."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """A verdict as plain lists, and where each household's rows begin."""

    programme: Programme
    persons: list[int] | None
    first: list[int]
    tests: list[tuple[str, list[int]]]
    outcome: list[int]
    amount: list[int]


def _rows(verdict: Verdict, facts: Facts) -> _Rows:
    households = facts.households
    if verdict.persons is None:
        first = list(range(households + 1))
    else:
        first = np.searchsorted(verdict.persons, facts.person_first).tolist()
    return _Rows(
        programme=verdict.programme,
        persons=None if verdict.persons is None else verdict.persons.tolist(),
        first=first,
        tests=[(test.code, test.passed.tolist()) for test in verdict.tests],
        outcome=verdict.outcome.tolist(),
        amount=verdict.amount.tolist(),
    )


def _known(readings: TwoReadings) -> list[Known]:
    unknown = (readings.out.unknown | readings.counting.unknown).tolist()
    return [
        Known(out, counting, more)
        for out, counting, more in zip(
            readings.out.known.tolist(), readings.counting.known.tolist(), unknown, strict=True
        )
    ]


def _shell(programme: Programme, person: int | None, outcome: str, amount: int = NO_SUM) -> Entry:
    return {
        "programme": programme.value,
        "person": person,
        "outcome": outcome,
        "amount": None if amount == NO_SUM else yuan(amount),
        "per": programme.per,
        "excludes": [other.value for other in programme.excludes],
        "flags": [],
        "tests": [],
        "steps": [],
    }


def _test(programme: Programme, code: str, passed: bool | None, view: View) -> dict[str, Any]:
    return _condition(programme, code, passed, said(programme, code, view, passed), view)


def _condition(programme: Programme, code: str, passed: bool | None, words: Said, view: View) -> dict[str, Any]:
    return {
        "code": code,
        "passed": passed,
        "figure": words.figure,
        "threshold": words.threshold,
        "clause": clause(programme, code, view.household.as_of),
        "said": words.text,
    }


def _dibao_more(view: View, entry: Entry) -> list[steps.Step]:
    return steps.shortfall(view.figures.standard, view.number, view.family)


def _single_more(view: View, entry: Entry) -> list[steps.Step]:
    return steps.shortfall(view.figures.standard, 1, view.own or view.family)


def _edge_more(view: View, entry: Entry) -> list[steps.Step]:
    line = view.figures.standard * 12 * view.number
    exact = not view.family.unknown and view.family.out == view.family.counting == line
    if exact and view.number and view.figures.standard != NONE_IN_FORCE:
        entry["flags"].append("equal_to_standard")
    return []


def _tekun_more(view: View, entry: Entry) -> list[steps.Step]:
    level = None
    if view.person is not None:
        failed = view.household.people[view.person].self_care_failed
        level = None if failed is None else int(care_level(np.array([failed], np.int8))[0])
    basic = view.figures.basic
    care = None if level is None else view.figures.care[level]
    entry["care_level"] = None if level is None else LEVELS[level]
    entry["basic"] = None if basic.fen == NONE_IN_FORCE else yuan(basic.fen)
    entry["care"] = None if care is None or care.fen == NONE_IN_FORCE else yuan(care.fen)
    if basic.below_floor or (care is not None and care.below_floor):
        entry["flags"].append("below_floor")
    return steps.tekun(view, level)


def _temporary_more(view: View, entry: Entry) -> list[steps.Step]:
    return steps.temporary(view)


def _orphan_more(view: View, entry: Entry) -> list[steps.Step]:
    if view.person is None:
        return []
    place = 0 if view.household.people[view.person].orphan is Orphan.INSTITUTION else 1
    measure, word = (("institution", "机构养育"), ("dispersed", "散居"))[place]
    return steps.allowance(
        f"孤儿基本生活费({word})", view.figures, view.figures.orphan[place], (Programme.ORPHAN, measure)
    )


def _living_more(view: View, entry: Entry) -> list[steps.Step]:
    if view.person is None:
        return []
    band = 0 if view.household.people[view.person].grade <= 2 else 1
    key = (Programme.DISABILITY_LIVING, ("grade_1_2", "grade_3_4")[band])
    return steps.allowance("困难残疾人生活补贴", view.figures, view.figures.living[band], key)


def _care_more(view: View, entry: Entry) -> list[steps.Step]:
    if view.person is None or (grade := view.household.people[view.person].grade) > 2:
        return []
    key = (Programme.DISABILITY_CARE, ("grade_1", "grade_2")[grade - 1])
    return steps.allowance("重度残疾人护理补贴", view.figures, view.figures.care_subsidy[grade - 1], key)


def _rigid_more(view: View, entry: Entry) -> list[steps.Step]:
    return []


_MORE: Final[dict[Programme, Callable[[View, Entry], list[steps.Step]]]] = {
    Programme.DIBAO: _dibao_more,
    Programme.DIBAO_SINGLE: _single_more,
    Programme.EDGE: _edge_more,
    Programme.TEKUN: _tekun_more,
    Programme.TEMPORARY: _temporary_more,
    Programme.RIGID: _rigid_more,
    Programme.ORPHAN: _orphan_more,
    Programme.DE_FACTO_ORPHAN: _orphan_more,
    Programme.DISABILITY_LIVING: _living_more,
    Programme.DISABILITY_CARE: _care_more,
}
"""What a programme adds to its entry (flags, own keys), and its steps."""


def _entry(rows: _Rows, row: int, view: View) -> Entry:
    outcome = _OUTCOME[rows.outcome[row]]
    entry = _shell(rows.programme, view.person, outcome, rows.amount[row])
    entry["tests"] = [
        _test(rows.programme, code, _PASSED[passed[row]], view) for code, passed in rows.tests if passed[row] != ABSENT
    ]
    shown = _MORE[rows.programme](view, entry)
    entry["steps"] = [] if outcome == "ineligible" else shown
    return entry


def _nobody(programme: Programme, view: View) -> Entry:
    """Nobody meets the first own condition: one entry, that condition its one false test."""
    code = _OWN_CONDITION[programme]
    entry = _shell(programme, None, "ineligible")
    entry["tests"] = [_condition(programme, code, False, Said(None, None, NOBODY[programme]), view)]
    _MORE[programme](view, entry)
    return entry


class Explanation:
    """A decided batch, asked household by household."""

    def __init__(
        self, households: Sequence[HouseholdInput], facts: Facts, figures: Figures, decisions: Decisions
    ) -> None:
        self._households = households
        self._figures = [figures.sets[index] for index in figures.of.tolist()]
        self._number = decisions.count.number.tolist()
        self._family = _known(decisions.income.family)
        self._own = _known(decisions.income.own)
        bare = decisions.income.bare
        self._bare = _known(TwoReadings(bare, bare))
        self._first = facts.person_first.tolist()
        self._rows = {programme: _rows(verdict, facts) for programme, verdict in decisions.verdicts.items()}

    def results(self, household: int) -> list[Entry]:
        """Every programme's entries for one household of the batch, in the order of the enum."""
        view = self._view(household)
        return [entry for programme in Programme for entry in self._entries(programme, household, view)]

    def of_programme(self, household: int, programme: Programme) -> list[Entry]:
        """The entries of one programme alone, as `results` has them."""
        return self._entries(programme, household, self._view(household))

    def _view(self, household: int) -> View:
        return View(
            self._households[household],
            self._figures[household],
            self._number[household],
            self._family[household],
        )

    def _entries(self, programme: Programme, household: int, view: View) -> list[Entry]:
        rows = self._rows[programme]
        listed = range(rows.first[household], rows.first[household + 1])
        if rows.persons is None:
            return [_entry(rows, row, view) for row in listed]
        begin = self._first[household]
        entries = []
        for row in listed:
            p = rows.persons[row]
            one = replace(view, person=p - begin, own=self._own[p], bare=self._bare[p])
            entries.append(_entry(rows, row, one))
        return entries or [_nobody(programme, view)]
