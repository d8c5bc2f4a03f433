"""The daily report: what went out and is not acknowledged as it was sent."""

from __future__ import annotations

import csv
import io
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from applications.models import PlatformDifference, PlatformFile, PlatformReceipt
from households.masking import mask_name

# A spreadsheet takes a cell that begins with one of these for a formula; the reason is the platform's own text.
_MEANINGS = ("=", "+", "-", "@", "\t", "\r")
HEADINGS = ("文件编号", "行号", "差异", "原因", "受理编号", "姓名", "我方月额", "平台月额", "收到日期")


def unanswered(files: QuerySet[PlatformFile], on: date) -> QuerySet[PlatformFile]:
    """Files of earlier days to a platform no receipt was taken for."""
    taken = PlatformReceipt.objects.filter(file=OuterRef("pk"), fate=PlatformReceipt.Fate.TAKEN)
    platform = files.exclude(kind=PlatformFile.Kind.STATUS)
    return platform.filter(~Exists(taken), until__lt=on).order_by("until", "reference")


def standing(differences: QuerySet[PlatformDifference]) -> QuerySet[PlatformDifference]:
    """The open ones with what a page shows of them, the oldest first."""
    rows = differences.filter(settlement=None).select_related("receipt__file", "person")
    return rows.order_by("receipt__at", "receipt_id", "line")


def as_csv(files: QuerySet[PlatformFile], differences: QuerySet[PlatformDifference], on: date) -> bytes:
    """The report of that day: unanswered files, then rows. Names are masked, numbers of people are not in it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for file in unanswered(files, on):
        writer.writerow((file.reference, "", "整份未回应", "", "", "", "", "", ""))
    for one in standing(differences).iterator(1000):
        sent = one.receipt.file
        cells = (
            sent.reference if sent else "",
            str(one.line),
            one.get_why_display(),
            one.reason,
            one.case_number,
            mask_name(one.person.name if one.person else ""),
            one.sent,
            one.acknowledged,
            f"{timezone.localtime(one.receipt.at):%Y-%m-%d}",
        )
        writer.writerow([_plain(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_MEANINGS) else cell
