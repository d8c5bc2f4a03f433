"""Who owes support, and who is unable to: 民发〔2021〕43号 art. 8."""

from __future__ import annotations

from typing import Any

import pytest

from tests.eligibility.lines import income, line, passed, person

OLD = "1945-01-01"
ABLE = {"born": "1980-01-01", "income": income("9000.00")}
GOOD, BAD, UNSURE = True, False, None
MULTIPLE_3 = {"kind": "multiple", "grade": 3}


def listed(**obligor: Any) -> bool | None:
    """An old head alone, and one obligor who lives elsewhere; 2026, when the reference income is known."""
    source = line(person(born=OLD), obligors=[obligor], as_of="2026-06-10")
    return passed(source, "tekun", "no_able_obligor", 0)


def with_relative(relation: str, of: str = "head", **relative: Any) -> bool | None:
    """An old person of relation `of`, and one relative of the household."""
    given = {**ABLE, **relative}
    source = line(person(of, OLD), person(relation, given.pop("born"), **given), as_of="2026-06-10")
    return passed(source, "tekun", "no_able_obligor", 0)


@pytest.mark.parametrize(
    ("obligor", "unable"),
    [
        ({"receives": "tekun"}, True),
        ({"receives": "edge", "age": 80, "monthly_income": "9000.00"}, False),
        ({"receives": "dibao", "age": 61}, True),
        ({"receives": "dibao", "age": None}, None),
        ({"receives": "dibao", "age": 0}, False),
        ({"receives": "dibao", "age": 150}, True),
        ({"age": 75, "monthly_income": "100.00", "assets_within_limit": GOOD}, True),
        ({"age": 75, "monthly_income": "100.00", "assets_within_limit": BAD}, False),
        ({"age": 75, "monthly_income": "100.00", "assets_within_limit": UNSURE}, None),
        ({"age": 75, "monthly_income": None, "assets_within_limit": GOOD}, None),
        ({"age": 75, "monthly_income": None, "assets_within_limit": BAD}, False),
        ({"age": None, "monthly_income": "100.00", "assets_within_limit": GOOD}, None),
        ({"age": None, "monthly_income": "9000.00", "assets_within_limit": GOOD}, False),
        ({"age": 30, "monthly_income": "100.00", "assets_within_limit": GOOD}, False),
        *[
            ({"age": 30, "monthly_income": "0.00", "assets_within_limit": GOOD, "disability": disability}, unable)
            for disability, unable in [
                ({"kind": "speech", "grade": 2}, True),
                ({"kind": "mental", "grade": 3}, True),
                ({"kind": "visual", "grade": 3}, False),
                (MULTIPLE_3, None),
                ({"kind": "multiple", "grade": 2}, True),
                ({"kind": "multiple", "grade": 4}, False),
            ]
        ],
        *[({"status": s, "assets_within_limit": GOOD}, True) for s in ("prison", "missing", "no_capacity")],
        ({"status": "prison", "age": 40, "assets_within_limit": BAD}, False),
        ({"status": "prison", "age": 40, "assets_within_limit": UNSURE}, None),
    ],
)
def test_a_listed_obligor(obligor: dict[str, Any], unable: bool | None) -> None:
    assert listed(**obligor) is unable


def test_one_able_obligor_is_enough() -> None:
    able, unsure = {"age": 40, "monthly_income": "9000.00"}, {"status": "prison"}
    for obligors, expected in [([able, unsure], False), ([unsure], None), ([], True), (None, None)]:
        source = line(person(born=OLD), obligors=obligors, as_of="2026-06-10")
        assert passed(source, "tekun", "no_able_obligor") is expected


@pytest.mark.parametrize(
    ("of", "owing"),
    [
        ("head", {"spouse", "parent", "child"}),
        ("spouse", {"head", "child"}),
        ("child", {"head", "spouse"}),
        ("parent", {"head"}),
        *[(relation, set()) for relation in ("grandparent", "grandchild", "sibling", "other")],
    ],
)
def test_who_owes_whom(of: str, owing: set[str]) -> None:
    relations = ("head", "spouse", "parent", "child", "grandparent", "grandchild", "sibling", "other")
    able = {relation for relation in relations if with_relative(relation, of) is False}
    assert able == owing


@pytest.mark.parametrize(("born", "expected"), [("2008-06-10", False), ("2008-06-11", True)])
def test_a_minor_owes_nothing(born: str, expected: bool) -> None:
    """18 on 2026-06-10, or a day younger."""
    assert with_relative("child", born=born) is expected


@pytest.mark.parametrize(
    ("relative", "unable"),
    [
        ({"prior": ["tekun"]}, True),
        ({"prior": ["dibao"], "born": "1966-06-10"}, True),
        ({"prior": ["dibao"], "born": "1966-06-11"}, False),
        # 70 with 12 × 2529.08 a year below 30349, the family's assets within the limit
        ({"born": "1956-06-10", "income": income("2529.08")}, True),
        ({"born": "1956-06-10", "income": income("2529.09")}, False),
        ({"born": "1956-06-11", "income": income("2529.08")}, False),
        ({"born": "1956-06-10", "income": None}, None),
        # the pension decides: 29000 without it, 30716 with it
        ({"born": "1950-01-01", "income": income("29000.00", per="year") + income("143.00", "basic_pension")}, None),
        ({"disability": {"kind": "hearing", "grade": 1}, "income": income("800.00")}, True),
        ({"disability": MULTIPLE_3, "income": income("800.00")}, None),
        # serious illness does not count
        ({"major_illness": True, "income": income("800.00")}, False),
        ({"absence": "missing"}, True),
        ({"absence": "drug_isolation"}, False),
        # neither labour nor living of their own
        ({"born": "1964-01-01", "income": income("752.99")}, True),
        ({"born": "1964-01-01", "income": income("753.00")}, False),
        # a pension never counts for the living of tekun, at any date
        ({"born": "1964-01-01", "income": income("900.00", "basic_pension")}, True),
    ],
)
def test_a_relative_of_the_household(relative: dict[str, Any], unable: bool | None) -> None:
    assert with_relative("child", **relative) is unable


def test_an_absent_son_still_owes() -> None:
    """Grown and moved out: not counted, still an obligor."""
    assert with_relative("child", lives_here=False) is False


def test_the_familys_assets_are_the_relatives() -> None:
    spouse = person("spouse", "1950-01-01", income=income("800.00"))
    for assets, expected in [(True, True), (False, False), (None, None)]:
        source = line(person(born=OLD), spouse, as_of="2026-06-10", assets_within_limit=assets)
        assert passed(source, "tekun", "no_able_obligor", 0) is expected


def test_without_a_reference_income_only_other_grounds_hold() -> None:
    """2024: last year's income is not known; 70 with little income is unknown, with a bad status still unable."""
    poor = {"age": 75, "monthly_income": "0.00", "assets_within_limit": True}
    rich = poor | {"assets_within_limit": False}
    for obligor, expected in [(poor, None), (rich, False), (poor | {"status": "prison"}, True)]:
        source = line(person(born=OLD), obligors=[obligor])
        assert passed(source, "tekun", "no_able_obligor") is expected
