"""The published document is OpenAPI, and what it says of `assess` is what `assess` takes and answers."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator, FormatChecker

from eligibility import api_schema
from eligibility.assess_lines import assess
from tests.api.calling import caller, content, post
from tests.eligibility.random_lines import Maker, as_text
from tests.eligibility.test_malformed_lines import FULL, paths, with_value
from tests.making import TOWNSHIP, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/schema/"


@pytest.fixture
def program() -> Client:
    return caller(make_user("clerk", TOWNSHIP))


@pytest.fixture
def document(program: Client) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(program.get(ADDRESS).content)
    return found


def checker(document: dict[str, Any], name: str) -> Draft202012Validator:
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}", "components": document["components"]}, format_checker=FormatChecker()
    )


def test_it_is_openapi(document: dict[str, Any]) -> None:
    validate_schema(document)  # type: ignore[no-untyped-call]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    assert set(document["paths"]) == {"/api/v1/assess/"}


def test_it_takes_no_query(program: Client) -> None:
    assert program.get(f"{ADDRESS}?format=yaml").status_code == 400


def test_the_example_is_as_described_and_answered(document: dict[str, Any], program: Client) -> None:
    checker(document, "Household").validate(api_schema.EXAMPLE)
    checker(document, "Household").validate(FULL)
    assert "results" in json.loads(content(post(program, api_schema.EXAMPLE)))


def test_real_answers_are_as_described(document: dict[str, Any], program: Client) -> None:
    maker, answers = Maker(seed=3), checker(document, "Answer")
    lines = [json.loads(as_text(maker.line())) for _ in range(300)]
    found = json.loads(content(post(program, [*lines, FULL, {"id": 1}, 3])))
    assert len(found) == 303
    for answer in found:
        answers.validate(answer)


def test_refusals_are_as_described(document: dict[str, Any], program: Client) -> None:
    checker(document, "Problem").validate(json.loads(post(program, "{").content))
    declared = set(document["paths"]["/api/v1/assess/"]["post"]["responses"])
    assert {"200", "400", "401", "403", "413", "415", "429"} <= declared


JUNK: list[Any] = [
    *[True, -1, 7, 1.5, "", "x", "1200", "12.345", "-1.00", "１２.００", "20260810", [], {}, [[]], {"kind": {}}],
    *["2026-08-10", "1200.00", "371522", 10**9, "prison", "dibao", "physical", "medical", None],
]


def test_what_it_lets_through_is_what_the_reader_lets_through(document: dict[str, Any]) -> None:
    """Every place of a full line and of random ones, with junk in it: the two agree."""
    households, chance = checker(document, "Household"), random.Random(11)
    differ: list[Any] = []
    for path in paths(FULL, []):
        for value in [*JUNK, FULL]:
            _compare(households, with_value(FULL, path, value), differ)
    maker = Maker(seed=9)
    for _ in range(1_500):
        line = json.loads(as_text(maker.line()))
        place = chance.choice(list(paths(line, [])))
        surplus = [*place[:-1], "surplus"] if isinstance(place[-1], str) and chance.random() < 0.2 else place
        _compare(households, with_value(line, surplus, chance.choice(JUNK)), differ)
    assert differ == []


UNSAID = {"出生日期晚于测算日期"}
"""What a schema cannot say."""


def _compare(households: Draft202012Validator, line: dict[str, Any], differ: list[Any]) -> None:
    said = assess(line).get("error")
    if said is not None and said["message"] in UNSAID:
        return
    if households.is_valid(line) != (said is None):
        differ.append((said, line if said is None else None))
