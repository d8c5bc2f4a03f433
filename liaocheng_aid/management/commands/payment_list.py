"""`payment_list MONTH --county CODE [--programme P] build|show|export PATH`: what the pages do, for operators."""

from __future__ import annotations

import json
import re
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from accounts import clock, jobs
from accounts.errors import AidError, Invalid
from accounts.models import Job, Region
from eligibility.programmes import Programme
from liaocheng_aid.management.named import actor_named, county_named
from payments import exports, monthly
from payments.models import ExportFile, PaymentList
from payments.monthly import figures, printed
from payments.words import amount_in_words

PATIENCE_SECONDS = 600


class Command(BaseCommand):
    help = "Build, show or export a county's payment list of a month. Writing acts are those of --as USER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("month", help="2026-12")
        parser.add_argument("--county", required=True, help="6 or 12 digits")
        parser.add_argument("--programme", default="", choices=["", *(p.value for p in Programme)])
        parser.add_argument("--number", type=int, help="which list of the month; else the last that stands")
        parser.add_argument("--as", dest="actor", default="", help="whose act it is: a user name")
        parser.add_argument("--json", action="store_true", help="show as JSON")
        parser.add_argument("action", choices=["build", "show", "export"])
        parser.add_argument("path", nargs="?", help="the folder the files are written to")

    def handle(self, *args: Any, **options: Any) -> None:
        county, month = county_named(options["county"]), _month(options["month"])
        try:
            if options["action"] == "build":
                self._build(county, month, options)
            elif options["action"] == "show":
                self._show(_standing(county, month, options), as_json=options["json"])
            else:
                self._export(_standing(county, month, options), options)
        except Invalid as wrong:
            raise CommandError(";".join(wrong.errors.values())) from wrong
        except AidError as refused:
            raise CommandError(refused.message) from refused

    def _build(self, county: Region, month: date, options: dict[str, Any]) -> None:
        actor = actor_named(options["actor"])
        made = monthly.start_build(county, month, actor=actor, on=clock.today(), programme=options["programme"])
        _finish(made.job)
        self._show(PaymentList.objects.select_related("region").get(pk=made.pk), as_json=options["json"])

    def _show(self, made: PaymentList, *, as_json: bool) -> None:
        shown = _shown(made)
        if as_json:
            self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{made.region.name} {printed.title(made)} 编号 {shown['batch']} {made.get_state_display()}")
        self.stdout.write(f"{made.lines_count} 户 {made.people_count} 人，例外 {made.exceptions_count} 条")
        self.stdout.write(f"实发 {_yuan(made.total_fen)} 元，{shown['in_words']}")
        for one in shown["programmes"]:
            self.stdout.write(f"  {one['label']}：{one['lines']} 户 {one['people']} 人 {one['total']} 元")
        if made.hash:
            self.stdout.write(f"校验值 {made.hash}")

    def _export(self, made: PaymentList, options: dict[str, Any]) -> None:
        if not options["path"]:
            raise CommandError("写明存放文件的文件夹")
        folder = Path(options["path"])
        if not folder.is_dir():
            raise CommandError(f"没有这个文件夹：{folder}")
        actor = actor_named(options["actor"])
        for kind in ExportFile.Kind.values:
            file = exports.request(made.pk, kind, actor=actor, on=clock.today())
            _finish(file.job)
        for kind in ExportFile.Kind.values:
            file, content = exports.download(made.pk, kind, actor=actor, on=clock.today())
            target = folder / file.filename
            target.touch(mode=0o600)
            target.write_bytes(content)
            self.stdout.write(f"{target} {file.lines_count} 行 {_yuan(file.total_fen or 0)} 元")


def _month(text: str) -> date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise CommandError("发放月写成 2026-12 的样子")
    return date.fromisoformat(f"{text}-01")


def _standing(county: Region, month: date, options: dict[str, Any]) -> PaymentList:
    lists: QuerySet[PaymentList] = PaymentList.objects.filter(county_code=county.county_code, month=month)
    if options["programme"]:
        lists = lists.filter(programme=options["programme"])
    if options["number"]:
        lists = lists.filter(number=options["number"])
    else:
        lists = lists.exclude(state=PaymentList.State.CANCELLED)
    found = lists.select_related("region").order_by("-number").first()
    if found is None:
        raise CommandError(f"{county.name}没有 {month:%Y-%m} 的名单，先生成")
    return found


def _finish(job: Job | None) -> None:
    """Run the job here; where a worker was faster, wait for it. Raises CommandError where it failed."""
    if job is None:
        return
    waited = 0.0
    while (state := Job.objects.get(pk=job.pk)).closed_at is None:
        held = jobs.claim(job.pk)
        if held is not None:
            jobs.run(held)
        elif waited > PATIENCE_SECONDS:
            raise CommandError("等了十分钟还没办完，稍后用 show 查看")
        else:
            time.sleep(0.5)
            waited += 0.5
    if state.state == Job.State.FAILED:
        raise CommandError(state.error)


def _shown(made: PaymentList) -> dict[str, Any]:
    return {
        "batch": printed.batch(made),
        "county": made.region_id,
        "month": f"{made.month:%Y-%m}",
        "number": made.number,
        "programme": made.programme,
        "state": made.state,
        "lines": made.lines_count,
        "people": made.people_count,
        "exceptions": made.exceptions_count,
        "total": _yuan(made.total_fen),
        "in_words": amount_in_words(made.total_fen),
        "hash": made.hash,
        "programmes": [
            {
                "programme": one.programme,
                "label": one.label,
                "lines": one.lines,
                "people": one.people,
                "total": _yuan(one.net_fen),
            }
            for one in figures.by_programme(made)
            if one.lines
        ],
    }


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
