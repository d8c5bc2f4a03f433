"""The nights of these tests anchor into a folder of their own: what they anchored is rolled back with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def _own_anchors(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    anchors = tmp_path_factory.mktemp("anchors")
    monkeypatch.setattr(settings, "ANCHORS_DIR", anchors)
    return anchors
