"""pytest plugin of `make mutants`: a broken rule never meets an answer of the unbroken one; the quick tests first."""

from __future__ import annotations

import pytest

from eligibility.lines.published import published_book
from tests.eligibility.random_lines import awkward_book

FIRST = ("golden", "ternary", "wording", "dated", "figures", "boundaries", "explanation", "people", "obligors")


def pytest_sessionstart(session: pytest.Session) -> None:
    """A mutant is tried in a fork of a process that has already answered: its books would remember right figures."""
    published_book.cache_clear()
    awkward_book.cache_clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((n for n, word in enumerate(FIRST) if word in item.name), len(FIRST))

    items.sort(key=place)
