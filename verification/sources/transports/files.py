"""Folders: a numbered file in `outbox`, the department's answer in `inbox`, each with a sheet that proves it whole.

outbox/<reference>.csv, outbox/<reference>.csv.sheet.json   ours, until the department takes them away
inbox/<any>.csv,        inbox/<any>.csv.sheet.json          theirs, until settled into taken/ or set_aside/
sent/<reference>.csv                                        what went out, until its answer is settled
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from verification.sources import tables, writing
from verification.sources.base import Delivered, Handed, Question, Source, SourceUnavailable

SHEET = ".sheet.json"
_UNFINISHED = (SHEET, ".tmp", ".part", ".filepart")
_REFERENCE = re.compile(r"[0-9]+-[0-9]{8}-[0-9]{6}-[0-9]+(r[0-9]+)?")


class Inbox:
    """The folder a department or a platform puts its answers into: whole ones are read, each is settled once."""

    def __init__(
        self, folder: Path, label: str, *, file_format: str = "csv", sheet: str = "required", stable_seconds: float = 30
    ) -> None:
        self.folder = folder
        self.label = label
        self.file_format = file_format
        self.wants_sheet = sheet == "required"
        self.stable_seconds = stable_seconds

    def collect(self) -> Iterator[Delivered]:
        """Raises SourceUnavailable where the folder can't be read."""
        try:
            next(self.folder.iterdir(), None)  # a share that is not mounted has no answers, and says so
            inbox = self.folder / "inbox"
            waiting = sorted(path for path in inbox.iterdir() if self._is_whole(path)) if inbox.exists() else []
        except OSError as broken:
            raise SourceUnavailable(f"{self.label}：交换目录无法读取") from broken
        for path in waiting:
            if (delivered := self._delivered(path)) is not None:
                yield delivered

    def settle(self, delivered: Delivered, *, is_taken: bool) -> None:
        """A file that has other bytes by now stays: it is another answer, and is offered again."""
        path = self.folder / "inbox" / delivered.name
        to = self.folder / ("taken" if is_taken else "set_aside")
        if path.is_file() and path.read_bytes() == delivered.raw:
            to.mkdir(exist_ok=True)
            place = _free(to, delivered.name)
            # The sheet first: without it the file would be offered again as one that never had any.
            if beside(path).exists():
                beside(path).replace(beside(place))
            path.replace(place)

    def _is_whole(self, path: Path) -> bool:
        """A sheet says that the file is whole; without sheets, that nobody has touched it for a while."""
        if path.name.startswith(".") or path.name.endswith(_UNFINISHED) or path.is_symlink() or not path.is_file():
            return False
        if beside(path).exists():
            return True
        status = path.stat()
        # The change time too: a copy may bring its old modification time along.
        touched = max(status.st_mtime, status.st_ctime)
        return not self.wants_sheet and time.time() - touched >= self.stable_seconds

    def _delivered(self, path: Path) -> Delivered | None:
        sheet = _read_sheet(beside(path))
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            return None  # another worker has settled it
        media_type = tables.MEDIA_TYPES[self.file_format]
        if sheet is None:
            named = _REFERENCE.match(path.name)
            return Delivered(path.name, raw, media_type, named[0] if named else "")
        return Delivered(path.name, raw, media_type, sheet["reference"], sheet["sha256"], sheet["rows"])


class Files(Inbox):
    """The folder pair of one source."""

    def __init__(self, source: Source, *, folder: str, sheet: str = "required", stable_seconds: float = 30) -> None:
        super().__init__(
            Path(folder), source.label, file_format=source.file_format, sheet=sheet, stable_seconds=stable_seconds
        )
        self.source = source

    @property
    def longest_seconds(self) -> float:
        """A file is put there at once."""
        return 0

    def ask(self, question: Question) -> Handed:
        """Write the numbered file, then its sheet: with the sheet it counts as put there, and it is never put twice.

        Asked again, the file that went out stands, whoever would be in it today. Raises SourceUnavailable.
        """
        name = f"{question.reference}.{self.source.file_format}"
        kept, out = self.folder / "sent" / name, self.folder / "outbox" / name
        try:
            if kept.exists():
                return Handed(name, kept.read_bytes())
            if beside(out).exists():
                document = out.read_bytes()
            else:
                document = writing.question(self.source, question)
                write(out, document)
                write(beside(out), _sheet(question, document))
            write(kept, document)
        except OSError as broken:
            raise SourceUnavailable(f"{self.source.label}：交换目录无法写入") from broken
        return Handed(name, document)

    def settle(self, delivered: Delivered, *, is_taken: bool) -> None:
        """As every inbox; the copy of what was asked goes when its answer is taken."""
        super().settle(delivered, is_taken=is_taken)
        if is_taken and _REFERENCE.fullmatch(delivered.reference):
            (self.folder / "sent" / f"{delivered.reference}.{self.file_format}").unlink(missing_ok=True)


def beside(path: Path) -> Path:
    """Where a file's sheet lies."""
    return path.with_name(path.name + SHEET)


def write(path: Path, content: bytes) -> None:
    """The whole file or none, and on the disk when this returns.

    Where the exchange folder itself is missing (a share that is not mounted) none is made up. Raises OSError.
    """
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sheet(question: Question, document: bytes) -> bytes:
    said = {
        "reference": question.reference,
        "rows": len(question.people),
        "sha256": sha256(document).hexdigest(),
        "on": question.on.isoformat(),
        "legal_basis": question.legal_basis,
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _read_sheet(path: Path) -> dict[str, Any] | None:
    """What the sheet says; one that can't be read fits no file (an empty hash), so that its file is set aside."""
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return {"reference": "", "sha256": "", "rows": None}
    rows = told.get("rows")
    return {
        "reference": str(told.get("reference", ""))[:60],
        "sha256": str(told.get("sha256", "")),
        "rows": rows if isinstance(rows, int) else -1,
    }


def _free(folder: Path, name: str) -> Path:
    """The name itself, or with a number where one of that name lies there already."""
    if not (folder / name).exists():
        return folder / name
    stem, dot, ending = name.partition(".")
    return next(path for n in count(2) if not (path := folder / f"{stem}-{n}{dot}{ending}").exists())
