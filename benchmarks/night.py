"""A night's answers taken in against COPY of the same rows into one table: at most eight times the time, 500 MB.

Fifteen departments exchange files. Ours reads each answer, proves it whole, matches every row with whoever was asked,
keeps bytes and answers, holds them against what was declared, writes what differs and seals what it did. The bare side
is one COPY a file, of the cells as they came, into one table without a check. Both on one embedded server made for
this, file for file the same rows, in turn.
Two ratios. By the clock with two workers, as on a machine of two cores: that is the goal's. And in processor seconds of
one worker and its server together, which no neighbour on a busy machine changes. Then one, two and four workers beside
each other, what the rules make of the findings (a job of its own), and a finished night run again.
    python -m benchmarks.night [people] [people of a night for the workers]
200,000 is the whole of a city.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.payment_list import on_a_server_of_its_own  # noqa: E402

PEOPLE: Final = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
SHARED: Final = int(sys.argv[2]) if len(sys.argv) > 2 else PEOPLE
# As a city would agree it with its departments; their own files say 500 to 5,000.
BATCH: Final = 5_000
BOUND, AGAIN_BOUND, MEMORY_BOUND_MB = 8.0, 2.0, 500
CALLED = ("market", "tax")  # asked one call at a time, not by file
WORKERS = (1, 2, 4)
CORES = 2  # of the machine the goal is given for


@dataclass(frozen=True)
class Night:
    """A night whose answers lie in the inboxes: its run, how long planning and asking took, the files."""

    run: Any
    planning: float
    asking: float
    files: tuple[Path, ...]
    rows: int


def connect_sources(folder: Path) -> None:
    """Fifteen departments exchange files under this folder; quiet hours do not count here."""
    from django.conf import settings

    from verification.sources import registry

    told: dict[str, dict[str, Any]] = {}
    for source in registry.sources():
        if source.code not in CALLED:
            (folder / source.code / "inbox").mkdir(parents=True)
            told[source.code] = {"transport": "files", "folder": str(folder / source.code), "quiet_hours": []}
            told[source.code] |= {"every_days": 1, "batch_size": BATCH}
    path = folder / "sources.yaml"
    path.write_text(json.dumps(told))
    settings.SOURCES_FILE = str(path)


def night(everybody: Sequence[Any], on: date) -> Night:
    """Plan a night, ask it, and let the departments answer."""
    from accounts import jobs
    from accounts.models import Region
    from benchmarks.night_world import COUNTY, to_ask
    from verification import nightly

    began = time.perf_counter()
    run = nightly.plan(to_ask(everybody), county=Region.objects.get(code=f"{COUNTY}000000"), on=on)
    planned = time.perf_counter()
    while jobs.run_waiting(1_000):
        pass
    asked = time.perf_counter()
    files, rows = answered(everybody)
    return Night(run, planned - began, asked - planned, tuple(files), rows)


def answered(everybody: Sequence[Any]) -> tuple[list[Path], int]:
    """Each department reads what lies in its outbox and puts its answer, with its sheet, into the inbox."""
    from benchmarks.night_world import answer
    from verification.connected import connected
    from verification.sources import tables, writing
    from verification.sources.base import Delivered

    known, files, total = {one.id_number: one for one in everybody}, [], 0
    for code, reached in connected().items():
        folder = Path(reached.transport.folder)  # type: ignore[attr-defined]
        for question in sorted(path for path in (folder / "outbox").iterdir() if not path.name.endswith(".json")):
            delivered = Delivered(question.name, question.read_bytes(), "", question.stem)
            _, *asked = tables.rows(reached.source, delivered)
            raw, rows = writing.answer(reached.source, (answer(code, known[row[1]]) for row in asked))
            path = folder / "inbox" / question.name
            path.write_bytes(raw)
            sheet = {"reference": question.stem, "rows": rows, "sha256": sha256(raw).hexdigest()}
            path.with_name(f"{path.name}.sheet.json").write_text(json.dumps(sheet))
            question.unlink()
            question.with_name(f"{question.name}.sheet.json").unlink()
            files.append(path)
            total += rows
    return files, total


def bare_table(superuser: Any) -> None:
    """One table of text, as wide as the widest answer; the application's own role writes it."""
    from django.db import connection

    user = connection.settings_dict["USER"]
    with superuser.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_answer (reference text, id_number text, name text, found text,"
                       f" {', '.join(f'c{n} text' for n in range(8))})")  # fmt: skip
        cursor.execute(f'GRANT INSERT, TRUNCATE ON bare_answer TO "{user}"')


