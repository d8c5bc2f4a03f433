"""The published figures as dated rows: loaded from the table once, never edited; the next row ends the last."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from accounts import audit, clock
from eligibility.models import MinimumWage, Standard

SOURCE = Path(__file__).parent / "data" / "standards.csv"


@transaction.atomic
def load(path: Path = SOURCE) -> int:
    """Add the published rows the tables do not hold yet; how many."""
    added = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            added += _add_wage(row) if row["programme"] == "minimum_wage" else _add_standard(row)
    return added


def _add_wage(row: dict[str, str]) -> int:
    since = date.fromisoformat(row["effective_from"])
    if MinimumWage.objects.filter(region_id=row["region_code"], effective_from=since).exists():
        return 0
    wage = MinimumWage(
        region_id=row["region_code"],
        value_fen=int(Decimal(row["value"]) * 100),
        effective_from=since,
        document_number=row["document_number"],
    )
    audit.seal(wage, None, "standard.load", on=clock.today(), region_code=row["region_code"])
    return 1


def _add_standard(row: dict[str, str]) -> int:
    since = date.fromisoformat(row["effective_from"])
    same = {
        "region_id": row["region_code"],
        "area": row["area"],
        "programme": row["programme"],
        "measure": row["measure"],
        "effective_from": since,
    }
    if Standard.objects.filter(**same).exists():
        return 0
    standard = Standard(
        **same,
        unit=row["unit"],
        value_fen=int(Decimal(row["value"]) * 100),
        for_year=int(row["for_year"]) if row["for_year"] else None,
        document_number=row["document_number"],
        source=row["source"][:200],
    )
    audit.seal(standard, None, "standard.load", on=clock.today(), region_code=row["region_code"])
    return 1
