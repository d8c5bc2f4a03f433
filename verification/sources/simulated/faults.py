"""How a department fails, and what its answer looks like then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import yaml

from verification.sources import tables, writing
from verification.sources.base import Source
from verification.sources.writing import Answered

_STRANGER = Answered("371599190001010018", "生人", True)
_ERROR_PAGE = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>网关错误</body></html>\n".encode()


@dataclass(frozen=True)
class Fault:
    """What goes wrong at a source; nothing by default."""

    slow: float = 0  # seconds before it answers
    down: bool = False  # a call is cut off, a file is left lying
    garbage: str = ""  # bytes, html or columns
    wrong_person: str = ""  # not_asked: a row about a stranger; other_name: another name under the first number
    half: bool = False  # cut in the middle; the sheet is of the whole
    duplicate: bool = False  # the same bytes once more, under another name
    late: float | str = 0  # a file answered after so many seconds, or when told
    second: bool = False  # another answer of other content
    flapping: int = 0  # every so many calls fails


class Faults:
    """The file of faults, read anew whenever asked."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def _told(self) -> dict[str, object]:
        return (yaml.safe_load(self.path.read_text(encoding="utf-8")) or {}) if self.path and self.path.exists() else {}

    def of(self, code: str) -> Fault:
        """A source's own, else those of `*`."""
        sources = self._told().get("sources")
        told = sources if isinstance(sources, dict) else {}
        return Fault(**(told.get(code) or told.get("*") or {}))

    def random(self, code: str, reference: str) -> Random:
        """The same chance for the same call under the same seed."""
        return Random(f"{self._told().get('seed', 0)} {code} {reference}")  # noqa: S311 - chance, not secrecy


@dataclass(frozen=True)
class Reply:
    """An answer as it is sent, and what is claimed of it."""

    raw: bytes
    rows: int
    whole: bytes


def reply(source: Source, people: list[Answered], fault: Fault, chance: Random) -> Reply:
    """The answer, with what is wrong about it."""
    if fault.wrong_person == "not_asked":
        people = [*people, _STRANGER]
    if fault.wrong_person == "other_name" and people:
        people = [replace(people[0], name=f"{people[0].name}某"), *people[1:]]
    raw, rows = writing.answer(source, people)
    if fault.garbage:
        raw = _garbage(source, fault.garbage, chance)
    return Reply(raw[: len(raw) // 2] if fault.half else raw, rows, raw)


def otherwise(people: list[Answered]) -> list[Answered]:
    """The same people with another answer: whoever had a record has none, or the first has one after all."""
    if any(one.is_found for one in people):
        return [replace(one, is_found=False, values={}) for one in people]
    return [replace(one, is_found=place == 0) for place, one in enumerate(people)]


def _garbage(source: Source, sort: str, chance: Random) -> bytes:
    if sort == "bytes":
        return chance.randbytes(2000)
    if sort == "html":
        return _ERROR_PAGE
    return tables.written(source, [["编号", "备注"], ["1", "没有"]])
