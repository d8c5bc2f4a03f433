"""The declared facts of one request, read for all its people at once: at most six queries however many they are.

Most answers say nothing and most people declared nothing of the kind: those are never read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from verification.compare import Values, may_differ, needs_everybody, needs_the_whole_family
from verification.declared import About, Code, Declared, Member, names
from verification.models import Request, Subject
from verification.sources.base import Kind

Cursor = Any


def read(request: Request, kinds: Sequence[Kind], found: Mapping[int, Values]) -> Declared:
    """Whatever these kinds are held against, of whoever was found with something or declared something of them.

    `found` has the values by enquiry.
    """
    run = request.run
    known = Declared(county=run.county_code, place=run.region.name)
    ids = {enquiry for enquiry, values in found.items() if may_differ(kinds, values, known.county, run.on)}
    wide = [kind for kind in kinds if needs_everybody(kind)]
    with connection.cursor() as cursor:
        if names(kinds, "income") and (ids or names(wide, "income")):
            ids |= _incomes(cursor, request, kinds, wide, ids, known)
        if names(kinds, "circumstance") and (ids or names(wide, "circumstance")):
            ids |= _codes(cursor, request, kinds, wide, ids, known)
        if names(kinds, "asset") and (ids or names(wide, "asset")):
            ids |= _assets(cursor, request, kinds, wide, ids, known)
        if ids:
            _abouts(cursor, request, kinds, list(ids), known)
        whole = any(map(needs_the_whole_family, kinds))
        if known.abouts and (whole or {"spouse", "child"} & set(names(kinds, "membership"))):
            _members(cursor, known, _asked(cursor, request, known) if whole else {})
    return known


# Every subject of those people with a consent: somebody may be a member here and an obligor there.
_SUBJECT = "s.run_id = e.run_id AND s.person_id = e.person_id AND s.consent_id IS NOT NULL"
_LIVE = "NOT f.is_withdrawal AND NOT EXISTS (SELECT 1 FROM {} n WHERE n.supersedes_id = f.id)"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which facts of a request's people: all of whoever was found, of everybody what alone may contradict.

    Where nobody's word alone may, whoever was not found is not even looked at.
    """

    request: Request
    of: str
    kinds: Sequence[str]
    of_everybody: Sequence[str]
    ids: Collection[int]

    def rows(self, cursor: Cursor, columns: str, joined: str) -> list[tuple[Any, ...]]:
        """`joined`: the tables, beginning with the enquiry `e`; the fact is `f`."""
        of_all = bool(self.of_everybody)
        stretch = "e.id BETWEEN %s AND %s" if of_all else "e.id = ANY(%s::bigint[])"
        given: list[Any] = [*self.request.stretch] if of_all else [list(self.ids)]
        where = f"""WHERE e."on" = %s AND {stretch} AND f.kind = ANY(%s)"""
        given = [self.request.run.on, *given, list(self.kinds)]
        if of_all:
            where += " AND (f.kind = ANY(%s) OR e.id = ANY(%s::bigint[]))"
            given += [list(self.of_everybody), list(self.ids)]
        tables = f"verification_enquiry e {joined}"
        cursor.execute(f"SELECT {columns} FROM {tables} {where} AND {_LIVE.format(self.of)}", given)  # noqa: S608 - ours
        return list(cursor.fetchall())


def _incomes(
    cursor: Cursor, request: Request, kinds: Sequence[Kind], wide: Sequence[Kind], ids: set[int], known: Declared
) -> set[int]:
    """An obligor states one sum under a kind of its own, whatever it comes from."""
    held = names(wide, "income")
    wanted = _Wanted(request, "households_incomefact", [*names(kinds, "income"), "other"], held, ids)
    rows = wanted.rows(cursor, "e.id, s.id, s.role, f.kind, f.amount_fen, f.per", _OF_PERSON.format(wanted.of))
    declaring = set()
    for enquiry, subject, role, kind, fen, per in rows:
        if kind == "other" and role != Subject.Role.OBLIGOR and kind not in names(kinds, "income"):
            continue
        sums, before = known.incomes[subject], known.incomes[subject].get(kind, 0)
        sums[kind] = None if fen is None or before is None else before + fen * (12 if per == "month" else 1)
        if fen != 0 and kind in held:
            declaring.add(enquiry)
    return declaring


