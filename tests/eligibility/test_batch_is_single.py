"""One household is a batch of one: byte for byte alone, in a batch, in any order, as object or as text."""

from __future__ import annotations

import json
import random

import pytest

from eligibility.assess_lines import BATCH, assess, assess_briefly, assess_many
from eligibility.programmes import Programme
from tests.eligibility.random_lines import Maker, as_text, awkward_book


def texts(seed: int, number: int) -> list[str]:
    maker = Maker(seed)
    return [as_text(maker.line() | {"id": f"h{index}"}) for index in range(number)]


def test_a_batch_answers_as_each_line_alone() -> None:
    """More lines than go through the columns together, so that a seam lies between them."""
    lines = texts(seed=3, number=2 * BATCH + 176)
    together = list(assess_many(lines, awkward_book()))
    assert together == [next(assess_many([text], awkward_book())) for text in lines]
    assert together == [json.dumps(assess(json.loads(text), awkward_book()), ensure_ascii=False) for text in lines]


@pytest.mark.parametrize("seed", range(6))
def test_the_order_changes_nothing(seed: int) -> None:
    """Shuffled with bad lines between them, every line keeps its own bytes."""
    chance = random.Random(seed)
    lines = [*texts(seed=100 + seed, number=BATCH + 60), "not json", '{"id": "bad", "people": 3}', "{}"]
    answers = dict(zip(lines, assess_many(lines, awkward_book()), strict=True))
    for _ in range(2):
        chance.shuffle(lines)
        assert list(assess_many(lines, awkward_book())) == [answers[text] for text in lines]


def test_the_same_household_twice_in_a_batch_answers_twice_alike() -> None:
    for text in texts(seed=5, number=40):
        first, second = assess_many([text, text], awkward_book())
        assert first == second


def test_figures_of_one_line_never_reach_another() -> None:
    """Neighbours of other places and days: each line's answer is that of its own figures."""
    line = json.loads(texts(seed=9, number=1)[0])
    moved = [line | {"region": region, "as_of": day} for region in ("371522000000", "410100000000")
             for day in ("2027-01-01", "2026-01-01", "2027-06-01")]  # fmt: skip
    written = [as_text(one) for one in moved]
    assert list(assess_many(written, awkward_book())) == [next(assess_many([text], awkward_book())) for text in written]


def test_one_programme_asked_briefly_answers_as_it_does_among_all() -> None:
    """Each of many lines asked about a programme of its own, with one that is no household between them."""
    programmes = list(Programme)
    lines = [json.loads(text) for text in texts(seed=11, number=12 * len(programmes))]
    lines[5] = {"id": "bad", "people": 3}
    asked = [(line, programmes[place % len(programmes)]) for place, line in enumerate(lines)]
    briefs = assess_briefly(asked, awkward_book())
    for (line, programme), brief in zip(asked, briefs, strict=True):
        whole = assess(line, awkward_book())
        assert brief.entries == [one for one in whole.get("results", ()) if one["programme"] == programme]
        assert (brief.error is not None) == ("error" in whole)
        if programme is Programme.DIBAO and brief.entries:
            assert brief.entries[0]["tests"][0]["figure"] == str(brief.people)
    assert sum(bool(brief.entries) for brief in briefs) > len(programmes)
