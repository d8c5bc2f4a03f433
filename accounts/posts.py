"""Appoint and relieve: the only writer of Post and of the grants on Region rows."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm

from accounts import audit, clock
from accounts.errors import Conflict, Invalid
from accounts.models import Post, Region, User
from accounts.roles import INCOMPATIBLE, ROLES


@transaction.atomic
def appoint(user: User, role: str, region: Region, *, on: date, by: User | None, until: date | None = None) -> Post:
    """Give the user a role in a region from `on`, up to but not on `until`.

    Raises Invalid where the region's level is not the role's, or the user holds a role it may not meet;
    Conflict where the post is held already.
    """
    if role not in ROLES:
        raise Invalid({"role": "选择岗位"})
    if region.level != ROLES[role].level:
        raise Invalid({"region": f"{ROLES[role].label}只能设在{_LEVEL_NAMES[ROLES[role].level]}"})
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _refuse_incompatible(user, role, on, until)
    try:
        with transaction.atomic():
            post = Post.objects.create(
                user=user, role=role, region=region, starts_on=on, ends_on=until, appointed_by=by
            )
    except IntegrityError as held:
        raise Conflict(f"{user.full_name}已在{region.name}担任{ROLES[role].label}") from held
    for permission in sorted(ROLES[role].permissions):
        assign_perm(permission.value, user, region)
    audit.record(by, "post.appoint", post, on=on, region_code=region.code, detail={"role": role, "user": user.pk})
    return post


_LEVEL_NAMES = {"city": "市", "county": "县", "township": "乡镇", "village": "村"}


def _refuse_incompatible(user: User, role: str, on: date, until: date | None) -> None:
    overlapping = Post.objects.filter(user=user).exclude(ends_on__lte=on)
    if until:
        overlapping = overlapping.filter(starts_on__lt=until)
    for other in overlapping:
        if frozenset((other.role, role)) in INCOMPATIBLE:
            raise Invalid({"role": f"已任{ROLES[other.role].label}，不能兼任{ROLES[role].label}"})


@transaction.atomic
def regrant() -> int:
    """Give every post not yet ended what its role has come to permit since; how many grants were missing."""
    held = Post.objects.exclude(ends_on__lte=clock.today()).select_related("user", "region")
    rows = UserObjectPermission.objects.filter(content_type__model="region")
    granted = set(rows.values_list("user_id", "object_pk", "permission__codename"))
    missing = 0
    for post in held:
        for permission in sorted(ROLES[post.role].permissions):
            if (post.user_id, post.region_id, permission.value) not in granted:
                assign_perm(permission.value, post.user, post.region)
                granted.add((post.user_id, post.region_id, permission.value))
                missing += 1
    return missing


@transaction.atomic
def relieve(post: Post, *, on: date, by: User | None) -> Post:
    """End the post on that day; its grants go at once where no other post in the region carries them."""
    post = Post.objects.select_for_update(of=("self",)).select_related("region", "user").get(pk=post.pk)
    post.ends_on = max(on, post.starts_on)
    post.save(update_fields=["ends_on"])
    others = Post.objects.filter(user=post.user, region=post.region).exclude(pk=post.pk).exclude(ends_on__lte=on)
    kept = {permission.value for other in others for permission in ROLES[other.role].permissions}
    gone = {permission.value for permission in ROLES[post.role].permissions} - kept
    UserObjectPermission.objects.filter(
        user_id=post.user_id, object_pk=post.region_id, content_type__model="region", permission__codename__in=gone
    ).delete()
    audit.record(by, "post.relieve", post, on=on, region_code=post.region_id, detail={"role": post.role})
    return post