def cells_of(files: Sequence[Path]) -> Iterator[tuple[str, int]]:
    """Each file's cells as COPY takes them, and how many columns; made before the clock runs."""
    from verification.connected import connected
    from verification.sources import tables
    from verification.sources.base import Delivered

    for path in files:
        source = connected()[path.parent.parent.name].source
        text = io.StringIO()
        rows = tables.rows(source, Delivered(path.name, path.read_bytes(), "", path.stem))
        width = len(next(rows)) + 1
        csv.writer(text, lineterminator="\n").writerows([path.stem, *row] for row in rows)
        yield text.getvalue(), width


def spent() -> float:
    """Processor seconds so far, of this process and of the server process that works for it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bare(files: Sequence[Path]) -> tuple[float, float]:
    """Processor seconds, and seconds by the clock, to have the same rows in one plain table, a transaction a file."""
    from django.db import connection

    columns = ["reference", "id_number", "name", "found", *(f"c{n}" for n in range(8))]
    took = clocked = 0.0
    with connection.cursor() as cursor:
        for text, width in cells_of(files):
            began, since = spent(), time.perf_counter()
            cursor.copy_expert(
                f"COPY bare_answer ({', '.join(columns[:width])}) FROM STDIN (FORMAT csv)", io.StringIO(text)
            )
            clocked += time.perf_counter() - since
            took += spent() - began
        cursor.execute("TRUNCATE bare_answer")
    return took, clocked


def collect() -> float:
    """Processor seconds to empty the inboxes."""
    from verification import enquire

    began = spent()
    while enquire.collect():
        pass
    return spent() - began


def judge() -> float:
    """Processor seconds until the rules have been asked about every finding."""
    from accounts import jobs

    began = spent()
    while jobs.run_waiting(1_000):
        pass
    return spent() - began


def again(everybody: Sequence[Any], on: date) -> float:
    """Seconds of a finished night run again: planned, worked, collected and closed as the clock would."""
    from accounts import jobs
    from accounts.models import Region
    from benchmarks.night_world import COUNTY, to_ask
    from verification import nightly

    county = Region.objects.get(code=f"{COUNTY}000000")
    began = time.perf_counter()
    nightly.plan(to_ask(everybody), county=county, on=on)
    jobs.run_waiting()
    collect()
    nightly.close_due()
    return time.perf_counter() - began


def _worker(barrier: Barrier) -> None:
    from liaocheng_aid.celery import settle
    from verification import enquire

    settle()
    barrier.wait()
    while enquire.collect():
        pass


def with_workers(count: int) -> float:
    """Seconds until so many processes have emptied the inboxes."""
    from django.db import connection

    connection.close()
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(count + 1)
    workers = [fork.Process(target=_worker, args=(barrier,)) for _ in range(count)]
    for one in workers:
        one.start()
    barrier.wait()
    began = time.perf_counter()
    for one in workers:
        one.join()
    assert not any(one.exitcode for one in workers)
    return time.perf_counter() - began


def sizes(superuser: Any) -> str:
    """Bytes a row of the two big tables, indexes with them."""
    said = []
    with superuser.cursor() as cursor:
        for name in ("verification_enquiry", "verification_record", "verification_silence", "verification_finding"):
            cursor.execute(
                "SELECT sum(pg_total_relation_size(relid)), sum(pg_indexes_size(relid)) FROM pg_partition_tree(%s)"
                " WHERE isleaf" if name in ("verification_enquiry", "verification_record") else
                "SELECT pg_total_relation_size(%s::regclass), pg_indexes_size(%s::regclass)",
                [name] if name in ("verification_enquiry", "verification_record") else [name, name],
            )  # fmt: skip
            whole, indexes = cursor.fetchone()
            cursor.execute(f"SELECT count(*) FROM {name}")
            count = max(cursor.fetchone()[0], 1)
            said.append(f"{name} {whole / count:.0f} B a row ({indexes / count:.0f} of it indexes)")
    return "; ".join(said)


def peak_mb(*, afresh: bool = False) -> float:
    """The most memory this process has held; `afresh` counts from now on."""
    gc.collect()
    if afresh:
        Path("/proc/self/clear_refs").write_text("5")
    told = Path("/proc/self/status").read_text()
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


def compared(everybody: Sequence[Any], on: date) -> tuple[float, Night]:
    """Processor seconds of one worker beside the bare side, and the night, which is complete."""
    from verification import nightly
    from verification.models import Answer, Finding, Run

    made = night(everybody, on)
    plain, _ = bare(made.files)
    before = peak_mb(afresh=True)
    ours = collect()
    peak = peak_mb()
    judged = judge()
    nightly.close_due()
    made.run.refresh_from_db()
    answers, findings = Answer.objects.filter(on=on).count(), Finding.objects.filter(run=made.run).count()
    assert made.run.state == Run.State.COMPLETE, made.run.state
    assert answers == made.run.enquiries, (answers, made.run.enquiries)
    assert not Finding.objects.filter(consequence={}).exists()
    print(
        f"night of {len(everybody):,} people, {len(made.files)} files, {made.rows:,} rows: plan {made.planning:.1f} s,"
        f" ask {made.asking:.1f} s; taken in {ours:.1f} s ({1e6 * ours / answers:.0f} µs an answer), {findings:,}"
        f" findings, judged in {judged:.1f} s; COPY {plain:.2f} s; ratio of one worker's processor seconds"
        f" {ours / plain:.1f}; peak {peak:.0f} MB,"
        f" {before:.0f} MB of it the invented people (goal <= {MEMORY_BOUND_MB})",
        flush=True,
    )
    return ours, made


def throughput(everybody: Sequence[Any], on: date) -> float:
    """Answers a second by the clock with so many workers, each number on a night of its own; two beside the COPY."""
    rates, ratios = [], []
    for place, count in enumerate(WORKERS, start=1):
        made = night(everybody, on + timedelta(days=place))
        _, plain = bare(made.files)
        took = with_workers(count)
        judge()
        rates.append(made.run.enquiries / took)
        ratios.append(took / plain)
    said = ", ".join(
        f"{count}: {rate:,.0f}/s ({rate / rates[0]:.2f}), {ratio:.1f} x COPY"
        for count, rate, ratio in zip(WORKERS, rates, ratios, strict=True)
    )
    ratio = ratios[WORKERS.index(CORES)]
    print(
        f"by the clock, {len(everybody):,} people, workers {said}; two beside the COPY {ratio:.1f} (goal <= {BOUND});"
        f" load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return ratio


def measure(superuser: Any) -> int:
    from benchmarks.night_world import NIGHT, fill
    from tests.making import make_user

    everybody = fill(superuser, PEOPLE, make_user("approver").pk)
    bare_table(superuser)
    # The invented people are the benchmark's own: no worker has them to go through when it tidies its memory.
    gc.collect()
    gc.freeze()
    with tempfile.TemporaryDirectory(prefix="aid-night-") as folder:
        connect_sources(Path(folder))
        tenth, _ = compared(everybody[: PEOPLE // 10], NIGHT - timedelta(days=1))
        ours, made = compared(everybody, NIGHT)
        share = 100 * again(everybody, NIGHT) / (made.planning + made.asking + ours)
        print(
            f"ten times the people {ours / tenth:.1f} times the time; run again {share:.2f} % (goal <= {AGAIN_BOUND});"
        )
        print(sizes(superuser), flush=True)
        ratio = throughput(everybody[:SHARED], NIGHT)
    return 0 if ratio <= BOUND and share <= AGAIN_BOUND else 1


if __name__ == "__main__":
    sys.exit(on_a_server_of_its_own(measure))
