"""A JSON object as a checked household. Every mistake names its path; nothing is guessed or repaired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

from eligibility.lines import scalars
from eligibility.lines.errors import LineError
from eligibility.lines.reading import RepeatedKey
from eligibility.programmes import Programme
from eligibility.rules.codes import Area, Away, Disability, Need, Orphan, Relation, Student
from eligibility.rules.inputs import DEFAULT_EDGE_MULTIPLE, HouseholdInput, Money, ObligorInput, PersonInput

T = TypeVar("T")
D = TypeVar("D")

MOST_ENTRIES: Final = 1_000
"""People of a line, and entries of each list: with amounts below 10⁹ yuan every sum fits 64 bits."""
DEFAULT_REGION: Final = "371500000000"


def _words(members: type[Any], *names: str) -> dict[str, Any]:
    return {name: members[name.upper()] for name in names}


_AREAS = _words(Area, "urban", "rural")
_RELATIONS = {relation.name.lower(): relation for relation in Relation}
_STUDENTS = {student.name.lower(): student for student in Student if student is not Student.NONE}
_KINDS = {kind.name.lower(): kind for kind in Disability if kind is not Disability.NONE}
_ABSENCES = _words(Away, "prison", "drug_isolation", "missing", "religious_3_years")
_STATUSES = _words(Away, "prison", "missing", "no_capacity")
_NEEDS = _words(Need, "medical", "education", "sudden")
_ORPHANS = _words(Orphan, "institution", "dispersed", "de_facto")


def _themselves(*words: str) -> dict[str, str]:
    return {word: word for word in words}


_SEXES = _themselves("M", "F")
_WORK = _themselves("able", "partial", "unable")
_RECEIVES = _themselves("dibao", "tekun", "edge")
_PROGRAMMES = _themselves(*Programme)
_INCOME = _themselves(
    "wage",
    "business",
    "property",
    "transfer",
    "support",
    "pension",
    "basic_pension",
    "veteran_benefit",
    "family_planning_award",
    "scholarship",
    "bravery_award",
    "relief",
    "other",
)
_DEDUCTIONS = _themselves("tax", "social_insurance", "support_paid", "work_cost")
_SPENDING = _themselves("living", "medical", "education", "rehabilitation", "other")
_PERIODS = {"month": False, "year": True}

_LINE_KEYS = frozenset(
    {"id", "as_of", "region", "area", "people", "obligors", "assets_within_limit", "spending", "need"}
    | {"edge_multiple", "rigid_ratio", "rulings"}
)
_PERSON_KEYS = frozenset(
    {"relation", "birth_date", "sex", "work", "student", "disability", "major_illness", "self_care_failed"}
    | {"absence", "orphan", "income", "deductions", "lives_here", "prior"}
)
_OBLIGOR_KEYS = frozenset(("age", "monthly_income", "receives", "disability", "status", "assets_within_limit"))
_MONEY_KEYS = frozenset(("kind", "amount", "per"))


def _shown(key: object) -> str:
    return str(key).encode("utf-8", "backslashreplace").decode() or '""'


def _object(value: Any, allowed: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise LineError("", "这里写一个对象 {…}")
    if isinstance(value, RepeatedKey):
        raise LineError(_shown(value.key), "这一项写了两次，留一个")
    if not allowed.issuperset(value):
        unknown = next(key for key in value if key not in allowed)
        raise LineError(_shown(unknown), "没有这一项，删去或改名")
    return value


def _needed(source: dict[str, Any], key: str) -> Any:
    value = source.get(key)
    if value is None:
        raise LineError(key, "缺少这一项，补上")
    return value


def _word(source: dict[str, Any], key: str, words: dict[str, T], default: D) -> T | D:
    value = source.get(key)
    return default if value is None else scalars.word(key, value, words)


def _list(source: dict[str, Any], key: str, read: Callable[[Any], T]) -> list[T] | None:
    """Each entry read; None where the list is null or absent."""
    value = source.get(key)
    if value is None:
        return None
    if not isinstance(value, list):
        raise LineError(key, "这里写一个列表 […]")
    if len(value) > MOST_ENTRIES:
        raise LineError(key, f"最多写 {MOST_ENTRIES} 项")
    entries: list[T] = []
    for index, entry in enumerate(value):
        try:
            entries.append(read(entry))
        except LineError as error:
            raise error.under(f"{key}[{index}]") from None
    return entries


def _inside(source: dict[str, Any], key: str, read: Callable[[Any], T]) -> T | None:
    """A nested object read; None where it is null or absent."""
    value = source.get(key)
    if value is None:
        return None
    try:
        return read(value)
    except LineError as error:
        raise error.under(key) from None


def _money(kinds: dict[str, str], *, known: bool) -> Callable[[Any], Money]:
    def read(value: Any) -> Money:
        entry = _object(value, _MONEY_KEYS)
        kind = scalars.word("kind", _needed(entry, "kind"), kinds)
        amount = _needed(entry, "amount") if known else entry.get("amount")
        fen = None if amount is None else scalars.fen("amount", amount)
        return Money(kind, fen, scalars.word("per", _needed(entry, "per"), _PERIODS))

    return read


_read_income = _money(_INCOME, known=False)
_read_deduction = _money(_DEDUCTIONS, known=True)
_read_spending = _money(_SPENDING, known=False)


def _read_disability(value: Any) -> tuple[Disability, int]:
    entry = _object(value, frozenset(("kind", "grade")))
    kind = scalars.word("kind", _needed(entry, "kind"), _KINDS)
    return kind, scalars.whole("grade", _needed(entry, "grade"), 1, 4)


def _read_prior(value: Any) -> str:
    return scalars.word("", value, _PROGRAMMES)


def _whole_or_none(source: dict[str, Any], key: str, least: int, most: int) -> int | None:
    value = source.get(key)
    return None if value is None else scalars.whole(key, value, least, most)


def _flag(source: dict[str, Any], key: str) -> bool | None:
    value = source.get(key)
    return None if value is None else scalars.flag(key, value)


def _read_person(value: Any, as_of: date) -> PersonInput:
    person = _object(value, _PERSON_KEYS)
    relation = scalars.word("relation", _needed(person, "relation"), _RELATIONS)
    birth = scalars.day("birth_date", _needed(person, "birth_date"))
    if birth > as_of:
        raise LineError("birth_date", "出生日期晚于测算日期")
    _word(person, "sex", _SEXES, "")
    _word(person, "work", _WORK, "")
    student = _word(person, "student", _STUDENTS, Student.NONE)
    kind, grade = _inside(person, "disability", _read_disability) or (Disability.NONE, 0)
    return PersonInput(
        relation=relation,
        birth=birth,
        student=student,
        disability=kind,
        grade=grade,
        illness=_flag(person, "major_illness"),
        self_care_failed=_whole_or_none(person, "self_care_failed", 0, 6),
        absence=_word(person, "absence", _ABSENCES, Away.NONE),
        orphan=_word(person, "orphan", _ORPHANS, Orphan.NONE),
        income=_list(person, "income", _read_income),
        deductions=_list(person, "deductions", _read_deduction) or (),
        lives_here=_flag(person, "lives_here") is not False,
        prior=frozenset(_list(person, "prior", _read_prior) or ()),
    )


def _read_obligor(value: Any) -> ObligorInput:
    obligor = _object(value, _OBLIGOR_KEYS)
    age = _whole_or_none(obligor, "age", 0, 150)
    income = obligor.get("monthly_income")
    income_fen = None if income is None else scalars.fen("monthly_income", income)
    receives = _word(obligor, "receives", _RECEIVES, None)
    kind, grade = _inside(obligor, "disability", _read_disability) or (Disability.NONE, 0)
    return ObligorInput(
        age=age,
        income_fen=income_fen,
        receives=receives,
        disability=kind,
        grade=grade,
        status=_word(obligor, "status", _STATUSES, Away.NONE),
        assets_within_limit=_flag(obligor, "assets_within_limit"),
    )


def _read_need(value: Any) -> tuple[Need, int | None]:
    need = _object(value, frozenset(("kind", "multiple")))
    kind = _word(need, "kind", _NEEDS, Need.NONE)
    multiple = need.get("multiple")
    return kind, None if multiple is None else scalars.ten_thousandths("multiple", multiple)


def _read_rulings(value: Any) -> bool | None:
    return _flag(_object(value, frozenset(("basic_pension_counted",))), "basic_pension_counted")


def _multiple(source: dict[str, Any], key: str) -> int | None:
    value = source.get(key)
    return None if value is None else scalars.ten_thousandths(key, value)


def read_household(value: Any) -> HouseholdInput:
    """A JSON object as a household. Raises LineError naming the first wrong field."""
    line = _object(value, _LINE_KEYS)
    scalars.name("id", line.get("id"))
    as_of = scalars.day("as_of", _needed(line, "as_of"))
    region = line.get("region")
    area = scalars.word("area", _needed(line, "area"), _AREAS)
    _needed(line, "people")
    people = _list(line, "people", lambda person: _read_person(person, as_of)) or []
    need, need_multiple = _inside(line, "need", _read_need) or (Need.NONE, None)
    edge_multiple = _multiple(line, "edge_multiple")
    return HouseholdInput(
        as_of=as_of,
        area=area,
        people=people,
        region=DEFAULT_REGION if region is None else scalars.region("region", region),
        obligors=_list(line, "obligors", _read_obligor),
        assets_within_limit=_flag(line, "assets_within_limit"),
        spending=_list(line, "spending", _read_spending),
        need=need,
        need_multiple=need_multiple,
        edge_multiple=DEFAULT_EDGE_MULTIPLE if edge_multiple is None else edge_multiple,
        rigid_ratio=_multiple(line, "rigid_ratio"),
        basic_pension_counted=_inside(line, "rulings", _read_rulings),
    )
