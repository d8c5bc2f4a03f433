"""The same night three ways: `nightly` in one process, workers and beat on Redis, and on the folders of one machine.

    python -m tests.verification.ways --households 50

Servers of its own (`town`). Prints one JSON object: what each way came to, and what `nightly` says of a silent source.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from liaocheng_aid.database.place import ROOT
from liaocheng_aid.supervisor import programs
from tests.verification.town import BEAT, WORKER, Town, end, launch, town, until

LONGEST = 120
SILENT = "market"
_, EMBEDDED_WORKER, EMBEDDED_BEAT = programs(Path(sys.executable), 0)
WAYS = {
    "redis": (WORKER, BEAT),
    "filesystem": (EMBEDDED_WORKER.command, EMBEDDED_BEAT.command),
}


def by_processes(made: Town, way: str) -> dict[str, Any]:
    """A worker and a beat: planned, asked, collected and closed by the clock alone."""
    environment, place = made.environment(way, way), made.folder / way
    processes = [
        launch(command, place / f"{name}.log", environment)
        for name, command in zip(("worker", "beat"), WAYS[way], strict=True)
    ]
    try:
        until(lambda: made.is_over(way), LONGEST, f"the night on {way}")
    finally:
        for process in processes:
            end(process)
    return made.tally(way)


def by_command(made: Town, name: str, patience: int) -> dict[str, Any]:
    """`nightly`, without a broker: what came of it, what it said and its exit code."""
    environment: Mapping[str, str] = made.environment(name, "", AID_NIGHT_PATIENCE=str(patience))
    command = [sys.executable, str(ROOT / "manage.py"), "nightly"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
    return {**made.tally(name), "exit": ran.returncode, "said": ran.stdout, "complained": ran.stderr[-400:]}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.verification.ways", description=__doc__)
    parser.add_argument("--households", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    said: dict[str, Any] = {"seed": options.seed}
    with town(AID_TICK_SECONDS="1") as made:
        from tests.verification.county import known, populate
        from tests.verification.worlds import FEW, world

        people = populate(options.households)
        truths = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in known(people, options.seed))
        for name in ("command", *WAYS, "silent"):
            made.copy(name)
            folder = made.folder / name / "world"
            with world(folder, only=FEW, rest=("human_resources",), batch_size=20) as departments:
                departments.truths.write_text(truths, encoding="utf-8")
                if name in WAYS:
                    said[name] = by_processes(made, name)
                    continue
                if name == "silent":
                    departments.fail(**{SILENT: {"down": True}})
                said[name] = by_command(made, name, 6 if name == "silent" else LONGEST)
    sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
