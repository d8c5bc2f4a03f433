"""A month without a value: which figures a place's programmes need and nobody published, and no formula gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from eligibility.figure_checks import figure_of
from eligibility.measures import AREA_NAMES, NAMES
from eligibility.programmes import Programme
from eligibility.rules.codes import Area
from eligibility.rules.columns import day
from eligibility.rules.derivations import DERIVATIONS, Base
from eligibility.rules.figures import NONE_IN_FORCE, FigureBook, FigureSet

STANDARD: Final = ("dibao", "standard")
WAGE: Final = ("minimum_wage", "monthly")
REFERENCE: Final = ("reference_income", "disposable_per_head")
Needed = tuple[str, str]
_OF: Final[dict[Programme, tuple[Needed, ...]]] = {
    Programme.DIBAO: (STANDARD,),
    Programme.DIBAO_SINGLE: (STANDARD, WAGE),
    Programme.EDGE: (STANDARD, WAGE),
    # The reference income decides who is too poor to support somebody (民发〔2021〕43号 art. 8).
    Programme.TEKUN: (
        STANDARD,
        ("tekun", "basic"),
        ("tekun", "care_self_reliant"),
        ("tekun", "care_semi"),
        ("tekun", "care_full"),
        REFERENCE,
    ),
    Programme.TEMPORARY: (STANDARD, REFERENCE),
    Programme.RIGID: (STANDARD, REFERENCE),
    Programme.ORPHAN: (("orphan", "institution"), ("orphan", "dispersed")),
    Programme.DE_FACTO_ORPHAN: (("orphan", "dispersed"),),
    Programme.DISABILITY_LIVING: (("disability_living", "grade_1_2"), ("disability_living", "grade_3_4")),
    Programme.DISABILITY_CARE: (("disability_care", "grade_1"), ("disability_care", "grade_2")),
}


@dataclass(frozen=True)
class Missing:
    """A figure nobody can say for that month, and whom it is needed for; what to publish is `lacks`."""

    figure: str
    lacks: str
    programmes: tuple[str, ...]

    @property
    def said(self) -> str:
        return f"缺{self.lacks}，{'、'.join(self.programmes)}算不出来"


def missing(region_code: str, month: date, running: Iterable[tuple[str, str]], known: FigureBook) -> list[Missing]:
    """What the programmes running there (programme and area, as awards and matters have them) lack on the month's 1st.

    An area unknown is asked as rural.
    """
    first = month.replace(day=1)
    found: dict[tuple[str, str], dict[str, None]] = {}
    for programme, area in sorted(set(running)):
        asked = known.on(region_code, Area.URBAN if area == "urban" else Area.RURAL, day(first))
        for needed in _OF.get(Programme(programme), ()):
            if not _is_known(asked, needed):
                found.setdefault((needed_name(needed, area), lacks(needed, area, first)), {})[programme] = None
    return [
        Missing(figure, what, tuple(Programme(one).label for one in programmes))
        for (figure, what), programmes in found.items()
    ]


def _is_known(figures: FigureSet, needed: Needed) -> bool:
    plain = {STANDARD: figures.standard, WAGE: figures.wage, REFERENCE: figures.reference}
    if needed in plain:
        return plain[needed] != NONE_IN_FORCE
    figure = figure_of(figures, *needed)
    return figure is not None and figure.fen != NONE_IN_FORCE


def needed_name(needed: Needed, area: str) -> str:
    return f"{AREA_NAMES.get(area, '') if needed in (STANDARD, ('tekun', 'basic')) else ''}{NAMES[needed]}"


def lacks(needed: Needed, area: str, on: date) -> str:
    """The figure itself, with its year where it has one; or it or what it would be derived from."""
    if needed == REFERENCE:
        return f" {on.year - 1} 年{NAMES[needed]}"
    how, name = DERIVATIONS.get(needed), needed_name(needed, area)
    if how is None:
        return name
    base = {
        Base.STANDARD: f"{AREA_NAMES[area]}低保标准",
        Base.URBAN: "城市低保标准",
        Base.WAGE_LAST_YEAR: f"{on.year - 1} 年的最低工资",
    }[how.base]
    return f"{name}（或{base}）"
