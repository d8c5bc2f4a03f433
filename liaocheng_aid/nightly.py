"""The night: what is due by the calendar is done, once, whoever starts it and however often.

A part that fails does not keep the others from their work; it is named, and the night has failed. A night that was
missed is made good by the next one: each part looks for what is left to do, not for what falls on this day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError

from accounts import audit, buckets, clock, jobs
from accounts.errors import AidError, Invalid
from applications import adjustments
from applications.platform import night as platform
from disclosure import limits, lists
from disclosure.models import NoticeList
from liaocheng_aid import verifying
from verification.connected import connected
from verification.progress import answers_of, unanswered_sources

log = structlog.get_logger()
FAILURES = (AidError, DatabaseError, OSError)


@dataclass(frozen=True)
class Part:
    """What one part did: its code, its name in Chinese, and a sentence; `failed` says that something is left undone."""

    code: str
    label: str
    said: str
    failed: bool = False


class PartFailed(Exception):
    """A part did what it could; the message says what it could not."""


def run(on: date, *, verifies: bool = False) -> list[Part]:
    """Every part of the night of that day; with `verifies` the enquiries too, from plan to close, in this process.

    By the clock the enquiries have hours of their own (`verifying`). Raises Invalid for a day to come.
    """
    if on > clock.today():
        raise Invalid({"on": f"日期填 {clock.today()} 或更早"})
    return [_run(code, label, part, on) for code, label, part in (VERIFICATION + PARTS if verifies else PARTS)]


def _run(code: str, label: str, part: Callable[[date], str], on: date) -> Part:
    try:
        return Part(code, label, part(on))
    except PartFailed as failed:
        log.error("night_part_failed", part=code)
        return Part(code, label, str(failed), failed=True)
    except FAILURES as error:
        log.exception("night_part_failed", part=code)
        return Part(code, label, getattr(error, "message", type(error).__name__), failed=True)


def verify(on: date) -> str:
    """Ask every connected source about everybody concerned, and wait for the answers."""
    if not connected():
        return "没有接入的来源，未查询"
    runs = verifying.work(verifying.plan(on), patience=timedelta(seconds=settings.NIGHT_PATIENCE))
    asked, answered = sum(run.enquiries for run in runs), sum(map(answers_of, runs))
    silent = sorted({label for run in runs for label in unanswered_sources(run)})
    said = f"{len(runs)} 个县，查询 {asked} 条，答复 {answered} 条"
    if silent:
        raise PartFailed(f"{said}；没有答全的来源：{'、'.join(silent)}")
    return said


def end_notices(on: date) -> str:
    """Take down every list past its last day, each in a transaction of its own."""
    ended, left = 0, []
    for pk, number in NoticeList.objects.over(on).order_by("number").values_list("pk", "number"):
        try:
            lists.end(pk, actor=None, on=on)
            ended += 1
        except FAILURES:
            # Somebody at the window ended it meanwhile: then nothing is left to do.
            if NoticeList.objects.over(on).filter(pk=pk).exists():
                log.exception("notice_not_ended list=%s", pk)
                left.append(number)
    if left:
        raise PartFailed(f"撤下 {ended} 份，{len(left)} 份没有撤下：{'、'.join(left[:5])}")
    return f"撤下 {ended} 份"


def prepare_adjustments(on: date) -> str:
    """A batch for every county whose awards a new standard touches; a person confirms it."""
    return f"{adjustments.prepare_pending(on)} 个县的标准调整已开始准备"


def exchange(on: date) -> str:
    """Today's numbered file for each platform that has a folder, its receipts, and how much they do not acknowledge."""
    if not platform.configured():
        return "没有配置平台的交换目录，未交换"
    done = platform.exchange(on)
    said = f"送出 {done.written} 份，收下回执 {done.taken} 份，隔离 {done.set_aside} 份；没有对上 {done.open} 处"
    if done.failed:
        raise PartFailed(f"{said}；{'；'.join(done.failed[:5])}")
    return said


def offer_jobs(on: date) -> str:
    """Ring for whatever nobody works on: planned and unheard, or left by a worker that died."""
    waiting = jobs.waiting()
    if waiting:
        jobs.ring()
    return f"{waiting} 件待办的后台任务"


def forget_visitors(on: date) -> str:
    """The buckets of the public pages and of the interface that are full again."""
    return f"清去 {limits.forget() + buckets.forget()} 个访问计数"


def anchor(on: date) -> str:
    """The heads of the audit chains, outside the database: last, as the night itself is audited."""
    return f"{audit.anchor()} 个县的审计链已存锚点"


VERIFICATION: tuple[tuple[str, str, Callable[[date], str]], ...] = (("verification", "经济状况核对", verify),)
PARTS: tuple[tuple[str, str, Callable[[date], str]], ...] = (
    ("notices", "公示期满撤下", end_notices),
    ("adjustments", "标准调整", prepare_adjustments),
    ("platform", "平台交换", exchange),
    ("jobs", "后台任务", offer_jobs),
    ("visitors", "访问计数", forget_visitors),
    ("anchors", "审计锚点", anchor),
)
