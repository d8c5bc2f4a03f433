"""R-07 in short: 2,000 people × 5 sources, one kill of each kind, on servers the test starts itself (`killing`).

The ticks come every two seconds and the lease is six, so that it is over in minutes; `make night-kills` is the whole
claim with the lease of production.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from liaocheng_aid.database.place import ROOT

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="make services-test"),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed"),
]
SEED = 7


def said_by(module: str, *arguments: str) -> dict[str, Any]:
    """What a script that starts servers of its own prints: one JSON object."""
    command = [sys.executable, "-m", f"tests.verification.{module}", *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert ran.stdout, ran.stderr
    out: dict[str, Any] = json.loads(ran.stdout)
    return out


def test_a_night_killed_five_times_loses_and_doubles_nothing() -> None:
    hurried = ("--batch", "100", "--tick", "2", "--lease", "6")
    said = said_by("killing", "--people", "2000", "--kills", "5", "--seed", str(SEED), *hurried)
    sys.stdout.write(f"seed {SEED}: calm {said['calm']['wall']} s, killed {said['killed']['wall']} s\n")
    assert {hit["victim"] for hit in said["killed"]["hits"]} == {"worker", "child", "beat", "redis", "postgres"}
    assert [promise for promise, is_kept in said["promises"].items() if not is_kept] == [], said
