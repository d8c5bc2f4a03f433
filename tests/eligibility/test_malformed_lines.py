"""A bad line answers with the path of its field; it never stops the others and nothing raises."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from eligibility.assess_lines import LineError, assess, assess_household, assess_many
from tests.eligibility.lines import income, line, person
from tests.eligibility.random_lines import as_text

FULL: dict[str, Any] = {
    "id": "x1",
    "as_of": "2026-08-10",
    "region": "371522000000",
    "area": "rural",
    "people": [
        {
            "relation": "head",
            "birth_date": "1956-02-01",
            "sex": "M",
            "work": "unable",
            "student": None,
            "disability": {"kind": "physical", "grade": 2},
            "major_illness": False,
            "self_care_failed": 3,
            "absence": None,
            "orphan": None,
            "lives_here": True,
            "prior": ["tekun", "disability_care"],
            "income": [*income("1200.00"), *income("143.00", "basic_pension")],
            "deductions": [{"kind": "social_insurance", "amount": "180.00", "per": "month"}],
        }
    ],
    "obligors": [
        {
            "age": 61,
            "monthly_income": "900.00",
            "receives": "dibao",
            "disability": {"kind": "multiple", "grade": 3},
            "status": "prison",
            "assets_within_limit": None,
        }
    ],
    "assets_within_limit": True,
    "spending": [{"kind": "medical", "amount": "50000.00", "per": "year"}],
    "need": {"kind": "medical", "multiple": 3},
    "edge_multiple": "1.5",
    "rigid_ratio": 0.6,
    "rulings": {"basic_pension_counted": False},
}
JUNK: list[Any] = [
    *[True, -1, 7, 1.5, float("nan"), float("inf"), "", "x", "1200", "12.345", "-1.00", "１２.００", "1200.00\n"],
    *["2026-02-30", "20260810", "0000-01-01", "9999-12-31", [], {}, [[]], {"kind": {}}, "\ud800", "\x00"],
    *[10**30, Decimal("1E+999999"), Decimal("1E-999999"), Decimal("sNaN"), b"x", object(), ("a",), {1: 2}],
]


def with_value(source: Any, path: list[Any], value: Any) -> Any:
    changed = copy.deepcopy(source)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


def paths(value: Any, at: list[Any]) -> Iterator[list[Any]]:
    """Every place in a line, containers before what is in them."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield [*at, step]
        yield from paths(inner, [*at, step])


