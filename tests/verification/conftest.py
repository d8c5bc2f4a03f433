"""The simulated departments for a test: started, connected, stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.verification.worlds import World, world


@pytest.fixture
def departments(tmp_path: Path, settings: Any) -> Iterator[World]:
    """Five departments that exchange files, with nothing in their registers."""
    with world(tmp_path / "world") as running:
        settings.SOURCES_FILE = str(running.connections)
        yield running
