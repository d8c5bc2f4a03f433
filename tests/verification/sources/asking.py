"""Questions about invented people, answers as departments write them, and the process that plays the departments."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import yaml

from households.identity import check_digit
from verification.sources import connections, reading, tables, writing
from verification.sources.base import Asked, Delivered, Question, Said, Source, Transport
from verification.sources.transports import transport
from verification.sources.writing import Answered

ROOT = Path(__file__).resolve().parents[3]
ON = date(2026, 11, 25)
REFERENCE = "22-20261125-371522-0001"


def id_number(serial: int) -> str:
    first = f"371599{19600101 + serial % 20:08d}{serial % 1000:03d}"
    return first + check_digit(first)


WANG, LI, ZHAO = (Asked(line, id_number(line), name) for line, name in enumerate(("王秀兰", "李建国", "赵䶮"), 1))


def read(source: Source, delivered: Delivered) -> list[Said]:
    """Everything the answer says, a person at a time."""
    return list(reading.read(source, delivered).everything())


def question(source: Source, *people: Asked, reference: str = REFERENCE) -> Question:
    return Question(source.code, reference, ON, source.legal_basis, people or (WANG, LI, ZHAO))


def delivered(source: Source, raw: bytes, *, rows: int | None = None, is_proved: bool = False) -> Delivered:
    """An answer in hand; proved: with the sheet that fits it."""
    digest = sha256(raw).hexdigest() if is_proved else None
    return Delivered("answer", raw, tables.MEDIA_TYPES[source.file_format], REFERENCE, digest, rows)


def answered(source: Source, *people: Answered) -> Delivered:
    raw, rows = writing.answer(source, people)
    return delivered(source, raw, rows=rows, is_proved=True)


def table(source: Source, *rows: Sequence[str]) -> Delivered:
    """Rows under the source's own headings, without a sheet."""
    return delivered(source, tables.written(source, [writing.headings(source), *rows]))


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that is about to be true."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.02)


@dataclass(frozen=True)
class Playing:
    """The departments while they are played."""

    process: subprocess.Popen[str]
    folder: Path
    port: int
    faults: Path

    def connected(self, code: str) -> tuple[Source, Transport]:
        one = connections.load(self.folder / "connections.yaml")[code]
        return one.source, transport(one.source, one.connection)

    def rest(self, code: str, **changed: Any) -> Transport:
        """The called source, with options other than the deployment's."""
        one = connections.load(self.folder / "connections.yaml")[code]
        return transport(one.source, replace(one.connection, options=one.connection.options | changed))

    def fail(self, **faults: Mapping[str, Any]) -> None:
        """From now on these sources fail so, and no other."""
        unfinished = self.faults.with_suffix(".tmp")
        unfinished.write_text(yaml.safe_dump({"seed": 7, "sources": faults}), encoding="utf-8")
        unfinished.replace(self.faults)

    def asked(self) -> list[dict[str, Any]]:
        with urlopen(f"http://127.0.0.1:{self.port}/asked") as answer:
            told: list[dict[str, Any]] = json.load(answer)
        return told

    def tell(self, code: str) -> None:
        urlopen(Request(f"http://127.0.0.1:{self.port}/{code}/tell", b"")).close()


TRUTHS: list[dict[str, Any]] = [
    {
        "id_number": WANG.id_number,
        "name": WANG.name,
        "sources": {
            "tax": {"tax_wage": 4_200_050},
            "public_security": {"vehicle": 2, "hukou": [{"region": "371522101201"}]},
            "financial": {"deposit": [100_000, 250_050]},
            "health": {"serious_mental": True},
        },
    },
    {"id_number": LI.id_number, "name": LI.name, "sources": {"civil_affairs": {"death": "2026-10-03"}, "tax": None}},
]


@contextmanager
def playing(folder: Path, *options: str, rest: str = "tax,health", **faults: Mapping[str, Any]) -> Iterator[Playing]:
    """The departments, played by a real process until the block ends."""
    truths, given = folder / "truths.jsonl", folder / "faults.yaml"
    truths.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in TRUTHS), encoding="utf-8")
    given.write_text(yaml.safe_dump({"sources": faults}), encoding="utf-8")
    command = [
        *(sys.executable, "-m", "verification.sources.simulated", "--folder", str(folder), "--truths", str(truths)),
        *("--faults", str(given), "--connections", str(folder / "connections.yaml"), "--rest", rest, "--for", "120"),
        *options,
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Playing(process, folder, int(process.stdout.readline()), given)
    finally:
        process.terminate()
        process.communicate(timeout=20)
