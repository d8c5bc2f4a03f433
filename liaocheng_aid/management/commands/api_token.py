"""`api_token USERNAME --days N --as USER`: a key to the interface, told once. `--list`, `--revoke ID`."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import clock, tokens
from accounts.errors import AidError
from accounts.models import ApiToken, User


class Command(BaseCommand):
    help = "Issue a token of the interface for a user, list the user's tokens, or revoke one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="whose posts the token carries")
        parser.add_argument("--days", type=int, default=90, help=f"1 to {tokens.MOST_DAYS}; 90 unless given")
        parser.add_argument("--as", dest="by", default="", help="the user in whose name it is done")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--list", action="store_true", help="the user's tokens; none is shown again")
        what.add_argument("--revoke", type=uuid.UUID, metavar="ID", help="end this token now")

    def handle(self, *args: Any, **options: Any) -> None:
        user = _user(options["username"])
        if options["list"]:
            for row in user.tokens.all():
                self.stdout.write(f"{row.pk} 至 {timezone.localtime(row.expires_at):%Y-%m-%d %H:%M} {_state(row)}")
            return
        if not options["by"]:
            raise CommandError("写明以谁的名义办理：--as 用户名")
        try:
            self._write(user, _user(options["by"]), options)
        except AidError as refused:
            raise CommandError(refused.message) from refused

    def _write(self, user: User, by: User, options: dict[str, Any]) -> None:
        if options["revoke"]:
            if not user.tokens.filter(pk=options["revoke"]).exists():
                raise CommandError(f"{user.full_name}没有这个令牌")
            tokens.revoke(options["revoke"], by=by, on=clock.today())
            self.stdout.write("已停用")
            return
        row, text = tokens.issue(user, options["days"], by=by, on=clock.today())
        self.stdout.write(text)
        until = timezone.localtime(row.expires_at)
        self.stderr.write(f"编号 {row.pk}，{until:%Y-%m-%d %H:%M} 到期；令牌只显示这一次，抄好存放")


def _user(name: str) -> User:
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"没有这个用户：{name}")
    return user


def _state(row: ApiToken) -> str:
    if row.revoked_at:
        return "已停用"
    return "有效" if row.expires_at > clock.now() else "已过期"
