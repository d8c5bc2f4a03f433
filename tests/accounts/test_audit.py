"""The chain: numbered, linked and hashed by the database, whole under many hands, kept outside it at each step."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts import audit, clock
from accounts.canonical import digest
from accounts.integrity import Check, anchors, chain, checks, examine
from accounts.models import AuditChain, AuditEntry, User
from tests.making import COUNTY, OTHER_COUNTY, VILLAGE, make_user, region

pytestmark = pytest.mark.django_db
HERE = COUNTY[:6]
CHAIN = Check("chain", "审计链", chain)


@pytest.fixture(autouse=True)
def own_anchors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "ANCHORS_DIR", tmp_path / "anchors")
    return tmp_path / "anchors" / f"{HERE}.jsonl"


def record(actor: User | None = None, code: str = VILLAGE, **more: object) -> AuditEntry:
    made = audit.record(actor, "probe", region(code), on=clock.today(), region_code=code, **more)  # type: ignore[arg-type]
    return AuditEntry.objects.get(pk=made.pk)


def test_who_what_where_when_and_why() -> None:
    actor = make_user("clerk", VILLAGE, full_name="王学秀")
    with audit.setting(address="10.1.2.3", purpose="入户前核对"):
        made = record(actor, before="a" * 64, after="b" * 64, detail={"fen": 1})
    assert (made.actor, made.actor_name, made.action) == (actor, "王学秀", "probe")
    assert (made.target_type, made.target_id, made.region_code) == ("accounts.region", VILLAGE, VILLAGE)
    assert (made.address, made.purpose, made.on) == ("10.1.2.3", "入户前核对", clock.today())
    assert (made.before_hash, made.after_hash, made.detail, made.success) == ("a" * 64, "b" * 64, '{"fen":1}', True)
    assert made.at is not None
    assert abs((clock.now() - made.at).total_seconds()) < 5


def test_outside_a_request_nothing_of_the_last_one_is_left() -> None:
    with audit.setting(address="10.1.2.3"):
        pass
    assert record().address == ""
    assert record().actor_name == audit.SYSTEM


def test_each_entry_carries_the_hash_of_the_one_before() -> None:
    first, second = record(), record()
    assert (second.seq, second.prev_hash) == (first.seq + 1, first.hash)
    head = AuditChain.objects.get(county_code=HERE)
    assert (head.seq, head.hash) == (second.seq, second.hash)
    assert examine(CHAIN).fault is None


def test_every_county_has_a_chain_of_its_own() -> None:
    record()
    there = record(code=OTHER_COUNTY)
    assert (there.seq, there.prev_hash) == (1, "")
    assert examine(CHAIN).fault is None


def test_what_the_writer_claims_of_number_moment_and_hash_is_not_taken() -> None:
    before = record()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_auditentry SELECT (jsonb_populate_record(e, jsonb_build_object("
            "  'id', gen_random_uuid(), 'seq', 900, 'at', '2020-01-01', 'prev_hash', 'x', 'hash', 'y'"
            "))).* FROM accounts_auditentry e WHERE id = %s",
            [before.pk],
        )
    forged = AuditEntry.objects.filter(county_code=HERE).order_by("-seq")[0]
    assert (forged.seq, forged.prev_hash) == (before.seq + 1, before.hash)
    assert forged.at is not None
    assert forged.at.year >= 2026
    assert examine(CHAIN).fault is None


def test_a_refused_act_leaves_neither_entry_nor_gap() -> None:
    record()
    before = AuditEntry.objects.count()
    _give_up(record)
    record()
    assert AuditEntry.objects.count() == before + 1
    assert examine(CHAIN).fault is None


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one_chain() -> None:
    record()
    before = AuditChain.objects.get(county_code=HERE).seq

    def write(_: int) -> None:
        try:
            for _number in range(25):
                record()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as everybody:
        list(everybody.map(write, range(8)))
    assert AuditChain.objects.get(county_code=HERE).seq == before + 200
    assert examine(CHAIN).fault is None
    numbers = AuditEntry.objects.filter(county_code=HERE).order_by("seq").values_list("seq", flat=True)
    assert list(numbers) == list(range(1, before + 201))


@pytest.mark.django_db(transaction=True)
def test_the_head_is_kept_outside_once_it_is_committed(own_anchors: Path) -> None:
    made = record()
    with transaction.atomic():
        later = record()
        audit.anchor_on_commit(HERE)
        assert not own_anchors.exists()
    assert _kept(own_anchors) == [(later.seq, later.hash)]
    assert audit.anchor(HERE) == 0
    assert audit.anchor() >= 0
    assert made.seq < later.seq
    assert _kept(own_anchors) == [(later.seq, later.hash)]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_given_up_anchors_nothing(own_anchors: Path) -> None:
    _give_up(record, lambda: audit.anchor_on_commit(HERE))
    assert not own_anchors.exists()


def _give_up(*acts: Callable[[], object]) -> None:
    """Do these in a transaction that is rolled back at its end."""
    with transaction.atomic():
        for act in acts:
            act()
        transaction.set_rollback(True)


def _kept(file: Path) -> list[tuple[int, str]]:
    return [(line["seq"], line["hash"]) for line in map(json.loads, file.read_text().splitlines())]


def test_anchors_are_read_before_the_rows_they_hold_for() -> None:
    """A head anchored after the reading began is no fault: it was not read."""
    record()
    audit.anchor()
    read = next(check for check in checks() if check.code == "audit_anchors")
    record()
    audit.anchor()
    assert examine(read).fault is None
    assert examine(Check("anchors", "锚点", lambda: anchors({}))).checked == 0


def test_detail_is_canonical_and_holds_no_float() -> None:
    made = record(detail={"b": "乙", "a": True})
    assert made.detail == '{"a":true,"b":"乙"}'
    assert digest(json.loads(made.detail)) == digest({"b": "乙", "a": True})
    with pytest.raises(ValueError, match="float"):
        record(detail={"fen": 1.5})
