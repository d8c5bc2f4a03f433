"""What the registers hold, by person; and what each would answer to a question."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from verification.sources.base import Asked, Source
from verification.sources.writing import Answered


class Truths:
    """The people of the simulated world. Read again when the file has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read_at = -1
        self._people: dict[str, dict[str, Any]] = {}

    def people(self) -> dict[str, dict[str, Any]]:
        changed = self.path.stat().st_mtime_ns
        if changed != self._read_at:
            with self.path.open(encoding="utf-8") as lines:
                told = [json.loads(line) for line in lines if line.strip()]
            self._people = {one["id_number"]: one for one in told}
            self._read_at = changed
        return self._people

    def answer(self, source: Source, asked: Iterable[Asked]) -> Iterator[Answered]:
        """One of each asked, by number, under the register's own name; null without a word for it: left out."""
        people = self.people()
        for one in asked:
            known = people.get(one.id_number, {"name": one.name, "sources": {}})
            values = known["sources"].get(source.code, {})
            if values is not None:
                values = _allowed(source, one, values)
                yield Answered(one.id_number, known["name"], bool(values), values)
            elif None in source.found_words.values():
                yield Answered(one.id_number, known["name"], None)

    def held(self, source: Source) -> Iterator[Answered]:
        """Everybody this register has something about."""
        for one in self.people().values():
            if values := one["sources"].get(source.code):
                yield Answered(one["id_number"], one["name"], True, values)


def _allowed(source: Source, one: Asked, values: dict[str, Any]) -> dict[str, Any]:
    """Without what may be said only of those it was asked about."""
    limited = {item.kind for item in source.items if item.only_for}
    return {kind: value for kind, value in values.items() if kind not in limited or kind in one.also}
