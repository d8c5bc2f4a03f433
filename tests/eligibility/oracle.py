"""A second, independent reading of the rules: one household at a time, plain dictionaries, exact fractions.

It shares no code with `eligibility.rules`. It reads a raw line and answers the bare result (no sentences).
`seen` counts every branch it took, so that a random run can prove it went everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from tests.eligibility.oracle_figures import Row, figures_of

seen: Counter[str] = Counter()

EXCLUDES = {
    "dibao": ["edge", "rigid"],
    "edge": ["dibao", "rigid"],
    "rigid": ["dibao", "edge"],
    "tekun": ["dibao", "dibao_single", "orphan", "de_facto_orphan", "disability_living", "disability_care"],
    "orphan": ["de_facto_orphan", "dibao_single"],
    "de_facto_orphan": ["orphan", "dibao_single"],
}
NEVER_COUNTED = {"veteran_benefit", "family_planning_award", "scholarship", "bravery_award", "relief"}
NOT_BUILT = ["rigid", "orphan", "de_facto_orphan", "disability_living", "disability_care"]

Truth = bool | None


def mark(branch: str) -> None:
    seen[branch] += 1


def all_of(parts: Iterable[Truth]) -> Truth:
    found = list(parts)
    if any(p is False for p in found):
        return False
    return None if any(p is None for p in found) else True


def any_of(parts: Iterable[Truth]) -> Truth:
    found = list(parts)
    if any(p is True for p in found):
        return True
    return None if any(p is None for p in found) else False


def age_on(birth: str, as_of: date) -> int:
    born = date.fromisoformat(birth)
    had_birthday = (as_of.month, as_of.day) >= (born.month, born.day)
    return as_of.year - born.year - (0 if had_birthday else 1)


def up(amount: Fraction) -> int:
    return ceil(amount)


def yuan(amount: Fraction | int) -> str:
    cents = Fraction(amount) * 100
    assert cents.denominator == 1
    return f"{cents.numerator // 100}.{cents.numerator % 100:02d}"


def month(entry: dict[str, Any]) -> Fraction:
    return Fraction(entry["amount"]) / (12 if entry["per"] == "year" else 1)


class Sum:
    """What is known of a sum, and whether there may be more."""

    def __init__(self, known: Fraction, more: bool) -> None:
        self.known = known
        self.more = more

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.known + other.known, self.more or other.more)

    def below(self, line: Fraction | None) -> Truth:
        if line is None:
            mark("income:no_line")
            return None
        if self.known >= line:
            mark("income:known_reaches" if self.more else "income:reaches")
            return False
        if self.more:
            mark("income:unknown")
            return None
        return True


class Household:
    def __init__(self, line: dict[str, Any], rows: list[Row]) -> None:
        self.line = line
        self.as_of = date.fromisoformat(line["as_of"])
        self.people: list[dict[str, Any]] = line["people"]
        self.f = figures_of(rows, line.get("region") or "371500000000", line["area"], self.as_of)
        self.assets: Truth = line.get("assets_within_limit")
        self.readings = self._readings()
        self.counted = [i for i in range(len(self.people)) if self._counts(i)]
        self.n = len(self.counted)

    def _readings(self) -> list[bool]:
        """The readings to try: is the basic pension counted?"""
        if self.as_of <= date(2025, 12, 31):
            mark("pension:closed")
            return [False]
        ruling = (self.line.get("rulings") or {}).get("basic_pension_counted")
        mark(f"pension:ruling_{ruling}")
        return [False, True] if ruling is None else [ruling]

    def age(self, i: int) -> int:
        return age_on(self.people[i]["birth_date"], self.as_of)

    def _counts(self, i: int) -> bool:
        p = self.people[i]
        if p.get("absence") is not None:
            if len(self.people) == 1 and p["absence"] == "religious_3_years":
                mark("counted:alone_religious")
                return True
            mark(f"counted:absent_{p['absence']}")
            return False
        studying = p.get("student") not in (None, "postgraduate")
        if p["relation"] == "child" and self.age(i) >= 18 and p.get("lives_here") is False:
            mark("counted:child_away_student" if studying else "counted:child_left")
            return studying
        return True

    def own(self, i: int, pension: bool) -> Sum:
        p = self.people[i]
        deductions = sum((month(d) for d in p.get("deductions") or []), Fraction(0))
        if p.get("income") is None:
            mark("own:unknown")
            return Sum(Fraction(0), True)
        relevant = [e for e in p["income"] if e["kind"] not in NEVER_COUNTED]
        if not pension:
            relevant = [e for e in relevant if e["kind"] != "basic_pension"]
        known = sum((month(e) for e in relevant if e.get("amount") is not None), Fraction(0))
        more = any(e.get("amount") is None for e in relevant)
        if known < deductions:
            mark("own:deductions_exceed")
        return Sum(max(Fraction(0), known - deductions), more)

    def family(self, pension: bool) -> Sum:
        total = Sum(Fraction(0), False)
        for i in self.counted:
            total = total + self.own(i, pension)
        return total

    def agree(self, answers: list[Truth]) -> Truth:
        if any(a is not answers[0] for a in answers):
            mark("pension:readings_differ")
            return None
        return answers[0]

    def family_below(self, line: Fraction | None) -> Truth:
        return self.agree([self.family(r).below(line) for r in self.readings])

    def own_below(self, i: int, line: Fraction | None) -> Truth:
        return self.agree([self.own(i, r).below(line) for r in self.readings])

    @property
    def dibao_line(self) -> Fraction | None:
        return None if self.f.S is None else self.f.S * self.n


def shortfall(line: Fraction | None, below: Truth, sums: list[Sum]) -> tuple[Truth, int | None]:
    """The income test of dibao and dibao_single: also unknown where the rounded sums differ."""
    if below is not True or line is None:
        return below, None
    rounded = {up(line - s.known) for s in sums}
    if len(rounded) > 1:
        mark("pension:sums_differ")
        return None, None
    if len(sums) > 1 and sums[0].known != sums[1].known:
        mark("pension:sums_agree")
    return True, rounded.pop()


def entry(
    programme: str, person: int | None, tests: list[tuple[str, Truth]], amount: int | Fraction | None, **more: Any
) -> Any:
    passed = [p for _, p in tests]
    outcome = {True: "eligible", False: "ineligible", None: "undetermined"}[all_of(passed)]
    if outcome == "eligible" and amount == 0:
        outcome = "ineligible"
    return {
        "programme": programme,
        "person": person,
        "outcome": outcome,
        "amount": yuan(amount) if outcome == "eligible" and amount is not None else None,
        "per": "once" if programme == "temporary" else "month",
        "excludes": EXCLUDES.get(programme, []),
        "flags": [],
        "tests": tests,
        **more,
    }


def dibao(h: Household) -> Any:
    below, amount = shortfall(h.dibao_line, h.family_below(h.dibao_line), [h.family(r) for r in h.readings])
    tests: list[tuple[str, Truth]] = [("someone_counted", h.n >= 1)]
    if h.f.S is None:
        tests.append(("standard_in_force", None))
    tests += [("income_below_standard", below), ("assets_within_limit", h.assets)]
    return entry("dibao", None, tests, amount)


def edge(h: Household) -> Any:
    given = h.line.get("edge_multiple")
    k = Fraction("1.5" if given is None else str(given))
    tests: list[tuple[str, Truth]] = []
    if h.f.S is None:
        tests.append(("standard_in_force", None))
    below = h.family_below(h.dibao_line)
    tests.append(("not_dibao", None if below is None else not below))
    line = None
    if h.f.S is not None and h.f.wage is None:
        mark("edge:wage_missing")
        tests.append(("standard_in_force", None))
    elif h.f.S is not None and h.f.wage is not None:
        mark("edge:capped" if k * h.f.S > h.f.wage else "edge:not_capped")
        line = min(k * h.f.S, h.f.wage) * h.n
    tests += [("income_below_edge", h.family_below(line)), ("assets_within_limit", h.assets)]
    answer = entry("edge", None, tests, None)
    sums = [h.family(r) for r in h.readings]
    if h.n and h.f.S is not None and all(s.known == h.dibao_line and not s.more for s in sums):
        mark("edge:equal")
        answer["flags"].append("equal_to_standard")
    return answer


def disabled(p: dict[str, Any]) -> tuple[str | None, int]:
    d = p.get("disability")
    return (d["kind"], d["grade"]) if d else (None, 0)


def severe(p: dict[str, Any]) -> Truth:
    kind, grade = disabled(p)
    if grade in (1, 2):
        return True
    if grade == 3 and kind in ("intellectual", "mental"):
        return True
    if grade == 3 and kind == "multiple":
        mark("severe:multiple_3")
        return None
    return False


def dibao_single(h: Household, edge_outcome: str) -> list[Any]:
    in_edge = {"eligible": True, "ineligible": False, "undetermined": None}[edge_outcome]
    found = []
    for i in h.counted:
        condition = any_of([severe(h.people[i]), h.people[i].get("major_illness")])
        if condition is False:
            continue
        below, amount = shortfall(h.f.S, h.own_below(i, h.f.S), [h.own(i, r) for r in h.readings])
        tests: list[tuple[str, Truth]] = [("in_edge_family", in_edge), ("severe", condition)]
        if h.f.S is None:
            tests.append(("standard_in_force", None))
        tests.append(("own_income_below_standard", below))
        found.append(entry("dibao_single", i, tests, amount))
    return found or [entry("dibao_single", None, [("severe", False)], None)]


def no_labour(h: Household, i: int) -> Truth:
    p, age = h.people[i], h.age(i)
    kind, grade = disabled(p)
    if age >= 60 or age < 18:
        return True
    if p.get("student") in ("compulsory", "senior_high", "vocational") and "tekun" in (p.get("prior") or []):
        mark("no_labour:pupil")
        return True
    if kind == "multiple" and grade in (1, 2, 3):
        mark("no_labour:multiple")
        return None
    unable = {"intellectual": (1, 2, 3), "mental": (1, 2, 3), "physical": (1, 2), "visual": (1,)}
    return grade in unable.get(kind or "", ())


def no_living(h: Household, i: int) -> Truth:
    return all_of([h.own(i, pension=False).below(h.f.S), h.assets])


def unable(tekun: bool, old_dibao: Truth, frail: Truth, poor: Truth, gone: bool, assets: Truth) -> Truth:
    return any_of([tekun, old_dibao, all_of([frail, poor, assets]), all_of([gone, assets])])


def entry_unable(h: Household, o: dict[str, Any]) -> Truth:
    age, income = o.get("age"), o.get("monthly_income")
    poor: Truth = None
    if income is not None and h.f.reference is not None:
        poor = 12 * Fraction(income) < h.f.reference
    answer = unable(
        o.get("receives") == "tekun",
        all_of([None if age is None else age >= 60, o.get("receives") == "dibao"]),
        any_of([None if age is None else age >= 70, severe(o)]),
        poor,
        o.get("status") in ("prison", "missing", "no_capacity"),
        o.get("assets_within_limit"),
    )
    mark(f"obligor:listed_{answer}")
    return answer


def relative_unable(h: Household, i: int) -> Truth:
    p, prior = h.people[i], h.people[i].get("prior") or []
    poor = None if h.f.reference is None else h.own_below(i, h.f.reference / 12)
    by_list = unable(
        "tekun" in prior,
        h.age(i) >= 60 and "dibao" in prior,
        any_of([h.age(i) >= 70, severe(p)]),
        poor,
        p.get("absence") in ("prison", "missing"),
        h.assets,
    )
    destitute = all_of([no_labour(h, i), no_living(h, i)])
    if destitute and by_list is not True:
        mark("obligor:destitute_alone")
    answer = any_of([by_list, destitute])
    mark(f"obligor:relative_{answer}")
    return answer


OWED_BY = {
    "head": ("spouse", "parent", "child"),
    "spouse": ("head", "child"),
    "child": ("head", "spouse"),
    "parent": ("head",),
}


def no_able_obligor(h: Household, i: int, relatives: dict[int, Truth]) -> Truth:
    owing = OWED_BY.get(h.people[i]["relation"], ())
    answers = [relatives[j] for j in relatives if j != i and h.people[j]["relation"] in owing]
    mark(f"owed:{h.people[i]['relation']}" if answers else "owed:by_no_relative")
    if h.line.get("obligors") is None:
        mark("owed:obligors_unknown")
        answers.append(None)
    else:
        answers += [entry_unable(h, o) for o in h.line["obligors"]]
    return all_of(answers)


def care_level(failed: int | None) -> str | None:
    if failed is None:
        return None
    return "self_reliant" if failed == 0 else "semi" if failed <= 3 else "full"


def tekun_entry(h: Household, i: int | None, tests: list[tuple[str, Truth]]) -> Any:
    level = None if i is None else care_level(h.people[i].get("self_care_failed"))
    basic, care = h.f.basic, h.f.care.get(level or "")
    total = up(basic.value + care.value) if basic and care else None
    answer = entry("tekun", i, tests, total)
    answer["care_level"] = level
    answer["basic"] = yuan(basic.value) if basic else None
    answer["care"] = yuan(care.value) if care else None
    if (basic and basic.below_floor) or (care and care.below_floor):
        mark("tekun:below_floor")
        answer["flags"].append("below_floor")
    return answer


def tekun(h: Household) -> list[Any]:
    found = []
    relatives = {j: relative_unable(h, j) for j in range(len(h.people)) if h.age(j) >= 18}
    for i in h.counted:
        labour = no_labour(h, i)
        if labour is False:
            continue
        tests: list[tuple[str, Truth]] = [("no_labour", labour)]
        if h.f.S is None:
            tests.append(("standard_in_force", None))
        level = care_level(h.people[i].get("self_care_failed"))
        tests.append(("no_living", no_living(h, i)))
        tests.append(("no_able_obligor", no_able_obligor(h, i, relatives)))
        tests.append(("care_level_known", None if level is None else True))
        needed = [h.f.care.get(level)] if level else list(h.f.care.values())
        if h.f.S is not None and not all(needed):
            mark("tekun:care_missing")
            tests.append(("standard_in_force", None))
        found.append(tekun_entry(h, i, tests))
    return found or [tekun_entry(h, None, [("no_labour", False)])]


def temporary(h: Household) -> Any:
    need = h.line.get("need") or {}
    kind = need.get("kind")
    if kind is None:
        return entry("temporary", None, [("need_known", False)], None)
    if kind == "sudden":
        return entry("temporary", None, [("need_known", True)], None)
    multiple = None if need.get("multiple") is None else Fraction(str(need["multiple"]))
    in_range: Truth = None
    if multiple is not None:
        in_range = False if multiple < 3 else None if multiple > (12 if kind == "medical" else 6) else True
    reference = None if h.f.reference is None else h.f.reference * h.n / 12
    tests: list[tuple[str, Truth]] = [
        ("need_known", True),
        ("income_below_reference", h.family_below(reference)),
        ("assets_within_limit", h.assets),
        ("within_range", in_range),
    ]
    if h.f.U is None:
        tests.append(("standard_in_force", None))
    amount = up(multiple * h.f.U) if multiple is not None and h.f.U is not None else None
    return entry("temporary", None, tests, amount)


def answer(line: dict[str, Any], rows: list[Row]) -> list[Any]:
    """Every programme's entries for one raw, well-formed line."""
    h = Household(line, rows)
    on_edge = edge(h)
    found = [dibao(h), *dibao_single(h, on_edge["outcome"]), *tekun(h), temporary(h), on_edge]
    found += [entry(programme, None, [("not_built", None)], None) for programme in NOT_BUILT]
    for e in found:
        mark(f"{e['programme']}:{e['outcome']}")
        for code, passed in e["tests"]:
            mark(f"{e['programme']}.{code}={passed}")
    return found
