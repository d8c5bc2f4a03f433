"""`verify_integrity`: has anybody changed what stands? The first changed row of each check, exit 1 if there is one."""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.integrity import Outcome
from liaocheng_aid.integrity import examine_all


class Command(BaseCommand):
    help = "Check audit chains, sealed rows, ledgers, locked lists and files; exit 1 and the first broken row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        outcomes = examine_all()
        seconds = round(time.monotonic() - started, 1)
        if options["json"]:
            self.stdout.write(json.dumps(_document(outcomes, seconds), ensure_ascii=False))
        else:
            self.stdout.write("\n".join([*map(_line, outcomes), f"用时 {seconds} 秒"]))
        broken = next((one for one in outcomes if one.fault), None)
        if broken and broken.fault:
            raise CommandError(f"发现改动：{broken.fault.table} {broken.fault.key}，{broken.fault.said}")


def _line(one: Outcome) -> str:
    if one.fault is None:
        return f"{one.check.label}：{one.checked:,} 条，完好"
    return f"{one.check.label}：查到第 {one.checked + 1:,} 条，{one.fault.table} {one.fault.key}，{one.fault.said}"


def _document(outcomes: list[Outcome], seconds: float) -> dict[str, Any]:
    found = [
        {
            "check": one.check.code,
            "checked": one.checked,
            "fault": one.fault and {"table": one.fault.table, "key": one.fault.key, "said": one.fault.said},
        }
        for one in outcomes
    ]
    return {"intact": all(one.fault is None for one in outcomes), "seconds": seconds, "checks": found}
