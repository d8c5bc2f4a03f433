"""`seed_demo`: deterministic, invented demonstration data; refuses a database with cases."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import clock
from accounts.models import Region, User
from applications.models import Application
from liaocheng_aid.demonstration import night
from liaocheng_aid.demonstration.county import County


class Command(BaseCommand):
    help = "Fill one county with invented families in every programme and state."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--households", type=int, default=200)
        parser.add_argument("--county", default="371522", help="6 or 12 digits")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="the day it is told on (today)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are cases already")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.AID_MODE == "production":
            raise CommandError("demonstration data belongs to AID_MODE=demo; this is production")
        if Application.objects.exists() or User.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("the database holds cases or people already; demonstration data needs an empty one")
        county = Region.objects.filter(code=options["county"].ljust(12, "0"), level="county").first()
        if county is None:
            raise CommandError(f"no county {options['county']}: give 6 or 12 digits of one of the loaded regions")
        if options["households"] < 1:
            raise CommandError("--households must be at least 1")
        on = options["on"] or clock.today()
        if on > clock.today():
            raise CommandError("--on must not lie in the future")
        told = County(county, households=options["households"], seed=options["seed"], on=on)
        count = told.fill()
        night.tell(county, told.staff, on)
        self.stdout.write(f"{count} invented families in {county.name}")
