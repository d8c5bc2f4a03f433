"""Orphans and the two disability subsidies as the oracle reads them: a status, a test or two, a published sum."""

from __future__ import annotations

from typing import Any

from tests.eligibility.oracle_figures import Amount
from tests.eligibility.oracle_household import Household, Truth, disabled, entry, mark, truth_of, up

CARED_FOR = ("intellectual", "mental", "visual", "physical")


def paid(programme: str, i: int, tests: list[tuple[str, Truth]], figure: Amount | None) -> Any:
    """One person's answer where only the sum needs a figure: a figure that is missing is the last test."""
    if figure is None:
        mark(f"{programme}:figure_missing")
        return entry(programme, i, [*tests, ("standard_in_force", None)], None)
    mark(f"{programme}:{'derived' if figure.derived else 'published'}")
    return entry(programme, i, tests, up(figure.value))


def children(h: Household, programme: str, statuses: tuple[str, ...]) -> list[Any]:
    found = []
    for i in h.counted:
        status = h.people[i].get("orphan")
        if status not in statuses:
            continue
        tests: list[tuple[str, Truth]] = [("under_18", h.age(i) < 18), ("orphan_status", True)]
        figure = h.f.institution if status == "institution" else h.f.dispersed
        mark(f"{programme}:{status}")
        found.append(paid(programme, i, tests, figure))
    return found or [entry(programme, None, [("orphan_status", False)], None)]


def not_on_tekun(i: int, tekun_entries: list[Any]) -> Truth:
    for e in tekun_entries:
        if e["person"] == i:
            return truth_of(e["outcome"], negated=True)
    return True


def disability_living(h: Household, dibao_outcome: str, tekun_entries: list[Any]) -> list[Any]:
    found = []
    for i in h.counted:
        _, grade = disabled(h.people[i])
        if grade == 0:
            continue
        tests: list[tuple[str, Truth]] = [
            ("has_disability", True),
            ("family_on_dibao", truth_of(dibao_outcome)),
            ("not_tekun", not_on_tekun(i, tekun_entries)),
        ]
        mark(f"disability_living:grade_{grade}")
        found.append(paid("disability_living", i, tests, h.f.living[grade]))
    return found or [entry("disability_living", None, [("has_disability", False)], None)]


def care_disability(kind: str | None, grade: int) -> Truth:
    if grade > 2:
        return False
    return None if kind == "multiple" else kind in CARED_FOR


def disability_care(h: Household, tekun_entries: list[Any]) -> list[Any]:
    found = []
    for i in h.counted:
        kind, grade = disabled(h.people[i])
        if grade == 0:
            continue
        tests: list[tuple[str, Truth]] = [
            ("care_disability", care_disability(kind, grade)),
            ("not_tekun", not_on_tekun(i, tekun_entries)),
        ]
        mark(f"disability_care:{kind}_{grade}")
        if grade > 2:  # No figure is for these grades, so none can be missing.
            found.append(entry("disability_care", i, tests, None))
        else:
            found.append(paid("disability_care", i, tests, h.f.nursing[grade]))
    return found or [entry("disability_care", None, [("care_disability", False)], None)]
