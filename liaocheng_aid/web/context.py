"""What the shell around every page shows: the office, the person, the ways to go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import regions
from accounts.access import Held, held
from accounts.roles import ROLES, Permission


@dataclass(frozen=True)
class Way:
    """An entry of the side navigation."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Who:
    name: str
    role: str


# Label, address, what else lies under it, and who has it. At most seven for anybody: 查人 is the box in the band.
_WAYS: tuple[tuple[str, str, tuple[str, ...], frozenset[Permission]], ...] = (
    ("待办", "home", (), frozenset({Permission.VIEW_CASE, Permission.VIEW_LIST})),
    ("申请与在册", "cases", (), frozenset({Permission.VIEW_CASE})),
    ("主动发现", "pushed", (), frozenset({Permission.VIEW_CASE})),
    ("核对", "findings", ("runs", "platform"), frozenset({Permission.VIEW_CASE})),
    ("公示", "notices", (), frozenset({Permission.VIEW_CASE})),
    ("发放名单", "payment_lists", (), frozenset({Permission.VIEW_LIST})),
    (
        "政策与标准",
        "standards",
        ("adjustments", "simulation"),
        frozenset({Permission.VIEW_CASE, Permission.VIEW_LIST}),
    ),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context for `base.html`; empty where nobody is signed in."""
    base = {
        "help_phone": settings.AID_HELP_PHONE,
        "idle_seconds": settings.SESSION_COOKIE_AGE,
        "nav": (),
        "office": "",
        "whoami": None,
        "is_demonstration": settings.AID_MODE == "demo",
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return base
    posts = held(user)
    return {**base, "nav": _ways(request, posts), "office": _office(posts), "whoami": _who(user, posts)}


def _ways(request: HttpRequest, posts: tuple[Held, ...]) -> tuple[Way, ...]:
    mine = {permission for post in posts for permission in post.permissions}
    ways = [way for way in _WAYS if mine & {permission.value for permission in way[3]}]
    here = _here(request.path, ways)
    return tuple(Way(label, reverse(name), name == here) for label, name, *_ in ways)


def _here(path: str, ways: list[tuple[str, str, tuple[str, ...], frozenset[Permission]]]) -> str:
    """The way under which the path lies: of several addresses it begins with, the longest says."""
    under = {reverse(address): name for _, name, also, _ in ways for address in (name, *also)}
    fits = [url for url in under if path == url or (url != "/" and path.startswith(url))]
    return under[max(fits, key=len)] if fits else ""


def _office(posts: tuple[Held, ...]) -> str:
    return regions.full_name(posts[0].region.code) if posts else "未任岗位"


def _who(user: Any, posts: tuple[Held, ...]) -> Who:
    return Who(user.full_name, "、".join(dict.fromkeys(ROLES[post.role].label for post in posts)))
