"""A stored file is named by its content, encrypted on disk, and proved whenever it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from accounts import documents
from accounts.crypto.suites import Unreadable
from accounts.errors import NotHere
from accounts.models import StoredDocument

pytestmark = pytest.mark.django_db
CONTENT = "花名册 王秀英 371599".encode()


def on_disk(sha256: str) -> Path:
    return Path(settings.DOCUMENTS_DIR) / sha256[:2] / sha256[2:4] / sha256


def test_what_is_stored_is_read() -> None:
    row = documents.store(CONTENT, "text/plain")
    assert documents.read(row.sha256) == CONTENT
    assert documents.is_intact(row)


def test_nothing_of_it_is_legible_on_disk() -> None:
    row = documents.store(CONTENT, "text/plain")
    assert b"371599" not in on_disk(row.sha256).read_bytes()
    assert oct(on_disk(row.sha256).stat().st_mode & 0o777) == "0o600"


def test_twice_is_one_file() -> None:
    assert documents.store(CONTENT, "text/plain").pk == documents.store(CONTENT, "text/plain").pk
    assert StoredDocument.objects.count() == 1


@pytest.mark.parametrize("harm", ["altered", "cut", "gone"])
def test_a_harmed_file_is_not_served(harm: str) -> None:
    row = documents.store(f"{harm} {CONTENT.decode()}".encode(), "text/plain")
    path = on_disk(row.sha256)
    if harm == "gone":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        path.write_bytes(bytes(content[:-1]) if harm == "cut" else bytes(content[:-1] + bytes([content[-1] ^ 1])))
    assert not documents.is_intact(row)
    with pytest.raises((NotHere, Unreadable)):
        documents.read(row.sha256)
