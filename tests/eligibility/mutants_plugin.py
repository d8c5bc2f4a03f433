"""pytest plugin of `make mutants`: a broken rule never meets an answer of the unbroken one; the quick tests first."""

from __future__ import annotations

import os
import sys

import pytest

from eligibility.lines.published import published_book
from tests.eligibility.random_lines import awkward_book

FIRST = ("golden", "ternary", "wording", "dated", "figures", "boundaries", "explanation", "people", "obligors")
AT_IMPORT = ("x__always", "x__table")
"""Functions that run while a module is imported: to break one, the rules are imported again."""


def pytest_sessionstart(session: pytest.Session) -> None:
    """A mutant is tried in a fork of a process that has already answered: its books would remember right figures."""
    published_book.cache_clear()
    awkward_book.cache_clear()
    if any(name in os.environ.get("MUTANT_UNDER_TEST", "") for name in AT_IMPORT):
        for name in [name for name in sys.modules if name.startswith(("eligibility.", "tests.eligibility."))]:
            del sys.modules[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((n for n, word in enumerate(FIRST) if word in item.name), len(FIRST))

    items.sort(key=place)
