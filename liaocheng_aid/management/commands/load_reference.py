"""`load_reference`: regions, published figures and the working-day calendar; safe to run again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts import posts, regions
from applications import holidays
from eligibility import standards


class Command(BaseCommand):
    help = "Load Liaocheng's regions, published standards and the State Council calendar; renew what roles permit."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = (regions.load(), standards.load(), holidays.load())
        self.stdout.write(f"regions +{counts[0]}, figures +{counts[1]}, calendar days +{counts[2]}")
        self.stdout.write(f"grants +{posts.regrant()}")
