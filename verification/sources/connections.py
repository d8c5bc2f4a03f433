"""The deployment's own file: by which way each source is reached here, and where it differs from its file."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verification.sources import checked, registry
from verification.sources.base import Connection, Source
from verification.sources.checked import FileError

_OVERRIDES = ("batch_size", "timeout_minutes", "retries", "backoff_seconds", "quiet_hours", "every_days")
_SECRETS = ("secret_file", "dsn_file", "ca_file")


@dataclass(frozen=True, slots=True)
class Connected:
    """A source as this deployment knows it, and where it is reached."""

    source: Source
    connection: Connection


def load(path: Path) -> dict[str, Connected]:
    """Every connected source by its code, by number; without the file none is. Raises FileError.

    A source that is not named is not connected. A secret stands in a file that is named here, never here itself.
    """
    if not path.exists():
        return {}
    told = checked.read(path, "connections")
    known = {source.code: source for source in registry.sources()}
    if unknown := sorted(set(told) - set(known)):
        raise FileError(path.name, unknown[0], "no such source")
    return {code: _connected(path.name, source, told[code]) for code, source in known.items() if code in told}


def _connected(file: str, source: Source, told: dict[str, Any]) -> Connected:
    for key in _SECRETS:
        if key in told and not Path(told[key]).is_file():
            raise FileError(file, f"{source.code}.{key}", "no such file")
    changed = {key: told[key] for key in _OVERRIDES if key in told}
    if "quiet_hours" in changed:
        changed["quiet_hours"] = tuple((begins, ends) for begins, ends in changed["quiet_hours"])
    options = {key: value for key, value in told.items() if key not in (*_OVERRIDES, "transport")}
    return Connected(dataclasses.replace(source, **changed), Connection(told["transport"], options))
