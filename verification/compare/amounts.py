"""Sums and counts held against one another: exactly, in integer fen, by the year where one of them is."""

from __future__ import annotations

from typing import Any, NamedTuple

from verification.sources.base import Kind

MONEY = {"fen": "", "fen_month": "month", "fen_year": "year"}


class Seen(NamedTuple):
    """A difference: what was declared and what the source says, as JSON; by how much, in fen.

    `identity` is what makes it the same mismatch in another night, where that is not the verified value itself.
    """

    declared: Any
    verified: Any
    difference_fen: int | None = None
    identity: Any = None


def looks_up(kind: Kind) -> bool:
    """Whether it matters that the source knows of more than was declared."""
    return kind.direction != "lower"


def looks_down(kind: Kind) -> bool:
    return kind.direction != "higher"


def differs(kind: Kind, declared: int | None, verified: int, times: int = 1, *, only_more: bool = False) -> bool:
    """Beyond both tolerances, in a direction that matters. What was left open differs from any sum found, upward.

    `times`: how often the kind's period lies in the one both are given for.
    """
    difference, stated = verified - (declared or 0), declared or 0
    if abs(difference) <= kind.tolerance_fen * times or abs(difference) * 100 <= kind.tolerance_percent * stated:
        return False
    if difference > 0:
        return looks_up(kind)
    return declared is not None and looks_down(kind) and not only_more


def of_year(kind: Kind, declared: int | None, verified: int, *, is_monthly: bool, only_more: bool) -> Seen | None:
    """Income: `declared` by the year, `verified` by the kind's own period."""
    times = 12 if is_monthly else 1
    if not differs(kind, declared, verified * times, times, only_more=only_more):
        return None
    per = "month" if is_monthly else "year"
    difference = None if declared is None else _nearest(verified * times - declared, times)
    return Seen(None if declared is None else _written(declared, times), {"fen": verified, "per": per}, difference)


def owned(kind: Kind, declared: int | None, verified: int, *, only_more: bool) -> Seen | None:
    """Something a household has: a sum or a count."""
    if not differs(kind, declared, verified, only_more=only_more):
        return None
    if kind.value not in MONEY:
        return Seen(declared, verified)
    stated = None if declared is None else {"fen": declared, "per": ""}
    return Seen(stated, {"fen": verified, "per": ""}, None if declared is None else verified - declared)


def _nearest(fen: int, parts: int) -> int:
    """A part of a sum to the nearest fen, halves away from zero: for reading only."""
    whole = (2 * abs(fen) + parts) // (2 * parts)
    return whole if fen >= 0 else -whole


def _written(year_fen: int, times: int) -> dict[str, Any]:
    """By the month where the kind is and the month has whole fen; else the exact year."""
    if year_fen % times:
        return {"fen": year_fen, "per": "year"}
    return {"fen": year_fen // times, "per": "month" if times == 12 else "year"}
