"""What `make mutants` found: the score, and every survivor that docs/mutants.md does not account for.

Run by the interpreter of `.venv-bench`, which has mutmut. Exit 1 below nine in ten, or where a survivor is new.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTED = ROOT / "docs" / "mutants.md"
MUTMUT = [str(Path(sys.executable).with_name("mutmut"))]
KILLED = ("killed", "timeout", "segfault", "suspicious")
LEAST = 0.9


@dataclass(frozen=True)
class Survivor:
    """A change nobody noticed: where, and the line as it was changed to."""

    name: str
    line: str

    @property
    def function(self) -> str:
        return (
            re.sub(r"(x_|xǁ)(.*)__mutmut_\d+$", r"\2", self.name).replace("ǁ", ".").removeprefix("eligibility.rules.")
        )


def outcomes() -> dict[str, str]:
    """Every mutant by name: killed, survived, no tests, timeout …"""
    found = subprocess.run([*MUTMUT, "results", "--all", "true"], capture_output=True, text=True, check=True, cwd=ROOT)
    return dict(line.strip().rsplit(": ", 1) for line in found.stdout.splitlines() if ": " in line)


def survivors(found: dict[str, str]) -> Iterator[Survivor]:
    for name in (name for name, outcome in found.items() if outcome not in KILLED):
        shown = subprocess.run([*MUTMUT, "show", name], capture_output=True, text=True, check=True, cwd=ROOT).stdout
        changed = [row[1:].strip() for row in shown.splitlines() if row.startswith("+") and not row.startswith("+++")]
        yield Survivor(name, " ".join(changed))


def main() -> int:
    found = outcomes()
    count = Counter(found.values())
    killed = sum(count[outcome] for outcome in KILLED)
    left = list(survivors(found))
    told = ACCOUNTED.read_text("utf-8")
    new = [one for one in left if f"`{one.function}`" not in told or one.line not in told]
    sys.stdout.write(f"{killed} of {len(found)} killed: {killed / len(found):.1%} {dict(count)}\n")
    sys.stdout.writelines(f"not in {ACCOUNTED.name}: {one.function}: {one.line}\n" for one in new)
    return 0 if not new and killed / len(found) >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
