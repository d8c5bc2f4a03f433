"""`assess` as other systems call it: a process, JSON lines in and out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db

LINE = {
    "id": "x1",
    "as_of": "2026-08-10",
    "area": "rural",
    "people": [
        {"relation": "head", "birth_date": "1986-02-01", "work": "able",
         "income": [{"kind": "wage", "amount": "300.00", "per": "month"}]}
    ],
    "obligors": [],
    "assets_within_limit": True,
}  # fmt: skip


def answers(path: Path) -> list[dict[str, object]]:
    out = io.StringIO()
    from contextlib import redirect_stdout

    with redirect_stdout(out):
        call_command("assess", str(path))
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_it_answers_line_by_line_in_order(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    bad = {**LINE, "id": "x2", "colour": "red"}
    file.write_text("\n".join([json.dumps(LINE), json.dumps(bad), "not json", json.dumps({**LINE, "id": "x4"})]) + "\n")
    first, second, third, fourth = answers(file)
    results = first["results"]
    assert isinstance(results, list)
    assert [entry["programme"] for entry in results[:1]] == ["dibao"]
    # 753 − 300 = 453
    assert (results[0]["outcome"], results[0]["amount"]) == ("eligible", "453.00")
    assert second["id"] == "x2"
    assert second["error"]["field"] == "colour"  # type: ignore[index]
    assert (third["id"], third["error"]["field"]) == (None, "")  # type: ignore[index]
    assert fourth["id"] == "x4"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot read"):
        call_command("assess", str(tmp_path / "none.jsonl"))
