"""A file's bytes: rows to CSV and back; and the sheet that proves it whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts.errors import Invalid
from applications.models import PlatformFile
from applications.platform.rows import NAME, NUMBER, Written
from payments.bankfile import BankFileError, refuse_text

ENCODING = "utf-8-sig"
MEDIA_TYPE = "text/csv"


@dataclass(frozen=True, slots=True)
class Content:
    """A file as bytes, how many rows it has below its heading, and what they add up to."""

    document: bytes
    rows: int
    total_fen: int


def content(headings: tuple[str, ...], rows: Iterable[Written]) -> Content:
    """One row after the other; only the bytes themselves are kept. Raises Invalid, naming the row, for refused text."""
    out = io.BytesIO()
    text = io.TextIOWrapper(out, ENCODING, newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    count = total = 0
    for count, row in enumerate(rows, start=1):
        _check(count, row)
        writer.writerow((count, *row.cells))
        total += row.fen
    text.flush()
    return Content(out.getvalue(), count, total)


def _check(line: int, row: Written) -> None:
    """Only what somebody typed can hold a sign; a changed name would be somebody else's, so it is refused."""
    try:
        if row.name:
            refuse_text(line, NAME, row.name)
        if row.number:
            refuse_text(line, NUMBER, row.number)
    except BankFileError as refused:
        raise Invalid({"row": f"{refused.message}（受理编号 {row.case}）"}) from refused


def read(document: bytes) -> Iterator[dict[str, str]]:
    """The rows of a file we wrote, by heading."""
    return csv.DictReader(io.TextIOWrapper(io.BytesIO(document), ENCODING, newline=""))


def sheet(file: PlatformFile) -> bytes:
    """What a receiver checks the file against."""
    said = {
        "reference": file.reference,
        "kind": file.kind,
        "county": file.region_id,
        "receiver": file.receiver,
        "number": file.number,
        "rows": file.rows,
        "total": f"{file.total_fen // 100}.{file.total_fen % 100:02d}",
        "sha256": file.document_id,
        "since": file.since.isoformat() if file.since else None,
        "until": file.until.isoformat(),
        "made_at": file.made_at.isoformat(),
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()
