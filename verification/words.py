"""What a source said, in words a clerk reads: a value of a kind, stored in an answer or in a finding."""

from __future__ import annotations

from typing import Any

from accounts import regions
from accounts.models import Region
from verification.sources.base import Field, Kind

NOTHING = "--"
_PER = {"month": "每月 ", "year": "每年 ", "": ""}


def of(kind: Kind, value: Any) -> str:
    """The value as words; "--" for nothing. A flag is 有 or 无; of other kinds True is something not counted."""
    if value in (None, "", []) or (value is False and kind.value != "flag"):
        return NOTHING
    if isinstance(value, list):
        return "；".join(_entry(kind, one) for one in value)
    if isinstance(value, dict):
        return f"{_PER[value.get('per', '')]}{_yuan(value['fen'])}" if "fen" in value else _entry(kind, value)
    if isinstance(value, bool):
        return "有" if value else "无"
    if kind.value in ("fen_month", "fen_year"):
        return f"{_PER[kind.value.removeprefix('fen_')]}{_yuan(value)}"
    return f"{_one(kind.fields[0], value)}{f' {kind.unit}' if kind.unit else ''}"


def _entry(kind: Kind, entry: dict[str, Any]) -> str:
    """One row of a register; never the number of somebody else."""
    shown = [(field, entry.get(field.name)) for field in kind.fields if field.type != "id_number"]
    return "，".join(f"{field.label} {_one(field, value)}" for field, value in shown if value not in (None, ""))


def _one(field: Field, value: Any) -> str:
    if field.type == "fen":
        return _yuan(value)
    if field.type == "mu":
        return f"{value // 100}.{value % 100:02d} 亩"
    if field.type == "flag":
        return "有" if value else "无"
    if field.type == "region":
        return _place(str(value))
    return field.codes.get(str(value), str(value))


def _place(code: str) -> str:
    """A region by its name; where it lies outside the table, the code as the register has it."""
    try:
        return regions.full_name(code.ljust(12, "0"))
    except Region.DoesNotExist:
        return code


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d} 元"
