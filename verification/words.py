"""What a source said, in words a clerk reads: a value of a kind, stored in an answer or in a finding."""

from __future__ import annotations

from typing import Any

from verification.sources.base import Field, Kind

NOTHING = "--"
_PER = {"month": "每月 ", "year": "每年 ", "": ""}


def of(kind: Kind, value: Any) -> str:
    """The value as words; "--" for nothing."""
    if value in (None, "", []):
        return NOTHING
    if isinstance(value, dict) and "fen" in value:
        return f"{_PER[value.get('per', '')]}{_yuan(value['fen'])}"
    if kind.value == "list":
        return "；".join(_entry(kind, one) for one in value) if isinstance(value, list) else str(value)
    if kind.value in ("fen_month", "fen_year"):
        return f"{_PER[kind.value.removeprefix('fen_')]}{_yuan(value)}"
    return _one(kind.fields[0], value)


def _entry(kind: Kind, entry: dict[str, Any]) -> str:
    shown = [(field, entry.get(field.name)) for field in kind.fields if field.type != "id_number"]
    return "，".join(f"{field.label} {_one(field, value)}" for field, value in shown if value not in (None, ""))


def _one(field: Field, value: Any) -> str:
    if field.type == "fen":
        return _yuan(value)
    if field.type == "mu":
        return f"{value // 100}.{value % 100:02d} 亩"
    if field.type == "flag":
        return "有" if value else "无"
    return field.codes.get(str(value), str(value))


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d} 元"
