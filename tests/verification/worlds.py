"""The departments as a real process of their own, and families to ask them about."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from households.models import Household, Person
from tests.making import VILLAGE, make_household, members_of
from tests.verification.stories import NIGHT, SINCE, make_consent
from verification.asking import ToAsk

FEW = ("public_security", "human_resources", "market", "natural_resources", "civil_affairs")
LIFETIME = "600"


@dataclass
class World:
    """A running simulated world: where it listens, what it was told, what it was asked."""

    folder: Path
    connections: Path
    truths: Path
    faults: Path
    process: subprocess.Popen[str]
    held: dict[str, dict[str, Any]] = field(default_factory=dict)

    def know(self, person: Person, source: str, **values: Any) -> None:
        """That this register holds these values of the person."""
        assert person.id_number is not None
        one = self.held.setdefault(
            person.id_number, {"id_number": person.id_number, "name": person.name, "sources": {}}
        )
        one["sources"].setdefault(source, {}).update(values)
        self.truths.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self.held.values()))

    def fail(self, **sources: Mapping[str, Any]) -> None:
        """These sources fail so from now on; the others don't."""
        self.faults.write_text(yaml.safe_dump({"seed": 7, "sources": {k: dict(v) for k, v in sources.items()}}))

    def asked(self) -> list[dict[str, Any]]:
        """Every question that reached a department, in order."""
        path = self.folder / "asked.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@contextmanager
def world(
    folder: Path,
    *,
    only: Sequence[str] = FEW,
    rest: Sequence[str] = (),
    lifetime: str = LIFETIME,
    **options: Any,
) -> Iterator[World]:
    """The departments, started; `options` override every connection (batch_size, backoff_seconds, …)."""
    folder.mkdir(parents=True, exist_ok=True)
    connections, truths, faults = folder / "sources.yaml", folder / "truths.jsonl", folder / "faults.yaml"
    truths.touch()
    faults.write_text("{}")
    command = [sys.executable, "-m", "verification.sources.simulated", "--folder", str(folder / "exchange")]
    command += ["--truths", str(truths), "--faults", str(faults), "--connections", str(connections)]
    command += ["--rest", ",".join(rest), "--for", lifetime]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip().isdigit()
        told = yaml.safe_load(connections.read_text())
        plain = {"quiet_hours": [], "backoff_seconds": 1, **options}
        called = {code: {"timeout_seconds": 10} for code in rest}
        connections.write_text(yaml.safe_dump({code: {**told[code], **called.get(code, {}), **plain} for code in only}))
        yield World(folder / "exchange", connections, truths, faults, process)
    finally:
        process.terminate()
        process.wait(timeout=20)
        assert process.stdout is not None
        process.stdout.close()


def families(count: int, size: int = 2, *, region_code: str = VILLAGE, consents: bool = True) -> list[Household]:
    """Households of this many people, everybody's consent signed."""
    made = [make_household(region_code, size, joined_on=SINCE) for _ in range(count)]
    if consents:
        for household in made:
            for person in members_of(household):
                make_consent(person, household)
    return made


def to_ask(households: Iterable[Household], *, since: date = SINCE, purpose: str = "applies") -> list[ToAsk]:
    """The people of these households as the upper floor hands them over."""
    return [
        ToAsk(person.pk, household.pk, "member", purpose, "SD37152220260001", "dibao", since)
        for household in households
        for person in members_of(household)
    ]


def until(happened: Callable[[], bool], tries: int = 300) -> None:
    """Look until it has happened: the departments answer in their own time."""
    for _ in range(tries):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen")


__all__ = ["FEW", "NIGHT", "World", "families", "to_ask", "until", "world"]
