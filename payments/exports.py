"""Export a released list: the roster and the bank's file, each made once, from the lines that were hashed.

The intent is a row before the file is begun; the file is written beside the stored documents, read back, and compared
with the list before it is kept. What does not agree leaves no file.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import access, audit, clock, documents, jobs
from accounts.errors import Conflict, Forbidden, Invalid, NotHere, WrongState
from accounts.models import Job, User
from accounts.roles import Permission
from payments import bankfile, roster
from payments.models import ExportFile, PaymentList
from payments.monthly import hashing, printed

JOB = "payments.export"
State = PaymentList.State
Kind = ExportFile.Kind
MEDIA_TYPES = {
    Kind.ROSTER: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.BANK: "text/csv; charset=gb18030",
}
PROGRESS_EVERY = 2000


@transaction.atomic
def request(list_pk: uuid.UUID, kind: str, *, actor: User, on: date) -> ExportFile:
    """Ask for a file of the list: whoever released it, once. Asked again, the same file answers.

    Raises NotHere, Forbidden, Invalid by kind, WrongState before the release.
    """
    access.find(PaymentList.objects.visible_to(actor), pk=list_pk)
    made = PaymentList.objects.select_for_update(of=("self",)).select_related("region").get(pk=list_pk)
    access.require(actor, Permission.RELEASE_LIST, made.region_id)
    if kind not in Kind.values:
        raise Invalid({"kind": "选择花名册或银行文件"})
    if made.state not in (State.RELEASED, State.EXPORTED):
        raise WrongState(f"名单{made.get_state_display()}，放款后再导出")
    if made.released_by_id != actor.pk:
        raise Forbidden("由放款的人导出")
    file = _intent(made, kind, actor)
    if file.written_at is None and (file.job is None or file.job.state == Job.State.FAILED):
        file.job = jobs.plan(JOB, {"file": str(file.pk)}, region=made.region, by=actor)
        file.save(update_fields=["job"])
        audit.record(actor, "list.export", made, on=on, region_code=made.region_id, detail={"kind": kind})
    return file


def _intent(made: PaymentList, kind: str, actor: User) -> ExportFile:
    try:
        with transaction.atomic():
            return ExportFile.objects.create(list=made, kind=kind, requested_by=actor, requested_at=clock.now())
    except IntegrityError:
        return ExportFile.objects.select_related("job").get(list=made, kind=kind)


@jobs.runner(JOB)
def write(held: jobs.Claim) -> None:
    """Write the file, read it back, keep it. Killed and begun again, it writes the same file."""
    file = ExportFile.objects.select_related("list__region", "requested_by").get(pk=held.job.params["file"])
    made = file.list
    access.require(file.requested_by, Permission.RELEASE_LIST, made.region_id)
    settings.DOCUMENTS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    if file.written_at is None:
        with TemporaryDirectory(dir=settings.DOCUMENTS_DIR, prefix=".export-") as scratch:
            path = Path(scratch) / file.kind
            try:
                count, total = _write(held, file, path)
            except (roster.RosterError, bankfile.BankFileError) as refused:
                raise WrongState(refused.message) from refused
            if (count, total) != (made.lines_count, made.total_fen):
                raise Conflict(f"文件 {count} 行 {total} 分，与名单不符，没有导出")
            content = path.read_bytes()
        _keep(held, file, content)
    held.finish()


def _write(held: jobs.Claim, file: ExportFile, path: Path) -> tuple[int, int]:
    """Count and sum of the written file, recomputed from its bytes. Raises Conflict where the lines were altered."""
    made = file.list
    hasher = hashing.Hasher(made)

    def passing() -> Iterator[hashing.Line]:
        for line in hashing.lines(made):
            hasher.take(line)
            if line["seq"] % PROGRESS_EVERY == 0:
                held.progress(line["seq"], made.lines_count)
            yield line

    if file.kind == Kind.ROSTER:
        roster.write_roster(path, printed.roster_heading(made), map(printed.roster_row, passing()))
        found = roster.read_back(path)
        counted = (found.lines, found.net_fen)
    else:
        bankfile.write_bank_csv(path, printed.bank_heading(made), map(printed.bank_row, passing()))
        sent = bankfile.read_back(path)
        counted = (sent.lines, sent.total_fen)
    hashed = hasher.close()
    if hashed.hash != made.hash:
        raise Conflict(hashing.first_altered(made, hashed))
    return counted


def _keep(held: jobs.Claim, file: ExportFile, content: bytes) -> None:
    with held.step():
        made = PaymentList.objects.select_for_update(of=("self",)).select_related("region").get(pk=file.list_id)
        file.document = documents.store(content, MEDIA_TYPES[Kind(file.kind)])
        file.filename = filename(made, file.kind)
        file.lines_count, file.total_fen, file.written_at = made.lines_count, made.total_fen, clock.now()
        file.save(update_fields=["document", "filename", "lines_count", "total_fen", "written_at"])
        written = ExportFile.objects.filter(list=made, written_at__isnull=False).count()
        if made.state == State.RELEASED and written == len(Kind):
            made.state, made.exported_at = State.EXPORTED, clock.now()
            made.save(update_fields=["state", "exported_at"])
        audit.record(
            file.requested_by,
            "list.exported",
            made,
            on=clock.today(),
            region_code=made.region_id,
            after=file.document.sha256,
            detail={"kind": file.kind, "lines": made.lines_count, "total_fen": made.total_fen},
        )


def filename(made: PaymentList, kind: str) -> str:
    """No name and no number of a person: the county, the list and what it is."""
    ending = "xlsx" if kind == Kind.ROSTER else "csv"
    return f"{made.region.name}{printed.batch(made)}{Kind(kind).label}.{ending}"


@transaction.atomic
def download(list_pk: uuid.UUID, kind: str, *, actor: User, on: date) -> tuple[ExportFile, bytes]:
    """The kept file, for whoever may have it: the roster who sees lists, the bank's file who releases. Audited.

    Raises NotHere where there is none (yet), Forbidden.
    """
    files = ExportFile.objects.filter(list__in=PaymentList.objects.visible_to(actor), written_at__isnull=False)
    file = access.find(files.select_related("list"), list_id=list_pk, kind=kind)
    if file.kind == Kind.BANK:
        access.require(actor, Permission.RELEASE_LIST, file.list.region_id)
    if file.document_id is None:
        raise NotHere
    content = documents.read(file.document_id)
    audit.record(actor, "list.download", file.list, on=on, region_code=file.list.region_id, detail={"kind": file.kind})
    return file, content
