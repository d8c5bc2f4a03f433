"""The figures a paper can publish: what each is called, for whom it is set, in which unit and within which bounds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

AREA_NAMES: Final = {"urban": "城市", "rural": "农村", "": "城乡"}
UNIT_NAMES: Final = {"month": "元/月", "year": "元/年"}
_BOTH: Final = ("rural", "urban")
_EVERYWHERE: Final = ("",)


@dataclass(frozen=True)
class Measure:
    """`areas` it is published for ("" one value for both); `most` yuan; `by_year` belongs to one calendar year."""

    programme: str
    measure: str
    label: str
    areas: tuple[str, ...] = _EVERYWHERE
    unit: str = "month"
    most: Decimal = Decimal(100_000)
    by_year: bool = False

    @property
    def unit_name(self) -> str:
        return UNIT_NAMES[self.unit]


_ALL: Final = (
    Measure("dibao", "standard", "最低生活保障标准", _BOTH),
    Measure("tekun", "basic", "特困人员基本生活标准", _BOTH),
    Measure("tekun", "care_self_reliant", "特困照料护理标准（全自理）"),
    Measure("tekun", "care_semi", "特困照料护理标准（半护理）"),
    Measure("tekun", "care_full", "特困照料护理标准（全护理）"),
    Measure("orphan", "institution", "孤儿基本生活费（机构养育）"),
    Measure("orphan", "dispersed", "孤儿基本生活费（散居）"),
    Measure("disability_living", "grade_1_2", "困难残疾人生活补贴（1–2 级）"),
    Measure("disability_living", "grade_3_4", "困难残疾人生活补贴（3–4 级）"),
    Measure("disability_care", "grade_1", "重度残疾人护理补贴（1 级）"),
    Measure("disability_care", "grade_2", "重度残疾人护理补贴（2 级）"),
    Measure("minimum_wage", "monthly", "月最低工资"),
    Measure(
        "reference_income",
        "disposable_per_head",
        "人均可支配收入",
        unit="year",
        most=Decimal(10_000_000),
        by_year=True,
    ),
)
MEASURES: Final[dict[tuple[str, str], Measure]] = {(one.programme, one.measure): one for one in _ALL}
NAMES: Final[dict[tuple[str, str], str]] = {
    **{key: one.label for key, one in MEASURES.items()},
    ("reference_income", "consumption_per_head"): "人均消费支出",
}
