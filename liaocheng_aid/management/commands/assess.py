"""`assess [FILE]`: JSON lines in, one explained answer each out, in the same order; touches no case."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eligibility.assess import book
from eligibility.assess_lines import assess_many
from eligibility.lines.published import published_book
from eligibility.models import Standard


class Command(BaseCommand):
    help = "Answer JSON lines from FILE or standard input by the rules and the figures in force."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="JSON lines; standard input when absent")

    def handle(self, *args: Any, **options: Any) -> None:
        """A bad line answers its error and stops nothing; the exit code is 0 even then."""
        figures = book() if Standard.objects.exists() else published_book()
        path: Path | None = options["file"]
        if path is None:
            self._answer(sys.stdin.buffer, figures)
            return
        try:
            with path.open("rb") as lines:
                self._answer(lines, figures)
        except OSError as unreadable:
            raise CommandError(f"cannot read {path}: {unreadable.strerror}") from unreadable

    def _answer(self, lines: Any, figures: Any) -> None:
        write = sys.stdout.buffer.write if hasattr(sys.stdout, "buffer") else None
        for answer in assess_many(lines, figures):
            if write:
                write(answer.encode() + b"\n")
            else:
                self.stdout.write(answer)
        sys.stdout.flush()
