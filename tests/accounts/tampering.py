"""Ways to change what stands, as somebody who holds the whole database would, and the row each of them spoils.

A way gets a superuser's cursor with every trigger off and a seeded choice; it answers the table and the key that
`verify_integrity` must name first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from psycopg2 import sql

from tests.conftest import superuser, test_database

ENTRY, STEP, LEDGER = "accounts_auditentry", "applications_transition", "payments_ledgerentry"
LINE, LIST, SLOT = "payments_paymentline", "payments_paymentlist", "payments_paymentslot"
DECISION, NOTICE, STANDARD = "applications_decision", "disclosure_noticeentry", "eligibility_standard"
COUNTY = "371522"


@dataclass(frozen=True)
class Spoilt:
    """What must be named: the table, and every key that names the first bad row."""

    table: str
    keys: tuple[str, ...]


@dataclass
class Hand:
    """A superuser's cursor and a seeded choice."""

    cursor: Any
    random: Random
    anchors: list[int]

    def run(self, statement: str, *values: object) -> None:
        self.cursor.execute(statement, values)
        assert self.cursor.rowcount, statement

    def one(self, query: str, *values: object) -> Any:
        self.cursor.execute(query, values)
        return self.cursor.fetchone()[0]

    def pick(self, query: str, *values: object) -> Any:
        """One of the rows, chosen by the seed."""
        self.cursor.execute(query, values)
        rows = [row[0] if len(row) == 1 else row for row in self.cursor.fetchall()]
        return self.random.choice(rows)

    def two(self, query: str) -> tuple[Any, Any]:
        """Two different rows, in their order."""
        self.cursor.execute(query)
        first, second = sorted(self.random.sample([row[0] for row in self.cursor.fetchall()], 2))
        return first, second


Way = Callable[[Hand], Spoilt]


def _entry(seq: int) -> Spoilt:
    return Spoilt(ENTRY, (f"{COUNTY}#{seq}",))


def _any_seq(hand: Hand, below: int = 0) -> int:
    return int(
        hand.pick(f"SELECT seq FROM {ENTRY} WHERE county_code = %s ORDER BY seq LIMIT %s", COUNTY, _last(hand) - below)
    )


def _last(hand: Hand) -> int:
    return int(hand.one("SELECT seq FROM accounts_auditchain WHERE county_code = %s", COUNTY))


def edit_audit(hand: Hand) -> Spoilt:
    seq = _any_seq(hand)
    change = hand.random.choice(
        [
            "actor_name = actor_name || '一'",
            "action = 'matter.accept2'",
            "detail = detail || ' '",
            '"on" = "on" - 1',
            "after_hash = md5(after_hash)",
            "success = NOT success",
            "at = at - interval '1 microsecond'",
            "target_id = target_id || '0'",
            "actor_id = coalesce(actor_id, 0) + 1",
            "is_seal = NOT is_seal",
            "purpose = '抽查'",
            "post = 'clerk@371522101000,' || post",
        ]
    )
    hand.run(f"UPDATE {ENTRY} SET {change} WHERE county_code = %s AND seq = %s", COUNTY, seq)
    return _entry(seq)


def edit_audit_and_its_hash(hand: Hand) -> Spoilt:
    seq = _any_seq(hand)
    hand.run(f"UPDATE {ENTRY} SET actor_name = '某某' WHERE county_code = %s AND seq = %s", COUNTY, seq)
    hand.run(f"UPDATE {ENTRY} e SET hash = aid_audit_hash(e) WHERE county_code = %s AND seq = %s", COUNTY, seq)
    return _entry(seq)


def delete_audit(hand: Hand) -> Spoilt:
    seq = _any_seq(hand)
    hand.run(f"DELETE FROM {ENTRY} WHERE county_code = %s AND seq = %s", COUNTY, seq)
    return _entry(seq)


