"""A second, independent reading of the rules: one household at a time, plain dictionaries, exact fractions.

It shares no code with `eligibility.rules`. It reads a raw line and answers the bare result (no sentences).
`seen` counts every branch it took, so that a random run can prove it went everywhere.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.eligibility.oracle_by_status import children, disability_care, disability_living
from tests.eligibility.oracle_figures import Row
from tests.eligibility.oracle_household import (
    Household,
    Truth,
    any_of,
    entry,
    mark,
    seen,
    severe,
    shortfall,
    truth_of,
    up,
)
from tests.eligibility.oracle_rigid import rigid
from tests.eligibility.oracle_tekun import tekun

__all__ = ["answer", "seen"]


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


def dibao_single(h: Household, edge_outcome: str) -> list[Any]:
    in_edge = truth_of(edge_outcome)
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
    on_dibao, on_edge, on_tekun = dibao(h), edge(h), tekun(h)
    found = [on_dibao, *dibao_single(h, on_edge["outcome"]), *on_tekun, temporary(h), on_edge]
    tekun_outcomes = [e["outcome"] for e in on_tekun if e["person"] is not None]
    found.append(rigid(h, on_dibao["outcome"], on_edge["outcome"], tekun_outcomes))
    found += children(h, "orphan", ("institution", "dispersed"))
    found += children(h, "de_facto_orphan", ("de_facto",))
    found += disability_living(h, on_dibao["outcome"], on_tekun)
    found += disability_care(h, on_tekun)
    for e in found:
        mark(f"{e['programme']}:{e['outcome']}")
        for code, passed in e["tests"]:
            mark(f"{e['programme']}.{code}={passed}")
    return found
