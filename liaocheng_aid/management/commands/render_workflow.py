"""Write docs/workflow.md from the step table, or say whether it is still what the table says."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from applications import workflow_page


class Command(BaseCommand):
    help = "render docs/workflow.md from applications.workflow.STEPS"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail where the page is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "workflow.md"
        fresh = workflow_page.text()
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != fresh:
                raise CommandError("docs/workflow.md is stale: run `python manage.py render_workflow`")
            return
        path.write_text(fresh, encoding="utf-8")
        self.stdout.write(f"wrote {path.relative_to(settings.BASE_DIR)}")