def swap_audit(hand: Hand) -> Spoilt:
    seq, other = _any_seq(hand, below=3), hand.random.randint(1, 3)
    for old, new in ((seq, 0), (seq + other, seq), (0, seq + other)):
        hand.run(f"UPDATE {ENTRY} SET seq = %s WHERE county_code = %s AND seq = %s", new, COUNTY, old)
    return _entry(seq)


def cut_the_tail_and_rewind_the_head(hand: Hand) -> Spoilt:
    kept = _last(hand) - hand.random.randint(1, 9)
    hand.run(f"DELETE FROM {ENTRY} WHERE county_code = %s AND seq > %s", COUNTY, kept)
    _rewind(hand)
    return _entry(kept + 1)


def cut_the_tail(hand: Hand) -> Spoilt:
    kept = _last(hand) - hand.random.randint(1, 9)
    hand.run(f"DELETE FROM {ENTRY} WHERE county_code = %s AND seq > %s", COUNTY, kept)
    return _entry(kept + 1)


def rewrite_the_whole_chain(hand: Hand) -> Spoilt:
    """Change one entry, then hash everything after it anew, and the head: nothing inside the database shows it."""
    seq = _any_seq(hand)
    hand.run(f"UPDATE {ENTRY} SET actor_name = '某某' WHERE county_code = %s AND seq = %s", COUNTY, seq)
    for number in range(seq, _last(hand) + 1):
        before = f"coalesce((SELECT hash FROM {ENTRY} WHERE county_code = %s AND seq = %s), '')"
        hand.run(
            f"UPDATE {ENTRY} SET prev_hash = {before} WHERE county_code = %s AND seq = %s",
            COUNTY,
            number - 1,
            COUNTY,
            number,
        )
        hand.run(f"UPDATE {ENTRY} e SET hash = aid_audit_hash(e) WHERE county_code = %s AND seq = %s", COUNTY, number)
    _rewind(hand)
    # The anchors say between which two of them: after the last one that still holds, up to the first that does not.
    anchored = hand.anchors
    end = next(one for one in anchored if one >= seq)
    start = max([one for one in anchored if one < seq], default=0)
    return Spoilt(ENTRY, (f"{COUNTY}#{start + 1}–{end}",))


def _rewind(hand: Hand) -> None:
    hand.run(
        f"UPDATE accounts_auditchain c SET (seq, hash) = (SELECT seq, hash FROM {ENTRY} e"
        " WHERE e.county_code = c.county_code ORDER BY seq DESC LIMIT 1) WHERE county_code = %s",
        COUNTY,
    )


def insert_audit(hand: Hand) -> Spoilt:
    """Forged at the end, hashed as it should be; the head does not know it."""
    _copy(
        hand,
        ENTRY,
        {"id": "gen_random_uuid()", "seq": "seq + 1", "prev_hash": "hash"},
        "county_code = %s AND seq = %s",
        COUNTY,
        _last(hand),
    )
    hand.run(
        f"UPDATE {ENTRY} e SET hash = aid_audit_hash(e) WHERE county_code = %s AND seq = %s", COUNTY, _last(hand) + 1
    )
    return _entry(_last(hand) + 1)


def _copy(hand: Hand, table: str, changes: dict[str, str], where: str, *values: object) -> None:
    hand.cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s", [table]
    )
    columns = [row[0] for row in hand.cursor.fetchall()]
    names = ", ".join(f'"{one}"' for one in columns)
    given = ", ".join(changes.get(one, f'"{one}"') for one in columns)
    hand.run(f"INSERT INTO {table} ({names}) SELECT {given} FROM {table} WHERE {where}", *values)


def edit(table: str, *changes: str) -> Way:
    """Change a column of a sealed row."""

    def way(hand: Hand) -> Spoilt:
        pk = hand.pick(f"SELECT id::text FROM {table} ORDER BY id")
        hand.run(f"UPDATE {table} SET {hand.random.choice(changes)} WHERE id = %s", pk)
        return Spoilt(table, (pk,))

    return way


