"""Everybody registered, as the columns the rules read: what `households.facts.read` and `assess.line` say of each case.

A test holds the two together: for every household the columns are those of its own line, and the answers its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from eligibility.lines.schema import MOST_ENTRIES
from eligibility.rules.codes import Need
from eligibility.rules.columns import UNKNOWN_SUM, Facts, Obligors, People, day
from eligibility.rules.ternary import UNKNOWN, Bools, Codes, Days, Fen, Index
from eligibility.simulate import queries
from eligibility.simulate.copying import Column, fetch, one_moment
from eligibility.simulate.local import local, share_of
from eligibility.simulate.matching import NOBODY, Halves, Register, oldest_first
from eligibility.simulate.queries import STRANGE, Flow, Ruled, Told

Columns = dict[str, Column]
TOO_MUCH_FEN: Final = 10**11
"""A sum a line has no room for: 10⁹ yuan."""
OLDEST: Final = 150
_EPOCH: Final = np.datetime64("2000-01-01")
_KINDS: Final = len(Told)


@dataclass(frozen=True, slots=True)
class Population:
    """Every household with somebody in it. `incomplete` (H,): a fact is missing or impossible, no rule answers.

    `region` is the village's code as a number; households and people keep the halves of their ids.
    """

    on: date
    facts: Facts
    region: Index
    household_hi: Halves
    household_lo: Halves
    person_hi: Halves
    person_lo: Halves
    incomplete: Bools

    @property
    def township(self) -> Index:
        """The first nine digits of the region."""
        return self.region // 1000


def read(on: date, prefix: str = "") -> Population:
    """The households whose region begins with these digits (none: all), as they stand now, judged on that day."""
    given = {"first": prefix.ljust(12, "0"), "last": prefix.ljust(12, "9")}
    scope = queries.IN_SCOPE if len(prefix) >= 6 else ""

    def ask(statement: str, shape: dict[str, str]) -> Columns:
        return fetch(statement.format(scope=scope), shape, given)

    with one_moment():
        homes, members = _at_home(
            ask(queries.HOUSEHOLDS, queries.HOUSEHOLDS_SHAPE), ask(queries.MEMBERS, queries.MEMBERS_SHAPE)
        )
        building = _Building(on, homes, members, ask(queries.OBLIGATIONS, queries.OBLIGATIONS_SHAPE))
        building.incomes(ask(queries.INCOMES, queries.INCOMES_SHAPE))
        building.circumstances(ask(queries.CIRCUMSTANCES, queries.CIRCUMSTANCES_SHAPE))
        building.rulings(ask(queries.RULINGS, queries.RULINGS_SHAPE))
    return building.population()


def _pair(rows: Columns) -> tuple[Halves, Halves, Halves, Halves]:
    return rows["household_hi"], rows["household_lo"], rows["person_hi"], rows["person_lo"]


def _taken(rows: Columns, which: Index | Bools) -> Columns:
    return {name: column[which] for name, column in rows.items()}


def _at_home(homes: Columns, members: Columns) -> tuple[Columns, Columns]:
    """The households somebody lives in, and their members in order, each with the index of its `home`."""
    home = Register(homes["household_hi"], homes["household_lo"]).find(members["household_hi"], members["household_lo"])
    lived_in = np.bincount(home[home != NOBODY], minlength=len(homes["region"])) > 0
    place = np.cumsum(lived_in) - 1
    order = np.argsort(np.where(home == NOBODY, -1, place[home] * 65_536 + members["position"]), kind="stable")
    order = order[np.count_nonzero(home == NOBODY) :]
    members = _taken(members, order)
    members["home"] = place[home[order]]
    return _taken(homes, lived_in), members


def _days(since_2000: Column, on: date) -> tuple[Days, Bools]:
    """Birthdays as yyyymmdd; and where none is known or it lies ahead (the day asked stands in)."""
    today = (np.datetime64(on) - _EPOCH).astype(np.int64)
    missing = since_2000 > today
    day_of = _EPOCH + np.where(missing, today, since_2000).astype("timedelta64[D]")
    month = day_of.astype("M8[M]")
    months = month.astype(np.int64)
    of_month = (day_of - month.astype("M8[D]")).astype(np.int64) + 1
    return ((months // 12 + 1970) * 10_000 + (months % 12 + 1) * 100 + of_month).astype(np.int32), missing


def _sum(rows: Index, fen: Column, number: int) -> Fen:
    """Sums by row. Exact: floats hold every whole number below 2⁵³, and a thousand of the largest sums stay below."""
    return np.bincount(rows, fen, number).astype(np.int64)


class _Building:
    """Columns being filled in: one row a member, one an obligor, one a household."""

    def __init__(self, on: date, homes: Columns, members: Columns, obligations: Columns) -> None:
        self.on, self.homes, self.members = on, homes, members
        self.home_of = Register(homes["household_hi"], homes["household_lo"])
        self.obligors = self._owing(obligations)
        self.member_of, self.obligor_of = Register(*_pair(members)), Register(*_pair(self.obligors))
        self.households, self.people, self.owing = (len(t["household_hi"]) for t in (homes, members, self.obligors))
        self.incomplete = homes["area"] == STRANGE
        self.local = local(homes["region"], homes["area"], on)
        self.answers = {test: np.full(self.households, UNKNOWN, np.int8) for test in (Ruled(0), Ruled(1))}
        self.birth, unborn = _days(members["birth"], on)
        self._mark(members["home"][unborn | (members["relation"] == STRANGE) | (members["strange_sex"] > 0)])
        for table in (members, self.obligors):
            crowd = np.bincount(table["home"], minlength=self.households)
            self.incomplete |= crowd > MOST_ENTRIES

    def _owing(self, rows: Columns) -> Columns:
        home = self.home_of.find(rows["household_hi"], rows["household_lo"])
        order = np.lexsort((rows["obligation_lo"], rows["obligation_hi"], home))
        order = order[np.count_nonzero(home == NOBODY) :]
        return {**_taken(rows, order), "home": home[order]}

    def _mark(self, homes: Index) -> None:
        self.incomplete[homes] = True

    def incomes(self, rows: Columns) -> None:
        """Sums of a person's year; one sum without an amount makes the whole income unknown."""
        at = self.member_of.find(*_pair(rows))
        self._obligor_income(rows)
        mine = at != NOBODY
        at, flow, fen, times = at[mine], rows["flow"][mine], rows["fen"][mine], rows["times"][mine]
        deducted = (flow == Flow.DEDUCTED) | (flow == Flow.WORK_COST)
        self.unknown = np.zeros(self.people, np.bool_)
        self.unknown[at[(fen < 0) & ~deducted]] = True
        seen = (fen >= 0) & (deducted | ~self.unknown[at])
        wrong = seen & ((flow == STRANGE) | (times == STRANGE) | (fen >= TOO_MUCH_FEN))
        self._mark(self.members["home"][at[wrong]])
        cost = self._work_costs(at, flow, fen)
        came_in, taken_off = at[seen & ~deducted], np.concatenate((at[seen & deducted], at[cost > 0]))
        for entries in (came_in, taken_off):
            self._mark(self.members["home"][np.bincount(entries, minlength=self.people) > MOST_ENTRIES])

        def total(which: Bools) -> Fen:
            return _sum(at[which], fen[which] * times[which], self.people)

        self.income = total(seen & ((flow == Flow.COUNTED) | (flow == Flow.WAGE)))
        self.pension = total(seen & (flow == Flow.PENSION))
        self.deductions = total(seen & deducted) + _sum(at, cost * times, self.people)

    def _work_costs(self, at: Index, flow: Index, fen: Fen) -> Fen:
        """The local share of each wage of whoever entered no cost of their own; 0 for every other row."""
        entered = np.bincount(at[flow == Flow.WORK_COST], minlength=self.people) > 0
        rate = self.local.work_cost_rate[self.members["home"]][at]
        return np.where((flow == Flow.WAGE) & (fen > 0) & (fen < TOO_MUCH_FEN) & ~entered[at], share_of(fen, rate), 0)

    def _obligor_income(self, rows: Columns) -> None:
        """The first live row is the obligor's month, whatever it says of its kind."""
        at = self.obligor_of.find(*_pair(rows))
        theirs = np.flatnonzero(at != NOBODY)
        order = oldest_first(at[theirs], *(rows[name][theirs] for name in ("at", "fact_hi", "fact_lo")))[::-1]
        month = np.full(self.owing, -1, np.int64)
        month[at[theirs][order]] = rows["fen"][theirs][order]
        self._mark(self.obligors["home"][month >= TOO_MUCH_FEN])
        self.obligor_year = np.where(month < 0, UNKNOWN_SUM, month * 12)

    def circumstances(self, rows: Columns) -> None:
        """Of each kind the newest; of what was held before, all."""
        at = self.member_of.find(*_pair(rows))
        self.told, self.told_grade = self._told(at, rows, self.people)
        self.owed, self.owed_grade = self._told(self.obligor_of.find(*_pair(rows)), rows, self.owing)
        prior = (at != NOBODY) & (rows["kind"] == Told.PRIOR)
        self.held = np.zeros(self.people, np.int8)
        np.bitwise_or.at(
            self.held, at[prior], np.where(rows["code"] == STRANGE, 0, rows["code"]).astype(np.int8)[prior]
        )
        self._mark(self.members["home"][at[prior & (rows["code"] == STRANGE)]])

    def _told(self, at: Index, rows: Columns, number: int) -> tuple[Codes, Codes]:
        """Codes and grades by place and kind, (number, kinds); −1 where nothing is told."""
        mine = np.flatnonzero((at != NOBODY) & (rows["kind"] != Told.PRIOR))
        slot = at[mine] * _KINDS + rows["kind"][mine]
        order = oldest_first(slot, *(rows[name][mine] for name in ("at", "fact_hi", "fact_lo")))
        told, grade = np.full(number * _KINDS, -1, np.int8), np.full(number * _KINDS, -1, np.int8)
        told[slot[order]] = rows["code"][mine][order]
        grade[slot[order]] = rows["grade"][mine][order]
        return told.reshape(-1, _KINDS), grade.reshape(-1, _KINDS)

    def rulings(self, rows: Columns) -> None:
        """Every named answer put in; the newest of a test counts, whatever was declared."""
        at = self.home_of.find(rows["household_hi"], rows["household_lo"])
        for test in self.answers:
            self._answer(test, at, rows, self.answers[test])
        at = self.member_of.find(*_pair(rows))
        self._answer(Ruled.MAJOR_ILLNESS, at, rows, self.told[:, Told.MAJOR_ILLNESS])
        self._answer(Ruled.SELF_CARE_FAILED, at, rows, self.told_grade[:, Told.SELF_CARE_FAILED], as_yes=False)
        at = self.obligor_of.find(*_pair(rows))
        self._answer(Ruled.OBLIGOR_ASSETS, at, rows, self.owed[:, Told.ASSETS_WITHIN_LIMIT])

    def _answer(self, test: Ruled, at: Index, rows: Columns, into: Codes, *, as_yes: bool = True) -> None:
        mine = np.flatnonzero((at != NOBODY) & (rows["test"] == test))
        order = oldest_first(at[mine], *(rows[name][mine] for name in ("at", "ruling_hi", "ruling_lo")))
        answer = rows["answer"][mine][order]
        into[at[mine][order]] = answer != 0 if as_yes else np.where((answer < 0) | (answer > 6), STRANGE, answer)

    def population(self) -> Population:
        people, obligors = self._people(), self._obligors()
        homes, members = self.homes, self.members
        return Population(
            self.on,
            self._facts(people, obligors),
            homes["region"],
            homes["household_hi"],
            homes["household_lo"],
            members["person_hi"],
            members["person_lo"],
            self.incomplete,
        )

    def _code(self, told: Codes, kind: Told, homes: Index, *, nothing: int = 0) -> Codes:
        """A circumstance as the rules read it. A word no rule knows leaves its household unanswered."""
        code = told[:, kind]
        self._mark(homes[code == STRANGE])
        return np.where((code < 0) | (code == STRANGE), nothing, code).astype(np.int8)

    def _grade(self, told: Codes, grades: Codes, homes: Index) -> Codes:
        disabled = told[:, Told.DISABILITY] >= 0
        grade = grades[:, Told.DISABILITY]
        self._mark(homes[disabled & ((grade < 1) | (grade > 4))])
        return np.where(disabled, np.clip(grade, 0, 4), 0).astype(np.int8)

    def _self_care(self, homes: Index) -> Codes:
        failed = self.told_grade[:, Told.SELF_CARE_FAILED]
        self._mark(homes[failed > 6])
        return np.where(failed > 6, -1, failed).astype(np.int8)

    def _people(self) -> People:
        home, told = self.members["home"], self.told
        relation = self.members["relation"]
        self._mark(home[told[:, Told.WORK] == STRANGE])
        return People(
            home=home,
            relation=np.where(relation == STRANGE, 0, relation).astype(np.int8),
            birth=self.birth,
            lives_here=told[:, Told.LIVES_HERE] < 0,
            student=self._code(told, Told.STUDENT, home),
            disability=self._code(told, Told.DISABILITY, home),
            grade=self._grade(told, self.told_grade, home),
            illness=np.ascontiguousarray(told[:, Told.MAJOR_ILLNESS]),
            self_care=self._self_care(home),
            absence=self._code(told, Told.ABSENCE, home),
            held=self.held,
            orphan=self._code(told, Told.ORPHAN, home),
            income=self.income,
            pension=self.pension,
            deductions=self.deductions,
            income_unknown=self.unknown,
            pension_unknown=self.unknown,
        )

    def _obligors(self) -> Obligors:
        home, told = self.obligors["home"], self.owed
        birth, unborn = _days(self.obligors["birth"], self.on)
        age = np.where(unborn, -1, (day(self.on) - birth) // 10_000)
        self._mark(home[age > OLDEST])
        return Obligors(
            home=home,
            age=np.minimum(age, 127).astype(np.int8),
            income=self.obligor_year,
            held=self._code(told, Told.RECEIVES, home),
            disability=self._code(told, Told.DISABILITY, home),
            grade=self._grade(told, self.owed_grade, home),
            status=self._code(told, Told.STATUS, home),
            assets=np.ascontiguousarray(told[:, Told.ASSETS_WITHIN_LIMIT]),
        )

    def _first(self, home: Index) -> Index:
        return np.concatenate(([0], np.cumsum(np.bincount(home, minlength=self.households)))).astype(np.int64)

    def _facts(self, people: People, obligors: Obligors) -> Facts:
        def every(value: int, kind: Any = np.int64) -> Any:
            return np.full(self.households, value, kind)

        area = self.homes["area"]
        return Facts(
            as_of=every(day(self.on), np.int32),
            area=np.where(area == STRANGE, 0, area).astype(np.int8),
            assets=self.answers[Ruled.ASSETS_WITHIN_LIMIT],
            edge_multiple=self.local.edge_multiple,
            pension_ruling=self.answers[Ruled.BASIC_PENSION_COUNTED],
            need=every(Need.NONE, np.int8),
            need_multiple=every(-1),
            spending=every(0),
            spending_unknown=every(1, np.bool_),
            rigid_ratio=self.local.rigid_ratio,
            obligors_known=every(1, np.bool_),
            person_first=self._first(people.home),
            people=people,
            obligor_first=self._first(obligors.home),
            obligors=obligors,
        )
