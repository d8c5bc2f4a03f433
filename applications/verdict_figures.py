"""The published figures an answer stands on, as they were frozen with it: value, paper, since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.verdict_formulas import is_derived
from applications.verdicts import Verdict
from eligibility.measures import AREA_NAMES, NAMES
from eligibility.programmes import Programme

P = Programme
Key = tuple[str, str]
_STANDARD: Key = ("dibao", "standard")
_WAGE: Key = ("minimum_wage", "monthly")
_REFERENCE: Key = ("reference_income", "disposable_per_head")
_STANDS_ON: dict[Programme, tuple[Key, ...]] = {
    P.DIBAO: (_STANDARD,),
    P.DIBAO_SINGLE: (_STANDARD, _WAGE),
    P.EDGE: (_STANDARD, _WAGE),
    P.TEKUN: (("tekun", "basic"), ("tekun", "care_{level}"), _STANDARD, _WAGE),
    P.TEMPORARY: (_STANDARD, _REFERENCE),
    P.RIGID: (_STANDARD, _REFERENCE),
    P.ORPHAN: (("orphan", "institution"), ("orphan", "dispersed")),
    P.DE_FACTO_ORPHAN: (("orphan", "dispersed"),),
    P.DISABILITY_LIVING: (("disability_living", "grade_1_2"), ("disability_living", "grade_3_4")),
    P.DISABILITY_CARE: (("disability_care", "grade_1"), ("disability_care", "grade_2")),
}
# The law takes the city's standard here, wherever the family lives.
_URBAN = frozenset({P.TEMPORARY, P.ORPHAN, P.DE_FACTO_ORPHAN, P.DISABILITY_LIVING, P.DISABILITY_CARE})


@dataclass(frozen=True)
class InForce:
    """One figure in force on the day; `document` "" where its number was never entered."""

    name: str
    value_fen: int
    unit: str
    since: date
    document: str


def in_force(programme: Programme, area: str, verdict: Verdict) -> tuple[InForce, ...]:
    """The published rows this answer stands on; what is derived stands on the row it is derived from."""
    entry, figures = verdict.entry, verdict.figures
    area = "urban" if programme in _URBAN else area
    step = next((one for one in entry["steps"] if one["code"] == "standard"), None)
    wanted = _STANDS_ON[programme] if step is None or not is_derived(step) else (_STANDARD,)
    keys = [(name, measure.format(level=entry.get("care_level"))) for name, measure in wanted]
    found = [one for key in keys for one in figures.get("sources", ()) if _key(one) == key]
    found = [one for one in found if _is_meant(one, programme, area, figures)]
    if step is not None and not is_derived(step):
        found = [one for one in found if f"{one['value'] // 100}.{one['value'] % 100:02d}" == step["exact"]]
    return tuple(_shown(one) for one in found)


def _key(source: Mapping[str, Any]) -> Key:
    return source["programme"], source["measure"]


def _is_meant(source: Mapping[str, Any], programme: Programme, area: str, figures: Mapping[str, Any]) -> bool:
    if _key(source) == _STANDARD:
        return bool(source["area"] in (area, ""))
    if _key(source) == _WAGE:
        return bool(source["value"] == figures["wage_last_year" if programme == P.TEKUN else "wage"])
    return True


def _shown(source: Mapping[str, Any]) -> InForce:
    key = _key(source)
    area = AREA_NAMES.get(source["area"], "") if source["area"] else ""
    return InForce(
        name=f"{area}{NAMES.get(key, ' '.join(key))}",
        value_fen=source["value"],
        unit="每年" if key == _REFERENCE else "每月",
        since=date.fromisoformat(source["effective_from"]),
        document=source["document_number"],
    )
