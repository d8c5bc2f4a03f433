"""One night by hand, under Celery with Redis, and on the folders of one machine: the same answers and findings."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

from tests.verification.test_killed import said_by

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="make services-test"),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed"),
]
WAYS = ("command", "redis", "filesystem")
DIGESTS = ("digest_of_answers", "digest_of_findings")


@pytest.fixture(scope="module")
def nights() -> dict[str, Any]:
    return said_by("ways", "--households", "50", "--seed", "7")


@pytest.mark.parametrize("way", WAYS)
def test_each_way_comes_to_the_same(nights: dict[str, Any], way: str) -> None:
    one, first = nights[way], nights[WAYS[0]]
    assert (one["runs"], one["answers"], one["missing"], one["duplicates"]) == ("complete", 500, 0, 0)
    assert one["findings"] > 0
    assert [one[digest] for digest in DIGESTS] == [first[digest] for digest in DIGESTS]


def test_by_hand_it_ends_well(nights: dict[str, Any]) -> None:
    assert nights["command"]["exit"] == 0
    assert "查询 500 条，答复 500 条" in nights["command"]["said"]


def test_a_source_that_did_not_answer_is_named_and_the_exit_is_1(nights: dict[str, Any]) -> None:
    silent = nights["silent"]
    assert (silent["exit"], silent["runs"]) == (1, "partly")
    assert "没有答全的来源：市场主体" in silent["said"]
    assert "没有办完" in silent["complained"]
    assert silent["answers"] == 400
