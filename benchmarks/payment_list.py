"""Build and lock a list of 50,000 lines against one INSERT … SELECT of the same rows: at most six times the time.

The bare statement copies the finished lines and slots into tables of the same columns, indexes, checks and foreign
keys. Ours finds who is due, what stands against paying them, writes lines and slots township by township, proves that
nobody is missing, then decrypts, checks and hashes every line. Both run on one embedded server made for this, in turn;
the middle of three counts.
    python benchmarks/payment_list.py [lines]
"""

from __future__ import annotations

import csv
import io
import os
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
BOUND = 6.0
RUNS = 3
CHUNK = 2_000
COUNTY = "371522"
MONTH, AWARDED, BUILT = date(2026, 12, 1), date(2026, 10, 9), date(2026, 11, 16)
SIZES = (1, 2, 3, 3, 5)  # people of a household: 2.8 on average
COPIES = ("payments_paymentline", "payments_paymentslot")


def _uuid() -> str:
    return str(uuid.uuid4())


def fill(superuser: Any, actor: int) -> None:
    """An invented county: households, people, accounts, awards; written past the guards, as a backup would be."""
    from accounts.crypto import keys

    with (ROOT / "accounts/data/regions.csv").open(encoding="utf-8", newline="") as file:
        places = [
            row["code"] for row in csv.DictReader(file) if row["code"].startswith(COUNTY) and row["level"] == "village"
        ]
    card = keys.seal(b"6209990000000000000", "account").hex()
    for first in range(0, LINES, CHUNK):
        copy_in(superuser, invent(range(first, min(first + CHUNK, LINES)), places, card, actor))
    with superuser.cursor() as cursor:
        cursor.execute("ANALYZE")


def invent(numbers: range, places: list[str], card: str, actor: int) -> dict[str, list[list[Any]]]:
    """Rows of these households, by table."""
    from accounts.crypto import keys

    tables: dict[str, list[list[Any]]] = {name: [] for name in COLUMNS}
    for number in numbers:
        village, household, award = places[number % len(places)], _uuid(), _uuid()
        people = [_uuid() for _ in range(SIZES[number % len(SIZES)])]
        tables["households_household"].append([household, village, "rural", "", "now"])
        for place, person in enumerate(people):
            id_number = f"371599{19500101 + place}{number:04d}"[:18].ljust(18, "0")
            sealed = keys.seal(id_number.encode(), "id_number").hex()
            index = keys.index(f"{person}", "id_number").hex()
            row = [
                person,
                village,
                f"赵学秀{number % 97}",
                "k",
                "zxx",
                "resident",
                f"\\x{sealed}",
                f"\\x{index}",
                "",
                "M",
                "",
                "",
            ]
            tables["households_person"].append([*row, "now"])
            relation = "head" if place == 0 else "child"
            tables["households_membership"].append([_uuid(), household, person, relation, place + 1, "2026-01-01"])
            tables["payments_awardcover"].append([_uuid(), award, person, "family", "2026-12-01"])
        tables["payments_payeeaccount"].append(
            [_uuid(), people[0], "card", "聊城农商银行", f"\\x{card}", f"\\x{keys.index(people[0], 'account').hex()}",
             f"赵学秀{number % 97}", "", "2026-01-01"])  # fmt: skip
        tables["payments_award"].append(
            [award, _uuid(), COUNTY, village, household, people[0], "dibao", _uuid(), f"SD{number}", "rural", 75_300,
             len(people), "f", MONTH, AWARDED])  # fmt: skip
        tables["payments_ledgerentry"].append(
            [_uuid(), _uuid(), award, COUNTY, 1, "start", 30_000 + number % 40_000, MONTH, "", actor, AWARDED]
        )
    return tables


def copy_in(superuser: Any, tables: dict[str, list[list[Any]]]) -> None:
    with superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for name, rows in tables.items():
            cursor.copy_expert(f"COPY {name} ({COLUMNS[name]}) FROM STDIN WITH (FORMAT csv)", _as_csv(rows))
        cursor.execute("SET session_replication_role = origin")


COLUMNS = {
    "households_household": "id, region_id, area, address, created_at",
    "households_person": "id, region_id, name, name_key, initials, id_kind, id_number, id_index, id_shared_reason, sex,"
    " hukou_address, home_address, created_at",
    "households_membership": "id, household_id, person_id, relation, position, joined_on",
    "payments_payeeaccount": "id, person_id, kind, bank, number, number_index, holder_name, holder_reason, opened_on",
    "payments_award": "id, audit_entry_id, county_code, region_id, household_id, payee_id, programme, decision_id,"
    " case_number, area, standard_fen, people, is_once, first_month, awarded_on",
    "payments_awardcover": "id, award_id, person_id, slot, starts_on",
    "payments_ledgerentry": "id, audit_entry_id, award_id, county_code, seq, kind, amount_fen, from_month, reason,"
    ' actor_id, "on"',
}


