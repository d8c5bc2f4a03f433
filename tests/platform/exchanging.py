"""Files as a platform reads them, receipts as it writes them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from accounts import documents
from accounts.models import User
from applications.models import PlatformFile
from applications.platform import delivery, made
from tests.making import COUNTY, region

Kind = PlatformFile.Kind
ON = date(2026, 11, 25)
Rows = list[dict[str, str]]


def rows_of(file: PlatformFile) -> Rows:
    return read(documents.read(file.document_id))


def read(document: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(document.decode("utf-8-sig"), newline="")))


def make(actor: User, on: date = ON, since: date | None = None) -> PlatformFile:
    return made.make(Kind.RECIPIENTS, region(COUNTY), actor=actor, on=on, since=since)


def sent(actor: User, folder: Path, on: date = ON, since: date | None = None) -> PlatformFile:
    """The next file, made and put into the folder's outbox."""
    (folder / "outbox").mkdir(parents=True, exist_ok=True)
    file = make(actor, on, since)
    delivery.deliver(file, folder / "outbox", actor=actor, on=on)
    return file


def reply(
    folder: Path, reference: str, said: Iterable[Mapping[str, str]], /, *, name: str = "receipt.csv", **sheet: Any
) -> Path:
    """A receipt in the folder's inbox, with a sheet that fits it unless told otherwise."""
    rows = list(said)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["行号", "结果", "原因", "月额"])
    writer.writeheader()
    writer.writerows(rows)
    document = out.getvalue().encode("utf-8-sig")
    path = folder / "inbox" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(document)
    told = {"reference": reference, "rows": len(rows), "sha256": sha256(document).hexdigest(), **sheet}
    path.with_name(path.name + ".sheet.json").write_text(json.dumps(told))
    return path


def accepted(row: Mapping[str, str]) -> dict[str, str]:
    return {"行号": row["行号"], "结果": "已接收", "原因": "", "月额": row["月额"]}


def refused(row: Mapping[str, str], reason: str = "姓名与户籍不符") -> dict[str, str]:
    return {"行号": row["行号"], "结果": "退回", "原因": reason, "月额": ""}
