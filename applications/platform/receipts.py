"""Take what a platform sent back: each file whole or not at all, and what it does not hold as we sent it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from accounts import access, audit, clock, documents
from accounts.canonical import digest
from accounts.errors import Invalid, WrongState
from accounts.models import Region, User
from accounts.roles import Permission
from applications.models import PlatformDifference, PlatformFile, PlatformReceipt, PlatformSettlement
from applications.platform import rows, written
from verification.sources.base import Delivered, SourceUnavailable
from verification.sources.transports.files import Inbox

Fate = PlatformReceipt.Fate
Why = PlatformDifference.Why
ACCEPTED, REFUSED = "已接收", "退回"
RESULT, REASON = "结果", "原因"
LONGEST_REASON = 200
BATCH = 1000
_REFERENCE = re.compile(r"[a-z]+-[0-9]{6}-[0-9]{6,9}")
_LINE = re.compile(r"[1-9][0-9]{0,8}")
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,8})\.[0-9]{2}")


class Unusable(Exception):
    """The whole file is set aside; the message says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the platform says of one of our rows; `amount` is "" where it names none."""

    is_accepted: bool
    reason: str
    amount: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A receipt beside its file: how many rows it accepts, how many it names, what agrees by key, what differs."""

    file: PlatformFile
    accepted: int
    named: int
    agreed: set[str]
    differing: list[PlatformDifference]


def take_all(county: Region, folder: Path, *, actor: User | None, on: date) -> list[PlatformReceipt]:
    """Every whole file in the folder's inbox, each in a transaction of its own. Raises Invalid by `path`, Forbidden."""
    if actor is not None:
        access.require(actor, Permission.RUN_NIGHT, county.code)
    inbox = Inbox(folder, "平台回执")
    try:
        taken = []
        for delivered in inbox.collect():
            receipt = take(county, delivered, actor=actor, on=on)
            inbox.settle(delivered, is_taken=receipt.fate != Fate.QUARANTINED)
            taken.append(receipt)
        return taken
    except (SourceUnavailable, OSError) as broken:
        raise Invalid({"path": f"这个文件夹读不出或写不进：{folder}"}) from broken


@transaction.atomic
def take(county: Region, delivered: Delivered, *, actor: User | None, on: date) -> PlatformReceipt:
    """Record one file that came back, with the differences it shows. The same bytes are taken once.

    Raises Forbidden, NotHere, WrongState while another is being taken.
    """
    if actor is not None:
        access.require(actor, Permission.RUN_NIGHT, county.code)
    _turn(county)
    receipt = PlatformReceipt(
        region=county,
        county_code=county.county_code,
        # A share may hold a name in another encoding than this machine's.
        name=delivered.name.encode(errors="replace").decode()[:200],
        document=documents.store(delivered.raw, delivered.media_type),
        fate=Fate.TAKEN,
        taken_by=actor,
        at=clock.now(),
    )
    try:
        file = _file(county, delivered)
        # Of this file: two files of one row each may well be answered in the same words.
        if file.receipts.filter(fate=Fate.TAKEN, document=receipt.document).exists():
            receipt.fate, receipt.reason = Fate.DUPLICATE, f"{file.reference} 同样的回执已采用过"
            return _seal(receipt, actor, on)
        found = _compare(file, read(delivered))
    except Unusable as unusable:
        receipt.fate, receipt.reason = Fate.QUARANTINED, str(unusable)[:200]
        return _seal(receipt, actor, on)
    return _keep(receipt, found, actor, on)


@transaction.atomic
def read_aside(receipt: PlatformReceipt, *, actor: User, on: date) -> bytes:
    """The bytes as they came, for whoever runs the exchange; each reading is on record. Raises NotHere, Forbidden."""
    access.require(actor, Permission.RUN_NIGHT, receipt.region_id)
    content = documents.read(receipt.document_id)
    audit.record(actor, "platform.receipt.read", receipt, on=on, region_code=receipt.region_id)
    return content


def _turn(county: Region) -> None:
    with connection.cursor() as cursor:
        receipts = f"platform-receipts:{county.county_code}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [receipts])
        if not cursor.fetchone()[0]:
            raise WrongState("回执正在接收，过一会儿再办")


def _seal(receipt: PlatformReceipt, actor: User | None, on: date) -> PlatformReceipt:
    post = access.post_label(actor, receipt.region_id)
    return audit.seal(
        receipt, actor, f"platform.receipt.{receipt.fate}", on=on, region_code=receipt.region_id, post=post
    )


def _file(county: Region, delivered: Delivered) -> PlatformFile:
    """The file the sheet names, of this county, that went out. Raises Unusable."""
    if delivered.sha256 is None or delivered.sha256.lower() != sha256(delivered.raw).hexdigest():
        raise Unusable("文件与清单的校验值不符，可能不完整")
    if not _REFERENCE.fullmatch(delivered.reference):
        raise Unusable("清单没有写明所答的文件编号")
    sent = PlatformFile.objects.answerable().filter(county_code=county.county_code, reference=delivered.reference)
    file = sent.first()
    if file is None:
        raise Unusable(f"没有发出过编号为 {delivered.reference} 的文件")
    if not file.deliveries.exists():
        raise Unusable(f"{file.reference} 还没有送出")
    return file


