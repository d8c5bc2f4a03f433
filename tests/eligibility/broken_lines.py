"""Well-formed lines broken on purpose, each with the paths an error may name."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.eligibility.random_lines import Maker, as_text

Path = tuple[str | int, ...]

FULL_PERSON = {
    "relation": "head", "birth_date": "1956-02-01", "sex": "M", "work": "unable", "student": None,
    "disability": {"kind": "physical", "grade": 2}, "major_illness": False, "self_care_failed": 3,
    "absence": None, "orphan": None, "lives_here": True, "prior": ["tekun", "disability_care"],
    "income": [{"kind": "wage", "amount": "1200.00", "per": "month"}],
    "deductions": [{"kind": "social_insurance", "amount": "180.00", "per": "month"}],
}  # fmt: skip
FULL_OBLIGOR = {
    "age": 61, "monthly_income": "900.00", "receives": "dibao", "disability": {"kind": "multiple", "grade": 3},
    "status": "prison", "assets_within_limit": None,
}  # fmt: skip
FULL_LINE = {
    "as_of": "2026-08-10", "region": "371522000000", "area": "rural", "assets_within_limit": True,
    "spending": [{"kind": "medical", "amount": "50000.00", "per": "year"}],
    "need": {"kind": "medical", "multiple": 3}, "edge_multiple": "1.5", "rigid_ratio": 0.6,
    "rulings": {"basic_pension_counted": False},
}  # fmt: skip

NEVER: list[Any] = [[], {}, [[]], {"kind": {}}, "\ud800", "\x00x", "x", True + 10**9, 10**17, 1.2345678]
BAD: dict[str, list[Any]] = {
    "date": ["2026-02-30", "2025-02-29", "2026-13-01", "0000-01-01", "20260810", "2026-8-1", " 2026-08-10", 20260810],
    "money": ["-1.00", "1.0", "1.234", "1", "1e3", "1234567890.00", "１.００", "1.00 ", "NaN", 12, 12.5, True, 10**17],
    "whole": [-1, 151, 1.5, "3", True, 10**17, "", 1e300],
    "decimal": [-1, -0.5, "1e3", 1.23456, "1.", ".5", "+1", True, 10**9, 1e300, "９"],
    "flag": [0, 1, "true", "", "yes", 0.0],
    "word": ["HEAD", "", " rural", "无", 7, True, 1.5, "\ud800"],
    "region": ["3715", "37152200000a", "", 371522000000, "３７１５２２", "3715220000000"],
    "id": [True, 1.5, 10**18, -(10**18)],
    "list": ["x", 7, True, {}],
    "object": ["x", 7, True, []],
}
KIND = {
    **dict.fromkeys(("as_of", "birth_date"), "date"),
    **dict.fromkeys(("amount", "monthly_income"), "money"),
    **dict.fromkeys(("age", "grade", "self_care_failed"), "whole"),
    **dict.fromkeys(("multiple", "edge_multiple", "rigid_ratio"), "decimal"),
    **dict.fromkeys(("assets_within_limit", "major_illness", "lives_here", "basic_pension_counted"), "flag"),
    **dict.fromkeys(("relation", "sex", "work", "student", "kind", "absence", "orphan", "per"), "word"),
    **dict.fromkeys(("receives", "status", "area"), "word"),
    **dict.fromkeys(("people", "obligors", "income", "deductions", "spending", "prior"), "list"),
    **dict.fromkeys(("disability", "need", "rulings"), "object"),
    "region": "region",
    "id": "id",
}
REQUIRED = ("as_of", "area", "people", "relation", "birth_date", "kind", "per", "grade")
STRANGE_KEYS = ["surplus", "", "名字", "\ud800", "Income", "as_of ", "people[0]", "__class__", "a.b"]


@dataclass(frozen=True)
class Broken:
    """A broken line, the paths of what was broken ("" the whole line), and how it was done."""

    text: str | bytes
    fields: frozenset[str]
    how: str


def shown(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def key_shown(key: str) -> str:
    return key.encode("utf-8", "backslashreplace").decode() or '""'


def places(value: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place of a line with what stands there, the line itself first."""
    yield at, value
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from places(inner, (*at, step))


def holder(line: Any, path: Path) -> Any:
    for step in path[:-1]:
        line = line[step]
    return line


