"""Tokens of the interface: issued, told once, looked up by their hash, revoked. The only writer of ApiToken.

A token carries its holder's posts and nothing of its own: it may do what the holder may do that day.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import date, timedelta

from django.db import transaction

from accounts import access, audit, clock
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import ApiToken, User

MOST_DAYS = 366
_MARK = "aid_"
"""Begins every token, so that one pasted into the wrong place is found."""


@transaction.atomic
def issue(user: User, days: int, *, by: User, on: date) -> tuple[ApiToken, str]:
    """A token for `days` from now, and its text, which is told here and never again.

    256 random bits need no slow hash: SHA-256 of them is kept. Raises Invalid where the days are out of bounds,
    WrongState where the user is in no office, Forbidden where the issuer's posts do not lie over all of the user's.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Invalid({"days": f"有效天数填 1 到 {MOST_DAYS}"})
    region_code = _over(by, user)
    text = _MARK + secrets.token_urlsafe(32)
    now = clock.now()
    row = ApiToken.objects.create(
        user=user, digest=_digest(text), issued_by=by, issued_at=now, expires_at=now + timedelta(days=days)
    )
    detail: dict[str, str | int | bool | None] = {"user": user.pk, "days": days}
    audit.record(by, "token.issue", row, on=on, region_code=region_code, detail=detail)
    return row, text


@transaction.atomic
def revoke(pk: uuid.UUID, *, by: User, on: date) -> ApiToken:
    """End the token now; once ended it stays ended. Raises NotHere, Forbidden, WrongState."""
    row = ApiToken.objects.select_for_update(of=("self",)).select_related("user").filter(pk=pk).first()
    if row is None:
        raise NotHere
    region_code = _over(by, row.user)
    if row.revoked_at is not None:
        raise WrongState("这个令牌已经停用")
    row.revoked_by, row.revoked_at = by, clock.now()
    row.save(update_fields=["revoked_by", "revoked_at"])
    audit.record(by, "token.revoke", row, on=on, region_code=region_code, detail={"user": row.user_id})
    return row


def holder(text: str) -> User | None:
    """Whose token this is today; None where it is unknown, expired, revoked, or its holder's account is closed."""
    row = ApiToken.objects.in_force(clock.now()).select_related("user").filter(digest=_digest(text)).first()
    return row.user if row else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _over(by: User, user: User) -> str:
    """The region the entry belongs to: the user's first post, where the issuer's posts lie over every one of them."""
    codes = [post.region.code for post in access.held(user)]
    if not codes:
        raise WrongState(f"{user.full_name}没有在任岗位")
    if not all(access.sees(by, code) for code in codes):
        raise Forbidden(f"{by.full_name}的岗位管不到{user.full_name}")
    return codes[0]
