"""Writes down what this version of the rules answers, once: `python -m tests.eligibility.keep_golden`.

`golden/<version>.lines.jsonl` holds eighty lines over every programme, test, answer and sentence;
`golden/<version>.answers.jsonl` holds, line by line, what an assessment keeps: figures, tests, steps, words. A file
that exists is never written again: a released answer stands. A new version of the rules writes a file of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eligibility.assess_lines import RULES_VERSION, assess_household
from tests.eligibility.random_lines import Maker, as_text, awkward_book
from tests.eligibility.worked_cases import every_case

FOLDER = Path(__file__).parent / "golden"
FROM, MOST = 4_000, 80


def written(kept: dict[str, Any]) -> str:
    """The bytes compared: one line of JSON."""
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _shape(text: str | None) -> str:
    """A sentence without its figures: what kind of thing is said."""
    return re.sub(r"[\d.,]+", "#", text or "")


def _covers(kept: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What one answer shows: each outcome, flag, test and step, in each kind of sentence."""
    for e in kept["results"]:
        yield e["programme"], e["outcome"], e["amount"] is None, *e["flags"]
        yield e["programme"], e.get("care_level"), e.get("basic") is None, e.get("care") is None
        for test in e["tests"]:
            yield e["programme"], test["code"], test["passed"], test["clause"], _shape(test["said"])
        yield from ((e["programme"], step["code"], _shape(step["said"])) for step in e["steps"])


def _pool() -> Iterator[tuple[str, dict[str, Any]]]:
    """The worked cases by the shipped figures; random lines by a book with awkward corners."""
    for case in every_case():
        yield as_text(case.household), assess_household(case.household)
    maker, awkward = Maker(seed=2026), awkward_book()
    for text in (as_text(maker.line()) for _ in range(FROM)):
        yield text, assess_household(json.loads(text), awkward)


def chosen() -> list[tuple[str, str]]:
    """Greedily, the line that shows most that is new for its length."""
    pool = [(text, written(kept), set(_covers(kept))) for text, kept in _pool()]
    seen: set[tuple[Any, ...]] = set()
    found: list[tuple[str, str]] = []
    while len(found) < MOST:
        text, answer, shown = max(pool, key=lambda one: len(one[2] - seen) / len(one[1]))
        if shown <= seen:
            break
        seen |= shown
        found.append((text, answer))
    return found


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    rows = chosen()
    for place, kind in enumerate(("lines", "answers")):
        path = FOLDER / f"{RULES_VERSION}.{kind}.jsonl"
        with path.open("x", encoding="utf-8") as file:
            file.writelines(row[place] + "\n" for row in rows)


if __name__ == "__main__":
    main()
