"""20,000 random households: the rules and an independent reading of them must answer alike, and everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from eligibility.assess_lines import assess_many
from tests.eligibility import oracle
from tests.eligibility.edges_touched import every_boundary, touched
from tests.eligibility.random_lines import KINDS, Maker, as_text, awkward_book, rows

PARTS, LINES_A_PART = 8, 2_500
ROWS = rows()

EVERY, SETTLED = (True, False, None), (True, False)
# Each test of each programme, with the values it can take at all.
TESTS: dict[str, dict[str, tuple[bool | None, ...]]] = {
    "dibao": {"someone_counted": SETTLED, "income_below_standard": EVERY, "assets_within_limit": EVERY},
    "dibao_single": {"in_edge_family": EVERY, "severe": EVERY, "own_income_below_standard": EVERY},
    "tekun": {"no_labour": EVERY, "no_living": EVERY, "no_able_obligor": EVERY, "care_level_known": (True, None)},
    "temporary": {
        "need_known": SETTLED,
        "income_below_reference": EVERY,
        "assets_within_limit": EVERY,
        "within_range": EVERY,
    },
    "edge": {"not_dibao": EVERY, "income_below_edge": EVERY, "assets_within_limit": EVERY},
    "rigid": {
        "not_dibao": EVERY,
        "not_tekun": EVERY,
        "not_edge": EVERY,
        "income_below_reference": EVERY,
        "spending_above_ratio": EVERY,
        "assets_within_limit": EVERY,
    },
    "orphan": {"under_18": SETTLED, "orphan_status": SETTLED},
    "de_facto_orphan": {"under_18": SETTLED, "orphan_status": SETTLED},
    "disability_living": {"has_disability": SETTLED, "family_on_dibao": EVERY, "not_tekun": EVERY},
    "disability_care": {"care_disability": EVERY, "not_tekun": EVERY},
}


def expected_branches() -> Iterator[str]:
    for programme, tests in TESTS.items():
        yield from (f"{programme}:{outcome}" for outcome in ("eligible", "ineligible", "undetermined"))
        for code, values in tests.items():
            yield from (f"{programme}.{code}={passed}" for passed in values)
        if programme != "rigid":
            yield f"{programme}.standard_in_force=None"
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
    yield from ("tekun:below_floor", "tekun:care_missing", "rigid:no_ratio", "rigid:equal")
    yield from ("rigid:above", "rigid:above_but_income_open", "rigid:below", "rigid:below_but_spending_open")
    yield from ("orphan:institution", "orphan:dispersed", "de_facto_orphan:de_facto")
    yield from (f"disability_living:grade_{grade}" for grade in (1, 2, 3, 4))
    yield from (f"disability_care:{kind}_{grade}" for kind in KINDS for grade in (1, 2, 3, 4))
    for programme in ("orphan", "de_facto_orphan", "disability_living", "disability_care"):
        yield from (f"{programme}:{figure}" for figure in ("published", "derived", "figure_missing"))


def bare(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the oracle answers too: everything but sentences, figures and steps."""
    kept = []
    for entry in entries:
        short = {key: value for key, value in entry.items() if key != "steps"}
        short["tests"] = [(test["code"], test["passed"]) for test in entry["tests"]]
        kept.append(short)
    return kept


@pytest.mark.parametrize("part", range(PARTS))
def test_rules_and_oracle_agree(part: int) -> None:
    maker = Maker(seed=20_261_123 + part)
    lines = [maker.line() for _ in range(LINES_A_PART)]
    for line, written in zip(lines, assess_many(map(as_text, lines), awkward_book()), strict=True):
        assert bare(json.loads(written)["results"]) == oracle.answer(line, ROWS), as_text(line)


def test_every_branch_and_every_boundary_was_met() -> None:
    """The same generator reaches them all within 6,000 lines, so no part above is vacuous."""
    oracle.seen.clear()
    maker, stood_on = Maker(seed=7), set[str]()
    for _ in range(6_000):
        line = maker.line()
        oracle.answer(line, ROWS)
        stood_on.update(touched(line, ROWS))
    assert not sorted(set(expected_branches()) - set(oracle.seen))
    assert not sorted(set(every_boundary()) - stood_on)


def test_no_answer_has_a_test_the_table_does_not_know() -> None:
    """Both ways: a test the rules add is a test this file has to prove."""
    known = {f"{programme}.{code}" for programme, tests in TESTS.items() for code in [*tests, "standard_in_force"]}
    maker = Maker(seed=11)
    written = [
        json.loads(text)["results"] for text in assess_many([as_text(maker.line()) for _ in range(300)], awkward_book())
    ]
    assert {f"{e['programme']}.{t['code']}" for found in written for e in found for t in e["tests"]} <= known
