"""What a drafter writes down, and whether it can be taken: every field's sentence, and what must be reasoned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from eligibility.figure_checks import Checked, Proposed, check
from eligibility.local_keys import KEYS
from eligibility.measures import MEASURES, Measure
from eligibility.models import LocalSetting, MinimumWage, Standard, StandardDraft

EARLIEST = date(2000, 1, 1)
AHEAD = timedelta(days=730)
LONGEST_REASON = 300
LONGEST_NUMBER = 60
LONGEST_NAME = 40
Kind = StandardDraft.Kind
Errors = dict[str, str]


@dataclass(frozen=True)
class Proposal:
    """`value` in the unit of the measure or key; None ends a local setting. `measure` is a setting's key."""

    region_code: str
    kind: str
    measure: str
    value: Decimal | None
    effective_from: date
    document_number: str
    programme: str = ""
    area: str = ""
    name: str = ""
    for_year: int | None = None
    reason: str = ""


def checked(proposal: Proposal, *, today: date) -> Checked | None:
    """What is said of a figure beside the old one and the formula; None for a setting, or without a value."""
    if proposal.kind != Kind.FIGURE or proposal.value is None:
        return None
    return check(
        Proposed(
            proposal.region_code,
            proposal.area,
            proposal.programme,
            proposal.measure,
            int(proposal.value * 100),
            proposal.effective_from,
            proposal.for_year,
        ),
        today=today,
    )


def errors_of(proposal: Proposal, *, today: date) -> Errors:
    """Every field that can't be taken, with its sentence; {} where all can."""
    of_kind = _figure(proposal) if proposal.kind == Kind.FIGURE else _setting(proposal)
    errors = of_kind | _paper(proposal) | _day(proposal, today)
    return errors or _taken(proposal)


def _paper(one: Proposal) -> Errors:
    errors = {}
    if not one.document_number.strip():
        errors["document_number"] = "填写文号"
    elif len(one.document_number.strip()) > LONGEST_NUMBER:
        errors["document_number"] = f"文号最多 {LONGEST_NUMBER} 字"
    if len(one.reason.strip()) > LONGEST_REASON:
        errors["reason"] = f"理由最多 {LONGEST_REASON} 字"
    return errors


def _day(one: Proposal, today: date) -> Errors:
    latest = today + AHEAD
    if EARLIEST <= one.effective_from <= latest:
        return {}
    return {"effective_from": f"写 {EARLIEST} 到 {latest}"}


def _value(value: Decimal, least: Decimal, most: Decimal, places: int, field: str = "value") -> Errors:
    if not value.is_finite():
        return {field: "写成数字"}
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        return {field: f"最多 {places} 位小数" if places else "写整数"}
    if not least <= value <= most:
        return {field: f"写 {least:,} 到 {most:,} 之间"}
    return {}


def _figure(one: Proposal) -> Errors:
    known = MEASURES.get((one.programme, one.measure))
    if known is None or one.name:
        return {"measure": "选择标准"}
    if one.area not in known.areas:
        return {"area": "选择城市或农村"}
    if one.value is None:
        return {"value": "填写金额"}
    return _value(one.value, Decimal("0.01"), known.most, 2) | _year(known, one)


def _year(known: Measure, one: Proposal) -> Errors:
    if not known.by_year:
        return {} if one.for_year is None else {"for_year": "这个标准不分年度"}
    if one.for_year is None:
        return {"for_year": "填写是哪一年的"}
    if not EARLIEST.year <= one.for_year <= one.effective_from.year:
        return {"for_year": f"写 {EARLIEST.year} 到 {one.effective_from.year} 之间"}
    return {}


def _setting(one: Proposal) -> Errors:
    known = KEYS.get(one.measure)
    if known is None:
        return {"measure": "选择参数"}
    errors: Errors = {}
    if one.area not in ("", "urban", "rural"):
        errors["area"] = "选择城乡范围"
    if one.programme not in (known.programmes or ("",)):
        errors["programme"] = "选择项目"
    if known.is_named != bool(one.name.strip()):
        errors["name"] = "写明是哪一类或哪一档" if known.is_named else "这个参数不分类别"
    elif len(one.name.strip()) > LONGEST_NAME:
        errors["name"] = f"类别最多 {LONGEST_NAME} 字"
    return errors if one.value is None else errors | _value(one.value, known.least, known.most, known.places)


def _taken(one: Proposal) -> Errors:
    """The same thing of the same day is there already, or waits."""
    if is_recorded(one):
        return {"effective_from": "这一天已有公布的，改用另一天"}
    waiting = StandardDraft.objects.filter(decision=None, region_id=one.region_code, kind=one.kind, area=one.area)
    same = waiting.filter(
        programme=one.programme, measure=one.measure, name=one.name.strip(), effective_from=one.effective_from
    )
    return {"effective_from": "同一天的草稿已在等候决定"} if same.exists() else {}


def is_recorded(one: Proposal) -> bool:
    """Whether a row of that place, measure and day is in the tables."""
    place = {"region_id": one.region_code, "effective_from": one.effective_from}
    if one.kind == Kind.SETTING:
        slot = {"area": one.area, "key": one.measure, "programme": one.programme, "name": one.name.strip()}
        return LocalSetting.objects.filter(**place, **slot).exists()
    if one.programme == "minimum_wage":
        return MinimumWage.objects.filter(**place).exists()
    slot = {"area": one.area, "programme": one.programme, "measure": one.measure}
    return Standard.objects.filter(**place, **slot).exists()
