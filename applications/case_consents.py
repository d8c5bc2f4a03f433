"""核对授权 of a case: who of the family has signed, whose paper lapsed and why, and every paper there was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from applications.case_page import Case, Entry
from households import consents
from households.consents import Lapse, Standing, Wanted
from households.models import Consent, Membership, Obligation, Person
from households.models.people import Relation

NEVER = "没有授权"


@dataclass(frozen=True)
class Signer:
    """One living person of the family, or one who owes it support, and the paper that stands for them.

    `lapse` says why nobody may ask though there was a paper; `said` is that, or that there never was one. Without a
    number (`has_number`) no paper lets the night ask.
    """

    pk: UUID
    name: str
    relation: str
    lapse: str
    paper: Consent | None
    has_number: bool = True

    @property
    def is_in_force(self) -> bool:
        return self.paper is not None and not self.lapse

    @property
    def said(self) -> str:
        return self.lapse if self.paper else NEVER


def papers(case: Case) -> list[Consent]:
    """Every consent of this household with its end, newest first. One query."""
    rows = Consent.objects.filter(household=case.matter.household)
    return list(rows.select_related("person", "recorded_by", "end__recorded_by").order_by("-given_on", "-id"))


def standings(case: Case, members: Sequence[Person], obligors: Sequence[Person]) -> dict[UUID, Standing]:
    """By person how their consent stands in this case today. One query."""
    home, since = case.matter.household_id, case.matter.application.submitted_on
    wanted = [Wanted(home, person.pk, since, True) for person in members]
    wanted += [Wanted(home, person.pk, since, False) for person in obligors if person not in members]
    return {person: one for (_, person), one in consents.in_force(wanted, case.today).items()}


def signers(case: Case, known: Sequence[Consent]) -> list[Signer]:
    """Everybody alive the night asks about: members by position, then obligors. Three queries."""
    home = case.matter.household
    inside = Membership.objects.live().filter(household=home, person__died_on=None).select_related("person")
    outside = Obligation.objects.filter(household=home, ends_on=None, obligor__died_on=None).select_related("obligor")
    members = {one.person: Relation(one.relation).label for one in inside.order_by("position", "id")}
    owing = {one.obligor: f"义务人 · {Relation(one.relation).label}" for one in outside if one.obligor not in members}
    standing = standings(case, list(members), list(owing))
    by_pk = {one.pk: one for one in known}
    return [_signer(person, said, standing[person.pk], by_pk) for person, said in {**members, **owing}.items()]


def _signer(person: Person, relation: str, standing: Standing, known: dict[UUID, Consent]) -> Signer:
    paper = known.get(standing.newest) if standing.newest else None
    lapse = standing.lapse.label if standing.lapse else ""
    if standing.lapse == Lapse.ENDED and paper is not None:
        lapse = f"{paper.end.get_reason_display()}，需重新签订"
    return Signer(person.pk, person.name, relation, lapse, paper, person.id_index is not None)


def history(known: Sequence[Consent]) -> list[Entry]:
    """Every paper given and ended, newest first."""
    entries = [_given(one) for one in known]
    entries += [_ended(one) for one in known if hasattr(one, "end")]
    return sorted(entries, key=lambda one: one.at, reverse=True)


def _given(one: Consent) -> Entry:
    by = f"{one.signed_by}代签，" if one.signed_by != one.person.name else ""
    until = f"，有效期至 {one.valid_until}" if one.valid_until else ""
    line = f"{by}签字日期 {one.given_on}{until}"
    return Entry(one.recorded_at, f"{one.person.name}签订授权", one.recorded_by.full_name, (line,))


def _ended(one: Consent) -> Entry:
    end = one.end
    lines = (f"签于 {one.given_on} 的，自 {end.ended_on} 起失效",)
    return Entry(end.recorded_at, f"{one.person.name}：{end.get_reason_display()}", end.recorded_by.full_name, lines)


def choices(people: Sequence[Signer]) -> list[tuple[str, str]]:
    return [(str(one.pk), one.name) for one in people]


def without_number(people: Sequence[Signer]) -> list[tuple[str, str]]:
    return choices([one for one in people if not one.has_number])


def may_end(known: Sequence[Consent]) -> list[tuple[str, str]]:
    """The papers that have not ended yet, named for whoever withdraws one."""
    return [(str(one.pk), f"{one.person.name}，{one.given_on} 签") for one in known if not hasattr(one, "end")]
