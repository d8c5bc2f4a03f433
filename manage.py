#!/usr/bin/env python3
"""Django's commands. Where DATABASE_URL names no server, the embedded one runs for as long as the command does.

`migrate` acts as the owner's role; every other command as the application's.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from pathlib import Path

from liaocheng_aid import database

WITHOUT_DATABASE = {"help", "version", "collectstatic", "diffsettings"}
PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def as_owner(arguments: list[str]) -> list[str]:
    """The same arguments, with `migrate` sent to the owner's connection unless the caller chose one."""
    if arguments[1:2] != ["migrate"] or any(argument.startswith("--database") for argument in arguments):
        return arguments
    return [*arguments[:2], "--database", "owner", *arguments[2:]]


def needs_database(arguments: list[str]) -> bool:
    """Whether the command may ask the database anything."""
    asks_for_help = bool({"-h", "--help", "--version"} & set(arguments))
    return len(arguments) > 1 and arguments[1] not in WITHOUT_DATABASE and not asks_for_help


def main() -> int:
    """Run one command; the exit code of a database that cannot be started is 1, with a sentence."""
    if importlib.util.find_spec("django") is None:
        if not PYTHON.exists() or Path(sys.prefix) == PYTHON.parent.parent:
            sys.stderr.write("还没有安装。请先运行 python3 start.py。\n")
            return 1
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - the same command with the right Python
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaocheng_aid.settings")
    if "AID_MODE" not in os.environ and (mode := database.mode_of_data_folder()):
        os.environ["AID_MODE"] = mode
    from django.core.management import execute_from_command_line

    with contextlib.ExitStack() as stack:
        if needs_database(sys.argv):
            try:
                stack.enter_context(database.running(database.kind_of_environment()))
            except database.DatabaseUnavailable as error:
                sys.stderr.write(f"{error}\n")
                return 1
        execute_from_command_line(as_owner(sys.argv))
    return 0


if __name__ == "__main__":
    sys.exit(main())
