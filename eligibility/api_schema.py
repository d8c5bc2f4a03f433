"""The `assess` contract as JSON Schema (2020-12), made from the very words the reader takes: they cannot differ.

What a schema cannot say (a day of the calendar, a birth after `as_of`, four decimal places of a number, a key written
twice) the reader says with the field's path.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from drf_spectacular.utils import OpenApiResponse

from eligibility.lines import schema as reader
from eligibility.programmes import Programme

Schema = dict[str, Any]

MONEY: Final = r"^[0-9]{1,9}\.[0-9]{2}$"
SUM: Final = r"^[0-9]+\.[0-9]{2}$"
DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
NUMBER: Final = r"^[0-9]{1,9}(\.[0-9]{1,4})?$"
REGION: Final = r"^[0-9]{6}([0-9]{6})?$"
PROBLEM: Final = "application/problem+json"


def named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def one_or_many(name: str) -> Schema:
    """An object, or an array of them."""
    return {"oneOf": [named(name), {"type": "array", "items": named(name)}]}


def _object(properties: Schema, required: Iterable[str] = (), said: str = "") -> Schema:
    about = {"description": said} if said else {}
    needed = {"required": list(required)} if required else {}
    return {**about, "type": "object", "additionalProperties": False, "properties": properties, **needed}


def _or_null(schema: Schema, said: str = "") -> Schema:
    """Null and absent are one: none, or unknown where `said` says so."""
    about = {"description": said} if said else {}
    if "enum" in schema:
        return {"type": [schema["type"], "null"], "enum": [*schema["enum"], None], **about}
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"], **about}
    return {"oneOf": [schema, {"type": "null"}], **about}


def _word(words: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(words)}


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _list(of: Schema) -> Schema:
    return {"type": "array", "maxItems": reader.MOST_ENTRIES, "items": of}


def _money(kinds: Iterable[str], *, known: bool) -> Schema:
    amount = _text(MONEY) if known else _or_null(_text(MONEY), "null：数额不明")
    required = ("kind", "amount", "per") if known else ("kind", "per")
    return _object({"kind": _word(kinds), "amount": amount, "per": _word(reader._PERIODS)}, required)


FLAG: Final[Schema] = {"type": "boolean"}
TEXT: Final[Schema] = {"type": "string"}
UNKNOWN: Final = "null 或不写：不明，由工作人员认定，绝不当作 0"
DECIMAL: Final[Schema] = {
    "oneOf": [{"type": "number", "minimum": 0, "exclusiveMaximum": 10**9}, _text(NUMBER)],
    "description": "数或文字，至多四位小数",
}
ID: Final[Schema] = {"type": ["string", "integer", "null"], "description": "原样答回"}

_PERSON: Final = _object(
    {
        "relation": _word(reader._RELATIONS),
        "birth_date": {**_text(DAY), "format": "date", "description": "不晚于 as_of"},
        "sex": _or_null(_word(reader._SEXES)),
        "work": _or_null(_word(reader._WORK)),
        "student": _or_null(_word(reader._STUDENTS)),
        "disability": _or_null(named("Disability")),
        "major_illness": _or_null(FLAG, UNKNOWN),
        "self_care_failed": _or_null({"type": "integer", "minimum": 0, "maximum": 6}, UNKNOWN),
        "absence": _or_null(_word(reader._ABSENCES)),
        "orphan": _or_null(_word(reader._ORPHANS)),
        "income": _or_null(_list(_money(reader._INCOME, known=False)), UNKNOWN),
        "deductions": _or_null(_list(_money(reader._DEDUCTIONS, known=True))),
        "lives_here": _or_null(FLAG, "不写：true"),
        "prior": _or_null(_list(_word(Programme))),
    },
    ("relation", "birth_date"),
)
_OBLIGOR: Final = _object(
    {
        "age": _or_null({"type": "integer", "minimum": 0, "maximum": 150}, UNKNOWN),
        "monthly_income": _or_null(_text(MONEY), UNKNOWN),
        "receives": _or_null(_word(reader._RECEIVES)),
        "disability": _or_null(named("Disability")),
        "status": _or_null(_word(reader._STATUSES)),
        "assets_within_limit": _or_null(FLAG, UNKNOWN),
    }
)
_HOUSEHOLD: Final = _object(
    {
        "id": ID,
        "as_of": {**_text(DAY), "format": "date"},
        "region": _or_null(_text(REGION), "区划代码，不写：全市标准"),
        "area": _word(reader._AREAS),
        "people": _list(named("Person")),
        "obligors": _or_null(_list(named("Obligor")), "[]：没有义务人；" + UNKNOWN),
        "assets_within_limit": _or_null(FLAG, UNKNOWN),
        "spending": _or_null(_list(_money(reader._SPENDING, known=False)), UNKNOWN),
        "need": _or_null(
            _object({"kind": _or_null(_word(reader._NEEDS)), "multiple": _or_null(DECIMAL, UNKNOWN)}),
        ),
        "edge_multiple": _or_null(DECIMAL, "不写：1.5"),
        "rigid_ratio": _or_null(DECIMAL, UNKNOWN),
        "rulings": _or_null(_object({"basic_pension_counted": _or_null(FLAG)})),
    },
    ("as_of", "area", "people"),
    "一户：共同生活的人、义务人、收入、支出",
)
_TEST: Final = _object(
    {
        "code": TEXT,
        "passed": {"type": ["boolean", "null"], "description": "null：不明，由工作人员认定"},
        "figure": {"type": ["string", "null"]},
        "threshold": {"type": ["string", "null"]},
        "clause": TEXT,
        "said": TEXT,
    },
    ("code", "passed", "figure", "threshold", "clause", "said"),
)
_STEP: Final = _object(
    {"code": TEXT, "exact": TEXT, "rounded": _text(SUM), "said": TEXT}, ("code", "exact", "rounded", "said")
)
_TEKUN: Final = ("care_level", "basic", "care")
_ENTRY: Final[Schema] = {
    **_object(
        {
            "programme": _word(Programme),
            "person": {"type": ["integer", "null"], "minimum": 0, "description": "people 的序号，从 0 起"},
            "outcome": _word(("eligible", "ineligible", "undetermined")),
            "amount": {"type": ["string", "null"], "pattern": SUM},
            "per": _word(("month", "once")),
            "excludes": {"type": "array", "items": _word(Programme)},
            "flags": {"type": "array", "items": _word(("below_floor", "equal_to_standard"))},
            "tests": {"type": "array", "items": named("Test")},
            "steps": {"type": "array", "items": named("Step")},
            "care_level": _or_null(_word(("self_reliant", "semi", "full"))),
            "basic": {"type": ["string", "null"], "pattern": SUM},
            "care": {"type": ["string", "null"], "pattern": SUM},
        },
        ("programme", "person", "outcome", "amount", "per", "excludes", "flags", "tests", "steps"),
    ),
    "if": {"properties": {"programme": {"const": Programme.TEKUN.value}}},
    "then": {"required": list(_TEKUN)},
    "else": {"properties": dict.fromkeys(_TEKUN, False)},
}
_WRONG: Final = _object(
    {"field": {**TEXT, "description": "如 people[0].income[1].amount；整行不可读时为空"}, "message": TEXT},
    ("field", "message"),
)
_PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "errors": {"type": "object", "additionalProperties": TEXT},
    },
}
COMPONENTS: Final[dict[str, Schema]] = {
    "Household": _HOUSEHOLD,
    "Person": _PERSON,
    "Obligor": _OBLIGOR,
    "Disability": _object(
        {"kind": _word(reader._KINDS), "grade": {"type": "integer", "minimum": 1, "maximum": 4}}, ("kind", "grade")
    ),
    "Answer": {
        "oneOf": [
            _object({"id": ID, "results": {"type": "array", "items": named("Entry")}}, ("id", "results")),
            _object({"id": ID, "error": _WRONG}, ("id", "error")),
        ]
    },
    "Entry": _ENTRY,
    "Test": _TEST,
    "Step": _STEP,
    "Problem": _PROBLEM,
}
_REFUSED: Final = {
    400: "正文不是 JSON，或有不认识的查询参数",
    401: "没有登录，或令牌已过期、已停用",
    403: "没有在任岗位，或会话调用没带 X-CSRFToken",
    413: "正文或对象过多",
    415: "正文格式不收",
    429: "调用过快，`Retry-After` 是要等的秒数",
    503: "服务暂时中断",
}
REFUSALS: Final = {
    (status, PROBLEM): OpenApiResponse(named("Problem"), description=said) for status, said in _REFUSED.items()
}
EXAMPLE: Final[Schema] = {
    "id": "x1",
    "as_of": "2026-08-10",
    "region": "371522000000",
    "area": "rural",
    "people": [
        {
            "relation": "head",
            "birth_date": "1956-02-01",
            "sex": "M",
            "work": "unable",
            "disability": {"kind": "physical", "grade": 2},
            "major_illness": False,
            "self_care_failed": 3,
            "income": [
                {"kind": "wage", "amount": "1200.00", "per": "month"},
                {"kind": "basic_pension", "amount": "143.00", "per": "month"},
            ],
            "deductions": [{"kind": "social_insurance", "amount": "180.00", "per": "month"}],
        }
    ],
    "obligors": [{"age": 61, "monthly_income": "900.00", "receives": "dibao"}],
    "assets_within_limit": True,
    "spending": [{"kind": "medical", "amount": "50000.00", "per": "year"}],
    "need": {"kind": "medical", "multiple": 3},
}
