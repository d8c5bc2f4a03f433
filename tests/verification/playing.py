"""Departments played in this process: for pages and browsers that need an answer, not a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from households.models import Person
from liaocheng_aid.demonstration.night import Played
from verification.connected import Connected, played
from verification.sources import registry
from verification.sources.simulated.faults import Fault
from verification.sources.simulated.truths import Truths


@contextmanager
def departments(
    folder: Path,
    *codes: str,
    held: Mapping[Person, dict[str, Any]] | None = None,
    faults: Mapping[str, Fault] | None = None,
) -> Iterator[dict[str, Connected]]:
    """These sources are connected; `held` is what they hold of whom, by source; `faults` how some of them fail."""
    truths = folder / "truths.jsonl"
    rows = [{"id_number": one.id_number, "name": one.name, "sources": said} for one, said in (held or {}).items()]
    truths.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    made = {
        code: Connected(source, Played(source, Truths(truths), (faults or {}).get(code, Fault())))
        for code in codes
        for source in [replace(registry.source(code), quiet_hours=())]
    }
    with played(made):
        yield made
