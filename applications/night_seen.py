"""What the worklist says of the night: how many findings wait, which county's night is late or not whole."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from accounts import access
from accounts.models import User
from accounts.roles import Level, Permission
from verification import progress
from verification.connected import Misconfigured, connected
from verification.models import Finding, Run

NAMED = 2


@dataclass(frozen=True)
class Line:
    """One night that a person should look at."""

    run: UUID
    said: str


@dataclass(frozen=True)
class NightSeen:
    """`findings` wait in the user's regions; `lines` and `misconfigured` are for who runs the night."""

    findings: int = 0
    lines: tuple[Line, ...] = ()
    misconfigured: str = ""


def seen(user: User) -> NightSeen:
    """One query for whoever works findings; two more a county for whoever runs its night; none for the others."""
    waiting = Finding.objects.open().filter(access.reach(user, Permission.WORK_FINDING)).count()
    counties = [post.region.county_code for post in access.held(user) if _runs(post)]
    if not counties:
        return NightSeen(waiting)
    lines = tuple(line for line in map(_line, counties) if line)
    return NightSeen(waiting, lines, _misconfigured())


def _runs(post: access.Held) -> bool:
    return Permission.RUN_NIGHT in post.permissions and post.region.level == Level.COUNTY


def _line(county: str) -> Line | None:
    """The county's newest night, where it will be late or closed without every answer."""
    run = Run.objects.filter(kind=Run.Kind.NIGHT, county_code=county).first()
    if run is None or run.state == Run.State.COMPLETE:
        return None
    far = progress.of(run)
    if run.state == Run.State.PARTLY:
        return Line(run.pk, f"{run.on:%m-%d} 夜间核对部分完成：{_silent(far)}未答复")
    late = late_words(far)
    return Line(run.pk, f"{run.on:%m-%d} 夜间核对{late}") if late else None


def _silent(far: progress.Progress) -> str:
    labels = [one.label for one in far.sources if one.missing]
    named = "、".join(labels[:NAMED])
    return f"{named}等 {len(labels)} 个来源" if len(labels) > NAMED else named


def late_words(far: progress.Progress) -> str:
    """The sentence of a promise that will be missed; "" where it will be kept."""
    if not far.will_be_late or far.expected_at is None:
        return ""
    expected, promised = map(timezone.localtime, (far.expected_at, far.promised_at))
    return f"按现在的速度 {expected:%m-%d %H:%M} 完成，承诺 {promised:%m-%d %H:%M}"


def _misconfigured() -> str:
    try:
        connected()
    except Misconfigured as wrong:
        return wrong.message
    return ""
