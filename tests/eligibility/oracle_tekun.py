"""特困 as the oracle reads it: who cannot work, who owes support, and who is unable to give it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.eligibility.oracle_household import Household, Truth, all_of, any_of, disabled, entry, mark, severe, up, yuan


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
