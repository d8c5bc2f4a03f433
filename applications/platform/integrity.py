"""What the exchange promises: numbers without a gap, files of as many rows as they say, differences as sealed."""

from __future__ import annotations

from itertools import groupby

from accounts import documents
from accounts.errors import NotHere
from accounts.integrity import CHUNK, UNREADABLE, Check, Fault, Verdicts
from applications.models import PlatformDifference, PlatformFile, PlatformReceipt
from applications.platform import written
from applications.platform.receipts import digest_of

FILE, RECEIPT = PlatformFile._meta.db_table, PlatformReceipt._meta.db_table


def checks() -> tuple[Check, ...]:
    return (Check("platform_files", "平台文件", files), Check("platform_receipts", "平台回执", receipts))


def files() -> Verdicts:
    """Each series is numbered from 1 without a gap; a file's bytes hold as many rows as it says."""
    rows = PlatformFile.objects.order_by("county_code", "kind", "receiver", "number").iterator(CHUNK)
    for _, series in groupby(rows, key=lambda file: (file.county_code, file.kind, file.receiver)):
        for expected, file in enumerate(series, start=1):
            if file.number != expected:
                yield Fault(FILE, file.reference, f"缺少第 {expected} 号，已被删去")
            yield _as_made(file)


def _as_made(file: PlatformFile) -> Fault | None:
    try:
        found = sum(1 for _ in written.read(documents.read(file.document_id)))
    except (NotHere, *UNREADABLE):
        return Fault(FILE, file.reference, "存档的文件不在或已被改动")
    return None if found == file.rows else Fault(FILE, file.reference, f"应有 {file.rows} 行，文件有 {found} 行")


def receipts() -> Verdicts:
    """The differences of a receipt, hashed again, are those it was sealed with."""
    for receipt in PlatformReceipt.objects.filter(fate=PlatformReceipt.Fate.TAKEN).order_by("pk").iterator(CHUNK):
        found = list(PlatformDifference.objects.filter(receipt=receipt))
        is_same = (len(found), digest_of(found)) == (receipt.differences_count, receipt.digest)
        yield None if is_same else Fault(RECEIPT, str(receipt.pk), f"{receipt.name} 的差异与收到时不符，已被改动")