def _codes(
    cursor: Cursor, request: Request, kinds: Sequence[Kind], wide: Sequence[Kind], ids: set[int], known: Declared
) -> set[int]:
    wanted = _Wanted(
        request, "households_circumstancefact", names(kinds, "circumstance"), names(wide, "circumstance"), ids
    )
    declaring = set()
    for enquiry, subject, kind, code, grade in wanted.rows(
        cursor, "e.id, s.id, f.kind, f.code, f.grade", _OF_PERSON.format(wanted.of)
    ):
        known.codes[subject][kind] = Code(code, grade)
        declaring.add(enquiry)
    return declaring


def _assets(
    cursor: Cursor, request: Request, kinds: Sequence[Kind], wide: Sequence[Kind], ids: set[int], known: Declared
) -> set[int]:
    """What the households own: of every one of their members."""
    held = names(wide, "asset")
    wanted = _Wanted(request, "households_assetfact", names(kinds, "asset"), held, ids)
    declaring = set()
    for enquiry, household, kind, value in wanted.rows(
        cursor, "e.id, s.household_id::text, f.kind, coalesce(f.amount_fen, f.quantity)", _OF_HOUSEHOLD
    ):
        known.assets[household][kind] = value
        if value and kind in held:
            declaring.add(enquiry)
    return declaring


# The fact before the subject: most people stated nothing of the kind.
_OF_PERSON = (
    "JOIN {} f ON f.person_id = e.person_id"
    f" JOIN verification_subject s ON {_SUBJECT} AND s.household_id = f.household_id"
)
_OF_HOUSEHOLD = (
    f"JOIN verification_subject s ON {_SUBJECT} AND s.role = 'member'"
    " JOIN households_assetfact f ON f.household_id = s.household_id"
)


_ABOUTS = f"""
SELECT s.id, e.id, s.person_id::text, s.household_id::text, s.role = 'member',
  CASE s.purpose WHEN 'receives' THEN s.programme ELSE '' END,
  CASE WHEN %s THEN (SELECT coalesce(p.died_on::text, '') FROM households_person p WHERE p.id = s.person_id) ELSE '' END
FROM verification_enquiry e JOIN verification_subject s ON {_SUBJECT}
WHERE e."on" = %s AND e.id = ANY(%s::bigint[]) ORDER BY s.id
"""  # noqa: S608 - ours


def _abouts(cursor: Cursor, request: Request, kinds: Sequence[Kind], ids: list[int], known: Declared) -> None:
    """When somebody died is read only for a register of deaths."""
    cursor.execute(_ABOUTS, [any(kind.code == "death" for kind in kinds), request.run.on, ids])
    known.abouts = [About(*row) for row in cursor.fetchall()]


def _homes(known: Declared) -> list[str]:
    return list({one.household for one in known.abouts if one.is_member})


def _asked(cursor: Cursor, request: Request, known: Declared) -> dict[tuple[str, str], int]:
    """The enquiry about each member of these households whom this request asks about."""
    cursor.execute(
        "SELECT s.household_id::text, s.person_id::text, e.id FROM verification_subject s"
        " JOIN verification_enquiry e ON e.run_id = s.run_id AND e.person_id = s.person_id AND e.source = %s"
        ' AND e."on" = %s AND e.id BETWEEN %s AND %s'
        " WHERE s.run_id = %s AND s.household_id = ANY(%s::uuid[]) AND s.consent_id IS NOT NULL",
        [request.source, request.run.on, *request.stretch, request.run_id, _homes(known)],
    )
    return {(household, person): enquiry for household, person, enquiry in cursor.fetchall()}


def _members(cursor: Cursor, known: Declared, asked: Mapping[tuple[str, str], int]) -> None:
    """Who lives in the households of those read: the living, in their order."""
    cursor.execute(
        "SELECT m.household_id::text, m.person_id::text, m.relation, coalesce(p.birth_date::text, ''),"
        " coalesce(encode(p.id_index, 'hex'), '')"
        " FROM households_membership m JOIN households_person p ON p.id = m.person_id AND p.died_on IS NULL"
        " WHERE m.left_on IS NULL AND m.household_id = ANY(%s::uuid[]) ORDER BY m.household_id, m.position",
        [_homes(known)],
    )
    for household, person, relation, *more in cursor.fetchall():
        known.members[household].append(Member(person, relation, asked.get((household, person), 0), *more))
