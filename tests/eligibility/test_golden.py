"""What a version of the rules once answered it answers for good: a dated formula is never edited."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eligibility.assess_lines import RULES_VERSION, assess_frozen
from eligibility.programmes import Programme
from tests.eligibility.keep_golden import FOLDER, written

VERSIONS = sorted(path.name.removesuffix(".lines.jsonl") for path in FOLDER.glob("*.lines.jsonl"))


def rows(version: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each line with the bytes kept of its answer."""
    lines, answers = (
        Path(FOLDER / f"{version}.{kind}.jsonl").read_text("utf-8").splitlines() for kind in ("lines", "answers")
    )
    for line, answer in zip(lines, answers, strict=True):
        yield json.loads(line), answer


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kept_answer_comes_back_to_the_byte(version: str) -> None:
    """From the line and the figures kept with it: later rules, standards and laws play no part.

    Where this fails, a formula, a figure or a sentence of the past was edited. Add a dated one instead; only before a
    version is released may its two files be deleted and written anew.
    """
    for number, (line, answer) in enumerate(rows(version), start=1):
        again = assess_frozen(line, json.loads(answer)["figures"]) | {"rules_version": version}
        assert written(again) == answer, f"{version}.lines.jsonl:{number}"


def test_this_version_has_been_kept() -> None:
    """A new version of the rules: run `python -m tests.eligibility.keep_golden` once."""
    assert RULES_VERSION in VERSIONS


def test_it_holds_every_programme_with_every_outcome() -> None:
    kept = [json.loads(answer) for _, answer in rows(RULES_VERSION)]
    found = {(e["programme"], e["outcome"]) for one in kept for e in one["results"]}
    assert found == {(p.value, outcome) for p in Programme for outcome in ("eligible", "ineligible", "undetermined")}
    assert {one["rules_version"] for one in kept} == {RULES_VERSION}
