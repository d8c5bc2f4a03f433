"""Stored files by content hash, encrypted on disk; what a file belongs to is the upper floors' matter."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings

from accounts import clock
from accounts.crypto import keys
from accounts.crypto.suites import Unreadable
from accounts.errors import NotHere
from accounts.models import StoredDocument

DOMAIN = "document"


def _path(sha256: str) -> Path:
    return Path(settings.DOCUMENTS_DIR) / sha256[:2] / sha256[2:4] / sha256


def store(content: bytes, media_type: str) -> StoredDocument:
    """Keep the content once. The file is on disk, whole and synced, before its row is written."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(sha256)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(keys.seal(content, DOMAIN))
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    if row := StoredDocument.objects.filter(pk=sha256).first():
        return row
    made = StoredDocument(
        sha256=sha256, size=len(content), media_type=media_type, key_id=keys.current(), stored_at=clock.now()
    )
    StoredDocument.objects.bulk_create([made], ignore_conflicts=True)
    return made


def read(sha256: str) -> bytes:
    """The content, proved against its name. Raises NotHere where the file is gone or altered."""
    path = _path(sha256)
    if not path.exists():
        raise NotHere
    content = keys.unseal(path.read_bytes(), DOMAIN)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotHere
    return content


def is_intact(row: StoredDocument) -> bool:
    """Whether the stored file is there and is what its name says."""
    try:
        return len(read(row.sha256)) == row.size
    except (NotHere, Unreadable):
        return False
