"""`appoint USERNAME --name 姓名 --role clerk --region 371522101`: somebody in office, with a password if new."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts import clock, posts
from accounts.errors import AidError
from accounts.models import Region, User
from accounts.roles import ROLES


class Command(BaseCommand):
    help = "Put somebody in office. A new user's password is typed twice, or read from standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="full name, for a new user")
        parser.add_argument("--role", required=True, choices=sorted(ROLES))
        parser.add_argument("--region", required=True, help="2 to 12 digits of the region's code")
        parser.add_argument("--as", dest="by", default="", help="the user in whose name it is done")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        region = Region.objects.filter(code=options["region"].ljust(12, "0")).first()
        if region is None:
            raise CommandError(f"no region {options['region']}")
        by = User.objects.filter(username=options["by"]).first() if options["by"] else None
        if options["by"] and by is None:
            raise CommandError(f"no user {options['by']}")
        user = User.objects.filter(username=options["username"]).first() or self._new(options)
        try:
            post = posts.appoint(user, options["role"], region, on=clock.today(), by=by)
        except AidError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"{user.full_name}: {ROLES[post.role].label}, {region.name}")

    def _new(self, options: dict[str, Any]) -> User:
        if not options["name"].strip():
            raise CommandError("--name is needed for a new user")
        user = User(username=options["username"], full_name=options["name"].strip())
        password = self._password()
        try:
            validate_password(password, user)
        except ValidationError as weak:
            raise CommandError("; ".join(weak.messages)) from weak
        user.set_password(password)
        user.save(force_insert=True)
        return user

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        first = getpass.getpass("Password: ")
        if first != getpass.getpass("Again: "):
            raise CommandError("the two passwords differ")
        return first
