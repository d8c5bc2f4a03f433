"""What a family owns beside the local limits: numbers and papers in front of whoever rules; the answer is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from eligibility.assess import figures_in_force
from eligibility.local_settings import Row, Settings, written
from eligibility.programmes import Programme
from households.means import Assets, Means

GROUPS = {Programme.DIBAO_SINGLE: Programme.EDGE}
"""Whose limits a programme uses where they are not its own: single dibao is paid in an edge family."""


@dataclass(frozen=True)
class Compared:
    """One asset: the figure declared, the limit recorded with its paper, and whether it lies within."""

    said: str
    is_within: bool


def compare(means: Means, counted: int, *, programme: str, on: date, settings: Settings) -> list[Compared]:
    """Every limit recorded for that programme, place and day beside what is declared; [] unless all of it is known."""
    assets = means.assets
    if None in (assets.houses, assets.vehicles, assets.deposit_fen) or not counted:
        return []
    group = GROUPS.get(Programme(programme), Programme(programme))

    def limit(key: str) -> Row | None:
        return settings.row(key, means.region_code, means.area, on, group)

    standard = figures_in_force(means.region_code, means.area, on)
    found = [*_deposits(assets, counted, limit("financial_assets"), standard)]
    found += _counts("机动车", "辆", assets.vehicles or 0, limit("vehicles"))
    found += _counts("住房", "套", assets.houses or 0, limit("homes"))
    return found


def _deposits(assets: Assets, counted: int, limit: Row | None, standard: int | None) -> Iterator[Compared]:
    if limit is None or limit.value is None or standard is None:
        return
    owned, most = Decimal(assets.deposit_fen or 0), limit.value * standard * 12 * counted
    head = f"存款 {owned / 100:,.2f} 元 ÷ {counted} 人"
    rule = f"上限每人 {written(limit.value)} × 年低保标准 {Decimal(standard * 12) / 100:,.2f} 元"
    yield _said(f"{head}，{rule}", owned <= most, limit)


def _counts(name: str, unit: str, owned: int, limit: Row | None) -> Iterator[Compared]:
    if limit is not None and limit.value is not None:
        yield _said(f"{name} {owned} {unit}，上限 {written(limit.value)} {unit}", owned <= limit.value, limit)


def _said(words: str, is_within: bool, limit: Row) -> Compared:
    return Compared(f"{words}：{'在上限内' if is_within else '超过上限'}（{limit.document_number}）", is_within)