def delete(table: str) -> Way:
    """Remove a sealed row; its audit entry still names it."""

    def way(hand: Hand) -> Spoilt:
        pk = hand.pick(f"SELECT id::text FROM {table} ORDER BY id")
        hand.run(f"DELETE FROM {table} WHERE id = %s", pk)
        return Spoilt(table, (pk,))

    return way


def swap(table: str, column: str, between: str = "gen_random_uuid()") -> Way:
    """Exchange what two sealed rows say; `between` is what the first holds for a moment, as a value is unique."""

    def way(hand: Hand) -> Spoilt:
        first, second = hand.two(f"SELECT id::text FROM {table} ORDER BY id")
        kept, other = (hand.one(f"SELECT {column} FROM {table} WHERE id = %s", pk) for pk in (first, second))
        assert kept != other
        hand.run(f"UPDATE {table} SET {column} = {between} WHERE id = %s", first)
        hand.run(f"UPDATE {table} SET {column} = %s WHERE id = %s", kept, second)
        hand.run(f"UPDATE {table} SET {column} = %s WHERE id = %s", other, first)
        return Spoilt(table, (first,))

    return way


def insert(table: str, **changes: str) -> Way:
    """Add a row nobody sealed, under the audit entry of something else."""

    def way(hand: Hand) -> Spoilt:
        pk = hand.pick(f"SELECT id::text FROM {table} ORDER BY id")
        free = hand.pick(f"SELECT id::text FROM {ENTRY} WHERE NOT is_seal ORDER BY id")
        forged = str(hand.one("SELECT gen_random_uuid()::text"))
        _copy(hand, table, {"id": f"'{forged}'::uuid", "audit_entry_id": f"'{free}'::uuid", **changes}, "id = %s", pk)
        return Spoilt(table, (forged,))

    return way


def _line(hand: Hand, seq: int) -> Spoilt:
    listed = hand.one(f"SELECT county_code || ' ' || to_char(month, 'YYYY-MM') || ' #' || number FROM {LIST}")
    return Spoilt(LINE, (f"{listed} 第 {seq} 行",))


def edit_line(hand: Hand) -> Spoilt:
    seq = hand.pick(f"SELECT seq FROM {LINE} ORDER BY seq")
    change = hand.random.choice(
        [
            "due_fen = due_fen + 1, net_fen = net_fen + 1",
            "name = name || '一'",
            "bank = '别的银行'",
            "people = people + 1",
        ]
    )
    hand.run(f"UPDATE {LINE} SET {change} WHERE seq = %s", seq)
    return _line(hand, seq)


def redirect_line(hand: Hand) -> Spoilt:
    """Pay one family's money into another's account: both are readable, and both are other than they were."""
    first, second = hand.two(f"SELECT seq FROM {LINE}")
    hand.run(f"UPDATE {LINE} SET account = (SELECT account FROM {LINE} WHERE seq = %s) WHERE seq = %s", second, first)
    return _line(hand, first)


def garble_line(hand: Hand) -> Spoilt:
    seq = hand.pick(f"SELECT seq FROM {LINE} ORDER BY seq")
    spot = hand.random.randint(0, 20)
    hand.run(
        f"UPDATE {LINE} SET account = set_byte(account, %s, get_byte(account, %s) # 1) WHERE seq = %s", spot, spot, seq
    )
    return _line(hand, seq)


def delete_line(hand: Hand) -> Spoilt:
    seq = hand.pick(f"SELECT seq FROM {LINE} ORDER BY seq")
    hand.run(f"DELETE FROM {LINE} WHERE seq = %s", seq)
    return _line(hand, seq)


def swap_lines(hand: Hand) -> Spoilt:
    first, second = hand.two(f"SELECT seq FROM {LINE}")
    for old, new in ((first, -1), (second, first), (-1, second)):
        hand.run(f"UPDATE {LINE} SET seq = %s WHERE seq = %s", new, old)
    return _line(hand, first)