def shown(path: list[Any]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def error_of(source: Any) -> dict[str, str]:
    result: dict[str, str] = assess(source)["error"]
    return result


def test_the_full_line_is_fine() -> None:
    assert "results" in assess(FULL)


@pytest.mark.parametrize(
    ("field", "path", "value"),
    [
        ("people[0].income[1].amount", ["people", 0, "income", 1, "amount"], "143"),
        ("people[0].income[1].amount", ["people", 0, "income", 1, "amount"], 143),
        ("people[0].income[1].amount", ["people", 0, "income", 1, "amount"], "1234567890.00"),
        ("people[0].income[0].kind", ["people", 0, "income", 0, "kind"], "lottery"),
        ("people[0].income[0].per", ["people", 0, "income", 0, "per"], None),
        ("people[0].deductions[0].amount", ["people", 0, "deductions", 0, "amount"], None),
        ("people[0].birth_date", ["people", 0, "birth_date"], "2026-08-11"),
        ("people[0].disability.grade", ["people", 0, "disability", "grade"], 5),
        ("people[0].disability.grade", ["people", 0, "disability", "grade"], True),
        ("people[0].self_care_failed", ["people", 0, "self_care_failed"], 7),
        ("people[0].prior[1]", ["people", 0, "prior", 1], "pension"),
        ("people[0].nickname", ["people", 0, "nickname"], "x"),
        ("people[0]", ["people", 0], "head"),
        ("people", ["people"], {}),
        ("obligors[0].age", ["obligors", 0, "age"], "61"),
        ("as_of", ["as_of"], "2026-02-29"),
        ("area", ["area"], "town"),
        ("region", ["region"], "3715"),
        ("id", ["id"], ["x"]),
        ("need.multiple", ["need", "multiple"], "3.00001"),
        ("need.multiple", ["need", "multiple"], -1),
        ("need.unit", ["need", "unit"], 1),
        ("edge_multiple", ["edge_multiple"], True),
        ("edge_multiple", ["edge_multiple"], 1.23456),
        ("rulings.assets_within_limit", ["rulings", "assets_within_limit"], True),
        ("assets_within_limit", ["assets_within_limit"], "yes"),
        ("asof", ["asof"], "2026-08-10"),
    ],
)
def test_the_error_names_the_field(field: str, path: list[Any], value: Any) -> None:
    error = error_of(with_value(FULL, path, value))
    assert error["field"] == field
    assert re.search(r"[\u4e00-\u9fff]", error["message"])
    assert len(error["message"]) <= 25
    assert not re.search("非法|无效|请|错误代码", error["message"])


@pytest.mark.parametrize("key", ["as_of", "area", "people"])
def test_a_required_key(key: str) -> None:
    without = {name: value for name, value in FULL.items() if name != key}
    assert error_of(without)["field"] == key
    assert error_of(FULL | {key: None})["field"] == key


@pytest.mark.parametrize("key", ["relation", "birth_date"])
def test_a_required_key_of_a_person(key: str) -> None:
    source = with_value(FULL, ["people", 0, key], None)
    assert error_of(source)["field"] == f"people[0].{key}"


@pytest.mark.parametrize("key", [key for key in FULL if key not in ("as_of", "area", "people", "id")])
def test_every_other_key_may_be_null(key: str) -> None:
    assert "results" in assess(FULL | {key: None})


@pytest.mark.parametrize("path", list(paths(FULL, [])), ids=shown)
def test_junk_in_every_place(path: list[Any]) -> None:
    """Either the value is allowed there, or the error names that place or something inside it."""
    refused = 0
    for value in JUNK:
        answer: dict[str, Any] = assess(with_value(FULL, path, value))
        if "error" in answer:
            refused += 1
            assert answer["error"]["field"].startswith(shown(path)), (value, answer)
            if path != ["id"]:
                assert answer["id"] == "x1"
    assert refused > 10


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "null",
        "[]",
        "3",
        '"x"',
        "{",
        '{"id": "x"',
        "{'id': 1}",
        '{"id": "x\x00"}',
        b"\xff\xfe",
        b'{"id": "\xff"}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"id": 1} {"id": 2}',
    ],
)
def test_what_is_no_json_object(text: str | bytes) -> None:
    answers = list(assess_many([text, as_text(FULL)]))
    assert [json.loads(answer)["id"] for answer in answers] == [None, "x1"]
    first = json.loads(answers[0])
    assert first["error"]["field"] == ""
    assert "results" in json.loads(answers[1])


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"id": "a", "as_of": "2026-08-10", "as_of": "2026-08-11", "area": "rural", "people": []}', "as_of"),
        ('{"id": "a", "as_of": "2026-08-10", "area": "rural", "people": [], "edge_multiple": NaN}', "edge_multiple"),
        ('{"id": "a", "as_of": "2026-08-10", "area": "rural", "people": [], "rigid_ratio": -Infinity}', "rigid_ratio"),
        ('{"id": "a", "as_of": "2026-08-10", "area": "rural", "people": [], "rigid_ratio": 1e400}', "rigid_ratio"),
        ('{"id": "a", "as_of": "2026-08-10", "area": "rural", "people": [], "need": 1%s}' % ("0" * 9_999), "need"),
        ('{"id": "a", "as_of": "2026-08-10", "area": "rural", "people": [], "": 1}', '""'),
        ('{"id": "a", "as_of": "2026-08-10", "area": "rural", "people": [{"sex": "M", "sex": "F"}]}', "people[0].sex"),
    ],
)  # fmt: skip
def test_numbers_and_keys_json_lets_through(text: str, field: str) -> None:
    answer = json.loads(next(assess_many([text])))
    assert (answer["id"], answer["error"]["field"]) == ("a", field)


@pytest.mark.parametrize("name", ["\ud800", "\u2028", "\x85", "\x00", "a\nb", "人" * 9, "", 7])
def test_any_name_comes_back_on_one_line(name: str | int) -> None:
    written = next(assess_many([json.dumps(FULL | {"id": name})]))
    assert len(written.splitlines()) == 1
    back: dict[str, Any] = json.loads(written.encode())
    assert back["id"] == name


def test_a_case_never_stores_half_an_answer() -> None:
    with pytest.raises(LineError) as caught:
        assess_household(FULL | {"area": "town"})
    assert caught.value.field == "area"
    stored = assess_household(FULL)
    assert stored["results"] == assess(FULL)["results"]
    assert (stored["figures"]["standard"], bool(stored["rules_version"])) == (75_300, True)


def test_lines_are_limited_so_that_sums_fit() -> None:
    most = {"kind": "wage", "amount": "999999999.99", "per": "month"}
    crowd = line(*[person(income=[most] * 1_000) for _ in range(1_000)])
    assert error_of(line(*[person()] * 1_001))["field"] == "people"
    assert error_of(line(person(income=[most] * 1_001)))["field"] == "people[0].income"
    found = assess(crowd)["results"][0]["tests"][1]
    assert (found["figure"], found["passed"]) == ("999999999990000.00", False)
