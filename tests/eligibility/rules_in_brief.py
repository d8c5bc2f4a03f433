"""The suite's own tests of the rules, bundled for `make mutants`: a few long tests instead of a thousand short ones.

The suite collects nothing here: `make mutants` names the file, and `mutants.ini` how its functions are called.
Nothing is tested here that the suite does not test.
"""

from __future__ import annotations

import importlib
import itertools
import json
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from eligibility.assess_lines import assess_many
from eligibility.rules import decide, disability
from tests.eligibility import (
    oracle,
    test_boundaries,
    test_cases,
    test_dated,
    test_explanation,
    test_figures,
    test_golden,
    test_obligors,
    test_parts,
    test_people,
    test_ternary,
    test_wording,
)
from tests.eligibility.random_lines import Maker, as_text, awkward_book, rows
from tests.eligibility.test_against_oracle import bare

PARTS, LINES_A_PART = 4, 500


def _arguments(test: Any) -> Iterator[dict[str, Any]]:
    """Every set of arguments its parametrize marks ask for."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    choices = []
    for mark in marks:
        given = mark.args[0]
        names = [name.strip() for name in given.split(",")] if isinstance(given, str) else list(given)
        values = [value if len(names) > 1 else (value,) for value in mark.args[1]]
        choices.append([dict(zip(names, value, strict=True)) for value in values])
    for chosen in itertools.product(*choices):
        yield {name: value for one in chosen for name, value in one.items()}


def _all_of(module: ModuleType) -> None:
    for name, test in vars(module).items():
        if name.startswith("test_") and callable(test):
            for arguments in _arguments(test):
                test(**arguments)


def brief_golden_answers() -> None:
    _all_of(test_golden)


def brief_ternary_logic() -> None:
    _all_of(test_ternary)


def brief_wording() -> None:
    _all_of(test_wording)


def brief_parts_joined() -> None:
    _all_of(test_parts)


def brief_dated_formulas() -> None:
    _all_of(test_dated)


def brief_figures_in_force() -> None:
    _all_of(test_figures)


def brief_boundaries_of_every_rule() -> None:
    _all_of(test_boundaries)


def brief_explanation_in_words() -> None:
    _all_of(test_explanation)


def brief_people_counted() -> None:
    """Tables and formulas made while their module is imported are made again, by what may be broken now."""
    importlib.reload(disability)
    importlib.reload(decide)
    _all_of(test_people)


def brief_obligors_unable() -> None:
    _all_of(test_obligors)


def brief_worked_cases() -> None:
    _all_of(test_cases)


@cache
def _answered(part: int) -> list[tuple[str, Any]]:
    """Random lines with the oracle's answers, worked out once: forks inherit them."""
    maker = Maker(seed=part)
    lines = [maker.line() for _ in range(LINES_A_PART)]
    return [(as_text(line), oracle.answer(line, rows())) for line in lines]


@pytest.mark.parametrize("part", range(PARTS))
def brief_random_lines_agree_with_the_oracle(part: int) -> None:
    expected = _answered(part)
    for (text, answer), written in zip(
        expected, assess_many((text for text, _ in expected), awkward_book()), strict=True
    ):
        assert bare(json.loads(written)["results"]) == answer, text
