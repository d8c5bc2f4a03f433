"""The worked cases a clerk can read: `cases/*.yaml`, one file a programme, what they leave out filled in."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from eligibility.programmes import Programme
from tests.eligibility.lines import line, person

FOLDER = Path(__file__).parent / "cases"
PUBLISHED = Path(__file__).parent / "data" / "cases.csv"

_KEYS = {"case", "title", "household", "answer"}
_ANSWERS = {"outcome", "amount", "person", "tests", "exact", "flags", "excludes", "care_level", "basic", "care"}


@dataclass(frozen=True)
class Case:
    programme: str
    name: str
    household: dict[str, Any]
    answer: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.programme}-{self.name}"


def household(written: dict[str, Any]) -> dict[str, Any]:
    """The `assess` line of a household as a clerk writes it."""
    people = [
        person(one["relation"], **{key: value for key, value in one.items() if key not in ("relation", "birth_date")})
        | ({"birth_date": one["birth_date"]} if "birth_date" in one else {})
        for one in written["people"]
    ]
    return line(*people, **{key: value for key, value in written.items() if key != "people"})


def cases_of(programme: str) -> Iterator[Case]:
    for written in yaml.safe_load((FOLDER / f"{programme}.yaml").read_text("utf-8")):
        assert set(written) == _KEYS, written
        assert set(written["answer"]) <= _ANSWERS, written
        yield Case(programme, written["case"], household(written["household"]), written["answer"])


def every_case() -> list[Case]:
    return [case for programme in Programme for case in cases_of(programme)]


def left_out() -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = yaml.safe_load((FOLDER / "not_for_assess.yaml").read_text("utf-8"))
    return found


def published() -> dict[str, dict[str, str]]:
    """The rows of cases.csv by number."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return {row["case_id"]: row for row in csv.DictReader(file)}
