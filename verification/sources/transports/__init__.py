"""How a source is reached: a folder pair, a signed call, a view. One protocol (`base.Transport`), one factory."""

from __future__ import annotations

from collections.abc import Callable

from verification.sources.base import Connection, Source, Transport
from verification.sources.transports.files import Files
from verification.sources.transports.rest import Rest
from verification.sources.transports.view import View


def transport(source: Source, connection: Connection) -> Transport:
    """The way to this source. Options are those `connections.load` has checked."""
    ways: dict[str, Callable[..., Transport]] = {"files": Files, "rest": Rest, "view": View}
    return ways[connection.transport](source, **connection.options)
