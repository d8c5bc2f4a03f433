"""Roster of 50,000 lines against bare XlsxWriter writing the same cells: at most twice the time.

Each run is a process of its own, so that its memory is its own; the two alternate, the middle of three counts.
Seconds are processor seconds: neighbours on a busy machine do not count.
    python benchmarks/export.py
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median

import xlsxwriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from payments.roster import LABELS, RosterHeading, RosterRow, write_roster

LINES = 50_000
MONTH = date(2026, 12, 1)
BOUND = 2.0


def lines() -> Iterator[RosterRow]:
    for i in range(1, LINES + 1):
        due = 59300 + i % 100_000
        yield RosterRow(
            seq=i,
            household=f"h{i}",
            township="姜楼镇",
            village=f"第{i % 700}新村",
            name="陈秀兰",
            id_number=f"371599{i:012d}",
            relation="本人",
            bank="农商行姜楼支行",
            account=f"9999{i:015d}",
            category="农村低保",
            people=i % 6 + 1,
            standard_fen=75300,
            due_fen=due,
            back_pay_fen=0,
            recover_fen=0,
            net_fen=due,
            month_from=MONTH,
            month_to=MONTH,
            remark="",
        )


def ours(path: Path) -> None:
    write_roster(path, RosterHeading("花名册", "东阿县", MONTH, "371524-202612-1", "3f" * 32), lines())


def bare(path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        text, money = workbook.add_format({"border": 1}), workbook.add_format({"num_format": "#,##0.00"})
        for column, label in enumerate(LABELS):
            sheet.write_string(0, column, label, text)
        for at, row in enumerate(lines(), 1):
            before = (row.township, row.village, row.name, row.id_number, row.relation, row.bank, row.account)
            sheet.write_number(at, 0, row.seq, text)
            for column, value in enumerate((*before, row.category), 1):
                sheet.write_string(at, column, value, text)
            sheet.write_number(at, 9, row.people, text)
            amounts = (row.standard_fen or 0, row.due_fen, row.back_pay_fen, row.recover_fen, row.net_fen)
            for column, fen in enumerate(amounts, 10):
                sheet.write_number(at, column, Decimal(fen).scaleb(-2), money)
            sheet.write_string(at, 15, f"{row.month_from:%Y-%m}", text)
            sheet.write_string(at, 16, row.remark, text)


def run(which: str) -> None:
    """In the child: write once, print processor seconds and megabytes above idle."""
    with tempfile.TemporaryDirectory() as folder:
        idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()
        {"ours": ours, "bare": bare}[which](Path(folder) / "roster.xlsx")
        seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, (peak - idle) / 1024)


def measure(which: str) -> tuple[float, float]:
    out = subprocess.run([sys.executable, __file__, which], capture_output=True, text=True, check=True).stdout
    seconds, megabytes = out.split()
    return float(seconds), float(megabytes)


def main() -> int:
    runs = [(measure("ours"), measure("bare")) for _ in range(3)]
    ours_s, bare_s = median(o[0] for o, _ in runs), median(b[0] for _, b in runs)
    ours_mb, bare_mb = max(o[1] for o, _ in runs), max(b[1] for _, b in runs)
    print(f"roster of {LINES:,} lines x {len(LABELS)} columns, median of 3")
    print(f"  ours {ours_s:6.2f} s  +{ours_mb:5.1f} MB")
    print(f"  bare {bare_s:6.2f} s  +{bare_mb:5.1f} MB")
    print(f"  ratio {ours_s / bare_s:.2f} (bound {BOUND:.1f})")
    return 0 if ours_s / bare_s <= BOUND else 1


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(sys.argv[1])
    else:
        sys.exit(main())
