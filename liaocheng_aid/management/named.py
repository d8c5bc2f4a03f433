"""Who acts and for which county, as a command is told."""

from __future__ import annotations

import re

from django.core.management.base import CommandError

from accounts import access
from accounts.models import Region, User
from accounts.roles import Level, Permission


def actor_named(username: str) -> User:
    """The user in use of that name."""
    if not username:
        raise CommandError("写明由谁办理：--as 用户名")
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CommandError(f"没有在用的用户 {username}")
    return found


def county_named(code: str) -> Region:
    """The county of this code of 6 or 12 digits."""
    if not re.fullmatch(r"\d{6}|\d{12}", code):
        raise CommandError("县（市、区）编码填 6 位或 12 位数字")
    named = Region.objects.filter(code=code.ljust(12, "0"), level=Level.COUNTY).first()
    if named is None:
        raise CommandError(f"没有编码为 {code} 的县（市、区）")
    return named


def county_of(actor: User, code: str) -> Region:
    """The county named, or the one county the actor runs the exchange of."""
    if code:
        return county_named(code)
    posts = [post for post in access.held(actor) if Permission.RUN_NIGHT in post.permissions]
    counties = {post.region.code: post.region for post in posts if post.region.level == Level.COUNTY}
    if not counties:
        raise CommandError(f"{actor.full_name}不办理平台交换，由县级经办办理")
    if len(counties) > 1:
        raise CommandError("写明哪个县：--county 编码")
    return next(iter(counties.values()))