class Breaker:
    """Breaks lines in every way we know, from one seeded source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.maker = Maker(seed)
        self.ways: list[Callable[[Any], tuple[Any, str]]] = [
            self.wrong_value, self.wrong_value, self.wrong_value, self.never, self.unknown_key, self.missing,
            self.nested, self.not_a_number, self.too_many, self.born_later,
        ]  # fmt: skip

    def line(self) -> dict[str, Any]:
        """A line that is answered; half of them hold every key there is."""
        made: dict[str, Any] = json.loads(as_text(self.maker.line())) | {"id": f"f{self.chance.randrange(1000)}"}
        if self.chance.random() < 0.5 or not made["people"]:
            made = {"id": "full", **FULL_LINE, "people": [FULL_PERSON], "obligors": [FULL_OBLIGOR]}
        return copy.deepcopy(made)

    def pick(self, line: Any, fits: Callable[[Path, Any], bool]) -> Path:
        return self.chance.choice([path for path, value in places(line) if path and fits(path, value)])

    def put(self, line: Any, path: Path, value: Any) -> tuple[Any, str]:
        holder(line, path)[path[-1]] = copy.deepcopy(value)
        return line, shown(path)

    def wrong_value(self, line: Any) -> tuple[Any, str]:
        """A value of the right place and the wrong kind, form or size."""
        path = self.pick(line, lambda path, _: path[-1] in KIND)
        return self.put(line, path, self.chance.choice(BAD[KIND[str(path[-1])]]))

    def never(self, line: Any) -> tuple[Any, str]:
        """Something no place takes, or an empty list or object where there is none."""
        path = self.pick(line, lambda path, _: path[-1] in KIND and KIND[str(path[-1])] not in ("list", "object", "id"))
        return self.put(line, path, self.chance.choice(NEVER))

    def unknown_key(self, line: Any) -> tuple[Any, str]:
        path = self.chance.choice([path for path, value in places(line) if isinstance(value, dict)])
        key = self.chance.choice(STRANGE_KEYS)
        holder(line, (*path, key))[key] = self.chance.choice([None, 1, "x", [], copy.deepcopy(line["people"])])
        return line, ".".join(part for part in (shown(path), key_shown(key)) if part)

    def missing(self, line: Any) -> tuple[Any, str]:
        """A required key left out, or null. The kind of a need may be."""
        path = self.pick(line, lambda path, _: path[-1] in REQUIRED and path != ("need", "kind"))
        if self.chance.random() < 0.5:
            return self.put(line, path, None)
        del holder(line, path)[path[-1]]
        return line, shown(path)

    def nested(self, line: Any) -> tuple[Any, str]:
        """Lists in lists in lists, far deeper than any line."""
        path = self.pick(line, lambda path, _: KIND.get(str(path[-1])) != "list")
        value: Any = []
        for _ in range(self.chance.choice([1, 20, 300])):
            value = [value]
        return self.put(line, path, value)

    def not_a_number(self, line: Any) -> tuple[Any, str]:
        path = self.pick(line, lambda _, value: not isinstance(value, dict | list))
        return self.put(line, path, self.chance.choice([float("nan"), float("inf"), float("-inf")]))

    def too_many(self, line: Any) -> tuple[Any, str]:
        path = self.pick(line, lambda _, value: isinstance(value, list) and bool(value))
        return self.put(line, path, [{}] * 1_001)

    def born_later(self, line: Any) -> tuple[Any, str]:
        path = self.pick(line, lambda path, _: path[-1] == "birth_date")
        return self.put(line, path, "2099-01-01")

    def broken_object(self, ways: int) -> Broken:
        """One to three breaks in one line: the error names one of them."""
        line, fields, how = self.line(), set[str](), []
        for _ in range(ways):
            way = self.chance.choice(self.ways)
            try:
                line, field = way(line)
            except (IndexError, KeyError, TypeError):  # An earlier break took this place away.
                continue
            fields.add(field)
            how.append(way.__name__)
        return Broken(json.dumps(line), frozenset(fields), "+".join(how))

    def repeated_key(self) -> Broken:
        line = self.line()
        path = self.chance.choice([path for path, value in places(line) if isinstance(value, dict) and value])
        found = holder(line, (*path, ""))
        key = self.chance.choice(list(found))
        found["@again@"] = found[key]
        text = json.dumps(line).replace('"@again@"', json.dumps(key))
        return Broken(text, frozenset({".".join(p for p in (shown(path), key) if p)}), "repeated_key")

    def not_json(self) -> Broken:
        """Cut short, run on, not UTF-8, far too deep, or no object at all."""
        text = json.dumps(self.line(), ensure_ascii=False)
        cut = text[: self.chance.randrange(len(text))]
        wild: list[str | bytes] = [
            cut, text + "}", text + text, text.replace('"', "'"), text.replace(",", "", 1), "[" + text + "]",
            text.encode("utf-16"), text.encode()[:-1] + b"\xff}", text.encode() + b"\xed\xa0\x80",
            '{"a":' * 60_000, "[" * 60_000, "null", "[]", "3", '"x"', "", "   ", "\x00", "\ufeff", "NaN",
        ]  # fmt: skip
        return Broken(self.chance.choice(wild), frozenset({""}), "not_json")

    def broken(self) -> Broken:
        throw = self.chance.random()
        if throw < 0.08:
            return self.not_json()
        if throw < 0.16:
            return self.repeated_key()
        return self.broken_object(1 if throw < 0.7 else self.chance.randint(2, 3))
