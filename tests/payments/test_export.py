"""Export a released list: two files, each made once, whose totals are those of the list."""

from __future__ import annotations

import pytest
from python_calamine import CalamineWorkbook

from accounts import documents, jobs
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry, Job
from payments import exports
from payments.models import ExportFile, PaymentList
from payments.words import amount_in_words
from tests.conftest import superuser, test_database
from tests.making import OTHER_COUNTY, make_award, make_household, make_person, make_user
from tests.payments import stories
from tests.payments.stories import ON, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> stories.Office:
    return stories.Office()


@pytest.fixture
def released(office: stories.Office) -> PaymentList:
    make_award(make_household(people=[make_person("买买提·吐尔逊"), make_person()]), amount_fen=40_001)
    make_award(amount_fen=60_000)
    return stories.release(office, stories.build(office))


def export(office: stories.Office, made: PaymentList) -> dict[str, bytes]:
    for kind in ("roster", "bank"):
        exports.request(made.pk, kind, actor=office.release, on=ON)
    stories.run_jobs()
    return {kind: exports.download(made.pk, kind, actor=office.release, on=ON)[1] for kind in ("roster", "bank")}


def test_it_works(office: stories.Office, released: PaymentList, tmp_path: object) -> None:
    files = export(office, released)
    made = stories.fresh(released)
    assert (made.state, made.exported_at is not None) == ("exported", True)
    assert set(made.files.values_list("kind", "lines_count", "total_fen")) == {
        ("roster", 2, 100_001),
        ("bank", 2, 100_001),
    }
    lines = files["bank"].decode("gb18030").split("\r\n")
    assert lines[0] == "H,37152220261201,2,1000.01,莘县,202612"
    assert lines[3] == "T,2,1000.01"
    first = made.lines.get(seq=1)
    assert (
        lines[1]
        == f"37152220261201,1,{first.account},{first.holder_name},{first.net_fen / 100:.2f},最低生活保障2026年12月"
    )


def test_the_roster_agrees_with_the_list(office: stories.Office, released: PaymentList, tmp_path: object) -> None:
    from io import BytesIO

    rows = CalamineWorkbook.from_filelike(BytesIO(export(office, released)["roster"])).get_sheet_by_index(0).to_python()
    cells = [cell for row in rows for cell in row]
    line = released.lines.get(seq=1)
    assert line.id_number in cells
    assert line.account in cells
    assert any(str(cell).endswith(amount_in_words(100_001)) for cell in cells)
    assert any(released.hash in str(cell) for cell in cells)


def test_exported_twice_is_the_same_file(office: stories.Office, released: PaymentList) -> None:
    export(office, released)
    before = dict(released.files.values_list("kind", "document_id"))
    export(office, released)
    assert dict(released.files.values_list("kind", "document_id")) == before
    assert Job.objects.filter(kind="payments.export").count() == 2


def test_only_who_released_exports(office: stories.Office, released: PaymentList) -> None:
    with pytest.raises(Forbidden, match="由放款的人导出"):
        exports.request(released.pk, "bank", actor=make_user("release"), on=ON)
    with pytest.raises(Forbidden, match="资金发放"):
        exports.request(released.pk, "bank", actor=office.approver, on=ON)
    with pytest.raises(NotHere):
        exports.request(released.pk, "bank", actor=make_user("release", OTHER_COUNTY), on=ON)


def test_it_needs_the_release(office: stories.Office) -> None:
    approved = stories.approve(office, stories.build(office))
    with pytest.raises(WrongState, match="放款后再导出"):
        exports.request(approved.pk, "bank", actor=office.release, on=ON)


def test_invalid_kind_names_the_field(office: stories.Office, released: PaymentList) -> None:
    with pytest.raises(Invalid) as refused:
        exports.request(released.pk, "pdf", actor=office.release, on=ON)
    assert set(refused.value.errors) == {"kind"}


def test_two_requests_at_once_are_one_file(office: stories.Office, released: PaymentList) -> None:
    at_once(*[lambda: exports.request(released.pk, "bank", actor=office.release, on=ON)] * 2)
    stories.run_jobs()
    assert ExportFile.objects.count() == 1
    assert Job.objects.filter(kind="payments.export").count() == 1


def test_who_may_fetch_what_and_each_time_is_audited(office: stories.Office, released: PaymentList) -> None:
    export(office, released)
    AuditEntry.objects.filter(action="list.download").count()
    auditor = make_user("auditor")
    exports.download(released.pk, "roster", actor=auditor, on=ON)
    with pytest.raises(Forbidden):
        exports.download(released.pk, "bank", actor=auditor, on=ON)
    with pytest.raises(NotHere):
        exports.download(released.pk, "roster", actor=make_user("auditor", OTHER_COUNTY), on=ON)
    assert AuditEntry.objects.filter(action="list.download", actor=auditor).count() == 1


def test_an_altered_line_leaves_no_file(office: stories.Office, released: PaymentList) -> None:
    with superuser(test_database()) as owner, owner.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE payments_paymentline SET bank = '别家银行' WHERE seq = 1")
    exports.request(released.pk, "bank", actor=office.release, on=ON)
    jobs.run_waiting()
    job = Job.objects.get(kind="payments.export")
    assert (job.state, job.error) == ("failed", "名单第 1 行与冻结时不符，停办并报告系统管理员")
    file = ExportFile.objects.get()
    assert (file.document_id, file.written_at) == (None, None)
    with pytest.raises(NotHere):
        exports.download(released.pk, "bank", actor=office.release, on=ON)


def test_a_failed_export_can_be_asked_for_again(office: stories.Office, released: PaymentList) -> None:
    file = exports.request(released.pk, "bank", actor=office.release, on=ON)
    held = jobs.claim(file.job_id)
    assert held is not None
    held.fail("磁盘满")
    exports.request(released.pk, "bank", actor=office.release, on=ON)
    jobs.run_waiting()
    assert ExportFile.objects.get().written_at is not None


def test_killed_and_begun_again_it_is_the_same_file(
    office: stories.Office, released: PaymentList, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = exports.request(released.pk, "roster", actor=office.release, on=ON)
    keep, kept = exports._keep, []

    class Killed(BaseException):
        pass

    def dies(held: jobs.Claim, file: ExportFile, content: bytes) -> None:
        kept.append(content)
        raise Killed

    monkeypatch.setattr(exports, "_keep", dies)
    held = jobs.claim(file.job_id)
    assert held is not None
    with pytest.raises(Killed):
        jobs.run(held)
    monkeypatch.setattr(exports, "_keep", keep)
    Job.objects.filter(kind="payments.export").update(lease_until=released.built_at)
    stories.run_jobs()
    written = ExportFile.objects.get()
    assert written.document_id is not None
    assert documents.read(written.document_id) == kept[0]