def _as_csv(rows: Iterable[list[Any]]) -> io.StringIO:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    text.seek(0)
    return text


def copy_tables(cursor: Any) -> None:
    """The same columns, indexes, checks and foreign keys as the tables the list is written to."""
    for name in COPIES:
        cursor.execute(f"CREATE TABLE bare_{name} (LIKE {name} INCLUDING ALL)")
    for name in COPIES:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            [name],
        )
        for constraint, definition in cursor.fetchall():
            definition = definition.replace("REFERENCES payments_paymentline(", "REFERENCES bare_payments_paymentline(")
            cursor.execute(f'ALTER TABLE bare_{name} ADD CONSTRAINT "{constraint}" {definition}')


def bare(superuser: Any, list_id: uuid.UUID) -> float:
    """Seconds of the one statement, with the check of its foreign keys."""
    with superuser.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(f'bare_{name}' for name in COPIES)}; CHECKPOINT")
        began = time.perf_counter()
        cursor.execute(
            "WITH lines AS ("
            "INSERT INTO bare_payments_paymentline SELECT * FROM payments_paymentline WHERE list_id = %s)"
            " INSERT INTO bare_payments_paymentslot SELECT * FROM payments_paymentslot WHERE list_id = %s",
            [str(list_id)] * 2,
        )
        return time.perf_counter() - began


def ours(office: dict[str, Any]) -> tuple[float, float, Any]:
    """Seconds to build and to lock, and the list."""
    from accounts import jobs
    from payments import monthly
    from payments.models import PaymentList

    began = time.perf_counter()
    made = monthly.start_build(office["region"], MONTH, actor=office["county"], on=BUILT)
    claim = jobs.claim(made.job_id)
    assert claim is not None
    jobs.run(claim)
    built = time.perf_counter()
    made = monthly.check(made.pk, actor=office["checker"], on=BUILT)
    lock_began = time.perf_counter()
    made = monthly.lock(made.pk, actor=office["checker"], on=BUILT)
    ended = time.perf_counter()
    made = PaymentList.objects.get(pk=made.pk)
    assert made.lines_count == LINES, made.lines_count
    return built - began, ended - lock_began, made


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(superuser: Any) -> int:
    from payments import monthly
    from tests.making import make_user, region

    office = {"region": region(f"{COUNTY}000000")}
    office |= {role: make_user(role) for role in ("county", "checker", "approver")}
    fill(superuser, office["approver"].pk)
    before = peak_mb()
    with superuser.cursor() as cursor:
        copy_tables(cursor)
    rows = []
    for _ in range(RUNS):
        build, lock, made = ours(office)
        slots = made.slots.count()
        rows.append((build, lock, bare(superuser, made.pk)))
        print(f"  build {build:.2f} s, lock {lock:.2f} s; bare {rows[-1][2]:.2f} s")
        monthly.cancel(made.pk, "再测一次", actor=office["checker"], on=BUILT)
        with superuser.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what autovacuum does before the next month
    build, lock, plain = (median(column) for column in zip(*rows, strict=True))
    ratio = median((build + lock) / plain for build, lock, plain in rows)
    print(f"payment list of {LINES:,} lines, {slots:,} covered people, middle of {RUNS}")
    print(
        f"build {build:.2f} s + lock {lock:.2f} s; bare INSERT … SELECT {plain:.2f} s;"
        f" ratio {ratio:.2f} (goal <= {BOUND})"
    )
    print(
        f"peak RSS of the process {peak_mb():.0f} MB ({before:.0f} MB with the invented county, before the first list)"
    )
    return 0 if ratio <= BOUND else 1


def on_a_server_of_its_own(measure: Callable[[Any], int]) -> int:
    """Migrate the scratch cluster, load the regions, and measure with a superuser's connection at hand."""
    with tempfile.TemporaryDirectory(prefix="aid-bench-") as folder:
        os.environ |= {"AID_DATA_DIR": folder, "AID_MODE": "test", "DJANGO_SETTINGS_MODULE": "liaocheng_aid.settings"}
        for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL"):
            os.environ.pop(name, None)
        import django
        import psycopg2
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection, connections

        from liaocheng_aid import database

        with database.running("test"):
            django.setup()
            call_command("migrate", database="owner", verbosity=0)
            connections["owner"].close()
            from accounts import jobs, regions

            regions.load()
            jobs.ring = lambda: None  # nobody else listens
            login = settings.DATABASE_URLS.superuser
            given = {"user": login["USER"], "password": login["PASSWORD"], "host": login["HOST"], "port": login["PORT"]}
            with closing(psycopg2.connect(dbname=connection.settings_dict["NAME"], **given)) as superuser:
                superuser.autocommit = True
                try:
                    return measure(superuser)
                finally:
                    connection.close()


if __name__ == "__main__":
    sys.exit(on_a_server_of_its_own(measure))
