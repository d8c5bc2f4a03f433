"""The departments together: who was asked about, what was answered, each reference once."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from verification.sources.base import Asked, Source
from verification.sources.simulated import faults
from verification.sources.simulated.faults import Fault, Faults, Reply
from verification.sources.simulated.truths import Truths


class World:
    """What folders and calls share. Every question is written to `asked.jsonl` before it is answered."""

    def __init__(self, folder: Path, truths: Truths, given: Faults) -> None:
        self.folder = folder
        self.truths = truths
        self.faults = given
        self.released: set[str] = set()
        self._log = folder / "asked.jsonl"
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._replies: dict[tuple[str, str], Reply] = {}
        self._asked: list[dict[str, Any]] = []
        if self._log.exists():
            self._asked = [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]

    def asked(self) -> list[dict[str, Any]]:
        """Every question so far; `again` where its reference had been asked before."""
        with self._lock:
            return list(self._asked)

    def fails_now(self, source: Source, fault: Fault) -> bool:
        """Whether this call is the one of so many that fails."""
        with self._lock:
            self._calls[source.code] += 1
            return bool(fault.flapping) and self._calls[source.code] % fault.flapping == 0

    def note(self, source: Source, reference: str, way: str, people: Sequence[Asked]) -> None:
        """Write down who is asked about."""
        with self._lock:
            known = any((one["source"], one["reference"]) == (source.code, reference) for one in self._asked)
            entry = {
                "source": source.code,
                "reference": reference,
                "way": way,
                "again": known,
                "at": time.time(),
                "people": [one.id_number for one in people],
                "also": {one.id_number: list(one.also) for one in people if one.also},
            }
            self._asked.append(entry)
            with self._log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def reply(self, source: Source, reference: str, people: Sequence[Asked]) -> Reply:
        """The answer to this reference; asked again, the one already given (another one under the fault `second`)."""
        fault = self.faults.of(source.code)
        key = source.code, reference
        with self._lock:
            given = self._replies.get(key)
        if given is not None and not fault.second:
            return given
        made = self._made(source, reference, people, fault, differs=given is not None)
        with self._lock:
            return made if fault.second else self._replies.setdefault(key, made)

    def other_reply(self, source: Source, reference: str, people: Sequence[Asked]) -> Reply:
        """An answer that says otherwise."""
        return self._made(source, reference, people, self.faults.of(source.code), differs=True)

    def _made(self, source: Source, reference: str, people: Sequence[Asked], fault: Fault, *, differs: bool) -> Reply:
        known = list(self.truths.answer(source, people))
        answered = faults.otherwise(known) if differs else known
        return faults.reply(source, answered, fault, self.faults.random(source.code, reference))
