"""Which PostgreSQL this checkout uses, and its embedded server when none is named. Standard library only.

`DATABASE_URL` (the application's role) and `MIGRATE_DATABASE_URL` (the owner's) name a server. Without them
a server of our own runs on a Unix socket while somebody needs it: `with running("demo"): …`. Why and how:
docs/adr/0001-embedded-postgresql.md.
"""

from __future__ import annotations

import os
import warnings

from liaocheng_aid.database.binaries import tools
from liaocheng_aid.database.errors import BadDatabaseUrl, DatabaseUnavailable
from liaocheng_aid.database.keys import APP, DATABASE, OWNER, SUPERUSER, passwords
from liaocheng_aid.database.place import Kind, data_folder, make_data_folder, site
from liaocheng_aid.database.sharing import ensure, forget, running, wait_until_stopped
from liaocheng_aid.database.urls import DatabaseUrls, Fields, parse

__all__ = [
    "BadDatabaseUrl",
    "DatabaseUnavailable",
    "DatabaseUrls",
    "Fields",
    "Kind",
    "data_folder",
    "ensure",
    "forget",
    "from_environment",
    "kind_of_environment",
    "make_data_folder",
    "mode_of_data_folder",
    "resolve",
    "running",
    "tools",
    "urls",
    "wait_until_stopped",
]


def kind_of_environment() -> Kind:
    """The embedded cluster this process may touch: `test` under AID_MODE=test, else `demo`."""
    return "test" if os.environ.get("AID_MODE") == "test" else "demo"


def from_environment() -> DatabaseUrls:
    """The connections of this process, for Django's DATABASES. Starts nothing.

    Raises BadDatabaseUrl where a named URL cannot be read.
    """
    return resolve() or urls(kind_of_environment())


def mode_of_data_folder() -> str | None:
    """The mode this data folder was made for: `demo` once start.py filled it; None for any other, and for a server."""
    marker = data_folder() / "mode"
    if os.environ.get("DATABASE_URL") or not marker.exists():
        return None
    return marker.read_text().strip()


def resolve() -> DatabaseUrls | None:
    """The server named in DATABASE_URL, MIGRATE_DATABASE_URL and ADMIN_DATABASE_URL; None without DATABASE_URL.

    Raises BadDatabaseUrl, naming the variable and never its value.
    """
    named = os.environ.get("DATABASE_URL")
    if not named:
        return None
    app = parse(named, variable="DATABASE_URL")
    migrate, admin = os.environ.get("MIGRATE_DATABASE_URL"), os.environ.get("ADMIN_DATABASE_URL")
    if not migrate and os.environ.get("AID_MODE") != "test":
        warnings.warn(
            "没有设置 MIGRATE_DATABASE_URL:迁移将使用 DATABASE_URL 的角色,只增不改的表少了一层保护。",
            RuntimeWarning,
            stacklevel=2,
        )
    return DatabaseUrls(
        app=app,
        owner=parse(migrate, variable="MIGRATE_DATABASE_URL") if migrate else app,
        superuser=parse(admin, variable="ADMIN_DATABASE_URL") if admin else None,
    )


def urls(kind: Kind = "demo") -> DatabaseUrls:
    """How to reach the embedded cluster of this kind, running or not; makes its passwords if there are none yet."""
    secrets, host = passwords(kind), str(site(kind).sockets)

    def fields(role: str, name: str = DATABASE) -> Fields:
        return {"NAME": name, "USER": role, "PASSWORD": secrets[role], "HOST": host, "PORT": "5432"}

    return DatabaseUrls(app=fields(APP), owner=fields(OWNER), superuser=fields(SUPERUSER, "postgres"))
