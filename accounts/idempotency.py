"""The same client-made key with the same body answers as the first time; with another body it is refused.

The unique key is inserted before the act, in the act's own transaction: a second sender waits for the first one's
commit on the index itself, so two at once are one.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import IntegrityError, transaction

from accounts import clock
from accounts.canonical import digest
from accounts.errors import Conflict
from accounts.models import IdempotencyKey, User

KEPT_DAYS = 90


def once(
    user: User, endpoint: str, key: uuid.UUID, body: dict[str, object], act: Callable[[], str]
) -> tuple[str, bool]:
    """Do `act` once for this key; its reply, and whether this call was the first.

    Raises Conflict where the key was used with another body. A refused act leaves no key behind.
    """
    body_hash = digest(body)
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                user=user, endpoint=endpoint, key=key, body_hash=body_hash, created_at=clock.now()
            )
            reply = act()
            row.reply = reply
            row.save(update_fields=["reply"])
            return reply, True
    except IntegrityError:
        kept = IdempotencyKey.objects.filter(user=user, endpoint=endpoint, key=key).first()
        if kept is None:
            raise
    if kept.body_hash != body_hash:
        raise Conflict("这份表已经提交过，内容与这次不同；从查人打开已提交的申请")
    return kept.reply or "", False
