"""What a new form starts with: the last programme, village and day, and nothing of the last person (U-15)."""

from __future__ import annotations

from collections.abc import Mapping

from accounts import access, clock
from accounts.errors import Forbidden
from accounts.models import Region, User
from accounts.roles import Level, Permission
from applications.entry.choices import item_of
from applications.models import Application
from payments.models import PayeeAccount

KEPT = ("programme", "area", "village", "received_on")


def require_entering(user: User) -> None:
    """Raises Forbidden for whoever enters no applications anywhere."""
    if not any(Permission.ENTER_CASE in post.permissions for post in access.held(user)):
        raise Forbidden("申请由乡镇窗口和村级协理员录入")


def villages(user: User) -> list[tuple[str, str]]:
    """Code and name of every village this user may enter an application for, in order.

    Raises Forbidden where there is none.
    """
    require_entering(user)
    reach = access.reach(user, Permission.ENTER_CASE, field="code")
    return list(Region.objects.filter(reach, level=Level.VILLAGE).order_by("code").values_list("code", "name"))


def starting(user: User, carried: Mapping[str, str], offered: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The first values of a new form: what the last one of this session left, else the clerk's last application."""
    kept = {name: carried[name] for name in KEPT if carried.get(name)} or _last(user)
    if kept.get("village") not in dict(offered):
        kept.pop("village", None)
    start = {"received_on": clock.today().isoformat(), "channel": "window", **kept, "bank": _last_bank(offered)}
    return {name: [value] for name, value in start.items() if value}


def _last(user: User) -> dict[str, str]:
    last = Application.objects.filter(submitted_by=user).order_by("-submitted_at").prefetch_related("matters").first()
    matter = next(iter(last.matters.all()), None) if last else None
    if last is None or matter is None:
        return {}
    programme = item_of(matter.programme, matter.area, matter.need_kind)
    return {"programme": programme, "area": matter.area, "village": last.region_id}


def _last_bank(offered: list[tuple[str, str]]) -> str:
    """The branch the township used last: most households of a township are paid through one."""
    if not offered:
        return ""
    township = offered[0][0][:9]
    rows = PayeeAccount.objects.filter(person__region__code__startswith=township).order_by("-opened_on", "-id")
    return rows.values_list("bank", flat=True).first() or ""
