"""The embedded cluster's generated passwords: one 0600 file a cluster in the keys folder."""

from __future__ import annotations

import contextlib
import json
import os
import secrets

from liaocheng_aid.database.errors import DatabaseUnavailable
from liaocheng_aid.database.place import Kind, make_data_folder

SUPERUSER, OWNER, APP, DATABASE = "postgres", "aid_owner", "aid_app", "aid"


def passwords(kind: Kind) -> dict[str, str]:
    """Role → password, made once; of several processes that start at once the first one's stand."""
    path = make_data_folder() / "keys" / f"postgresql-{kind}.json"
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump({role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER, APP)}, file)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(fresh, path)
            fresh.unlink()
        read: dict[str, str] = json.loads(path.read_text())
    except PermissionError as error:
        raise DatabaseUnavailable(f"当前用户读不了 {path}:请用第一次启动时的用户运行,或改用 DATABASE_URL。") from error
    return read
