"""The running calculation: what the rules would answer to what is typed so far, and what is still missing.

Nothing here decides or stores anything; the sum is the one `eligibility.assess` would come to today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts import regions
from applications.entry.reading import Partial, partial
from applications.entry.sheet import Sheet
from eligibility import assess
from eligibility.models import Standard
from eligibility.programmes import Programme
from eligibility.spoken import chinese
from households.models.facts import DEDUCTIONS

# Who answers what the papers leave open (policy.md: asset lines are the township's to apply, the county's to confirm).
_DECIDED_BY = {
    "assets_within_limit": "家庭财产须审核时认定",
    "no_able_obligor": "义务人能否履行义务，审核时认定",
    "severe": "残疾或重病，审核时认定",
    "care_level_known": "自理能力，入户评估后认定",
    "in_edge_family": "是否低保边缘家庭，随财产一并认定",
    "no_living": "生活来源，随财产一并认定",
}
_MEASURE = {
    Programme.DIBAO: ("dibao", "standard"),
    Programme.EDGE: ("dibao", "standard"),
    Programme.DIBAO_SINGLE: ("dibao", "standard"),
    Programme.TEKUN: ("tekun", "basic"),
}


@dataclass(frozen=True)
class Term:
    """One line of the account: `operator` "" × − =."""

    operator: str
    figure: str
    name: str


@dataclass(frozen=True)
class Calculation:
    """What is shown: the account, why not, what is open and who decides, on which article."""

    terms: tuple[Term, ...] = ()
    law: str = ""
    headline: str = ""
    tone: str = "info"
    failed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    result: str = ""


EMPTY = Calculation(headline="填好事项和申请人证件号，就开始试算")


def calculate(sheet: Sheet) -> Calculation:
    """The account for the programme in hand, as far as what is typed allows."""
    known = partial(sheet)
    if known is None:
        return EMPTY
    item = sheet.reception.item
    need = item.need_kind if item else ""
    multiple = sheet.assets.read.get("need_multiple")
    made = assess.line(known.means, on=known.on, need_kind=need, need_multiple=multiple)
    answer = assess.preview(made, who=known.who)
    if "error" in answer:
        return Calculation(headline=f"暂不能试算：{answer['error']}")
    return _explained(_entry(answer, known), answer["figures"], known)


def _entry(answer: dict[str, Any], known: Partial) -> dict[str, Any]:
    entries = [e for e in answer["results"] if e["programme"] == known.programme]
    mine = [e for e in entries if e["person"] == known.recipient]
    return dict((mine or entries)[0])


def _explained(entry: dict[str, Any], figures: dict[str, Any], known: Partial) -> Calculation:
    tests: Sequence[dict[str, Any]] = entry["tests"]
    failed = tuple(chinese(test["said"]) for test in tests if test["passed"] is False)
    unknown = tuple(_DECIDED_BY.get(test["code"], chinese(test["said"])) for test in tests if test["passed"] is None)
    terms = _terms(entry, figures, known)
    return Calculation(
        terms=terms,
        law=_law(tests, known),
        headline=_headline(entry, failed, unknown),
        tone="bad" if failed else "info" if unknown else "ok",
        failed=failed,
        open=unknown,
        left_out=tuple(_left_out(person) for person in known.left_out),
        result=terms[-1].figure if terms and terms[-1].operator == "=" else "",
    )


def _left_out(person: Any) -> str:
    return f"{person.called}没有证件号或关系，没算在内"


def _headline(entry: dict[str, Any], failed: tuple[str, ...], unknown: tuple[str, ...]) -> str:
    if failed:
        return "按现在填的不符合，下面说明"
    if unknown:
        return "按现在填的，以下认定后才能定"
    return "按现在填的符合条件"


def _terms(entry: dict[str, Any], figures: dict[str, Any], known: Partial) -> tuple[Term, ...]:
    makers = {
        Programme.DIBAO: _family_terms,
        Programme.EDGE: _edge_terms,
        Programme.DIBAO_SINGLE: _single_terms,
        Programme.TEKUN: _tekun_terms,
        Programme.TEMPORARY: _temporary_terms,
    }
    make = makers.get(known.programme)
    return make(entry, figures, known) if make else ()


def _test(entry: dict[str, Any], code: str) -> dict[str, Any]:
    return next((test for test in entry["tests"] if test["code"] == code), {"figure": None, "threshold": None})


def _grouped(yuan: str | None) -> str:
    """1,234.00 out of 1234.00; both ends of a range; "--" where nothing is known."""
    if not yuan:
        return "--"
    return "–".join(f"{int(part.split('.')[0]):,}.{part.split('.')[1]}" for part in yuan.split("–"))


def _fen(fen: int) -> str:
    return yuan(fen) if fen >= 0 else "--"


def _family_terms(entry: dict[str, Any], figures: dict[str, Any], known: Partial) -> tuple[Term, ...]:
    area = "农村" if known.means.area == "rural" else "城市"
    income = _test(entry, "income_below_standard")
    account = [
        Term("", _fen(figures["standard"]), f"{area}低保标准"),
        Term("×", f"{_test(entry, 'someone_counted')['figure']} 人", "保障人数"),
        Term("−", _grouped(income["figure"]), "核定月收入"),
    ]
    return (*account, *_shortfall(entry, "月补差"))


def _shortfall(entry: dict[str, Any], name: str) -> tuple[Term, ...]:
    """The sum, or both where the basic pension leaves two."""
    sums = [_grouped(step["rounded"]) for step in entry["steps"] if step["code"] == "shortfall"]
    return (Term("=", " 或 ".join(sums), name),) if sums else ()


def _edge_terms(entry: dict[str, Any], figures: dict[str, Any], known: Partial) -> tuple[Term, ...]:
    income = _test(entry, "income_below_edge")
    return (
        Term("", _grouped(income["figure"]), "核定月收入"),
        Term("", _grouped(_test(entry, "not_dibao")["threshold"]), "低保线"),
        Term("", _grouped(income["threshold"]), "边缘家庭线"),
    )


def _single_terms(entry: dict[str, Any], figures: dict[str, Any], known: Partial) -> tuple[Term, ...]:
    own = _test(entry, "own_income_below_standard")
    account = (Term("", _fen(figures["standard"]), "低保标准"), Term("−", _grouped(own["figure"]), "本人月收入"))
    return (*account, *_shortfall(entry, "本人月补差"))


def _tekun_terms(entry: dict[str, Any], figures: dict[str, Any], known: Partial) -> tuple[Term, ...]:
    account = [Term("", _grouped(entry["basic"]), "基本生活标准"), Term("+", _grouped(entry["care"]), "照料护理标准")]
    total = next((step["rounded"] for step in entry["steps"] if step["code"] == "sum"), None)
    return (*account, Term("=", _grouped(total), "每月")) if total else tuple(account)


def _temporary_terms(entry: dict[str, Any], figures: dict[str, Any], known: Partial) -> tuple[Term, ...]:
    multiple = _test(entry, "within_range")["figure"]
    account = (Term("", _fen(figures["urban"]), "城市低保标准"), Term("×", multiple or "--", "倍数"))
    total = next((step["rounded"] for step in entry["steps"] if step["code"] == "multiple"), None)
    return (*account, Term("=", _grouped(total), "一次性")) if total else account


def _law(tests: Sequence[dict[str, Any]], known: Partial) -> str:
    told = ";".join(test["clause"] for test in tests if test["code"] != "someone_counted")
    articles = [article for article in dict.fromkeys(told.split(";")) if article][:2]
    since = _since(known)
    return f"按{'、'.join(map(chinese, articles))}{f'；标准自 {since} 起' if since else ''}"


def _since(known: Partial) -> date | None:
    """From which day the figure in hand is in force: the nearest region's newest row."""
    programme, measure = _MEASURE.get(known.programme, ("dibao", "standard"))
    area = "urban" if known.programme is Programme.TEMPORARY else known.means.area
    rows = Standard.objects.known_on(known.on).filter(
        programme=programme,
        measure=measure,
        area__in=[area, ""],
        region_id__in=regions.ancestors(known.means.region_code),
    )
    chosen = max(rows, key=lambda row: (row.region_id.rstrip("0"), row.effective_from), default=None)
    return chosen.effective_from if chosen else None


def month_total(sheet: Sheet) -> int | None:
    """What comes in less deductions, fen a month to the nearest fen, by the year first; None where nothing is."""
    year = 0
    known = [row.read for row in sheet.incomes if row.read.get("amount") is not None and row.read.get("per")]
    for read in known:
        sign = -1 if read.get("kind") in DEDUCTIONS else 1
        year += sign * read["amount"] * (12 if read["per"] == "month" else 1)
    return (2 * year + 12) // 24 if known else None


def yuan(fen: int | None) -> str:
    """For a cell that scripts fill: 1,234.00; "--" where nothing is known."""
    if fen is None:
        return "--"
    return f"{'−' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
