"""What a source says against what was declared: nothing, or a mismatch. Pure; all money in integer fen.

An answer that is not there is never a mismatch, nor is a record that is silent on a kind. "Not found" contradicts only
what was declared of something (a pension, a certificate), where the kind looks downward too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from verification.compare.amounts import MONEY, Seen, looks_down, looks_up, of_year, owned
from verification.compare.registers import QUIET, READINGS, declares_income, yearly
from verification.declared import About, Declared
from verification.sources.base import Kind

Values = Mapping[str, Any]
__all__ = [
    "MONEY",
    "Mismatch",
    "Values",
    "compare",
    "may_differ",
    "needs_everybody",
    "needs_the_whole_family",
]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference: of which kind, about whom, declared and verified as JSON, by how much in fen."""

    kind: Kind
    about: About
    declared: Any
    verified: Any
    difference_fen: int | None = None
    identity: Any = None


def may_differ(kinds: Sequence[Kind], values: Values, county: str, on: date) -> bool:
    """Whether what was found can differ from what anybody declares; an empty value is what no record is."""
    for kind in kinds:
        if (value := values.get(kind.code)) and kind.compares:
            quiet = QUIET.get(kind.code)
            if quiet is None or not quiet(value, county, on):
                return True
    return False


def needs_everybody(kind: Kind) -> bool:
    """Whether a declaration alone may contradict: of whoever was not found too it must be known.

    A family's income is everybody's together, whoever of them was found.
    """
    if kind.scope == "household" and "income" in kind.compares and "asset" not in kind.compares:
        return True
    return looks_down(kind) and bool({"income", "circumstance", "asset"} & kind.compares.keys())


def needs_the_whole_family(kind: Kind) -> bool:
    """Whether it matters that a member was not answered: only where less than declared would be a mismatch."""
    return kind.scope == "household" and looks_down(kind) and bool({"income", "asset"} & kind.compares.keys())


def compare(
    kinds: Sequence[Kind], found: Mapping[int, Values], answered: Collection[int], known: Declared, on: date
) -> list[Mismatch]:
    """Every mismatch of one request's answers; `found` has the values by enquiry, `answered` all who were answered."""
    of_persons = [kind for kind in kinds if kind.scope == "person"]
    mismatches = [
        Mismatch(kind, about, *seen)
        for about in known.abouts
        if about.enquiry in answered
        for kind in of_persons
        if is_looked_at(kind, about) and (seen := _of_person(kind, about, found.get(about.enquiry), known, on))
    ]
    for kind, codes in _together_by_asset(kinds):
        mismatches += _of_households(kind, codes, found, answered, known, on)
    return mismatches


def _together_by_asset(kinds: Sequence[Kind]) -> list[tuple[Kind, tuple[str, ...]]]:
    """The household's kinds; sums held against one asset (deposits, policies, shares) are one: the asset's own."""
    groups: dict[str, list[Kind]] = defaultdict(list)
    for kind in kinds:
        if kind.scope == "household":
            is_sum = kind.value in MONEY and "asset" in kind.compares
            groups[kind.compares["asset"][0] if is_sum else f"{kind.code} alone"].append(kind)
    return [
        (next((kind for kind in group if kind.code == name), group[0]), tuple(kind.code for kind in group))
        for name, group in groups.items()
    ]


def is_looked_at(kind: Kind, about: About) -> bool:
    """Of whoever receives already only the standing kinds are."""
    return kind.is_standing or not about.receives


def _of_person(kind: Kind, about: About, values: Values | None, known: Declared, on: date) -> Seen | None:
    """`values` None: the source has no record of them."""
    said = None if values is None else values.get(kind.code)
    if reading := READINGS.get(kind.code):
        # A record with an empty field is silent; an empty list is "nothing", as no record is.
        is_silent = values is not None and said is None
        return None if is_silent else reading(kind, about, said, known, on)
    if "income" not in kind.compares or (values is not None and said is None):
        return None
    if kind.value not in MONEY:
        return _presence(kind, said, declares_income(kind, about, known))
    total, is_monthly = yearly(kind, about, known), kind.value == "fen_month"
    return of_year(kind, total, said or 0, is_monthly=is_monthly, only_more=not about.is_member)


def _presence(kind: Kind, said: Any, is_declared: bool) -> Seen | None:
    """Something that brings an income nobody declared."""
    return Seen(None, said) if said and not is_declared and looks_up(kind) else None


@dataclass(frozen=True, slots=True)
class _Home:
    """The answered members of a household, and what was found of each; `is_whole`: nobody is missing or silent."""

    mine: Sequence[About]
    said: Sequence[tuple[About, Any]]
    is_whole: bool

    @property
    def holder(self) -> About:
        """With whom the mismatch is: whoever has something, else the first."""
        return self.said[0][0] if self.said else self.mine[0]


def _of_households(
    kind: Kind, codes: Sequence[str], found: Mapping[int, Values], answered: Collection[int], known: Declared, on: date
) -> Iterator[Mismatch]:
    """One comparison a household, its members' values together. Where somebody is missing, only more counts."""
    homes: dict[str, list[About]] = defaultdict(list)
    for one in known.abouts:
        if one.is_member and one.enquiry in answered:
            homes[one.household].append(one)
    telling = {enquiry for enquiry, values in found.items() if any(map(values.get, codes))}
    for household, mine in homes.items():
        if not is_looked_at(kind, mine[0]) or not (looks_down(kind) or any(one.enquiry in telling for one in mine)):
            continue
        told = [(one, found[one.enquiry].get(code)) for one in mine if one.enquiry in found for code in codes]
        said = [(one, value) for one, value in told if value]
        everybody = all(one.enquiry in answered for one in known.members.get(household, ()))
        home = _Home(mine, said, everybody and all(value is not None for _, value in told))
        if seen := _together(kind, home, known.assets.get(household, {}), known, on):
            yield Mismatch(kind, home.holder, *seen)


def _together(kind: Kind, home: _Home, assets: Mapping[str, int | None], known: Declared, on: date) -> Seen | None:
    if reading := READINGS.get(kind.code):
        entries = [entry for _, value in home.said for entry in value]
        return reading(kind, home.holder, entries, known, on)
    total = sum(value for _, value in home.said) if kind.value not in ("flag", "list") else len(home.said)
    if names := kind.compares.get("asset"):
        stated = [assets[name] for name in names if assets.get(name) is not None]
        declared = sum(one for one in stated if one is not None) if stated else None
        return owned(kind, declared, total, only_more=not home.is_whole)
    if "income" not in kind.compares:
        return None
    if kind.value not in MONEY:
        return _presence(kind, total, any(declares_income(kind, one, known) for one in home.mine))
    sums = [yearly(kind, one, known) for one in home.mine]
    declared = None if None in sums else sum(one for one in sums if one is not None)
    return of_year(kind, declared, total, is_monthly=kind.value == "fen_month", only_more=not home.is_whole)
