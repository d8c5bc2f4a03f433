"""The published figures this product ships with (`eligibility/data/standards.csv`), as a book the rules can ask."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Final

from eligibility.rules.figures import FigureBook, FigureRow

STANDARDS: Final = Path(__file__).resolve().parent.parent / "data" / "standards.csv"


def read_rows(path: Path) -> Iterator[FigureRow]:
    """Published rows of a CSV of standards; yuan become fen. Raises KeyError, ValueError where a row is broken."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["published"] == "yes":
                yield FigureRow(
                    region_code=row["region_code"],
                    area=row["area"],
                    programme=row["programme"],
                    measure=row["measure"],
                    value_fen=int(Decimal(row["value"]) * 100),
                    effective_from=date.fromisoformat(row["effective_from"]),
                    for_year=int(row["for_year"]) if row["for_year"] else None,
                    document_number=row["document_number"],
                )


@cache
def published_book() -> FigureBook:
    """The shipped figures, read once."""
    return FigureBook(read_rows(STANDARDS))
