"""The scan of a paper: what it is by its content, never by its name."""

from __future__ import annotations

from accounts import documents
from accounts.errors import Invalid
from accounts.models import StoredDocument

MOST_BYTES = 10 * 1024 * 1024
_BEGINS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def media_type(content: bytes) -> str:
    """What its first bytes say. Raises Invalid for anything but PDF, JPEG and PNG, for nothing, and above 10 MB."""
    if not content:
        raise Invalid({"scan": "文件是空的，重新选择"})
    if len(content) > MOST_BYTES:
        raise Invalid({"scan": "扫描件最大 10 MB"})
    for begin, kind in _BEGINS.items():
        if content.startswith(begin):
            return kind
    raise Invalid({"scan": "扫描件用 PDF、JPG 或 PNG"})


def keep(content: bytes) -> StoredDocument:
    """Stored once by its content, encrypted. Raises as `media_type`."""
    return documents.store(content, media_type(content))
