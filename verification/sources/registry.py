"""Every source and every kind of fact, read from their files once and checked against one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from verification.sources import checked
from verification.sources.base import Field, Item, Kind, Source
from verification.sources.checked import FOLDER, FileError

# What a kind's value is, as one field's type; a list has fields of its own.
_ONE_FIELD = {"fen_month": "fen", "fen_year": "fen"}
_ADDED = ("count", "fen", "fen_month", "fen_year", "mu")


def sources() -> tuple[Source, ...]:
    """Every source, by number. Raises FileError."""
    return load(FOLDER / "sources")


def source(code: str) -> Source:
    """The source of this code; KeyError where there is none."""
    return _by_code()[code]


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Source]:
    return {one.code: one for one in sources()}


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """Every kind of fact by its code, in the order of the file. Raises FileError."""
    return MappingProxyType(load_kinds(FOLDER / "kinds.yaml"))


@lru_cache(maxsize=8)
def load(folder: Path) -> tuple[Source, ...]:
    """The sources of a folder: each true to its schema and to the kinds, no code or number twice."""
    read = [_source(path) for path in sorted(folder.glob("*.yaml"))]
    numbers: dict[int, str] = {}
    for one in read:
        if numbers.setdefault(one.number, one.code) != one.code:
            raise FileError(f"{one.code}.yaml", "number", f"{one.number} is {numbers[one.number]}'s")
    return tuple(sorted(read, key=lambda one: one.number))


def load_kinds(path: Path) -> dict[str, Kind]:
    told = checked.read(path, "kinds")
    return {code: _kind(path.name, code, one, told["reasons"]) for code, one in told["kinds"].items()}


def _kind(file: str, code: str, told: dict[str, Any], reasons: dict[str, str]) -> Kind:
    for choice in ("accept", "dispute"):
        if unknown := sorted(set(told.get(choice, ())) - set(reasons)):
            raise FileError(file, f"kinds.{code}.{choice}", f"{unknown[0]} is no reason of this file")
    tolerance = told.get("tolerance", {})
    return Kind(
        code=code,
        label=told["label"],
        value=told["value"],
        fields=_fields(told),
        compares={facts: tuple(names) for facts, names in told["compares"].items()},
        scope=told["scope"],
        tolerance_fen=tolerance.get("fen", 0),
        tolerance_percent=tolerance.get("percent", 0),
        direction=told.get("direction", "higher"),
        article=told["article"],
        is_standing=told.get("standing", False),
        hold=told.get("hold", ""),
        unit=told.get("unit", ""),
        evidence=told.get("evidence", ""),
        accept={reason: reasons[reason] for reason in told.get("accept", ())},
        dispute={reason: reasons[reason] for reason in told.get("dispute", ())},
    )


def _fields(told: dict[str, Any]) -> tuple[Field, ...]:
    if told["value"] == "list":
        return tuple(Field(name=name, **one) for name, one in told["fields"].items())
    return (Field("value", told["label"], _ONE_FIELD.get(told["value"], told["value"]), told.get("codes", {})),)


def _source(path: Path) -> Source:
    told = checked.read(path, "source")
    if told["code"] != path.stem:
        raise FileError(path.name, "code", f"{told['code']!r} is not the name of the file")
    items = tuple(_item(path.name, kind, one) for kind, one in told["items"].items())
    headings = [*told["columns"].values(), *(heading for item in items for heading in item.columns.values())]
    if twice := sorted({heading for heading in headings if headings.count(heading) > 1}):
        raise FileError(path.name, "items", f"{twice[0]} is the heading of two columns")
    return Source(
        file_format=told["format"],
        asks_about=frozenset(told["asks_about"]),
        quiet_hours=tuple((begins, ends) for begins, ends in told["quiet_hours"]),
        items=items,
        found_words=told.get("found_words", {}),
        **{key: told[key] for key in _AS_THEY_ARE},
    )


_AS_THEY_ARE = {field.name for field in fields(Source)} - {
    "file_format",
    "asks_about",
    "quiet_hours",
    "items",
    "found_words",
}


def _item(file: str, code: str, told: dict[str, Any]) -> Item:
    """One item, its fields and codes those of its kind. Raises FileError."""
    kind = kinds().get(code)
    if kind is None:
        raise FileError(file, f"items.{code}", "no such kind")
    known = {field.name: field for field in kind.fields}
    many = told.get("many", "one")
    if unknown := sorted(set(told["columns"]) - set(known)):
        raise FileError(file, f"items.{code}.columns.{unknown[0]}", f"{code} has no such field")
    if (many == "list") != (kind.value == "list") or (many in ("sum", "count") and kind.value not in _ADDED):
        raise FileError(file, f"items.{code}.many", f"{kind.value} can't become one value by {many}")
    for name, words in told.get("words", {}).items():
        codes = known[name].codes if name in known else {}
        if unknown := sorted(set(words.values()) - set(codes)):
            raise FileError(file, f"items.{code}.words.{name}", f"{unknown[0]} is no code of it")
    return Item(code, told["columns"], many, told.get("words", {}), told.get("only_for", {}))
