"""The rows of an answer matched with who was asked: what each enquiry is told, and the rows nobody may use. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from households.names import match_key
from verification.digests import written
from verification.models import Outcome, StrayRow
from verification.sources.base import Said
from verification.sources.reading import Answers

Told = tuple[str, dict[str, Any]]
FOUND, NOT_FOUND = Outcome.FOUND.value, Outcome.NOT_FOUND.value
NOTHING: Told = (NOT_FOUND, {})
Recorded = tuple[int, int, str]
"""One record: the line of the file, the enquiry it answers, its values as they are stored."""
SILENT, OPEN = ord("1"), ord("0")


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a request's answer may speak of. `places`: by ID number the place among its enquiries, from 0.

    `known`: by place what was answered before.
    """

    first_enquiry: int
    names: Sequence[str]
    places: Mapping[str, int]
    known: Mapping[int, Told]


@dataclass(slots=True)
class Matched:
    """What an answer comes to. `found`: by enquiry the values of whoever has some; `records`: the same, by line.

    `silent`: a "1" for each place of the request that has no record.
    """

    silent: bytearray
    found: dict[int, dict[str, Any]] = field(default_factory=dict)
    records: list[Recorded] = field(default_factory=list)
    strays: list[tuple[Said, str]] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return len(self.records) + self.silent.count(SILENT)

    def answered(self, first_enquiry: int) -> set[int]:
        """The enquiries this answers."""
        silent = {first_enquiry + place for place, bit in enumerate(self.silent) if bit == SILENT}
        return silent | self.found.keys()


def match(read: Answers, asked: Asked, *, absent_means_nothing: bool) -> Matched:
    """A row about nobody asked, or that contradicts another, answers nothing."""
    out = Matched(bytearray([OPEN]) * len(asked.names))
    # Whom a row spoke of without answering: their silence is not the file's.
    unsure: set[int] = set()
    if not asked.known:
        _silent(read, asked, out, unsure)
    told = _told(read.everything() if asked.known else read.said, asked, out, unsure)
    for place, (line, (outcome, values)) in told.items():
        if outcome == FOUND:
            enquiry = asked.first_enquiry + place
            out.found[enquiry] = values
            out.records.append((line, enquiry, written(values)))
        else:
            out.silent[place] = SILENT
    out.records.sort()
    # A row that can't be read and names nobody asked about may be anybody's: then who is in no row is not known of.
    if absent_means_nothing and not any(_is_anybodys(said, asked) for said, _ in out.strays):
        for place in asked.places.values():
            if place not in told and place not in unsure and place not in asked.known:
                out.silent[place] = SILENT
    return out


def _silent(read: Answers, asked: Asked, out: Matched, unsure: set[int]) -> None:
    """Whoever the file plainly says nothing of; their rows are most of it."""
    names, place_of, silent = asked.names, asked.places.get, out.silent
    for one in read.nothing:
        place = place_of(one[1])
        if place is None:
            out.strays.append((read.as_said(one), StrayRow.Why.NOT_ASKED))
        elif one[2] == names[place] or _is_same(one[2], names[place]):
            silent[place] = SILENT
        else:
            out.strays.append((read.as_said(one), StrayRow.Why.OTHER_NAME))
            unsure.add(place)


def _told(said: Iterable[Said], asked: Asked, out: Matched, unsure: set[int]) -> dict[int, tuple[int, Told]]:
    """By place the line and what it says, of whoever was not answered before."""
    told: dict[int, tuple[int, Told]] = {}
    for row in said:
        place = asked.places.get(row.id_number)
        if place is None:
            out.strays.append((row, StrayRow.Why.BAD_VALUE if row.fault else StrayRow.Why.NOT_ASKED))
            continue
        says: Told = (FOUND, row.values) if row.is_found else NOTHING
        before = asked.known.get(place) or (told[place][1] if place in told else None)
        if why := _why_not(row, asked.names[place], says, before):
            out.strays.append((row, why))
            unsure.add(place)
        elif row.is_found is None:
            unsure.add(place)
        elif before is None:
            told[place] = row.line, says
    return told


def _is_anybodys(said: Said, asked: Asked) -> bool:
    return bool(said.fault) and not (said.id_number and said.name) and said.id_number not in asked.places


def _is_same(name: str, asked: str) -> bool:
    return match_key(name) == match_key(asked)


def _why_not(row: Said, name: str, says: Told, before: Told | None) -> str:
    """Why a row about somebody asked about is no answer; "" where it is one, or says again what was said."""
    if row.name and row.name != name and not _is_same(row.name, name):
        return StrayRow.Why.OTHER_NAME
    if row.fault:
        return StrayRow.Why.BAD_VALUE
    if before is not None and row.is_found is not None and before != says:
        return StrayRow.Why.SECOND_ANSWER
    return ""
