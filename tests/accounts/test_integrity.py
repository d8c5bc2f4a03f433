"""`verify_integrity` finds what a superuser changed behind the system's back, and names the first row of it (R-61)."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts import audit, clock, documents
from accounts.integrity import entry_hash, sealed_models
from accounts.models import AuditEntry
from applications.models import Matter
from applications.workdays import first_payment_month
from disclosure import lists, objections
from disclosure.models import Objection
from eligibility.programmes import Programme
from payments import exports
from payments.models import PaymentList
from tests.accounts import tampering
from tests.accounts.tampering import COUNTY, Hand, hands, restore
from tests.conftest import superuser, test_database
from tests.disclosure import cases
from tests.making import VILLAGE, make_account, make_user
from tests.payments import stories

pytestmark = [pytest.mark.django_db(transaction=True)]
TAMPERINGS = 102


@pytest.fixture(autouse=True)
def own_anchors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "ANCHORS_DIR", tmp_path / "anchors")


def verify(*arguments: str) -> str:
    """What the command prints; its refusal, where it refuses."""
    out = StringIO()
    try:
        call_command("verify_integrity", *arguments, stdout=out)
    except CommandError as broken:
        return str(broken)
    return out.getvalue()


def first_fault() -> tuple[str, str] | None:
    out = StringIO()
    try:
        call_command("verify_integrity", "--json", stdout=out)
    except CommandError:
        found = json.loads(out.getvalue())
        assert found["intact"] is False
        return next((one["fault"]["table"], one["fault"]["key"]) for one in found["checks"] if one["fault"])
    assert json.loads(out.getvalue())["intact"] is True
    return None


@pytest.fixture
def county() -> PaymentList:
    """Families in every state of a notice, three of them paid: a list that went all the way out."""
    office = cases.make_office()
    make_user("city", "371500000000")
    for programme in (Programme.DIBAO, Programme.DIBAO, Programme.TEKUN):
        made = cases.posted_as(office, programme, on=cases.days_ago(20))
        lists.end(made.pk, actor=office.clerk, on=clock.today())
        cases.confirmed(office, made)
    audit.anchor()
    for matter in Matter.objects.select_related("application__applicant", "person"):
        make_account(matter.person or matter.application.applicant)
    cases.waiting(office)
    still_up = cases.posted(office)
    against = objections.receive(
        still_up.entries.first(),  # type: ignore[arg-type]
        content="有车",
        name=None,
        received_on=clock.today(),
        actor=office.clerk,
    )
    objections.answer(
        against.pk, answer="无车", result=Objection.Result.GROUNDLESS, actor=office.reviewer, on=clock.today()
    )
    hands_of_list = stories.Office()
    month, today = first_payment_month(clock.today()), clock.today()
    paid = stories.release(hands_of_list, stories.build(hands_of_list, month=month, on=today))
    for kind in ("roster", "bank"):
        exports.request(paid.pk, kind, actor=hands_of_list.release, on=today)
    stories.run_jobs()
    audit.anchor()
    return stories.fresh(paid)


def test_what_nobody_touched_is_whole(county: PaymentList) -> None:
    assert county.lines_count == 3
    said = verify()
    for label in ("审计链", "审计锚点", "封存记录", "存档文件", "发放台账", "冻结名单", "发放占位", "导出文件"):
        assert f"{label}：" in said
    assert "办理步骤：5 条，完好" in said
    assert "冻结名单：3 条，完好" in said
    assert "公示异议：1 条，完好" in said


def test_a_hundred_seeded_tamperings_are_found_and_named(county: PaymentList) -> None:
    anchored = [json.loads(line)["seq"] for line in (settings.ANCHORS_DIR / f"{COUNTY}.jsonl").read_text().splitlines()]
    assert len(anchored) >= 2
    assert first_fault() is None
    with hands() as cursor:
        for seed in range(TAMPERINGS):
            way = tampering.WAYS[seed % len(tampering.WAYS)]
            spoilt = way(Hand(cursor, Random(seed), anchored))
            found = first_fault()
            assert found is not None, f"{seed} {way.__qualname__}: nothing was found"
            assert found[0] == spoilt.table, f"{seed} {way.__qualname__}: {found}, not {spoilt}"
            assert found[1] in spoilt.keys, f"{seed} {way.__qualname__}: {found}, not {spoilt}"
            restore(cursor)
            assert seed % 10 or first_fault() is None, f"{seed} {way.__qualname__}: not restored"
    assert first_fault() is None


def test_every_kind_of_change_is_among_them() -> None:
    assert TAMPERINGS >= 100
    assert 3 * len(tampering.WAYS) <= TAMPERINGS


def test_a_stored_file_that_was_changed_or_lost_is_named(county: PaymentList) -> None:
    row = documents.store(b"papers", "text/plain")
    path = next(Path(settings.DOCUMENTS_DIR).rglob(row.sha256))
    whole = path.read_bytes()
    for broken in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[:-1], b""):
        path.write_bytes(broken)
        assert first_fault() == ("accounts_storeddocument", row.sha256)
    path.unlink()
    assert first_fault() == ("accounts_storeddocument", row.sha256)
    path.write_bytes(whole)
    assert first_fault() is None


def test_an_anchor_that_was_changed_is_named(county: PaymentList) -> None:
    file = settings.ANCHORS_DIR / f"{COUNTY}.jsonl"
    whole = file.read_text()
    first = json.loads(whole.splitlines()[0])
    file.write_text(whole.replace(first["hash"], "0" * 64))
    assert first_fault() == ("accounts_auditentry", f"{COUNTY}#1–{first['seq']}")
    file.write_text(whole + "{torn")
    assert first_fault() == (f"anchors/{COUNTY}.jsonl", f"第 {len(whole.splitlines()) + 1} 行")
    file.write_text(whole + json.dumps({"seq": 10_000, "hash": "1" * 64}) + "\n")
    assert first_fault() == ("accounts_auditentry", f"{COUNTY}#{_last() + 1}")


def _last() -> int:
    return AuditEntry.objects.filter(county_code=COUNTY).order_by("-seq").values_list("seq", flat=True)[0]


def test_a_matter_moved_without_a_step_is_named(county: PaymentList) -> None:
    matter = Matter.objects.filter(state="confirmed").first()
    assert matter is not None
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE applications_matter SET state = 'refused' WHERE id = %s", [str(matter.pk)])
    assert first_fault() == ("applications_matter", str(matter.pk))


def test_an_objection_put_into_other_words_is_named(county: PaymentList) -> None:
    made = Objection.objects.get()
    made.answer = "换了说法"
    made.save(update_fields=["answer"])
    assert first_fault() == ("disclosure_objection", str(made.pk))


def test_the_command_names_table_key_and_what_to_a_person(county: PaymentList) -> None:
    with hands() as cursor:
        spoilt = tampering.delete(tampering.DECISION)(Hand(cursor, Random(1), []))
        said = verify()
        assert said.startswith("发现改动：applications_decision")
        assert spoilt.keys[0] in said
        assert "已被删去" in said


def test_the_hash_is_worked_out_without_the_databases_function(county: PaymentList) -> None:
    """The same entry, hashed here and there; and the two part where a name holds the netstring's own signs."""
    audit.record(None, "probe", Matter.objects.all()[0], on=clock.today(), region_code=VILLAGE, detail={"a": "3:甲,乙"})
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT county_code, seq, prev_hash, hash, id::text, at AT TIME ZONE 'UTC', actor_id, actor_name, post,"
            ' action, target_type, target_id, region_code, "on", purpose, address, before_hash, after_hash, success,'
            " is_seal, detail, aid_audit_hash(e) FROM accounts_auditentry e"
        )
        rows = cursor.fetchall()
    assert len(rows) > 50
    assert all(entry_hash(row[:-1]) == row[-1] == row[3] for row in rows)


def test_every_sealed_table_is_read() -> None:
    tables = {model._meta.db_table for model in sealed_models()}
    assert {
        "applications_transition",
        "applications_decision",
        "payments_award",
        "payments_ledgerentry",
        "disclosure_noticelist",
        "eligibility_standard",
        "households_consent",
    } <= tables


def test_it_changes_nothing(county: PaymentList) -> None:
    before = AuditEntry.objects.count()
    verify()
    assert AuditEntry.objects.count() == before
