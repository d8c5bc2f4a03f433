"""The only writer of AuditEntry: append-only, hash-chained per county, the chain's head locked last.

The database chains the entry (number, moment, previous hash, hash), so raw SQL cannot leave the chain either.
The head of each chain is appended to a file outside the database, so that a cut tail shows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from accounts import clock
from accounts.canonical import canonical
from accounts.ids import uuid7
from accounts.models import AuditChain, AuditEntry, Sealed, User

SYSTEM = "系统"
S = TypeVar("S", bound=Sealed)


@dataclass(frozen=True)
class Setting:
    """What surrounds an act: where the request came from and what it is for."""

    address: str = ""
    purpose: str = ""


_NOTHING = Setting()
_setting: ContextVar[Setting] = ContextVar("audit_setting", default=_NOTHING)


@contextmanager
def setting(address: str = "", purpose: str = "") -> Iterator[None]:
    """Every entry recorded inside carries this address and purpose."""
    token = _setting.set(Setting(address, purpose))
    try:
        yield
    finally:
        _setting.reset(token)


def record(
    actor: User | None,
    action: str,
    target: models.Model,
    *,
    on: date,
    region_code: str,
    post: str = "",
    purpose: str = "",
    before: str = "",
    after: str = "",
    detail: dict[str, str | int | bool | None] | None = None,
    success: bool = True,
    is_seal: bool = False,
    entry_id: UUID | None = None,
) -> AuditEntry:
    """Write one entry. Call it after every other lock of the transaction is held: the chain's head comes last.

    `before` and `after` are hashes (hex); `detail` holds no name and no number of a person.
    """
    around = _setting.get()
    return AuditEntry.objects.create(
        pk=entry_id or uuid7(),
        county_code=region_code[:6],
        actor=actor,
        actor_name=actor.full_name if actor else SYSTEM,
        post=post,
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        region_code=region_code,
        on=on,
        purpose=purpose or around.purpose,
        address=around.address,
        before_hash=before,
        after_hash=after,
        success=success,
        is_seal=is_seal,
        detail=canonical(detail or {}).decode(),
    )


def seal(row: S, actor: User | None, action: str, *, on: date, region_code: str, post: str = "") -> S:
    """Add a row that is never changed, together with the entry that holds its content's hash."""
    entry = record(
        actor, action, row, on=on, region_code=region_code, post=post, after=row.content_hash(), is_seal=True
    )
    row.audit_entry = entry
    row.save(force_insert=True)
    return row


@contextmanager
def sealing(row: S, actor: User | None, action: str, *, on: date, region_code: str) -> Iterator[S]:
    """The same around work that needs the row in its place: the row first, its entry and the chain's head last.

    Whoever waits for the head waits for none of that work. Inside a transaction.
    """
    row.audit_entry_id, sealed = uuid7(), row.content_hash()
    row.save(force_insert=True)
    yield row
    record(actor, action, row, on=on, region_code=region_code, after=sealed, is_seal=True, entry_id=row.audit_entry_id)


def anchor(county_code: str | None = None) -> int:
    """Append the heads that moved since the last anchor to `anchors/<county>.jsonl`; how many moved.

    Reads the heads in a transaction of its own, so that only committed ones are written.
    """
    heads = AuditChain.objects.filter(**({"county_code": county_code} if county_code else {})).order_by("county_code")
    written = 0
    for head in heads:
        written += _append(head)
    return written


def _append(head: AuditChain) -> int:
    settings.ANCHORS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.ANCHORS_DIR / f"{head.county_code}.jsonl"
    line = {"seq": head.seq, "hash": head.hash}
    if path.exists():
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 400))
            last = file.read().splitlines()[-1:]
        if last and {k: json.loads(last[0]).get(k) for k in line} == line:
            return 0
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({**line, "at": clock.now().isoformat()}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return 1


def anchor_on_commit(county_code: str) -> None:
    """After this transaction commits, and only then, put the county's head outside the database."""
    transaction.on_commit(lambda: anchor(county_code) and None)
