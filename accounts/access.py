"""The only questions about authority: outside my regions NotHere, as if absent; inside without the post, Forbidden.

A permission over a region holds while a guardian grant on the Region row and a post in term that carries it agree;
grants are written by `accounts.posts` alone and expanded downwards by the code's prefix.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q
from guardian.models import UserObjectPermission

from accounts import clock
from accounts.errors import Forbidden, NotHere
from accounts.models import Post, Region, User
from accounts.roles import ROLES, Permission, permits

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Held:
    """One post in term, with the grants that stand behind it."""

    role: str
    region: Region
    permissions: frozenset[str]


def held(user: User | AnonymousUser, on: date | None = None) -> tuple[Held, ...]:
    """The posts this user holds today. Kept on the user object, which lives one request."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    day = on or clock.today()
    kept: tuple[date, tuple[Held, ...]] | None = getattr(user, "_held", None)
    if kept is None or kept[0] != day:
        kept = (day, _held(user, day))
        user._held = kept  # type: ignore[attr-defined]
    return kept[1]


def _held(user: User, day: date) -> tuple[Held, ...]:
    posts = list(Post.objects.in_term(day).filter(user=user).select_related("region"))
    grants: dict[str, set[str]] = {}
    rows = UserObjectPermission.objects.filter(user_id=user.pk, content_type__model="region")
    for code, permission in rows.values_list("object_pk", "permission__codename"):
        grants.setdefault(code, set()).add(permission)
    return tuple(
        Held(
            post.role,
            post.region,
            frozenset(p.value for p in ROLES[post.role].permissions if p in grants.get(post.region.code, ())),
        )
        for post in posts
    )


def may(user: User | AnonymousUser, permission: Permission, region_code: str) -> bool:
    """Whether the user holds the permission over the region of this 12-digit code."""
    return any(permission in post.permissions and region_code.startswith(post.region.prefix) for post in held(user))


def sees(user: User | AnonymousUser, region_code: str) -> bool:
    """Whether anything of this user's authority reaches the region."""
    return any(post.permissions and region_code.startswith(post.region.prefix) for post in held(user))


def require(user: User | AnonymousUser, permission: Permission, region_code: str) -> None:
    """Raises NotHere outside the user's regions, Forbidden inside them without the permission."""
    if not sees(user, region_code):
        raise NotHere
    if not may(user, permission, region_code):
        raise Forbidden(f"这一步由{_holders(permission)}办理")


def _holders(permission: Permission) -> str:
    return "、".join(role.label for role in ROLES.values() if permits(role.code, permission))


def reach(user: User | AnonymousUser, permission: Permission, field: str = "region_id") -> Q:
    """The filter of rows whose region code the permission reaches; nothing where it reaches nowhere."""
    condition = Q(pk__in=[])
    for post in held(user):
        if permission in post.permissions:
            first, last = post.region.prefix.ljust(12, "0"), post.region.prefix.ljust(12, "9")
            condition |= Q(**{f"{field}__gte": first, f"{field}__lte": last})
    return condition


def find(rows: models.QuerySet[M], **lookup: Any) -> M:
    """The one row of an already narrowed queryset; NotHere where it is absent, by whatever reason."""
    try:
        return rows.get(**lookup)
    except (ObjectDoesNotExist, ValidationError, ValueError, TypeError) as absent:
        raise NotHere from absent


def post_label(user: User | None, region_code: str) -> str:
    """The posts through which the user reaches the region, as the audit keeps them: `clerk@371522101000`."""
    if user is None:
        return ""
    return ",".join(f"{p.role}@{p.region.code}" for p in held(user) if region_code.startswith(p.region.prefix))[:80]
