"""Thousands of broken bodies over HTTP: no 500, no page of HTML, and every answer names the key."""

from __future__ import annotations

import json
import os
import random
from collections import Counter

import pytest
from django.test import Client

from accounts.buckets import Allowance
from eligibility import answering
from eligibility.api_body import MOST_BYTES
from tests.api.calling import caller, content, post, problem
from tests.eligibility.broken_lines import Breaker
from tests.eligibility.random_lines import Maker, as_text
from tests.eligibility.test_fuzz import check
from tests.making import TOWNSHIP, make_user

pytestmark = pytest.mark.django_db
CALLS = int(os.environ.get("AID_FUZZ", "5000")) // 100
BODIES = CALLS * 5


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(answering, "ALLOWANCE", Allowance("assess", burst=10**6, per_second=1))
    return caller(make_user("clerk", TOWNSHIP))


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


def test_broken_lines(program: Client) -> None:
    """1,000 lines, twenty a call, broken in every known way: each names what was broken, and stops no other.

    Ten times as many by `make fuzz`.
    """
    breaker, how = Breaker(seed=17), Counter[str]()
    for _ in range(CALLS):
        sent = [one for one in (breaker.broken() for _ in range(20)) if b"\n" not in as_bytes(one.text)]
        while sum(len(as_bytes(one.text)) + 1 for one in sent) > MOST_BYTES:
            sent.pop()  # a body too long is a refusal of its own
        answer = post(program, b"\n".join(as_bytes(one.text) for one in sent), "application/x-ndjson")
        assert answer.status_code == 200
        for one, written in zip(sent, content(answer).decode().removesuffix("\n").split("\n"), strict=True):
            how[check(one, written)] += 1
    assert set(how) >= {way.__name__ for way in breaker.ways}


def as_bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


@pytest.mark.parametrize("media_type", ["application/json", "application/x-ndjson"])
def test_torn_bodies(program: Client, media_type: str) -> None:
    """250 bodies each: an answer for every object, or one refusal that names the body."""
    maker, chance, refused = Maker(seed=2), random.Random(2), 0
    for number in range(BODIES):
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
    assert refused > BODIES // 4 if media_type == "application/json" else refused == 0