def insert_line(hand: Hand) -> Spoilt:
    last = int(hand.one(f"SELECT max(seq) FROM {LINE}"))
    _copy(hand, LINE, {"id": "gen_random_uuid()", "seq": "seq + 1", "award_id": "gen_random_uuid()"}, "seq = %s", last)
    return _line(hand, last + 1)


def edit_list(hand: Hand) -> Spoilt:
    change = hand.random.choice(
        [
            "total_fen = total_fen + 100",
            "hash = md5(hash) || md5(hash)",
            "approved_by_id = built_by_id + 900",
            "people_count = 0",
        ]
    )
    hand.run(f"UPDATE {LIST} SET {change}")
    return Spoilt(LIST, (str(hand.one(f"SELECT id FROM {LIST}")),))


def delete_slot(hand: Hand) -> Spoilt:
    pk, seq = hand.pick(f"SELECT s.id, l.seq FROM {SLOT} s JOIN {LINE} l ON l.id = s.line_id ORDER BY s.id")
    hand.run(f"DELETE FROM {SLOT} WHERE id = %s", pk)
    return _line(hand, seq)


def move_slot(hand: Hand) -> Spoilt:
    pk = hand.pick(f"SELECT id FROM {SLOT} ORDER BY id")
    hand.run(f"UPDATE {SLOT} SET line_id = (SELECT id FROM {LINE} WHERE id <> line_id LIMIT 1) WHERE id = %s", pk)
    return Spoilt(SLOT, (str(pk),))


WAYS: tuple[Way, ...] = (
    edit_audit,
    edit_audit_and_its_hash,
    delete_audit,
    swap_audit,
    cut_the_tail,
    cut_the_tail_and_rewind_the_head,
    rewrite_the_whole_chain,
    insert_audit,
    edit(STEP, "note = note || '补'", '"on" = "on" - 1', "target = 'withdrawn'", "actor_id = actor_id + 1"),
    delete(STEP),
    swap(STEP, "at", "now()"),
    insert(STEP, seq="seq + 100"),
    edit(LEDGER, "amount_fen = amount_fen + 100", "from_month = from_month - interval '1 month'", "kind = 'recover'"),
    delete(LEDGER),
    swap(LEDGER, "award_id"),
    insert(LEDGER, seq="seq + 1", kind="'change'"),
    edit_line,
    redirect_line,
    garble_line,
    delete_line,
    swap_lines,
    insert_line,
    edit_list,
    delete_slot,
    move_slot,
    edit(
        DECISION,
        "amount_fen = amount_fen + 100",
        "reason = '已核实'",
        "people = people + 1",
        "decided_on = decided_on - 1",
    ),
    delete(DECISION),
    swap(DECISION, "matter_id"),
    edit(NOTICE, "head = '某*'", "amount_fen = amount_fen + 1", "people = people + 1"),
    delete(NOTICE),
    swap(NOTICE, "matter_id"),
    edit(STANDARD, "value_fen = value_fen + 100", "effective_from = effective_from - 3650", "document_number = '无'"),
    delete(STANDARD),
    swap(STANDARD, "audit_entry_id"),
)
TOUCHED = (ENTRY, "accounts_auditchain", STEP, LEDGER, LINE, LIST, SLOT, DECISION, NOTICE, STANDARD)


@contextmanager
def hands() -> Iterator[Any]:
    """A superuser with every trigger off, and a copy of each table to put back from; gone afterwards."""
    with superuser(test_database()) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
        for table in TOUCHED:
            cursor.execute(sql.SQL("CREATE TABLE kept.{0} AS SELECT * FROM {0}").format(sql.Identifier(table)))
        try:
            yield cursor
        finally:
            restore(cursor)
            cursor.execute("DROP SCHEMA kept CASCADE")


def restore(cursor: Any) -> None:
    """Every table as it was copied."""
    for table in TOUCHED:
        name = sql.Identifier(table)
        cursor.execute(sql.SQL("DELETE FROM {0}; INSERT INTO {0} SELECT * FROM kept.{0}").format(name))
