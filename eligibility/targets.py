"""Everything a draft can set, each with its code in an address: `dibao.standard.rural`, `budget.dibao`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from eligibility.local_keys import KEYS, LocalKey
from eligibility.local_settings import written
from eligibility.measures import AREA_NAMES, MEASURES, NAMES
from eligibility.models import StandardDraft
from eligibility.programmes import Programme

Kind = StandardDraft.Kind


@dataclass(frozen=True)
class Target:
    """One figure of one area, or one local setting of one programme. `area` is a figure's; a setting's is chosen."""

    kind: str
    programme: str
    measure: str
    area: str = ""

    @property
    def code(self) -> str:
        if self.kind == Kind.SETTING:
            return ".".join(filter(None, (self.measure, self.programme)))
        return ".".join(filter(None, (self.programme, self.measure, self.area)))

    @property
    def key(self) -> LocalKey | None:
        return KEYS.get(self.measure) if self.kind == Kind.SETTING else None

    @property
    def label(self) -> str:
        return label_of(self.kind, self.programme, self.measure, self.area)

    @property
    def unit(self) -> str:
        return unit_of(self.kind, self.programme, self.measure)

    @property
    def by_year(self) -> bool:
        return self.kind == Kind.FIGURE and MEASURES[self.programme, self.measure].by_year


_FIGURES = [Target(Kind.FIGURE, one.programme, one.measure, area) for one in MEASURES.values() for area in one.areas]
_SETTINGS = [
    Target(Kind.SETTING, programme, key.code) for key in KEYS.values() for programme in key.programmes or ("",)
]
TARGETS: Final[dict[str, Target]] = {one.code: one for one in (*_FIGURES, *_SETTINGS)}


def label_of(kind: str, programme: str, measure: str, area: str = "", name: str = "", year: int | None = None) -> str:
    """`农村最低生活保障标准`, `人均金融资产上限（特困人员救助供养）`, `分类施保增发 · 老年人`."""
    if kind == Kind.SETTING:
        label = KEYS[measure].label if measure in KEYS else measure
        of = f"（{Programme(programme).label}）" if programme else ""
        place = f"{AREA_NAMES[area]}" if area else ""
        return f"{place}{label}{of}{f' · {name}' if name else ''}"
    label = NAMES.get((programme, measure), f"{programme} {measure}")
    return f"{f'{year} 年' if year else ''}{AREA_NAMES[area] if area else ''}{label}"


def unit_of(kind: str, programme: str, measure: str) -> str:
    """`元/月`, `倍低保标准`."""
    if kind == Kind.SETTING:
        return KEYS[measure].unit if measure in KEYS else ""
    known = MEASURES.get((programme, measure))
    return known.unit_name if known else ""


def value_words(kind: str, value: Decimal | None) -> str:
    """Money with its two places; a ratio without the column's zeros; 废止 where a setting ends."""
    if value is None:
        return "废止"
    return f"{value:,.2f}" if kind == Kind.FIGURE or value >= 1000 else written(value)
