"""The window's checklist: what this family, as typed, hands in, and every paper the page may have to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from applications import papers
from applications.entry.choices import ITEMS
from applications.papers import Claimant, Wanted
from eligibility import catalogue
from eligibility.catalogue import Facts, Paper

if TYPE_CHECKING:
    from applications.entry.people import Person
    from applications.entry.sheet import Sheet


def wanted(sheet: Sheet) -> Wanted | None:
    """None before a matter is chosen."""
    item = sheet.reception.item
    if item is None:
        return None
    return papers.wanted(
        item.programme,
        [_claimant(person) for person in sheet.people],
        recipient=_claimant(sheet.recipient),
        need_kind=item.need_kind,
        hardship=str(sheet.assets.read.get("hardship", "")),
        has_agent=bool(sheet.reception.text("agent_name").strip()),
        has_obligors=bool(sheet.outside),
    )


def _claimant(person: Person) -> Claimant:
    read = person.read
    is_ill = read.get("major_illness") == "yes" or read.get("health") == "severe"
    return Claimant(person.age, is_ill, bool(read.get("disability_kind")), bool(read.get("student")))


@dataclass(frozen=True)
class Ticked:
    """A paper of the checklist as the page shows it; `always_for` the items of the window that want it of everybody."""

    code: str
    label: str
    is_ticked: bool
    is_wanted: bool
    always_for: str


def checklist(given: Iterable[str], now: Iterable[Paper]) -> list[Ticked]:
    """Every paper any item may want, in the order of the files; the scripts show those of the family in hand."""
    ticked, codes = set(given), {paper.code for paper in now}
    return [
        Ticked(code, name, code in ticked, code in codes, " ".join(items))
        for code, (name, items) in _every_paper().items()
    ]


def _every_paper() -> dict[str, tuple[str, list[str]]]:
    """Each with the items that want it whatever the family claims."""
    found: dict[str, tuple[str, list[str]]] = {}
    for item in ITEMS:
        matter = catalogue.of(item.programme)
        need: Facts = frozenset({f"need_{item.need_kind}"}) if item.need_kind else frozenset()
        for paper in Wanted(matter, frozenset(catalogue.Fact)).papers:
            _, items = found.setdefault(paper.code, (paper.name, []))
            if paper.is_for(need):
                items.append(item.code)
    return found
