"""The clause each test stands on, by the law in force on the day."""

from __future__ import annotations

from datetime import date
from typing import Final

from eligibility.programmes import Programme

LAW_IN_FORCE: Final = date(2026, 7, 1)
"""社会救助法 art. 78. Before that day 国务院令649号; 57号 and 43号 stay where the law is silent."""

_D57 = "民发〔2021〕57号"
_D43 = "民发〔2021〕43号"
_LAW = "社会救助法"
_D649 = "国务院令649号"
_SEED = "聊政字〔2020〕28号 三(二)"
_RIGID = "刚性支出困难家庭认定办法"
RIGID_IN_FORCE: Final = date(2025, 1, 1)
"""Before the day of the 认定办法 the notion is that of 国办发〔2023〕39号."""
_RIGID_BEFORE = "国办发〔2023〕39号"
_D54 = "国办发〔2010〕54号"
_D62 = "民发〔2019〕62号"
_SUBSIDY = "国发〔2015〕52号;鲁政发〔2015〕27号"

_CLAUSES: Final[dict[tuple[Programme, str], tuple[str, str]]] = {
    (Programme.DIBAO, "someone_counted"): (f"{_D57} 第7条", f"{_D57} 第7条"),
    (Programme.DIBAO, "standard_in_force"): (f"{_D649} 第10条", f"{_LAW} 第19条"),
    (Programme.DIBAO, "income_below_standard"): (f"{_D649} 第9条", f"{_LAW} 第18条"),
    (Programme.DIBAO, "assets_within_limit"): (f"{_D649} 第9条;{_D57} 第14条", f"{_LAW} 第18条;{_D57} 第14条"),
    (Programme.EDGE, "standard_in_force"): (f"{_D649} 第10条", f"{_LAW} 第19条"),
    (Programme.EDGE, "not_dibao"): (f"{_D57} 第8条", f"{_LAW} 第21条"),
    (Programme.EDGE, "income_below_edge"): (f"{_D57} 第8条", f"{_LAW} 第21条"),
    (Programme.EDGE, "assets_within_limit"): (f"{_D57} 第8条、第14条", f"{_LAW} 第21条;{_D57} 第14条"),
    (Programme.DIBAO_SINGLE, "in_edge_family"): (f"{_D57} 第8条", f"{_LAW} 第21条"),
    (Programme.DIBAO_SINGLE, "severe"): (f"{_D57} 第8条", f"{_LAW} 第21条;{_D57} 第8条"),
    (Programme.DIBAO_SINGLE, "standard_in_force"): (f"{_D649} 第10条", f"{_LAW} 第19条"),
    (Programme.DIBAO_SINGLE, "own_income_below_standard"): (f"{_D57} 第8条", f"{_LAW} 第21条;{_D57} 第8条"),
    (Programme.TEKUN, "no_labour"): (f"{_D649} 第14条;{_D43} 第5条", f"{_LAW} 第16条;{_D43} 第5条"),
    (Programme.TEKUN, "no_living"): (f"{_D649} 第14条;{_D43} 第6条", f"{_LAW} 第16条;{_D43} 第6条"),
    (Programme.TEKUN, "no_able_obligor"): (f"{_D649} 第14条;{_D43} 第8条", f"{_LAW} 第16条;{_D43} 第8条"),
    (Programme.TEKUN, "care_level_known"): (f"{_D43} 第21条、第22条", f"{_D43} 第21条、第22条"),
    (Programme.TEKUN, "standard_in_force"): (f"{_D649} 第15条", f"{_LAW} 第17条"),
    (Programme.TEMPORARY, "need_known"): (f"{_D649} 第47条", f"{_LAW} 第29条"),
    (Programme.TEMPORARY, "income_below_reference"): (
        f"{_D649} 第47条;民发〔2018〕23号",
        f"{_LAW} 第29条;民发〔2018〕23号",
    ),
    (Programme.TEMPORARY, "assets_within_limit"): (
        f"{_D649} 第47条;民发〔2018〕23号",
        f"{_LAW} 第29条;民发〔2018〕23号",
    ),
    (Programme.TEMPORARY, "within_range"): (_SEED, _SEED),
    (Programme.TEMPORARY, "standard_in_force"): (f"{_D649} 第10条;{_SEED}", f"{_LAW} 第19条;{_SEED}"),
    **{
        (Programme.RIGID, code): (f"{_RIGID} 第4条", f"{_LAW} 第22条;{_RIGID} 第4条")
        for code in ("not_dibao", "not_tekun", "not_edge", "income_below_reference", "assets_within_limit")
    },
    (Programme.RIGID, "spending_above_ratio"): (f"{_RIGID} 第4条、第5条", f"{_LAW} 第22条;{_RIGID} 第4条、第5条"),
    **{(Programme.ORPHAN, code): (_D54, _D54) for code in ("under_18", "orphan_status", "standard_in_force")},
    **{(Programme.DE_FACTO_ORPHAN, code): (_D62, _D62) for code in ("under_18", "orphan_status", "standard_in_force")},
    **{
        (programme, code): (_SUBSIDY, _SUBSIDY)
        for programme in (Programme.DISABILITY_LIVING, Programme.DISABILITY_CARE)
        for code in ("has_disability", "care_disability", "family_on_dibao", "not_tekun", "standard_in_force")
    },
}


def clause(programme: Programme, code: str, as_of: date) -> str:
    """The article a test of a programme stands on, on `as_of`; "" where none is named."""
    if programme is Programme.RIGID and as_of < RIGID_IN_FORCE:
        return _RIGID_BEFORE
    before, since = _CLAUSES.get((programme, code), ("", ""))
    return since if as_of >= LAW_IN_FORCE else before
