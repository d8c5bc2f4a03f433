"""R-06 for the night: three nights with the same processes, each on its date and once, and nothing grows."""

from __future__ import annotations

import os
import shutil
from datetime import date, timedelta

import pytest

from tests.verification.test_killed import said_by

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="make services-test"),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed"),
]


@pytest.mark.parametrize("broker", ["redis", "filesystem"])
def test_three_nights_use_what_one_does(broker: str) -> None:
    said = said_by("soak", "--broker", broker)
    first, nights = date.fromisoformat(said["first"]), said["nights"]
    assert nights[-1]["runs"] == [[str(first + timedelta(days=number)), "complete"] for number in range(3)]
    assert [night["planned before ten"] for night in nights] == [0, 0, 0]
    assert (said["tally"]["answers"], said["tally"]["missing"], said["tally"]["jobs_stuck"]) == (1_500, 0, 0)
    once, *later = [night["uses"] for night in nights]
    assert later == [once, once]
