"""docs/workflow.md says what the step table says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from applications import workflow_page
from applications.models import Action, State
from applications.workflow import STEPS


def test_the_page_is_not_stale() -> None:
    call_command("render_workflow", check=True)


def test_a_stale_page_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    (tmp_path / "docs" / "workflow.md").write_text("old", encoding="utf-8")
    with pytest.raises(CommandError, match="render_workflow"):
        call_command("render_workflow", check=True)


def test_every_step_and_every_state_is_on_it() -> None:
    page = workflow_page.text()
    assert set(STEPS) == set(Action) - {Action.SUBMIT}
    for one in (*STEPS, *State):
        assert f"| `{one.value}` | {one.label} |" in page
