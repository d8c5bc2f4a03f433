"""Whatever somebody in office or the public reads in Chinese has the marks of Chinese print, wherever it is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.test_architecture import ROOT

APPS = ("accounts", "households", "eligibility", "payments", "verification", "applications", "disclosure")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”》、。）][,;:!?()]|[,;:!?()][\u4e00-\u9fff“《（]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# The rules' own sentences stand as they were released, in every stored answer; pages print them by `spoken.chinese`.
RELEASED = (Path("eligibility/rules"), Path("applications/verdict_formulas.py"))
# What somebody else prescribed, or no sentence: a column of the county's list, a table of surnames, patterns of dates.
EXEMPT = {
    "payments/roster.py": ("姓名(领款人)",),
    "households/names.py": ("单:shan",),
    "applications/entry/fields.py": ("[0-9]",),
    "disclosure/self_check_forms.py": ("[0-9]",),
    "verification/sources/cells.py": ("[0-9]",),
    "payments/monthly/plan_sql.py": ("INSERT INTO",),
    "applications/workflow_page.py": ("## Who", "Working days", "The clock"),
}


def sources() -> Iterator[Path]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            inside = path.relative_to(ROOT)
            if "migrations" not in inside.parts and not any(inside.is_relative_to(one) for one in RELEASED):
                yield inside


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each string that holds Chinese, a placeholder standing as a word; docstrings are no messages."""
    parts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            parts |= {id(one) for one in node.values}
            said = [str(one.value) if isinstance(one, ast.Constant) else "某" for one in node.values]
            if any(isinstance(one, ast.Constant) and CHINESE.search(str(one.value)) for one in node.values):
                yield node.lineno, "".join(said)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.lineno, node.value


def wrong(text: str, allowed: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{line}: {said}"
        for line, said in sentences(ast.parse(text))
        if HALF_WIDTH.search(said) and not any(one in said for one in allowed)
    ]


def test_messages_have_chinese_marks() -> None:
    found = {
        str(path): faults
        for path in sources()
        if (faults := wrong((ROOT / path).read_text(encoding="utf-8"), EXEMPT.get(str(path), ())))
    }
    assert found == {}


def test_templates_have_chinese_marks() -> None:
    """Text only: what stands in a tag is code, its strings are read as such."""
    found = {
        str(path.relative_to(ROOT)): HALF_WIDTH.findall(text)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if HALF_WIDTH.search(text := path.read_text(encoding="utf-8"))
    }
    assert found == {}


def test_the_catalogue_has_chinese_marks() -> None:
    """Commas and colons of YAML stand beside a blank; those of a sentence beside Chinese on both sides."""
    inside = re.compile(r"[\u4e00-\u9fff][,;:!?()][\u4e00-\u9fff]|[\u4e00-\u9fff][;!?]|[\u4e00-\u9fff]\(")
    files = sorted((ROOT / "eligibility/data").rglob("*.yaml"))
    assert len(files) > 20
    assert {str(path): hits for path in files if (hits := inside.findall(path.read_text(encoding="utf-8")))} == {}


def test_the_scan_sees_what_it_is_for() -> None:
    assert wrong('a = "缺少这一项,补上"') == ["1: 缺少这一项,补上"]
    assert wrong('a = f"{x}:没有"') == ["1: 某:没有"]
    assert wrong('a = "住房(处)"')
    assert wrong('"""Docstring 一,二"""\na = "缺少这一项，补上 1,234.00 元 (x)"') == []
