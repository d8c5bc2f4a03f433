"""Every row of cases.csv: a worked case of `assess` in cases/*.yaml, or listed with the reason and who covers it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from eligibility.programmes import Programme
from tests.eligibility import oracle
from tests.eligibility.lines import entry
from tests.eligibility.oracle_figures import shipped_rows
from tests.eligibility.worked_cases import FOLDER, Case, every_case, left_out, published

ROOT = Path(__file__).resolve().parents[2]
CASES = every_case()
ROWS = shipped_rows()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_answer_is_the_worked_one(case: Case) -> None:
    expected = {"amount": None, **case.answer}
    tests, exact = expected.pop("tests", {}), expected.pop("exact", {})
    found = entry(case.household, case.programme, expected.get("person"))
    assert {key: found[key] for key in expected} == expected
    passed = {test["code"]: test["passed"] for test in found["tests"]}
    assert {code: passed[code] for code in tests} == tests
    steps = {step["code"]: step["exact"] for step in found["steps"]}
    assert {code: steps[code] for code in exact} == exact


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_oracle_reads_it_alike(case: Case) -> None:
    """Three readings of one rule: the clerk's, the oracle's and, above, the rules'."""
    entries = [e for e in oracle.answer(case.household, ROWS) if e["programme"] == case.programme]
    whose = case.answer.get("person")
    found = next(e for e in entries if whose is None or e["person"] == whose)
    assert (found["outcome"], found["amount"]) == (case.answer["outcome"], case.answer.get("amount"))
    tests = case.answer.get("tests", {})
    assert {code: passed for code, passed in found["tests"] if code in tests} == tests


@pytest.mark.parametrize("case", [case for case in CASES if case.name in published()], ids=lambda case: case.id)
def test_the_amounts_are_those_of_the_published_row(case: Case) -> None:
    """So that a slip in the YAML cannot agree with a slip in the rules."""
    row = published()[case.name]
    if case.answer.get("amount") and row["amount_rounded_up_yuan"] and case.name not in ("B05", "T23"):
        assert case.answer["amount"] == f"{row['amount_rounded_up_yuan']}.00"
    for exact in case.answer.get("exact", {}).values():
        assert exact == row["amount_exact_yuan"]


def test_both_subsidies_together_are_the_published_sum() -> None:
    """B05: 187 + 168 = 355."""
    paid = [case.answer["amount"] for case in CASES if case.name == "B05"]
    assert sum(int(amount.removesuffix(".00")) for amount in paid) == int(published()["B05"]["amount_rounded_up_yuan"])


def test_every_row_is_worked_or_left_out_with_a_reason() -> None:
    worked, others = {case.name for case in CASES}, set(left_out())
    assert not worked & others
    assert set(published()) <= worked | others
    assert others <= set(published())
    assert {name for name in worked if re.fullmatch(r"[A-Z]\d+", name)} <= set(published())
    assert all(row["why"] for row in left_out().values())


@pytest.mark.parametrize("case", [name for name, row in left_out().items() if row["covered_by"]])
def test_what_is_said_to_cover_a_row_is_there(case: str) -> None:
    covered_by = left_out()[case]["covered_by"] or ""
    path, _, name = covered_by.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_programme_has_its_file_and_no_name_twice() -> None:
    files = {path.stem for path in FOLDER.glob("*.yaml")} - {"not_for_assess"}
    assert files == set(Programme)
    assert len({case.id for case in CASES}) == len(CASES)


def test_every_published_row_has_its_arithmetic_in_a_comment() -> None:
    """A clerk reads why: a # line stands above the answer."""
    for programme in Programme:
        blocks = re.split(r"(?m)^- case: ", (FOLDER / f"{programme}.yaml").read_text("utf-8"))[1:]
        of_rows = [block for block in blocks if block.split()[0] in published()]
        assert of_rows, programme
        assert not [block.split()[0] for block in of_rows if not re.search(r"(?m)^  # .*\n  answer:", block)]
