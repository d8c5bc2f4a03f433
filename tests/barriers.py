"""What axe finds on a page: one way for every browser test."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def barriers(page: Page) -> list[tuple[str, str]]:
    """Each violation's rule and the first element it stands on; asked once the page a click led to is there."""
    page.wait_for_load_state()
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(page).response["violations"]]
