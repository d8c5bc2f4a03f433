"""`export_platform --kind recipients|credit|status --since DATE PATH`: numbered files out, and the same bytes again."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.errors import AidError, Invalid
from accounts.models import Region, User
from applications.models import PlatformFile
from applications.platform import delivery, made
from liaocheng_aid.management.named import actor_named, county_of

Kind = PlatformFile.Kind


class Command(BaseCommand):
    help = "Write the next numbered file for a platform or a department, or the same bytes of an earlier one again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", required=True, choices=Kind.values)
        parser.add_argument(
            "--since", type=date.fromisoformat, help="decided on or after this day; else the last's end"
        )
        parser.add_argument("--resend", type=int, metavar="NUMBER", help="the very same bytes of this number again")
        parser.add_argument("--asked", metavar="FILE", help="status: the numbers asked about, one a line")
        parser.add_argument("--for", dest="department", default="", help="status: the department that asks")
        parser.add_argument("--purpose", default="", help="status: what it is asked for")
        parser.add_argument("--county", default="", help="6 or 12 digits; else the county of --as")
        parser.add_argument("--as", dest="actor", default="", help="whose act it is: a user name")
        parser.add_argument("path", help="a folder, or the file itself; nothing is overwritten")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = actor_named(options["actor"])
        county, kind = county_of(actor, options["county"]), Kind(options["kind"])
        if kind == Kind.STATUS and options["since"]:
            raise CommandError("身份认定按名单答复，不用写 --since")
        try:
            if options["resend"] is not None:
                self._resend(county, kind, actor, options)
            else:
                self._export(county, kind, actor, options)
        except Invalid as wrong:
            raise CommandError("；".join(wrong.errors.values())) from wrong
        except AidError as refused:
            raise CommandError(refused.message) from refused

    def _export(self, county: Region, kind: Kind, actor: User, options: dict[str, Any]) -> None:
        before, today = clock.now(), clock.today()
        if kind == Kind.STATUS:
            file = made.answer(
                county,
                _read(options["asked"]),
                department=options["department"],
                purpose=options["purpose"],
                actor=actor,
                on=today,
            )
        else:
            file = made.make(kind, county, actor=actor, on=today, since=options["since"])
        path = delivery.deliver(file, Path(options["path"]), actor=actor, on=today)
        self._say(file, path)
        if file.made_at < before:
            self.stdout.write("这一号上次生成后没有送出，已先送出；再运行一次生成下一号")

    def _resend(self, county: Region, kind: Kind, actor: User, options: dict[str, Any]) -> None:
        receiver = options["department"].strip() if kind == Kind.STATUS else made.RECEIVERS[kind]
        file = delivery.find(county.county_code, kind, options["resend"], receiver)
        self._say(file, delivery.resend(file, Path(options["path"]), actor=actor, on=clock.today()))

    def _say(self, file: PlatformFile, path: Path) -> None:
        self.stdout.write(f"{path} 第 {file.number} 号 {file.rows} 行 校验值 {file.document_id}")


def _read(path: str | None) -> bytes:
    if not path:
        raise CommandError("写明问的是谁：--asked 名单文件")
    try:
        return Path(path).read_bytes()
    except OSError as broken:
        raise CommandError(f"名单文件读不出：{path}") from broken
