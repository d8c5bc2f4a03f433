"""What the catalogue says of one family in one matter: its papers by what the family claims, for window and case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eligibility import catalogue
from eligibility.catalogue import Fact, Facts, Matter, Paper, Provider

SEVERE = "重病"
OF_WORKING_AGE = range(18, 60)  # 43号 art. 5: by their age a child and somebody of 60 have no labour capacity


@dataclass(frozen=True)
class Claimant:
    """One person, as far as papers hang on it. `age` None: not known."""

    age: int | None
    is_ill: bool
    is_disabled: bool
    is_student: bool


@dataclass(frozen=True)
class Wanted:
    """The papers of a matter for a family that claims these facts."""

    matter: Matter
    facts: Facts

    @property
    def papers(self) -> tuple[Paper, ...]:
        """What goes into the file; what is only shown, or signed by each, is no box to tick."""
        return tuple(p for p in self.matter.papers_of(Provider.APPLICANT, self.facts) if p.how == "hand_in")

    @property
    def fetched(self) -> tuple[Paper, ...]:
        return self.matter.papers_of(Provider.OFFICE, self.facts)

    @property
    def never(self) -> tuple[Paper, ...]:
        return self.matter.papers_of(Provider.NOBODY, self.facts)


def wanted(
    programme: str,
    people: Iterable[Claimant],
    *,
    recipient: Claimant | None,
    need_kind: str = "",
    hardship: str = "",
    has_agent: bool = False,
    has_obligors: bool = False,
) -> Wanted:
    """`recipient` is whom it is for: the head, or the person of a per-person programme."""
    claimed = set(_of_people(list(people), recipient))
    if need_kind:
        claimed.add(Fact(f"need_{need_kind}"))
    if hardship == SEVERE:
        claimed.add(Fact.ILLNESS)
    if has_agent:
        claimed.add(Fact.AGENT)
    if has_obligors:
        claimed.add(Fact.OBLIGOR)
    return Wanted(catalogue.of(programme), frozenset(claimed))


def _of_people(people: list[Claimant], recipient: Claimant | None) -> Iterator[Fact]:
    if any(one.is_ill for one in people):
        yield Fact.ILLNESS
    if any(one.is_disabled for one in people):
        yield Fact.DISABILITY
    if any(one.is_student for one in people):
        yield Fact.STUDENT
    if recipient and recipient.age in OF_WORKING_AGE and not recipient.is_disabled:
        yield Fact.UNSEEN_NO_LABOUR
