"""Who is counted, who is listed under a per-person programme, and which disability decides."""

from __future__ import annotations

from typing import Any

import pytest

from eligibility.assess_lines import assess
from tests.eligibility.lines import codes, entry, income, line, passed, person

KINDS = ("visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple")


def counted(*people: dict[str, Any], **more: Any) -> str:
    figure: str = entry(line(*people, **more), "dibao")["tests"][0]["figure"]
    return figure


@pytest.mark.parametrize("absence", ["prison", "drug_isolation", "missing", "religious_3_years"])
def test_the_absent_are_not_counted(absence: str) -> None:
    assert counted(person(), person("spouse", absence=absence)) == "1"


def test_a_religious_person_listed_alone_is_counted() -> None:
    assert counted(person(absence="religious_3_years")) == "1"
    assert counted(person("child", absence="religious_3_years", lives_here=False)) == "1"
    assert counted(person(absence="prison")) == "0"
    assert counted(person(absence="religious_3_years"), person("spouse", absence="religious_3_years")) == "0"


@pytest.mark.parametrize(
    ("student", "number"),
    [
        (None, "1"),
        ("postgraduate", "1"),
        *[(s, "2") for s in ("compulsory", "senior_high", "vocational", "junior_college", "undergraduate")],
    ],
)
def test_a_grown_child_away_counts_as_a_student_up_to_undergraduate(student: str | None, number: str) -> None:
    assert counted(person(), person("child", "2000-01-01", lives_here=False, student=student)) == number


def test_only_grown_children_leave() -> None:
    assert counted(person(), person("child", "2010-01-01", lives_here=False)) == "2"
    assert counted(person(), person("spouse", lives_here=False)) == "2"
    assert counted(person(), person("child", "2000-01-01")) == "2"


@pytest.mark.parametrize(("born", "number"), [("2006-06-11", "2"), ("2006-06-10", "1"), ("2006-06-09", "1")])
def test_a_child_away_leaves_on_the_eighteenth_birthday(born: str, number: str) -> None:
    assert counted(person(), person("child", born, lives_here=False)) == number


def test_the_income_of_the_absent_is_not_the_familys() -> None:
    source = line(person(), person("spouse", absence="prison", income=income("9000.00")))
    assert entry(source, "dibao")["amount"] == "753.00"


def test_one_persons_deductions_never_reduce_anothers_income() -> None:
    deduction = [{"kind": "tax", "amount": "500.00", "per": "month"}]
    source = line(person(income=income("100.00"), deductions=deduction), person("spouse", income=income("300.00")))
    assert entry(source, "dibao")["amount"] == "1206.00"


def grades(kind: str, programme: str, code: str) -> list[bool | None]:
    """The own condition at grades 1-4 of an adult without illness; false where nobody is listed."""
    return [
        passed(line(person(born="1984-01-01", disability={"kind": kind, "grade": grade})), programme, code)
        for grade in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_severe(kind: str) -> None:
    third = {"intellectual": True, "mental": True, "multiple": None}.get(kind, False)
    assert grades(kind, "dibao_single", "severe") == [True, True, third, False]


@pytest.mark.parametrize("kind", KINDS)
def test_no_labour(kind: str) -> None:
    expected: dict[str, list[bool | None]] = {
        "visual": [True, False, False, False],
        "physical": [True, True, False, False],
        "intellectual": [True, True, True, False],
        "mental": [True, True, True, False],
        "multiple": [None, None, None, False],
    }
    assert grades(kind, "tekun", "no_labour") == expected.get(kind, [False] * 4)


@pytest.mark.parametrize(
    ("student", "prior", "listed"),
    [
        ("compulsory", ["tekun"], True),
        ("senior_high", ["tekun"], True),
        ("vocational", ["dibao", "tekun"], True),
        ("junior_college", ["tekun"], False),
        ("senior_high", ["dibao"], False),
        (None, ["tekun"], False),
    ],
)
def test_a_pupil_who_held_tekun_keeps_it(student: str | None, prior: list[str], listed: bool) -> None:
    found = entry(line(person(born="2005-01-01", student=student, prior=prior)), "tekun")
    assert (found["person"] == 0) is listed


def test_unknown_illness_keeps_a_person_listed() -> None:
    source = line(person(major_illness=None))
    assert codes(source, "dibao_single") == [
        ("in_edge_family", False),
        ("severe", None),
        ("own_income_below_standard", True),
    ]
    certain = line(person(major_illness=None, disability={"kind": "speech", "grade": 1}))
    assert passed(certain, "dibao_single", "severe") is True


def test_each_listed_person_has_an_entry_by_index() -> None:
    source = line(
        person(), person("spouse", "1950-01-01"), person("child", "2015-01-01"), person("parent", "1930-01-01")
    )
    found = [(e["person"]) for e in assess(source)["results"] if e["programme"] == "tekun"]
    assert found == [1, 2, 3]


def test_the_absent_are_never_listed() -> None:
    found = entry(line(person(), person("spouse", "1950-01-01", absence="prison")), "tekun")
    assert (found["person"], found["outcome"]) == (None, "ineligible")


@pytest.mark.parametrize(
    ("failed", "level"),
    [(0, "self_reliant"), (1, "semi"), (3, "semi"), (4, "full"), (6, "full"), (None, None)],
)
def test_care_level_is_given_whatever_the_outcome(failed: int | None, level: str | None) -> None:
    source = line(person(born="1950-01-01", self_care_failed=failed, income=income("9000.00")))
    found = entry(source, "tekun")
    care = {"self_reliant": "182.00", "semi": "304.00", "full": "607.00"}.get(level or "")
    assert (found["outcome"], found["care_level"], found["basic"], found["care"]) == (
        "ineligible",
        level,
        "979.00",
        care,
    )


def test_the_order_of_the_programmes() -> None:
    order = [e["programme"] for e in assess(line(person()))["results"]]
    assert order == [
        *["dibao", "dibao_single", "tekun", "temporary", "edge", "rigid", "orphan", "de_facto_orphan"],
        *["disability_living", "disability_care"],
    ]
