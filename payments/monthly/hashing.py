"""The hash of a list: SHA-256 over the RFC 8785 form of its header and of the digest of each line in plaintext.

The list's form is {"header": {…}, "lines": ["<digest>", …]}; it is fed to the hash as it is read, so a list of any
length takes the memory of one chunk and of its digests (32 bytes a line), which the manifest keeps to name an altered
line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from accounts import documents
from accounts.canonical import canonical
from accounts.errors import Conflict, NotHere
from accounts.models import StoredDocument
from payments.models import PaymentLine, PaymentList

CHUNK = 2000
Line = dict[str, Any]
MEDIA_TYPE = "application/octet-stream"
_IDS = ("id", "award_id", "household_id", "payee_id")
COLUMNS = (
    *_IDS,
    *("seq", "county_code", "region_code", "township", "village", "name", "id_number", "relation", "bank", "account"),
    *("holder_name", "programme", "area", "people", "standard_fen", "due_fen", "back_pay_fen", "recover_fen"),
    *("net_fen", "month_from", "month_to", "remark"),
)


@dataclass(frozen=True)
class Hashed:
    """The list's hash (hex) and its manifest: the raw digests of the lines in order, one after the other."""

    hash: str
    manifest: bytes

    def digest(self, position: int) -> bytes:
        return self.manifest[32 * position : 32 * position + 32]


def header(made: PaymentList) -> dict[str, str | int]:
    """What the hash says of the list itself."""
    return {
        "list": str(made.pk),
        "county": made.county_code,
        "month": made.month.isoformat(),
        "number": made.number,
        "programme": made.programme,
        "lines": made.lines_count,
        "people": made.people_count,
        "exceptions": made.exceptions_count,
        "total_fen": made.total_fen,
        "built_by": made.built_by_id,
        "checked_by": made.checked_by_id or 0,
    }


class Hasher:
    """Takes the lines in order, as dicts of `COLUMNS`, and gives the list's hash at the end."""

    def __init__(self, made: PaymentList) -> None:
        self._whole = hashlib.sha256(b'{"header":' + canonical(header(made)) + b',"lines":[')
        self._manifest = bytearray()

    def take(self, line: Line) -> None:
        digest = hashlib.sha256(canonical(line))
        self._whole.update(b',"' if self._manifest else b'"')
        self._whole.update(digest.hexdigest().encode() + b'"')
        self._manifest += digest.digest()

    def close(self) -> Hashed:
        self._whole.update(b"]}")
        return Hashed(self._whole.hexdigest(), bytes(self._manifest))


def lines(made: PaymentList) -> Iterator[Line]:
    """Every line in plaintext and in order, read chunk by chunk; ids as text, as the hash takes them."""
    rows = PaymentLine.objects.filter(list=made).order_by("seq").values_list(*COLUMNS)
    for row in rows.iterator(chunk_size=CHUNK):
        line: Line = dict(zip(COLUMNS, row, strict=True))
        for name in _IDS:
            line[name] = str(line[name])
        yield line


def hash_of(made: PaymentList, look: Callable[[Line], None] | None = None) -> Hashed:
    """The hash of the lines as they lie in the database now; `look` sees each line as it goes by."""
    hasher = Hasher(made)
    for line in lines(made):
        if look is not None:
            look(line)
        hasher.take(line)
    return hasher.close()


def keep_manifest(hashed: Hashed) -> StoredDocument:
    return documents.store(hashed.manifest, MEDIA_TYPE)


def verify(made: PaymentList) -> None:
    """Raises Conflict where the lines are not what was locked, naming the first that is not."""
    found = hash_of(made)
    if found.hash != made.hash:
        raise Conflict(first_altered(made, found))


def first_altered(made: PaymentList, found: Hashed) -> str:
    """The sentence that names the first line whose digest is not the one kept at the lock."""
    kept = Hashed(made.hash, _manifest(made))
    count, now = len(kept.manifest) // 32, len(found.manifest) // 32
    for position in range(min(count, now)):
        if kept.digest(position) != found.digest(position):
            return f"名单第 {position + 1} 行与冻结时不符，停办并报告系统管理员"
    if kept.manifest and count != now:
        return f"名单冻结时 {count} 行，现有 {now} 行，停办并报告系统管理员"
    return "名单与冻结时不符，停办并报告系统管理员"


def _manifest(made: PaymentList) -> bytes:
    if made.manifest_id is None:
        return b""
    try:
        return documents.read(made.manifest_id)
    except NotHere:
        return b""
