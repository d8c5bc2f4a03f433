"""Malformed objects into `assess`: never an exception; the error names what was broken, in a Chinese sentence.

5,000 here; `make fuzz` takes 50,000 (AID_FUZZ names the number).
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from itertools import islice
from typing import Any

import pytest

from eligibility.assess_lines import assess, assess_many
from tests.eligibility.broken_lines import FULL_LINE, FULL_OBLIGOR, FULL_PERSON, Breaker, Broken

NUMBER = int(os.environ.get("AID_FUZZ", "5000"))
PARTS = 5
GOOD = json.dumps({"id": "good", **FULL_LINE, "people": [FULL_PERSON], "obligors": [FULL_OBLIGOR]})
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def check(broken: Broken, written: str) -> str:
    """What kind of field the error named; fails where it names none of the broken ones."""
    assert len(written.splitlines()) == 1
    written.encode()
    answer = json.loads(written)
    assert set(answer) == {"id", "error"}, (broken, written)
    field, message = answer["error"]["field"], answer["error"]["message"]
    assert field in broken.fields, (broken, answer)
    assert CHINESE.search(message), answer
    assert len(message) <= 25, answer
    assert not re.search("非法|无效|请", message), answer
    return broken.how.split("+")[0]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_error_names_what_was_broken(part: int) -> None:
    """In one stream with good lines between, which answer as if nothing had been beside them."""
    breaker, how = Breaker(seed=part), Counter[str]()
    answer_to_good = next(assess_many([GOOD]))
    left = NUMBER // PARTS
    while left > 0:
        batch = [breaker.broken() for _ in range(min(left, 400))]
        left -= len(batch)
        answers = assess_many([text for broken in batch for text in (broken.text, GOOD)])
        for broken in batch:
            written, good = islice(answers, 2)
            how[check(broken, written)] += 1
            assert good == answer_to_good
    assert set(how) == {way.__name__ for way in breaker.ways} | {"not_json", "repeated_key"}


class Odd:
    """No JSON at all: what only Python code could hand in."""


LOOP: list[Any] = []
LOOP.append(LOOP)
PYTHON_ONLY: list[Any] = [object(), b"x", ("a",), {1: 2}, {"x"}, Odd(), Odd, LOOP, 1j, range(3), {None: None}]


@pytest.mark.parametrize("value", PYTHON_ONLY, ids=lambda value: type(value).__name__)
def test_objects_no_json_could_hold(value: Any) -> None:
    assert assess(value)["error"]["field"] in ("", "1", "None")
    for key in (*FULL_LINE, "people", "obligors", "id"):
        source = json.loads(GOOD) | {key: value}
        assert assess(source)["error"]["field"].startswith(key), key
    for key in FULL_PERSON:
        source = json.loads(GOOD) | {"people": [FULL_PERSON | {key: value}]}
        assert assess(source)["error"]["field"].startswith(f"people[0].{key}"), key


def test_a_line_inside_itself_is_an_unknown_key() -> None:
    source = json.loads(GOOD)
    source["need"] = source
    assert assess(source)["error"]["field"] == "need.id"
