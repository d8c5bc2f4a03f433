"""The departments that exchange files: each takes what lies in its outbox and answers into its inbox."""

from __future__ import annotations

import json
import threading
import time
from hashlib import sha256
from pathlib import Path

from verification.sources import registry, tables, writing
from verification.sources.base import Asked, Delivered, Source
from verification.sources.registry import kinds
from verification.sources.simulated.faults import Fault, Reply
from verification.sources.simulated.world import World
from verification.sources.transports import files

POLL = 0.05


class Folders(threading.Thread):
    """Looks into every outbox until stopped."""

    def __init__(self, world: World) -> None:
        super().__init__(name="folders", daemon=True)
        self.world = world
        self.stopped = threading.Event()
        self._seen: dict[Path, float] = {}

    def run(self) -> None:
        while not self.stopped.wait(POLL):
            self.look()

    def look(self) -> None:
        """One round over all outboxes."""
        for source in registry.sources():
            for sheet in sorted((self.world.folder / source.code / "outbox").glob(f"*{files.SHEET}")):
                fault = self.world.faults.of(source.code)
                if not fault.down and self._is_due(sheet, source, fault):
                    self._take(source, sheet, fault)

    def _is_due(self, sheet: Path, source: Source, fault: Fault) -> bool:
        seen = self._seen.setdefault(sheet, time.monotonic())
        if fault.late == "told":
            return source.code in self.world.released
        return time.monotonic() - seen >= fault.slow + float(fault.late)

    def _take(self, source: Source, sheet: Path, fault: Fault) -> None:
        """Answer one file, then take it away: ended in between, it is answered again."""
        document = sheet.with_name(sheet.name.removesuffix(files.SHEET))
        told = json.loads(sheet.read_bytes())
        people = _people(source, document.read_bytes(), told["sha256"])
        reference = told["reference"]
        self.world.note(source, reference, "files", people)
        if not self.world.fails_now(source, fault):
            self._answer(source, reference, people, fault)
        done = sheet.parent.parent / "department"
        done.mkdir(exist_ok=True)
        for path in (sheet, document):
            path.replace(done / path.name)

    def _answer(self, source: Source, reference: str, people: list[Asked], fault: Fault) -> None:
        first = self.world.reply(source, reference, people)
        self._put(source, reference, reference, first)
        if fault.duplicate:
            self._put(source, reference, f"{reference}-again", first)
        if fault.second:
            self._put(source, reference, f"{reference}-second", self.world.other_reply(source, reference, people))

    def _put(self, source: Source, reference: str, name: str, reply: Reply) -> None:
        path = self.world.folder / source.code / "inbox" / f"{name}.{source.file_format}"
        sheet = {"reference": reference, "rows": reply.rows, "sha256": sha256(reply.whole).hexdigest()}
        files.write(path, reply.raw)
        files.write(files.beside(path), json.dumps(sheet).encode())


def _people(source: Source, document: bytes, digest: str) -> list[Asked]:
    """Who is asked about in a request's file. Raises Garbage where it does not fit its sheet."""
    rows = tables.rows(source, Delivered("", document, "", "", digest))
    labels = {kinds()[item.kind].label: item.kind for item in source.items}
    heading = next(rows)
    people = (dict(zip(heading, row, strict=True)) for row in rows)
    return [
        Asked(
            int(one[writing.LINE]),
            one[source.columns["number"]],
            one[source.columns["name"]],
            tuple(labels[label] for label in one.get(writing.ALSO, "").split("、") if label),
        )
        for one in people
    ]
