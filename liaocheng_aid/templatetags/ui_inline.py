"""Parts that stand in running text: no line break may follow them, or a gap opens before the next sign."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


def inline(name: str, context: dict[str, Any]) -> SafeString:
    """The component without the space around it. Safe because its template has already escaped every value."""
    return SafeString(render_to_string(f"components/{name}.html", context).strip())
