"""The figures in force today and before, by document; those nobody published, with the formula they come from."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts import regions
from eligibility.assess import book
from eligibility.models import MinimumWage, Standard
from eligibility.rules.codes import Area
from eligibility.rules.columns import day
from eligibility.rules.figures import NONE_IN_FORCE, Figure, FigureSet

NAMES: dict[tuple[str, str], str] = {
    ("dibao", "standard"): "最低生活保障标准",
    ("tekun", "basic"): "特困人员基本生活标准",
    ("tekun", "care_self_reliant"): "特困照料护理标准（全自理）",
    ("tekun", "care_semi"): "特困照料护理标准（半护理）",
    ("tekun", "care_full"): "特困照料护理标准（全护理）",
    ("orphan", "institution"): "孤儿基本生活费（机构养育）",
    ("orphan", "dispersed"): "孤儿基本生活费（散居）",
    ("disability_living", "grade_1_2"): "困难残疾人生活补贴（1–2 级）",
    ("disability_living", "grade_3_4"): "困难残疾人生活补贴（3–4 级）",
    ("disability_care", "grade_1"): "重度残疾人护理补贴（1 级）",
    ("disability_care", "grade_2"): "重度残疾人护理补贴（2 级）",
    ("minimum_wage", "monthly"): "月最低工资",
    ("reference_income", "disposable_per_head"): "人均可支配收入",
    ("reference_income", "consumption_per_head"): "人均消费支出",
}
AREAS = {"urban": "城市", "rural": "农村", "": "城乡"}
UNITS = {"month": "元/月", "year": "元/年"}


@dataclass(frozen=True)
class Published:
    """One published figure. `until` is the day the next row of the same measure began; None in force."""

    name: str
    area: str
    unit: str
    value_fen: int
    since: date
    until: date | None
    before_fen: int | None
    document: str
    source: str
    place: str
    is_future: bool

    @property
    def raise_fen(self) -> int | None:
        return None if self.before_fen is None else self.value_fen - self.before_fen


@dataclass(frozen=True)
class Derived:
    """A figure nobody published here, and how it is worked out."""

    name: str
    area: str
    value_fen: int
    formula: str


# The table of figures carries its keeper's remarks in English behind the source.
_ENGLISH_NOTE = re.compile(r"\s*\([A-Za-z][^)]*\)")
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class _Row:
    key: Key
    unit: str
    value_fen: int
    since: date
    document: str
    source: str
    year: int | None


def published(today: date) -> tuple[list[Published], list[Published]]:
    """In force on that day, and all that was before or will be, newest first. Two queries."""
    groups: dict[Key, list[_Row]] = defaultdict(list)
    for row in sorted(_rows(), key=lambda row: row.since):
        groups[row.key].append(row)
    in_force: list[Published] = []
    others: list[Published] = []
    for key in sorted(groups, key=_place):
        for shown in _shown(groups[key], today):
            (in_force if shown.until is None and not shown.is_future else others).append(shown)
    return in_force, sorted(others, key=lambda one: one.since, reverse=True)


def _rows() -> list[_Row]:
    rows = [
        _Row(
            (one.programme, one.measure, one.area, one.region_id),
            one.unit,
            one.value_fen,
            one.effective_from,
            one.document_number,
            _ENGLISH_NOTE.sub("", one.source),
            one.for_year,
        )
        for one in Standard.objects.all()
    ]
    return rows + [
        _Row(
            ("minimum_wage", "monthly", "", one.region_id),
            "month",
            one.value_fen,
            one.effective_from,
            one.document_number,
            "",
            None,
        )
        for one in MinimumWage.objects.all()
    ]


def _place(key: Key) -> tuple[int, str, str]:
    order = list(NAMES)
    known = (key[0], key[1])
    return order.index(known) if known in order else len(order), key[2], key[3]


def _shown(rows: list[_Row], today: date) -> list[Published]:
    shown = []
    for index, row in enumerate(rows):
        later = rows[index + 1] if index + 1 < len(rows) else None
        ended = later.since if later and later.since <= today else None
        programme, measure, area, region = row.key
        name = NAMES.get((programme, measure), f"{programme} {measure}")
        shown.append(
            Published(
                name=f"{row.year} 年{name}" if row.year else name,
                area=AREAS.get(area, area),
                unit=UNITS.get(row.unit, row.unit),
                value_fen=row.value_fen,
                since=row.since,
                until=ended,
                before_fen=rows[index - 1].value_fen if index else None,
                document=row.document,
                source=row.source,
                place=regions.name_of(region),
                is_future=row.since > today,
            )
        )
    return shown


def derived(region_code: str, today: date) -> list[Derived]:
    """What stands in where nothing is published, each with its formula."""
    figures = book()
    rural, urban = (figures.on(region_code, area, day(today)) for area in (Area.RURAL, Area.URBAN))
    rows = [*_basic(rural, "农村"), *_basic(urban, "城市")]
    wage = rural.wage_last_year
    for label, share, figure in zip(("全自理", "半护理", "全护理"), (10, 6, 3), rural.care, strict=True):
        if figure.derived:
            formula = f"上年最低工资 {Decimal(wage) / 100:,.2f} ÷ {share}，进到整元"
            rows.append(Derived(f"特困照料护理标准（{label}）", "城乡", figure.fen, formula))
    return rows


def _basic(figures: FigureSet, area: str) -> list[Derived]:
    basic: Figure = figures.basic
    if not basic.derived or figures.standard == NONE_IN_FORCE:
        return []
    formula = f"{area}低保标准 {Decimal(figures.standard) / 100:,.2f} × 1.3，进到整元"
    return [Derived("特困人员基本生活标准", area, basic.fen, formula)]
