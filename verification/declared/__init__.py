"""What people declared, as plain values by subject and household: what a request's answers are held against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from verification.sources.base import Kind


class About(NamedTuple):
    """One subject an answer is about. Ids of rows with a UUID are text here: nothing is looked up by them."""

    subject: int
    enquiry: int
    person: str
    household: str
    is_member: bool
    receives: str
    """The programme of an award in force; "" for whoever applies."""
    died_on: str


class Member(NamedTuple):
    """Somebody who lives in a household; `enquiry` 0 where nobody asked about them."""

    person: str
    relation: str
    enquiry: int = 0
    birth_date: str = ""
    number_index: str = ""


class Code(NamedTuple):
    """A circumstance as declared."""

    code: str
    grade: int | None = None


@dataclass
class Declared:
    """By subject: yearly income in fen by kind (None: unknown) and codes by kind. By household: assets and members.

    `county` is the code and `place` the name of where they are asked about. A member is known by the keyed index of
    their ID number, as other people's numbers in an answer are.
    """

    abouts: list[About] = field(default_factory=list)
    incomes: dict[int, dict[str, int | None]] = field(default_factory=lambda: defaultdict(dict))
    codes: dict[int, dict[str, Code]] = field(default_factory=lambda: defaultdict(dict))
    assets: dict[str, dict[str, int | None]] = field(default_factory=lambda: defaultdict(dict))
    members: dict[str, list[Member]] = field(default_factory=lambda: defaultdict(list))
    county: str = ""
    place: str = ""

    def code(self, kind: Kind, about: About) -> Code | None:
        """The first circumstance the kind is held against that this person declared."""
        own = self.codes.get(about.subject, {})
        return next((own[name] for name in kind.compares.get("circumstance", ()) if name in own), None)


def names(kinds: Iterable[Kind], of: str) -> list[str]:
    """The kinds of declared income, asset or circumstance these are held against."""
    return list(dict.fromkeys(name for kind in kinds for name in kind.compares.get(of, ())))
