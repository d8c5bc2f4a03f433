"""What the people of one request declared, read for all of them at once: at most five queries however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from accounts.crypto import keys
from verification.models import Request, Subject
from verification.sources.base import Kind

Cursor = Any


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
    region: str


class Member(NamedTuple):
    """Somebody who lives in a household: their enquiry and subject, 0 where nobody asked about them."""

    person: str
    relation: str
    enquiry: int = 0
    subject: int = 0
    birth_date: str = ""
    number_index: str = ""


class Code(NamedTuple):
    """A circumstance as declared."""

    code: str
    grade: int | None = None


@dataclass
class Declared:
    """By subject: yearly income in fen by kind (None: unknown) and codes by kind. By household: assets and members.

    `place` is the county's name; `indexed` the keyed index of an ID number, by which a member is known.
    """

    abouts: list[About] = field(default_factory=list)
    incomes: dict[int, dict[str, int | None]] = field(default_factory=lambda: defaultdict(dict))
    codes: dict[int, dict[str, Code]] = field(default_factory=lambda: defaultdict(dict))
    assets: dict[str, dict[str, int | None]] = field(default_factory=lambda: defaultdict(dict))
    members: dict[str, list[Member]] = field(default_factory=lambda: defaultdict(list))
    place: str = ""
    indexed: Callable[[str], str] = str

    def code(self, kind: Kind, about: About) -> Code | None:
        """The first circumstance the kind is held against that this person declared."""
        own = self.codes.get(about.subject, {})
        return next((own[name] for name in kind.compares.get("circumstance", ()) if name in own), None)


def names(kinds: Iterable[Kind], of: str) -> list[str]:
    """The kinds of declared income, asset or circumstance these are held against."""
    return list(dict.fromkeys(name for kind in kinds for name in kind.compares.get(of, ())))


def read(request: Request, kinds: Sequence[Kind], found: Collection[int]) -> Declared:
    """Whatever these kinds are held against, of whoever was found or declared something of them.

    `found` are the enquiries with a record. Whoever was not found and declared nothing appears nowhere in it.
    """
    known = Declared(place=request.run.region.name, indexed=_indexed)
    ids = set(found)
    with connection.cursor() as cursor:
        if names(kinds, "income"):
            ids |= _incomes(cursor, request, kinds, known)
        if names(kinds, "circumstance"):
            ids |= _codes(cursor, request, kinds, known)
        if names(kinds, "asset"):
            ids |= _assets(cursor, request, kinds, list(found), known)
        _abouts(cursor, request, list(ids), known)
        if names(kinds, "membership") or any(kind.scope == "household" for kind in kinds):
            _members(cursor, request, known)
    return known


def _indexed(number: str) -> str:
    return keys.index(number, "id_number").hex()


# Every subject of a request's people with a consent: somebody may be a member here and an obligor there.
_SUBJECTS = """
FROM verification_enquiry e
JOIN verification_subject s ON s.run_id = e.run_id AND s.person_id = e.person_id AND s.consent_id IS NOT NULL
"""
_LIVE = "NOT f.is_withdrawal AND NOT EXISTS (SELECT 1 FROM {} n WHERE n.supersedes_id = f.id)"
_OF_REQUEST = 'WHERE e.request_id = %s AND e."on" = %s'


def _incomes(cursor: Cursor, request: Request, kinds: Sequence[Kind], known: Declared) -> set[int]:
    """An obligor states one sum, whatever it comes from: all of it is read."""
    cursor.execute(
        f"SELECT e.id, s.id, f.kind, f.amount_fen, f.per {_SUBJECTS}"
        " JOIN households_incomefact f ON f.person_id = s.person_id AND f.household_id = s.household_id"
        f" {_OF_REQUEST} AND (f.kind = ANY(%s) OR s.role = %s) AND {_LIVE.format('households_incomefact')}",
        [request.pk, request.run.on, names(kinds, "income"), Subject.Role.OBLIGOR],
    )
    ids = set()
    for enquiry, subject, kind, fen, per in cursor.fetchall():
        sums, before = known.incomes[subject], known.incomes[subject].get(kind, 0)
        sums[kind] = None if fen is None or before is None else before + fen * (12 if per == "month" else 1)
        if fen != 0:
            ids.add(enquiry)
    return ids


def _codes(cursor: Cursor, request: Request, kinds: Sequence[Kind], known: Declared) -> set[int]:
    cursor.execute(
        f"SELECT e.id, s.id, f.kind, f.code, f.grade {_SUBJECTS}"
        " JOIN households_circumstancefact f ON f.person_id = s.person_id AND f.household_id = s.household_id"
        f" {_OF_REQUEST} AND f.kind = ANY(%s) AND {_LIVE.format('households_circumstancefact')}",
        [request.pk, request.run.on, names(kinds, "circumstance")],
    )
    ids = set()
    for enquiry, subject, kind, code, grade in cursor.fetchall():
        known.codes[subject][kind] = Code(code, grade)
        ids.add(enquiry)
    return ids


def _assets(cursor: Cursor, request: Request, kinds: Sequence[Kind], found: list[int], known: Declared) -> set[int]:
    """What a household owns where it owns some, or where something of it was found."""
    cursor.execute(
        f"SELECT e.id, s.household_id::text, f.kind, coalesce(f.amount_fen, f.quantity) {_SUBJECTS}"
        " JOIN households_assetfact f ON f.household_id = s.household_id"
        f" {_OF_REQUEST} AND s.role = %s AND f.kind = ANY(%s) AND {_LIVE.format('households_assetfact')}"
        " AND (f.amount_fen > 0 OR f.quantity > 0 OR s.household_id IN"
        f" (SELECT s.household_id {_SUBJECTS} {_OF_REQUEST} AND e.id = ANY(%s)))",
        [
            *(request.pk, request.run.on, Subject.Role.MEMBER, names(kinds, "asset")),
            *(request.pk, request.run.on, found),
        ],
    )
    ids = set()
    for enquiry, household, kind, value in cursor.fetchall():
        known.assets[household][kind] = value
        ids.add(enquiry)
    return ids


def _abouts(cursor: Cursor, request: Request, ids: list[int], known: Declared) -> None:
    cursor.execute(
        "SELECT s.id, e.id, s.person_id::text, s.household_id::text, s.role = 'member',"
        " CASE s.purpose WHEN 'receives' THEN s.programme ELSE '' END, coalesce(p.died_on::text, ''), p.region_id"
        f" {_SUBJECTS} JOIN households_person p ON p.id = s.person_id {_OF_REQUEST} AND e.id = ANY(%s) ORDER BY s.id",
        [request.pk, request.run.on, ids],
    )
    known.abouts = [About(*row) for row in cursor.fetchall()]


def _members(cursor: Cursor, request: Request, known: Declared) -> None:
    """Who lives in the households of those read: the living, in their order."""
    cursor.execute(
        "SELECT m.household_id::text, m.person_id::text, m.relation, coalesce(e.id, 0), coalesce(s.id, 0),"
        " coalesce(p.birth_date::text, ''), coalesce(encode(p.id_index, 'hex'), '')"
        " FROM households_membership m JOIN households_person p ON p.id = m.person_id AND p.died_on IS NULL"
        ' LEFT JOIN verification_enquiry e ON e.person_id = m.person_id AND e.request_id = %s AND e."on" = %s'
        " LEFT JOIN verification_subject s ON s.run_id = %s AND s.person_id = m.person_id"
        " AND s.household_id = m.household_id AND s.consent_id IS NOT NULL"
        " WHERE m.left_on IS NULL AND m.household_id = ANY(%s::uuid[]) ORDER BY m.household_id, m.position",
        [request.pk, request.run.on, request.run_id, list({one.household for one in known.abouts if one.is_member})],
    )
    for household, *rest in cursor.fetchall():
        known.members[household].append(Member(*rest))
