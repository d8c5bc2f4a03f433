"""Drafts: what is typed is kept as it is typed, by its owner alone; an older copy never overwrites a newer one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from accounts import access, clock
from accounts.errors import Conflict, NotHere
from accounts.models import User
from applications.models import Application, Draft
from households.masking import mask_name

Raw = Mapping[str, Sequence[str]]
LISTED = 10


class Stale(Conflict):
    """The draft was saved in another window since; both copies stay."""

    def __init__(self, version: int) -> None:
        super().__init__("这份草稿在另一窗口改过")
        self.version = version


@dataclass(frozen=True)
class Saved:
    """A draft on the server: its version and when it was saved."""

    version: int
    at: datetime


@dataclass(frozen=True)
class Listed:
    """A draft in the owner's list: masked, for others look over a shoulder."""

    key: UUID
    called: str
    at: datetime


def hold(key: UUID) -> None:
    """One at a time for this key, to the end of the transaction: saving, submitting and discarding wait in turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"draft {key}"])


@transaction.atomic
def save(user: User, key: UUID, raw: Raw, *, version: int, region_code: str) -> Saved:
    """Keep what is typed; `version` is the one the window last saw, 0 for none.

    Raises Stale where another window saved since, Conflict where it was submitted, NotHere where it is another's.
    """
    hold(key)
    body, now = json.dumps(raw, ensure_ascii=False, sort_keys=True), clock.now()
    draft = Draft.objects.select_for_update(of=("self",)).filter(pk=key).first()
    refuse_anothers(user, key)
    if draft is None:
        if Application.objects.filter(submission_key=key).exists():
            raise Conflict("这份表已提交，回执在申请与在册里")
        Draft.objects.create(
            id=key, user=user, region_id=region_code, body=body, version=version + 1, created_at=now, saved_at=now
        )
        return Saved(version + 1, now)
    if draft.version != version:
        raise Stale(draft.version)
    draft.body, draft.version, draft.saved_at = body, version + 1, now
    draft.save(update_fields=["body", "version", "saved_at"])
    return Saved(draft.version, now)


def own(user: User, key: UUID) -> Draft:
    """The user's own draft. Raises NotHere for another's, the same as for none."""
    return access.find(Draft.objects.filter(user=user), pk=key)


def refuse_anothers(user: User, key: UUID) -> None:
    """Raises NotHere where this key is another user's draft or submission."""
    drafts = Draft.objects.filter(pk=key).exclude(user=user)
    if drafts.exists() or Application.objects.filter(submission_key=key).exclude(submitted_by=user).exists():
        raise NotHere


def typed_in(draft: Draft) -> dict[str, list[str]]:
    """What was typed, field by field."""
    raw: dict[str, list[str]] = json.loads(draft.body or "{}")
    return raw


def close(user: User, key: UUID) -> None:
    """The draft is gone: submitted, or given up by its owner."""
    Draft.objects.filter(user=user, pk=key).delete()


def listed(user: User, *, but: UUID | None = None) -> list[Listed]:
    """The user's newest drafts. One query."""
    others = Draft.objects.filter(user=user).exclude(pk__in=[but] if but else [])
    rows = others.order_by("-saved_at")[:LISTED]
    return [Listed(row.pk, mask_name(_name(row)) or "还没有姓名", row.saved_at) for row in rows]


def _name(draft: Draft) -> str:
    return "".join(typed_in(draft).get("a-name", []))[:50].strip()
