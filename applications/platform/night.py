"""The night's exchange: today's files out, receipts in, and how much is open; nothing where no folder is configured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError

from accounts.errors import AidError
from accounts.models import Region
from accounts.roles import Level
from applications.models import PlatformDifference, PlatformFile, PlatformReceipt
from applications.platform import delivery, difference, receipts
from applications.platform.made import RECEIVERS, make

log = structlog.get_logger()
Kind = PlatformFile.Kind


@dataclass
class Done:
    """What a night's exchange did; `failed` names a county and kind with its sentence."""

    written: int = 0
    taken: int = 0
    set_aside: int = 0
    open: int = 0
    failed: list[str] = field(default_factory=list)


def configured() -> Mapping[Kind, Path]:
    """The folder of each platform that has one."""
    return {kind: Path(place) for kind in RECEIVERS if (place := settings.PLATFORM_DIRS.get(kind.value))}


def exchange(on: date) -> Done:
    """For every county with a folder of its own in a platform's folder: `<platform>/<county>/outbox` and `inbox`."""
    done = Done()
    for kind, place in configured().items():
        if not place.is_dir():
            done.failed.append(f"{RECEIVERS[kind]}的交换目录不在：{place}")
            continue
        for county in Region.objects.filter(level=Level.COUNTY).order_by("code"):
            if (folder := place / county.county_code).is_dir():
                _one(done, kind, county, folder, on)
    open_rows = PlatformDifference.objects.open().count()
    done.open = open_rows + difference.unanswered(PlatformFile.objects.all(), on).count()
    return done


def _one(done: Done, kind: Kind, county: Region, folder: Path, on: date) -> None:
    """A county that fails does not keep the others from theirs."""
    try:
        for receipt in receipts.take_all(county, folder, actor=None, on=on):
            done.taken += receipt.fate == PlatformReceipt.Fate.TAKEN
            done.set_aside += receipt.fate == PlatformReceipt.Fate.QUARANTINED
        done.written += send(kind, county, folder / "outbox", on)
    except (AidError, DatabaseError, OSError) as error:
        log.exception("platform_exchange_failed", county=county.county_code, kind=kind.value)
        done.failed.append(f"{county.name}{kind.label}：{getattr(error, 'message', type(error).__name__)}")


def send(kind: Kind, county: Region, outbox: Path, on: date) -> int:
    """What was left behind, then today's file unless there is one; how many went out."""
    outbox.mkdir(exist_ok=True)
    count = 0
    while (file := _next(kind, county, on)) is not None:
        delivery.deliver(file, outbox, actor=None, on=on)
        count += 1
    return count


def _next(kind: Kind, county: Region, on: date) -> PlatformFile | None:
    series = PlatformFile.objects.filter(county_code=county.county_code, kind=kind, receiver=RECEIVERS[kind])
    last = series.order_by("-number").first()
    if last is not None and last.until >= on and last.deliveries.exists():
        return None
    return make(kind, county, actor=None, on=on)
