"""A proposed value as somebody writes it, `dibao:rural=800`, and the book of figures with it laid over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from accounts.errors import Invalid
from eligibility.measures import MEASURES
from eligibility.rules.figures import FigureBook, FigureRow

_DEFAULT: Final = {"dibao": "standard", "minimum_wage": "monthly", "reference_income": "disposable_per_head"}
_WRITTEN: Final = re.compile(r"(?P<name>[a-z_]+)(\.(?P<measure>[a-z0-9_]+))?(:(?P<area>[a-z]+))?=(?P<yuan>.+)")
_YUAN: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Proposed:
    """One figure as it would be; `area` "" where one value serves town and country."""

    programme: str
    measure: str
    area: str
    value_fen: int

    @property
    def written(self) -> str:
        area = f":{self.area}" if self.area else ""
        return f"{self.programme}.{self.measure}{area}={self.value_fen // 100}.{self.value_fen % 100:02d}"


def parse(text: str) -> list[Proposed]:
    """`dibao:rural=800`, `tekun.basic:rural=1050`, `minimum_wage=2500`; without an area, both where they differ.

    Raises Invalid by `standard`, with a sentence that names what is wrong.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise Invalid({"standard": "写成 dibao:rural=800 的样子"})
    name, measure = found["name"], found["measure"] or _DEFAULT.get(found["name"], "")
    if (name, measure) not in MEASURES:
        raise Invalid({"standard": f"没有标准 {name}{'.' + measure if measure else ''}，可写 {_listed(name)}"})
    areas = MEASURES[name, measure].areas
    if found["area"] and found["area"] not in areas:
        names = "、".join(areas) if any(areas) else "不分城乡，不写范围"
        raise Invalid({"standard": f"{name}.{measure} 的范围：{names}"})
    fen = read_fen(found["yuan"], programme=name, measure=measure)
    return [Proposed(name, measure, area, fen) for area in ((found["area"],) if found["area"] else areas)]


def read_fen(text: str, *, programme: str, measure: str) -> int:
    """An amount in yuan. Raises Invalid by `standard`."""
    most = MEASURES[programme, measure].most
    plain = text.strip().replace(",", "").replace("，", "")
    if not _YUAN.fullmatch(plain) or not 0 < Decimal(plain) <= most:
        raise Invalid({"standard": f"金额填 0.01–{most} 的数字"})
    return int(Decimal(plain) * 100)


def _listed(name: str) -> str:
    mine = [f"{one}.{measure}" for one, measure in MEASURES if one == name]
    return "、".join(mine or dict.fromkeys(one for one, _ in MEASURES))


def overlaid(book: FigureBook, proposed: Sequence[Proposed], *, region: str, on: date) -> FigureBook:
    """The book with each proposed value in force from that day everywhere under `region` (12 digits).

    Where a smaller place has published the measure for itself, the proposal stands there too: whoever asks what 800
    costs the city means every county. Last year's minimum wage stays what it was, as the law has it.
    """
    rows = list(book.rows)
    for one in proposed:
        rows += [_row(one, place, area, on) for place, area in _places(book, one, region)]
    return FigureBook(rows)


def _places(book: FigureBook, one: Proposed, region: str) -> list[tuple[str, str]]:
    prefix = region.rstrip("0") if len(region.rstrip("0")) <= 4 else region[:6]
    named = [
        row
        for row in book.rows
        if (row.programme, row.measure) == (one.programme, one.measure) and row.region_code.startswith(prefix)
    ]
    places = dict.fromkeys([region, *(row.region_code for row in named)])
    areas = dict.fromkeys([one.area, *(row.area for row in named if not one.area)])
    return [(place, area) for place in places for area in areas]


def _row(one: Proposed, place: str, area: str, on: date) -> FigureRow:
    year = on.year - 1 if one.programme == "reference_income" else None
    return FigureRow(place, area, one.programme, one.measure, one.value_fen, on, year, "测算，未公布")
