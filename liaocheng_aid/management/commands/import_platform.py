"""`import_platform FOLDER`: takes the platform's receipts out of the exchange folder's inbox, each once."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.errors import AidError, Invalid
from applications.models import PlatformReceipt
from applications.platform import receipts
from liaocheng_aid.management.named import actor_named, county_of


class Command(BaseCommand):
    help = "Take the receipts in FOLDER/inbox; they move to taken/ or set_aside/. Exit 1 where one was set aside."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--county", default="", help="6 or 12 digits; else the county of --as")
        parser.add_argument("--as", dest="actor", default="", help="whose act it is: a user name")
        parser.add_argument("folder", help="the exchange folder, with inbox/ in it")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = actor_named(options["actor"])
        county, folder = county_of(actor, options["county"]), Path(options["folder"])
        if not (folder / "inbox").is_dir():
            raise CommandError(f"没有这个文件夹：{folder / 'inbox'}")
        try:
            taken = receipts.take_all(county, folder, actor=actor, on=clock.today())
        except Invalid as wrong:
            raise CommandError("；".join(wrong.errors.values())) from wrong
        except AidError as refused:
            raise CommandError(refused.message) from refused
        for one in taken:
            self.stdout.write(f"{one.name}：{_said(one)}")
        if not taken:
            self.stdout.write("没有新的回执")
        if any(one.fate == PlatformReceipt.Fate.QUARANTINED for one in taken):
            raise CommandError("有回执被隔离，原因见上")


def _said(receipt: PlatformReceipt) -> str:
    if receipt.fate != PlatformReceipt.Fate.TAKEN:
        return f"{receipt.get_fate_display()}，{receipt.reason}"
    return f"接收 {receipt.accepted} 行，退回 {receipt.refused} 行，新的差异 {receipt.differences_count} 处"
