"""The local rules in force somewhere on a day: the smallest region's row first, then the exact area; or None.

The figures' book never sees them. What the rules read by themselves goes into the line they judge, so that it is frozen
with the assessment like everything else.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from eligibility.editions import Edition, edition
from eligibility.models import LocalSetting

Slot = tuple[str, str, str, str, str]
_LEVEL_DIGITS = (12, 9, 6, 4)


@dataclass(frozen=True)
class Row:
    """One row as recorded; `value` None ends the setting from its day on."""

    region_code: str
    area: str
    key: str
    programme: str
    name: str
    value: Decimal | None
    since: date
    document_number: str


class Settings:
    """Every row ever recorded, asked by region, area and day. A value object, like the book of figures."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = tuple(sorted(rows, key=lambda row: row.since))
        self._rows: dict[Slot, list[Row]] = defaultdict(list)
        for row in self.rows:
            self._rows[row.key, row.programme, row.name, row.region_code, row.area].append(row)

    def row(self, key: str, region: str, area: str, on: date, programme: str = "", name: str = "") -> Row | None:
        """The row in force there; a row that ends the setting leaves the larger region's in force."""
        for digits in _LEVEL_DIGITS:
            code = region[:digits].ljust(12, "0")
            for row_area in dict.fromkeys((area, "")):
                begun = [r for r in self._rows.get((key, programme, name, code, row_area), ()) if r.since <= on]
                if begun and begun[-1].value is not None:
                    return begun[-1]
        return None

    def value(self, key: str, region: str, area: str, on: date, programme: str = "") -> Decimal | None:
        found = self.row(key, region, area, on, programme)
        return None if found is None else found.value

    def of(self, key: str, region: str, area: str, on: date) -> list[Row]:
        """Every row of a key in force there, over programmes and names, each once."""
        slots = dict.fromkeys((row.programme, row.name) for row in self.rows if row.key == key)
        found = (self.row(key, region, area, on, *slot) for slot in slots)
        return [row for row in found if row is not None]


def settings(of: Edition | None = None) -> Settings:
    """All that is recorded; one small query (none where the edition is known), parsed once a change."""
    return _settings(of or edition())


@lru_cache(maxsize=2)
def _settings(_: Edition) -> Settings:
    return Settings(
        [
            Row(
                one.region_id,
                one.area,
                one.key,
                one.programme,
                one.name,
                one.value,
                one.effective_from,
                one.document_number,
            )
            for one in LocalSetting.objects.all()
        ]
    )


def written(value: Decimal) -> str:
    """`1.8`, `2`, `0.6`: without the zeros of the column."""
    return f"{value.normalize():f}"


def share_of(fen: int, rate: Decimal) -> int:
    """That share of an amount, to the fen."""
    return int((Decimal(fen) * rate).quantize(Decimal(1), ROUND_HALF_UP))
