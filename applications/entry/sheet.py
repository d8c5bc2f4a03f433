"""The whole page as one object: every form and row out of what was typed, in the order of the paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property

from applications.entry import papers
from applications.entry.forms import AccountForm, AssetsForm, IncomeForm, Page, ReceptionForm, Row, Setting
from applications.entry.people import Applicant, HouseholdMember, Obligor, Person
from applications.papers import Wanted
from eligibility.catalogue import Paper

MOST_ROWS = 30
PLAIN = frozenset({"paper", "twin"})
OWN = frozenset({"csrfmiddlewaretoken", "version", "act"})
_ROW = re.compile(r"([mio])(\d{1,3})-(\w+)")
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,40}")
R = TypeVar("R", bound=Row)
Raw = Mapping[str, Sequence[str]]
Typed = MultiValueDict[str, str]


@dataclass(frozen=True)
class Problem:
    """One sentence and the control it belongs to."""

    id: str
    words: str


class Sheet:
    """What was typed, as forms. `is_judged` shows the mistakes; otherwise they are only kept aside in `found`."""

    def __init__(
        self, typed: Typed, *, setting: Setting, villages: list[tuple[str, str]], spare: Sequence[str] = ()
    ) -> None:
        self.typed, self.setting, self.spare = typed, setting, spare
        self.reception = ReceptionForm(typed, setting, villages)
        self.applicant = Applicant(typed, setting)
        self.members = self._rows("m", HouseholdMember, first=2)
        owners = self.owners
        self.incomes = self._rows("i", IncomeForm, owners=owners)
        self.obligors = self._rows("o", Obligor)
        self.assets = AssetsForm(typed, setting, item=self.reception.item, owners=owners)
        self.account = AccountForm(typed, setting, payee=self.payee)
        if setting.is_judged:
            self._compare()

    def _compare(self) -> None:
        """Mistakes that only show when rows are held against one another."""
        received, seen = self.reception.read.get("received_on"), set()
        for person in (*self.people, *self.outside):
            number, field = person.read.get("id_number"), "id_number"
            if number and number in seen:
                person.blame(field, "证件号码与前面的人相同，删去一行")
            seen.add(number)
            if received and person.birth and person.birth > received:
                person.blame(field if number else "birth_date", "出生日期晚于受理日期，核对两处")

    def _rows(self, letter: str, form: type[R], *, first: int = 1, **more: Any) -> list[R]:
        """The rows something was sent for, in their order, and a blank one to type into."""
        places = {int(match[2]) for match in map(_ROW.fullmatch, self.typed) if match and match[1] == letter}
        kept = sorted(places)[:MOST_ROWS]
        rows: list[R] = []
        for place in kept:
            row = form(self.typed, self.setting, prefix=f"{letter}{place}", number=first + len(rows), **more)
            if not row.is_blank:
                rows.append(row)
        fresh = (max(kept) + 1) if kept else 0
        for extra in range(1 + (letter in self.spare)):
            prefix = f"{letter}{fresh + extra}"
            rows.append(form(self.typed, self.setting, prefix=prefix, number=first + len(rows), **more))
        return rows

    @cached_property
    def people(self) -> list[Applicant | HouseholdMember]:
        """The applicant and the members typed so far."""
        return [self.applicant, *(row for row in self.members if not row.is_blank)]

    @cached_property
    def outside(self) -> list[Obligor]:
        return [row for row in self.obligors if not row.is_blank]

    @cached_property
    def owners(self) -> list[tuple[str, str]]:
        """Row key and name of everybody money can belong to."""
        return [(person.key, person.text("name").strip()[:20] or f"第 {person.number} 人") for person in self.people]

    @property
    def payee(self) -> str:
        """The name the account should stand in."""
        return str(self.recipient.read.get("name", ""))

    @property
    def recipient(self) -> Person:
        """Whom it is for: the head, or the person named in a per-person programme."""
        item, chosen = self.reception.item, self.assets.text("recipient")
        if item is None or not item.programme.per_person:
            return self.applicant
        return next((one for one in self.people if one.key == chosen), self.applicant)

    @property
    def signers(self) -> list[Person]:
        """Every row of a person, for the boxes of authorisations; the scripts show those asked of it."""
        return [self.applicant, *self.members, *self.obligors]

    @property
    def answered(self) -> list[str]:
        """The possible twins already answered for."""
        return self.typed.getlist("twin")[:50]

    @property
    def ticked(self) -> tuple[str, ...]:
        """The codes of the papers handed in that this programme wants."""
        given = set(self.typed.getlist("paper"))
        return tuple(paper.code for paper in self.wanted if paper.code in given)

    @cached_property
    def catalogued(self) -> Wanted | None:
        """What the catalogue says of the matter in hand to what this family claims."""
        return papers.wanted(self)

    @property
    def wanted(self) -> tuple[Paper, ...]:
        """The papers this family hands in."""
        return self.catalogued.papers if self.catalogued else ()

    @property
    def checklist(self) -> list[papers.Ticked]:
        return papers.checklist(self.typed.getlist("paper"), self.wanted)

    def forms(self) -> Iterator[Page]:
        """Every form in the order of the paper."""
        yield self.reception
        yield from self.people
        yield from (row for row in self.incomes if not row.is_blank)
        yield self.assets
        yield from self.outside
        yield self.account

    @property
    def is_right(self) -> bool:
        return not self.problems

    @cached_property
    def problems(self) -> list[Problem]:
        """What is still to be changed, in the order of the page."""
        return [
            Problem(form[name].auto_id, str(sentence))
            for form in self.forms()
            for name in form.fields
            for sentence in form.errors.get(name, ())
        ]

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Put what an act refused beside the control it means."""
        for path, sentence in errors.items():
            form, name = self._place(path)
            form.add_error(name, sentence)
        self.__dict__.pop("problems", None)

    def _place(self, path: str) -> tuple[Page, str]:
        places: dict[str, tuple[Page, str]] = {
            "programme": (self.reception, "programme"),
            "received_on": (self.reception, "received_on"),
            "kind": (self.account, "account_kind"),
            "bank": (self.account, "bank"),
            "number": (self.account, "account_number"),
            "holder_name": (self.account, "holder_name"),
            "holder_reason": (self.account, "holder_reason"),
        }
        return places.get(path, (self.applicant, "id_number"))

    def knows(self, name: str) -> bool:
        """Whether this is a field of the form; anything else that was sent is ignored."""
        if name in PLAIN:
            return True
        match = _ROW.fullmatch(name)
        if match:
            rows: dict[str, Sequence[Row]] = {"m": self.members, "i": self.incomes, "o": self.obligors}
            return match[3] in rows[match[1]][-1].fields
        if name.startswith("a-"):
            return name[2:] in self.applicant.fields
        return any(name in form.fields for form in (self.reception, self.assets, self.account))

    def strangers(self) -> list[str]:
        """Names sent that the form does not have, as far as they can safely be written to a log (R-35)."""
        unknown = [name for name in self.typed if name not in OWN and not self.knows(name)]
        return sorted(name if _SAFE.fullmatch(name) else "?" for name in unknown)

    def raw(self) -> dict[str, list[str]]:
        """What was typed, field by field, as a draft keeps it."""
        kept = {name: self.typed.getlist(name) for name in self.typed if self.knows(name)}
        return {name: values for name, values in kept.items() if any(values)}


def typed_from(raw: Raw) -> Typed:
    """What was typed as forms take it. Characters no encoding holds become `?`."""
    typed: Typed = MultiValueDict()
    for name, values in raw.items():
        typed.setlist(name, [value.encode("utf-8", "replace").decode() for value in values])
    return typed
