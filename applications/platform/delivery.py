"""Put a file where its receiver takes it from: whole or not at all, never over another; each time is on record."""

from __future__ import annotations

import glob
from datetime import date
from pathlib import Path

from django.db import transaction

from accounts import access, audit, clock, documents
from accounts.errors import Conflict, Invalid
from accounts.models import User
from accounts.roles import Permission
from applications.models import PlatformDelivery, PlatformFile
from applications.platform import written
from verification.sources.transports import files


def deliver(file: PlatformFile, to: Path, *, actor: User | None, on: date, is_resend: bool = False) -> Path:
    """Write the stored bytes and their sheet into the folder `to`, or as the file `to`; where they lie now.

    Killed before the delivery is recorded, the next run finds the bytes there and only records it. Raises NotHere,
    Forbidden, Conflict where another file lies there, Invalid by `path` where nothing can be written.
    """
    if actor is not None:
        access.require(actor, Permission.RUN_NIGHT, file.region_id)
    document = documents.read(file.document_id)
    path = to / file.filename if to.is_dir() else to
    try:
        if not path.parent.is_dir():
            raise Invalid({"path": f"没有这个文件夹：{path.parent}"})
        _write(path, document)
        _write(files.beside(path), written.sheet(file))
    except OSError as broken:
        raise Invalid({"path": f"写不进这个文件夹：{path.parent}"}) from broken
    _record(file, path.parent, actor, on, is_resend=is_resend)
    return path


def _write(path: Path, content: bytes) -> None:
    if path.exists():
        if path.read_bytes() != content:
            raise Conflict(f"{path.name} 已有另一份内容，不覆盖；换一个文件夹")
        return
    for unfinished in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        unfinished.unlink(missing_ok=True)  # of somebody who was killed over it
    files.write(path, content)


@transaction.atomic
def _record(file: PlatformFile, place: Path, actor: User | None, on: date, *, is_resend: bool) -> None:
    made = PlatformDelivery(file=file, is_resend=is_resend, place=str(place)[-300:], by=actor, at=clock.now())
    action = "platform.resend" if is_resend else "platform.deliver"
    audit.seal(made, actor, action, on=on, region_code=file.region_id, post=access.post_label(actor, file.region_id))


def find(county_code: str, kind: PlatformFile.Kind, number: int, receiver: str) -> PlatformFile:
    """The file of that number. Raises Invalid by `number`."""
    series = PlatformFile.objects.filter(county_code=county_code, kind=kind, receiver=receiver)
    found = series.filter(number=number).first()
    if found is None:
        last = series.order_by("-number").values_list("number", flat=True).first()
        raise Invalid({"number": f"没有第 {number} 号；最后一份是第 {last} 号" if last else "还没有生成过这种文件"})
    return found


def resend(file: PlatformFile, to: Path, *, actor: User, on: date) -> Path:
    """The very same bytes again. One that never went out goes out for the first time."""
    return deliver(file, to, actor=actor, on=on, is_resend=file.deliveries.exists())


@transaction.atomic
def read(file: PlatformFile, *, actor: User, on: date) -> bytes:
    """The bytes for whoever runs the exchange; each reading is on record."""
    access.require(actor, Permission.RUN_NIGHT, file.region_id)
    content = documents.read(file.document_id)
    audit.record(actor, "platform.read", file, on=on, region_code=file.region_id)
    return content
