"""The house keeps its own rules: budgets, names, floors, and no test file that never runs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = (
    "accounts",
    "households",
    "eligibility",
    "payments",
    "verification",
    "applications",
    "disclosure",
    "liaocheng_aid",
)
MODULE, TEST, FUNCTION, TEMPLATE = 400, 500, 60, 120
ATTIC = {"utils", "helpers", "common", "core", "services", "managers", "util", "helper", "manager", "misc"}


def modules(*folders: str) -> list[Path]:
    return [p for folder in folders for p in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in p.parts]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_is_over_its_budget() -> None:
    over = {str(p.relative_to(ROOT)): lines(p) for p in [*modules(*FLOORS, "benchmarks"), ROOT / "start.py"]}
    assert {name: count for name, count in over.items() if count > MODULE} == {}


def test_no_test_file_is_over_its_budget() -> None:
    assert {str(p): lines(p) for p in modules("tests") if lines(p) > TEST} == {}


def test_no_function_is_over_its_budget() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in modules(*FLOORS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION
    ]
    assert long == []


def test_no_template_is_over_its_budget() -> None:
    assert {str(p): lines(p) for p in (ROOT / "templates").rglob("*.html") if lines(p) > TEMPLATE} == {}


def test_there_is_no_attic() -> None:
    found = [p for p in modules(*FLOORS) if p.stem in ATTIC or ATTIC & set(p.relative_to(ROOT).parts[:-1])]
    assert found == []


def test_migrations_are_named_for_their_effect() -> None:
    names = [p.stem for floor in FLOORS for p in (ROOT / floor).glob("migrations/0*.py")]
    assert names
    assert [name for name in names if "_auto_" in name or not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", name)] == []


def test_every_test_file_is_collected() -> None:
    """What lies under tests/ is found by pytest: a file it misses never runs."""
    present = {p.relative_to(ROOT).as_posix() for p in (ROOT / "tests").rglob("test_*.py")}
    out = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:randomly"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    collected = {line.split("::")[0] for line in out.splitlines() if "::" in line}
    assert present - collected == set()


@pytest.mark.parametrize("floor", [floor for floor in FLOORS if floor != "liaocheng_aid"])
def test_the_domain_does_not_import_the_web(floor: str) -> None:
    """Only views, urls, api, tasks and forms of a floor know HTTP (house style, what others do badly)."""
    web = re.compile(r"^\s*(from|import) (django\.http|django\.shortcuts|rest_framework|django\.views)", re.MULTILINE)
    allowed = re.compile(r"(^|/)(views|urls|api|public_views|entry_urls|public_urls|forms)(/|\.py$|_)")
    guilty = [
        p.relative_to(ROOT).as_posix()
        for p in modules(floor)
        if web.search(p.read_text(encoding="utf-8")) and not allowed.search(p.relative_to(ROOT).as_posix())
    ]
    assert guilty == []


def test_the_interface_s_framework_stays_in_its_modules() -> None:
    """Only `api` modules, and the place where errors become answers, know Django REST framework."""
    framework = re.compile(r"^\s*(from|import) (rest_framework|drf_spectacular)", re.MULTILINE)
    allowed = re.compile(r"^api(_[a-z]+)?\.py$|^problems\.py$")
    guilty = [
        p.relative_to(ROOT).as_posix()
        for p in modules(*FLOORS)
        if framework.search(p.read_text(encoding="utf-8")) and not allowed.search(p.name)
    ]
    assert guilty == []


def test_tasks_swallow_nothing() -> None:
    guilty = [
        p for p in modules(*FLOORS) if re.search(r"except (Base)?Exception\b|except:", p.read_text(encoding="utf-8"))
    ]
    assert guilty == []


def test_one_clock() -> None:
    """`timezone.now` and `date.today` are asked in one place."""
    asked = re.compile(r"timezone\.now\(|date\.today\(|datetime\.now\(")
    guilty = [p.name for p in modules(*FLOORS) if asked.search(p.read_text(encoding="utf-8")) and p.name != "clock.py"]
    assert guilty == []
