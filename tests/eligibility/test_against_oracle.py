"""20,000 random households: the rules and an independent reading of them must answer alike, and everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from eligibility.assess_lines import assess, assess_many
from tests.eligibility import oracle
from tests.eligibility.random_lines import Maker, book, rows

PARTS, LINES_A_PART = 8, 2_500
ROWS = rows()
BOOK = book(ROWS)

PROGRAMMES = ("dibao", "dibao_single", "tekun", "temporary", "edge")
TESTS = {
    "dibao": ("income_below_standard", "assets_within_limit"),
    "edge": ("not_dibao", "income_below_edge", "assets_within_limit"),
    "dibao_single": ("in_edge_family", "own_income_below_standard"),
    "tekun": ("no_living", "no_able_obligor"),
    "temporary": ("income_below_reference", "assets_within_limit", "within_range"),
}


def expected_branches() -> Iterator[str]:
    for programme in PROGRAMMES:
        yield from (f"{programme}:{outcome}" for outcome in ("eligible", "ineligible", "undetermined"))
        yield f"{programme}.standard_in_force=None"
        for code in TESTS[programme]:
            yield from (f"{programme}.{code}={passed}" for passed in (True, False, None))
    yield from (f"dibao_single.severe={passed}" for passed in (True, False, None))
    yield from (f"tekun.no_labour={passed}" for passed in (True, False, None))
    yield from ("tekun.care_level_known=True", "tekun.care_level_known=None")
    yield from ("dibao.someone_counted=True", "dibao.someone_counted=False")
    yield from ("temporary.need_known=True", "temporary.need_known=False")
    yield from (f"obligor:{who}_{unable}" for who in ("listed", "relative") for unable in (True, False, None))
    yield from (f"owed:{relation}" for relation in ("head", "spouse", "child", "parent", "by_no_relative"))
    yield from (f"pension:{how}" for how in ("closed", "ruling_None", "ruling_True", "ruling_False"))
    yield from (f"pension:{how}" for how in ("readings_differ", "sums_differ", "sums_agree"))
    yield from (f"income:{how}" for how in ("no_line", "known_reaches", "reaches", "unknown"))
    yield from (f"counted:absent_{why}" for why in ("prison", "drug_isolation", "missing", "religious_3_years"))
    yield from ("counted:alone_religious", "counted:child_away_student", "counted:child_left")
    yield from ("own:unknown", "own:deductions_exceed", "owed:obligors_unknown", "obligor:destitute_alone")
    yield from ("edge:capped", "edge:not_capped", "edge:equal", "edge:wage_missing")
    yield from ("severe:multiple_3", "no_labour:multiple", "no_labour:pupil")
    yield from ("tekun:below_floor", "tekun:care_missing")


def bare(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the oracle answers too: everything but sentences, figures and steps."""
    kept = []
    for entry in entries:
        short = {key: value for key, value in entry.items() if key != "steps"}
        short["tests"] = [(test["code"], test["passed"]) for test in entry["tests"]]
        kept.append(short)
    return kept


def as_text(line: dict[str, Any]) -> str:
    return json.dumps(line, default=lambda value: float(value) if isinstance(value, Decimal) else None)


@pytest.mark.parametrize("part", range(PARTS))
def test_rules_and_oracle_agree(part: int) -> None:
    maker = Maker(seed=20_261_123 + part)
    lines = [maker.line() for _ in range(LINES_A_PART)]
    for line, written in zip(lines, assess_many(map(as_text, lines), BOOK), strict=True):
        assert bare(json.loads(written)["results"]) == oracle.answer(line, ROWS), as_text(line)


def test_every_branch_was_taken() -> None:
    """The same generator reaches every branch within 6,000 lines, so no part above is vacuous."""
    oracle.seen.clear()
    maker = Maker(seed=7)
    for _ in range(6_000):
        oracle.answer(maker.line(), ROWS)
    assert not sorted(set(expected_branches()) - set(oracle.seen))


def test_one_household_is_a_batch_of_one() -> None:
    """Byte for byte: alone, in a batch, in another order, as object or as text."""
    maker = Maker(seed=3)
    texts = [as_text(maker.line() | {"id": f"h{index}"}) for index in range(1_200)]
    together = list(assess_many(texts, BOOK))
    assert together == [next(assess_many([text], BOOK)) for text in texts]
    assert together == list(reversed(list(assess_many(reversed(texts), BOOK))))
    assert together == [json.dumps(assess(json.loads(text), BOOK), ensure_ascii=False) for text in texts]
