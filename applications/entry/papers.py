"""The window's checklist, read from the catalogue: what this family, as typed, hands in, by what it claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from applications.entry.choices import ITEMS, Item
from eligibility import catalogue
from eligibility.catalogue import Fact, Facts, Matter, Paper, Provider

if TYPE_CHECKING:
    from applications.entry.sheet import Sheet

SEVERE = "重病"
OF_WORKING_AGE = range(18, 60)  # 43号 art. 5: a child and somebody of 60 have no labour capacity by their age


def handed_in(matter: Matter, facts: Facts) -> tuple[Paper, ...]:
    """What goes into the file; what is only shown, or signed by each, has a place of its own on the page."""
    return tuple(paper for paper in matter.papers_of(Provider.APPLICANT, facts) if paper.how == "hand_in")


@dataclass(frozen=True)
class Wanted:
    """What the catalogue says of the matter in hand and a family that claims these facts."""

    matter: Matter
    facts: Facts

    @property
    def papers(self) -> tuple[Paper, ...]:
        return handed_in(self.matter, self.facts)

    @property
    def fetched(self) -> tuple[Paper, ...]:
        return self.matter.papers_of(Provider.OFFICE, self.facts)

    @property
    def never(self) -> tuple[Paper, ...]:
        return self.matter.papers_of(Provider.NOBODY, self.facts)


def wanted(sheet: Sheet) -> Wanted | None:
    """None before a matter is chosen."""
    item = sheet.reception.item
    return Wanted(catalogue.of(item.programme), frozenset(_claimed(sheet, item))) if item else None


def _claimed(sheet: Sheet, item: Item) -> Iterator[Fact]:
    people = [person.read for person in (*sheet.people, *sheet.outside)]
    if item.need_kind:
        yield Fact(f"need_{item.need_kind}")
    if sheet.reception.text("agent_name").strip():
        yield Fact.AGENT
    if sheet.outside:
        yield Fact.OBLIGOR
    ill = any(read.get("major_illness") == "yes" or read.get("health") == "severe" for read in people)
    if ill or sheet.assets.read.get("hardship") == SEVERE:
        yield Fact.ILLNESS
    if any(read.get("disability_kind") for read in people):
        yield Fact.DISABILITY
    if any(read.get("student") for read in people):
        yield Fact.STUDENT
    whom = sheet.recipient
    if whom.age in OF_WORKING_AGE and not whom.read.get("disability_kind"):
        yield Fact.UNSEEN_NO_LABOUR


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
    found: dict[str, tuple[str, list[str]]] = {}
    for item in ITEMS:
        need = frozenset({f"need_{item.need_kind}"}) if item.need_kind else frozenset()
        for paper in catalogue.of(item.programme).papers_of(Provider.APPLICANT):
            if paper.how != "hand_in":
                continue
            _, items = found.setdefault(paper.code, (paper.name, []))
            if paper.is_for(need):
                items.append(item.code)
    return found
