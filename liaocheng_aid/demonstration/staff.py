"""The people in office of the demonstration county, one login for each role, and colleagues who can't log in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts import posts
from accounts.models import Region, User
from accounts.roles import Level

PASSWORD = "demo-2026"  # noqa: S105 - printed by start.py, in demonstration mode only
TOWNSHIPS = 3
LOGINS = (
    ("village", "周明霞", "village"),
    ("clerk", "刘海燕", "clerk"),
    ("reviewer", "孙立新", "reviewer"),
    ("county", "徐晓萌", "county"),
    ("approver", "高建民", "approver"),
    ("checker", "郑玉洁", "checker"),
    ("release", "宋文静", "release"),
    ("city", "冯国栋", "city"),
    ("auditor", "程守正", "auditor"),
)
NAMES = "谢云峰 许桂芹 曹长军 彭淑贤 沈立平 傅春梅 吕志刚 袁秀珍".split()  # noqa: SIM905


@dataclass(frozen=True)
class Office:
    """A township's staff, and the villages their families live in."""

    township: Region
    villages: tuple[Region, ...]
    clerk: User
    second: User
    reviewer: User


@dataclass(frozen=True)
class Staff:
    offices: tuple[Office, ...]
    county: User
    checker: User
    approver: User
    release: User


def appoint(county: Region, *, since: date) -> Staff:
    """Everybody in office; the first township's people are the ones who can log in."""
    townships = _townships(county)
    users = {username: _user(username, name, login=True) for username, name, _ in LOGINS}
    seats = _seats(county, townships[0])
    for username, _, role in LOGINS:
        posts.appoint(users[username], role, seats[role], on=since, by=None)
    offices = [_first(townships[0], users, since)]
    offices += [_office(township, index, since) for index, township in enumerate(townships[1:], start=1)]
    return Staff(tuple(offices), users["county"], users["checker"], users["approver"], users["release"])


def _townships(county: Region) -> list[Region]:
    """Country towns first: there live most of those who apply."""
    with_villages = Region.objects.filter(parent=county, children__isnull=False).distinct().order_by("code")
    return sorted(with_villages, key=lambda one: (not one.name.endswith("镇"), one.code))[:TOWNSHIPS]


def _seats(county: Region, township: Region) -> dict[str, Region]:
    city, village = county.parent, _villages(township)[0]
    assert city is not None
    seats = dict.fromkeys(("county", "approver", "checker", "release", "auditor"), county)
    return {**seats, "city": city, "clerk": township, "reviewer": township, "village": village}


def _villages(township: Region) -> list[Region]:
    return list(Region.objects.filter(parent=township, level=Level.VILLAGE).order_by("code")[:6])


def _user(username: str, name: str, *, login: bool) -> User:
    user = User(username=username, full_name=name, is_demonstration=True, office_phone="0635-5550123")
    if login:
        user.set_password(PASSWORD)
    else:
        user.set_unusable_password()
    user.save(force_insert=True)
    return user


def _first(township: Region, users: dict[str, User], since: date) -> Office:
    second = _user("clerk2", NAMES[0], login=True)
    posts.appoint(second, "clerk", township, on=since, by=None)
    return Office(township, tuple(_villages(township)), users["clerk"], second, users["reviewer"])


def _office(township: Region, index: int, since: date) -> Office:
    made = []
    for offset, role in enumerate(("clerk", "clerk", "reviewer")):
        user = _user(f"{role}-{township.code[:9]}-{offset}", NAMES[(index * 3 + offset) % len(NAMES)], login=False)
        posts.appoint(user, role, township, on=since, by=None)
        made.append(user)
    return Office(township, tuple(_villages(township)), made[0], made[1], made[2])
