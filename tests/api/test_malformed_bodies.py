"""Thousands of broken bodies over HTTP: no 500, no page of HTML, and every answer names the key."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from django.test import Client

from accounts.buckets import Allowance
from eligibility import answering
from tests.api.calling import caller, content, post, problem
from tests.eligibility.random_lines import Maker
from tests.eligibility.test_against_oracle import as_text
from tests.eligibility.test_malformed_lines import PATH, paths, with_value
from tests.making import TOWNSHIP, make_user

pytestmark = pytest.mark.django_db
JUNK: list[Any] = [
    *[True, -1, 7, 1.5, float("nan"), float("-inf"), "", "x", "1200", "12.345", "-1.00", "１２.００", "1200.00\n"],
    *["2026-02-30", "0000-01-01", "9999-12-31", [], {}, [[]], {"kind": {}}, "\ud800", "\x00", 10**30, "人" * 999],
]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(answering, "ALLOWANCE", Allowance("assess", burst=10**6, per_second=1))
    return caller(make_user("clerk", TOWNSHIP))


def broken(maker: Maker, chance: random.Random) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(as_text(maker.line()))
    line["id"] = "f"
    for _ in range(chance.randint(1, 3)):
        place = chance.choice(list(paths(line, [])))
        if chance.random() < 0.2 and isinstance(place[-1], str):
            place = [*place[:-1], "surplus"]
        line = with_value(line, place, chance.choice(JUNK))
    return line


def torn(text: str, chance: random.Random) -> bytes:
    """The text with bytes cut out, doubled, changed or added."""
    content = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content) + 1)
        how = chance.randrange(4)
        if how == 0:
            del content[at : at + chance.randint(1, 40)]
        elif how == 1:
            content[at:at] = content[at : at + chance.randint(1, 40)]
        elif how == 2:
            content[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 5)))
        else:
            content[at:at] = chance.choice([b"[", b"]", b"{", b"}", b",", b'"', b":", b"\\u", b"\x00", b"-", b"1e999"])
    return bytes(content)


def test_broken_objects_in_arrays(program: Client) -> None:
    """4,000 objects, forty a call."""
    maker, chance, errors = Maker(seed=1), random.Random(1), 0
    for _ in range(100):
        answer = post(program, [broken(maker, chance) for _ in range(40)])
        assert answer.status_code == 200
        for one in json.loads(content(answer)):
            if "error" in one:
                errors += 1
                assert PATH.fullmatch(one["error"]["field"]), one
    assert errors > 3_000


@pytest.mark.parametrize("media_type", ["application/json", "application/x-ndjson"])
def test_torn_bodies(program: Client, media_type: str) -> None:
    """1,000 bodies each: an answer for every object, or one refusal that names the body."""
    maker, chance, refused = Maker(seed=2), random.Random(2), 0
    for number in range(1_000):
        text = as_text(maker.line())
        if number % 3 == 0:
            text = f"[{text},{as_text(maker.line())}]"
        answer = post(program, torn(text, chance), media_type)
        assert answer.status_code in {200, 400}, answer.status_code
        if answer.status_code == 400:
            refused += 1
            assert list(problem(answer)["errors"]) == ["body"]
        elif media_type == "application/json":
            found = json.loads(content(answer))
            for one in found if isinstance(found, list) else [found]:
                assert "results" in one or one["error"]["message"]
        else:
            for line in content(answer).decode().rstrip("\n").split("\n"):
                json.loads(line)
    assert refused > 300 if media_type == "application/json" else refused == 0
