"""The door to the rules: one object or a stream of JSON lines in, explained answers out. Touches no case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, Final

import numpy as np

from eligibility.lines.errors import LineError
from eligibility.lines.published import published_book
from eligibility.lines.reading import read_line
from eligibility.lines.scalars import name
from eligibility.lines.schema import read_household
from eligibility.programmes import Programme
from eligibility.rules.columns import columns, day
from eligibility.rules.decide import RULES_VERSION, decide
from eligibility.rules.explain import Entry, Explanation
from eligibility.rules.figures import FigureBook, Figures, FigureSet, figures_for
from eligibility.rules.inputs import HouseholdInput

BATCH: Final = 512
"""Lines that go through the columns together: memory stays the same however long the input is."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A line read: its household, or what is wrong with it."""

    id: str | int | None
    household: HouseholdInput | None
    error: LineError | None


def _id(source: Any) -> str | int | None:
    try:
        return name("id", source.get("id"))
    except LineError:
        return None


def _read(source: Any) -> _Read:
    if not isinstance(source, dict):
        return _Read(None, None, LineError("", "每行写一个对象 {…}"))
    try:
        return _Read(_id(source), read_household(source), None)
    except LineError as error:
        return _Read(_id(source), None, error)


def _read_text(line: str | bytes) -> _Read:
    try:
        return _read(read_line(line))
    except LineError as error:
        return _Read(None, None, error)


def results_of(households: Sequence[HouseholdInput], book: FigureBook) -> list[list[Entry]]:
    """The explained entries of each household, in order. One household is a batch of one."""
    return _explained(households, figures_for(book, ((h.region, h.area, day(h.as_of)) for h in households)))


def _explained(households: Sequence[HouseholdInput], figures: Figures) -> list[list[Entry]]:
    facts = columns(households)
    explanation = Explanation(households, facts, figures, decide(facts, figures))
    return [explanation.results(index) for index in range(len(households))]


def _answers(batch: Sequence[_Read], book: FigureBook) -> list[dict[str, Any]]:
    results = iter(results_of([line.household for line in batch if line.household is not None], book))
    return [
        {"id": line.id, "results": next(results)}
        if line.error is None
        else {"id": line.id, "error": {"field": line.error.field, "message": line.error.message}}
        for line in batch
    ]


def _written(answer: dict[str, Any]) -> str:
    """One line of JSON that any reader can split and any encoder can write."""
    text = json.dumps(answer, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(answer)
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def assess(source: Any, book: FigureBook | None = None) -> dict[str, Any]:
    """Answer one parsed object: `{"id", "results"}`, or `{"id", "error": {"field", "message"}}`.

    Nothing in `source` makes it raise. `book` None asks the figures shipped with the product.
    """
    return _answers([_read(source)], book or published_book())[0]


def assess_many(lines: Iterable[str | bytes | dict[str, Any]], book: FigureBook | None = None) -> Iterator[str]:
    """Answer JSON lines, one line each, same order, no line break at the end; a bad line never stops the others.

    A line already read by `read_line` may come as that object.
    """
    figures, source = book or published_book(), iter(lines)
    while batch := [_read(line) if isinstance(line, dict) else _read_text(line) for line in islice(source, BATCH)]:
        for answer in _answers(batch, figures):
            yield _written(answer)


def assess_household(line: Any, book: FigureBook | None = None) -> dict[str, Any]:
    """Answer one parsed object for a case: what `assess` says, with the rules' version and the figures that ruled.

    Raises LineError where the object is wrong: a case never stores half an answer.
    """
    household = _whole(line)
    in_force = (book or published_book()).on(household.region, household.area, day(household.as_of))
    return _kept(line, household, in_force)


@dataclass(frozen=True, slots=True)
class Brief:
    """What one programme answers to one line: its entries and how many people count, or what is wrong with the line."""

    people: int
    entries: list[Entry]
    error: LineError | None = None


def assess_briefly(asked: Sequence[tuple[Any, Programme]], book: FigureBook) -> list[Brief]:
    """Many lines judged together, each explained for its one programme: the entries `assess_household` has of it."""
    read = [_read(line) for line, _ in asked]
    whole = [(one.household, of) for one, (_, of) in zip(read, asked, strict=True) if one.household is not None]
    households = [household for household, _ in whole]
    facts, figures = columns(households), figures_for(book, ((h.region, h.area, day(h.as_of)) for h in households))
    decisions = decide(facts, figures)
    explanation = Explanation(households, facts, figures, decisions)
    numbers = decisions.count.number.tolist()
    briefs = iter([Brief(numbers[i], explanation.of_programme(i, of)) for i, (_, of) in enumerate(whole)])
    return [next(briefs) if one.error is None else Brief(0, [], one.error) for one in read]


def assess_frozen(line: Any, figures: dict[str, Any]) -> dict[str, Any]:
    """Answer a stored object again with the figures stored beside it: what has been published since plays no part.

    Raises LineError, or KeyError and TypeError where the figures are not what an assessment keeps.
    """
    return _kept(line, _whole(line), FigureSet.thawed(figures))


def _whole(line: Any) -> HouseholdInput:
    read = _read(line)
    if read.error is not None or read.household is None:
        raise read.error or LineError("", "")
    return read.household


def _kept(line: Any, household: HouseholdInput, in_force: FigureSet) -> dict[str, Any]:
    results = _explained([household], Figures([in_force], np.zeros(1, np.int64)))[0]
    return {"id": _id(line), "rules_version": RULES_VERSION, "figures": asdict(in_force), "results": results}


__all__ = [
    "BATCH",
    "RULES_VERSION",
    "Brief",
    "LineError",
    "assess",
    "assess_briefly",
    "assess_frozen",
    "assess_household",
    "assess_many",
    "results_of",
]
