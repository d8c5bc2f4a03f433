"""Make the next file of a kind: number, rows and stored bytes in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection, transaction

from accounts import access, audit, clock, documents
from accounts.errors import Invalid, WrongState
from accounts.models import AuditChain, Region, StoredDocument, User
from accounts.roles import Permission
from applications.models import PlatformFile
from applications.platform import credit, rows, status, written
from applications.platform.rows import Window, Written

Kind = PlatformFile.Kind
RECEIVERS = {Kind.RECIPIENTS: "省社会救助平台", Kind.CREDIT: "市公共信用平台"}
PLATFORMS: dict[Kind, tuple[tuple[str, ...], Callable[[Window, date], Iterator[Written]]]] = {
    Kind.RECIPIENTS: (rows.HEADINGS, rows.recipients),
    Kind.CREDIT: (credit.HEADINGS, credit.records),
}


@transaction.atomic
def make(kind: Kind, county: Region, *, actor: User | None, on: date, since: date | None = None) -> PlatformFile:
    """The next file for a platform: what was recorded since the last one, and decided since a day.

    One made before and never written out is answered instead. Raises NotHere, Forbidden, Invalid by `since` or `row`,
    WrongState while another is being made. The night has no actor.
    """
    _may(actor, county)
    if since is not None and since > on:
        raise Invalid({"since": f"起始日期填 {on} 或更早"})
    last = _turn(county, kind, RECEIVERS[kind])
    if last is not None and not last.deliveries.exists():
        return last
    headings, read = PLATFORMS[kind]
    after = last.until_seq if last else None
    window = Window(county.county_code, after, _head(county), since)
    made = written.content(headings, read(window, on))
    begins = since or (last.until if last else None)
    return _seal(_file(kind, county, RECEIVERS[kind], last, window, made, begins, actor, on), actor, on)


@transaction.atomic
def answer(county: Region, raw: bytes, *, department: str, purpose: str, actor: User, on: date) -> PlatformFile:
    """The status of the people a department asks about, and of nobody else (社会救助法 art. 42).

    Raises NotHere, Forbidden, Invalid by `department`, `purpose` or `asked`.
    """
    _may(actor, county)
    department, purpose = department.strip(), purpose.strip()
    numbers = status.asked(raw)
    if errors := status.refused(department, purpose):
        raise Invalid(errors)
    last = _turn(county, Kind.STATUS, department)
    if last is not None and not last.deliveries.exists():
        return last
    window = Window(county.county_code, last.until_seq if last else None, _head(county), None)
    made = written.content(status.HEADINGS, status.rows(county, numbers, on))
    file = _file(Kind.STATUS, county, department, last, window, made, None, actor, on)
    file.purpose, file.asked = purpose, documents.store(raw, "text/plain")
    with audit.setting(purpose=purpose):
        return _seal(file, actor, on)


def _may(actor: User | None, county: Region) -> None:
    if actor is not None:
        access.require(actor, Permission.RUN_NIGHT, county.code)


def _turn(county: Region, kind: Kind, receiver: str) -> PlatformFile | None:
    """The last file of this series, while nobody else makes the next. Making one takes long: nobody waits for it."""
    with connection.cursor() as cursor:
        series = f"platform:{county.county_code}:{kind}:{receiver}"
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [series])
        if not cursor.fetchone()[0]:
            raise WrongState("同一种文件正在生成，过一会儿再办")
    series_files = PlatformFile.objects.filter(county_code=county.county_code, kind=kind, receiver=receiver)
    return series_files.order_by("-number").first()


def _head(county: Region) -> int:
    """The last number of the county's audit chain: whatever it covers is committed."""
    return AuditChain.objects.filter(county_code=county.county_code).values_list("seq", flat=True).first() or 0


def _file(
    kind: Kind,
    county: Region,
    receiver: str,
    last: PlatformFile | None,
    window: Window,
    made: written.Content,
    since: date | None,
    actor: User | None,
    on: date,
) -> PlatformFile:
    number = last.number + 1 if last else 1
    named = f"{receiver}-" if kind == Kind.STATUS else ""
    return PlatformFile(
        region=county,
        county_code=county.county_code,
        kind=kind.value,
        receiver=receiver,
        number=number,
        reference=f"{kind.value}-{county.county_code}-{named}{number:06d}",
        since=since,
        until=on,
        after_seq=window.after_seq or 0,
        until_seq=window.until_seq,
        rows=made.rows,
        total_fen=made.total_fen,
        document=_stored(made),
        made_by=actor,
        made_at=clock.now(),
    )


def _stored(made: written.Content) -> StoredDocument:
    return documents.store(made.document, written.MEDIA_TYPE)


def _seal(file: PlatformFile, actor: User | None, on: date) -> PlatformFile:
    post = access.post_label(actor, file.region_id)
    return audit.seal(file, actor, f"platform.{file.kind}", on=on, region_code=file.region_id, post=post)
