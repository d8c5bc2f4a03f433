"""`nightly [--on DATE]`: the night's work, safe to run twice; exit 1 and the part's name if one failed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock
from accounts.errors import Invalid
from liaocheng_aid import nightly


class Command(BaseCommand):
    help = "The whole night: enquiries, notices past their day, abandoned jobs, the audit's anchor; safe twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="the business day, YYYY-MM-DD; today without it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            parts = nightly.run(options["on"] or clock.today(), verifies=True)
        except Invalid as refused:
            raise CommandError(refused.message) from refused
        for part in parts:
            self.stdout.write(f"{part.label}：{'没有办完，' if part.failed else ''}{part.said}")
        failed = [part.label for part in parts if part.failed]
        if failed:
            raise CommandError(f"没有办完：{'、'.join(failed)}")