def read(delivered: Delivered) -> dict[int, Line]:
    """What is said of each line. Raises Unusable where anything can't be read: whole or not at all."""
    if b"\0" in delivered.raw:
        raise Unusable("文件里有空字符，不是文本")
    try:
        text = io.TextIOWrapper(io.BytesIO(delivered.raw), written.ENCODING, newline="")
        said = dict(_lines(csv.DictReader(text, strict=True)))
    except (UnicodeDecodeError, csv.Error) as broken:
        raise Unusable("文件不是 UTF-8 的 CSV") from broken
    if delivered.rows != len(said):
        raise Unusable(f"清单写 {delivered.rows} 行，文件有 {len(said)} 行")
    return said


def _lines(found: csv.DictReader[str]) -> Iterator[tuple[int, Line]]:
    if missing := {rows.LINE, RESULT} - set(found.fieldnames or ()):
        raise Unusable(f"缺少列：{'、'.join(sorted(missing))}")
    seen = set[int]()
    for place, cells in enumerate(found, start=1):
        number, result = (cells[rows.LINE] or "").strip(), (cells[RESULT] or "").strip()
        reason, amount = (cells.get(REASON) or "").strip(), (cells.get(rows.AMOUNT) or "").strip()
        if not _LINE.fullmatch(number) or int(number) in seen:
            raise Unusable(f"第 {place} 行的行号读不出或重复")
        if result not in (ACCEPTED, REFUSED) or (result == REFUSED and not reason):
            raise Unusable(f"第 {place} 行的结果写“{ACCEPTED}”，或“{REFUSED}”并写原因")
        if amount and not _AMOUNT.fullmatch(amount):
            raise Unusable(f"第 {place} 行的月额不是两位小数")
        seen.add(int(number))
        yield int(number), Line(result == ACCEPTED, reason[:LONGEST_REASON], amount)


def _compare(file: PlatformFile, said: dict[int, Line]) -> Compared:
    """Each row we sent beside what is said of it. Raises Unusable for a row that was never sent."""
    agreed, differing, named = set[str](), list[PlatformDifference](), 0
    for row in written.read(documents.read(file.document_id)):
        answer = said.get(int(row[rows.LINE]))
        named += answer is not None
        differs = _differs(row, answer)
        if differs is None:
            agreed.add(key_of(row))
        else:
            differing.append(differs)
    if named != len(said):
        raise Unusable(f"有 {len(said) - named} 行不在所发的 {file.reference} 中")
    return Compared(file, sum(line.is_accepted for line in said.values()), len(said), agreed, differing)


def key_of(row: dict[str, str]) -> str:
    """By it a row of a later file is known to be the same."""
    return ":".join(row.get(column, "") for column in rows.KEY)


def _differs(row: dict[str, str], answer: Line | None) -> PlatformDifference | None:
    sent = row.get(rows.AMOUNT, "")
    if answer is None:
        why, reason, amount = Why.MISSING, "", ""
    elif not answer.is_accepted:
        why, reason, amount = Why.REFUSED, answer.reason, answer.amount
    elif answer.amount and answer.amount != (sent or "0.00"):
        why, reason, amount = Why.SUM, answer.reason, answer.amount
    else:
        return None
    person = row.get(rows.KEY[2])
    return PlatformDifference(
        line=int(row[rows.LINE]),
        key=key_of(row),
        why=why,
        reason=reason,
        sent=sent,
        acknowledged=amount,
        case_number=row.get(rows.CASE, ""),
        person_id=UUID(person) if person else None,
    )


def _keep(receipt: PlatformReceipt, found: Compared, actor: User | None, on: date) -> PlatformReceipt:
    """The receipt, the differences nobody knew of yet, and which older ones are none any more."""
    before = _open(found)
    known = {(one.key, one.why, one.reason, one.acknowledged) for one in before}
    fresh = [one for one in found.differing if (one.key, one.why, one.reason, one.acknowledged) not in known]
    receipt.file, receipt.accepted, receipt.refused = found.file, found.accepted, found.named - found.accepted
    receipt.differences_count, receipt.digest = len(fresh), digest_of(fresh)
    for one in fresh:
        one.receipt = receipt
    _seal(receipt, actor, on)
    PlatformDifference.objects.bulk_create(fresh, batch_size=BATCH)
    # A row that differs otherwise now is open as it differs now.
    changed = {one.key for one in fresh}
    settled = [one for one in before if one.key in found.agreed or one.key in changed]
    PlatformSettlement.objects.bulk_create(
        [PlatformSettlement(difference=one, receipt=receipt) for one in settled], batch_size=BATCH
    )
    return receipt


def _open(found: Compared) -> list[PlatformDifference]:
    """What was open of this county and kind."""
    of_file = {"receipt__county_code": found.file.county_code, "receipt__file__kind": found.file.kind}
    return list(PlatformDifference.objects.open().filter(**of_file))


def digest_of(differences: Iterable[PlatformDifference]) -> str:
    """What a receipt's seal promises of its differences, by line."""
    said = [
        [one.line, one.key, str(one.why), one.reason, one.sent, one.acknowledged, one.case_number]
        for one in sorted(differences, key=lambda one: one.line)
    ]
    return digest(said)
