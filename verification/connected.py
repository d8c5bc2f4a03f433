"""The sources this deployment reaches: each department's file, with the address and limits of the deployment's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import timezone

from accounts.errors import WrongState
from verification.sources import connections, transports
from verification.sources.base import Source, Transport
from verification.sources.checked import FileError

log = structlog.get_logger()


@dataclass(frozen=True)
class Connected:
    """A source as it is asked here, and the way to it."""

    source: Source
    transport: Transport

    def quiet_until(self, now: datetime) -> datetime | None:
        """The end of the quiet hours `now` lies in; None where the source may be asked."""
        local = timezone.localtime(now)
        for begins, ends in self.source.quiet_hours:
            first, last = time.fromisoformat(begins), time.fromisoformat(ends)
            is_quiet = first <= local.time() < last if first < last else local.time() >= first or local.time() < last
            if is_quiet:
                day = local.date() + timedelta(days=local.time() >= last)
                return timezone.make_aware(datetime.combine(day, last))
        return None


class Misconfigured(WrongState):
    """The deployment's file can't be followed; the sentence names the place in it."""


_PLAYED: ContextVar[Mapping[str, Connected] | None] = ContextVar("played", default=None)


@contextmanager
def played(departments: Mapping[str, Connected]) -> Iterator[None]:
    """Inside, these are the connected sources, whatever the deployment's file says: for the demonstration's night."""
    token = _PLAYED.set(departments)
    try:
        yield
    finally:
        _PLAYED.reset(token)


def connected() -> Mapping[str, Connected]:
    """Every source the deployment's file names, by code in the order of the register; empty without that file.

    Raises Misconfigured.
    """
    if (departments := _PLAYED.get()) is not None:
        return departments
    path = Path(settings.SOURCES_FILE)
    try:
        return _read(path, path.stat().st_mtime_ns) if path.exists() else {}
    except FileError as wrong:
        log.error("sources_misconfigured", reason=str(wrong))
        raise Misconfigured(f"来源配置有误，由系统管理员改正：{wrong.key or wrong.file}") from wrong


@lru_cache(maxsize=2)
def _read(path: Path, _: int) -> Mapping[str, Connected]:
    return {
        code: Connected(one.source, transports.transport(one.source, one.connection))
        for code, one in connections.load(path).items()
    }
