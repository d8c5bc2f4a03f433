"""The declared facts of one request, read for all its people at once: at most six queries however many they are.

Most answers say nothing and most people declared nothing of the kind: those are never read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
            _abouts(cursor, request, list(ids), known)
        whole = any(map(needs_the_whole_family, kinds))
        if known.abouts and (whole or {"spouse", "child"} & set(names(kinds, "membership"))):
            _members(cursor, known, _asked(cursor, request, known) if whole else {})
    return known


# Every subject of a request's people with a consent: somebody may be a member here and an obligor there.
_SUBJECTS = """
FROM verification_enquiry e
JOIN verification_subject s ON s.run_id = e.run_id AND s.person_id = e.person_id AND s.consent_id IS NOT NULL
"""
_LIVE = "NOT f.is_withdrawal AND NOT EXISTS (SELECT 1 FROM {} n WHERE n.supersedes_id = f.id)"
_OF_REQUEST = 'WHERE e.request_id = %s AND e."on" = %s'
# Of whoever was found all of it; of everybody what alone may contradict an answer.
_FOUND = "f.kind = ANY(%s) AND e.id = ANY(%s::bigint[])"


def _wanted(
    request: Request, of: str, kinds: Sequence[Kind], wide: Sequence[Kind], ids: Collection[int], *more: str
) -> tuple[str, list[Any]]:
    """Which facts of the request's people, and the values of it; by the enquiries alone where those are all."""
    given = [request.pk, request.run.on, [*names(kinds, of), *more], list(ids)]
    if of_all := names(wide, of):
        return f"{_OF_REQUEST} AND (({_FOUND}) OR f.kind = ANY(%s))", [*given, of_all]
    return f"{_OF_REQUEST} AND {_FOUND}", given


def _incomes(
    cursor: Cursor, request: Request, kinds: Sequence[Kind], wide: Sequence[Kind], ids: set[int], known: Declared
) -> set[int]:
    """An obligor states one sum under a kind of its own, whatever it comes from."""
    where, given = _wanted(request, "income", kinds, wide, ids, "other")
    cursor.execute(
        f"SELECT e.id, s.id, s.role, f.kind, f.amount_fen, f.per {_SUBJECTS}"
        " JOIN households_incomefact f ON f.person_id = s.person_id AND f.household_id = s.household_id"
        f" {where} AND {_LIVE.format('households_incomefact')}",
        given,
    )
    declaring, held = set(), set(names(wide, "income"))
    for enquiry, subject, role, kind, fen, per in cursor.fetchall():
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
    where, given = _wanted(request, "circumstance", kinds, wide, ids)
    cursor.execute(
        f"SELECT e.id, s.id, f.kind, f.code, f.grade {_SUBJECTS}"
        " JOIN households_circumstancefact f ON f.person_id = s.person_id AND f.household_id = s.household_id"
        f" {where} AND {_LIVE.format('households_circumstancefact')}",
        given,
    )
    declaring = set()
    for enquiry, subject, kind, code, grade in cursor.fetchall():
        known.codes[subject][kind] = Code(code, grade)
        declaring.add(enquiry)
    return declaring


def _assets(
    cursor: Cursor, request: Request, kinds: Sequence[Kind], wide: Sequence[Kind], ids: set[int], known: Declared
) -> set[int]:
    """What the households own: of every one of their members."""
    where, given = _wanted(request, "asset", kinds, wide, ids)
    cursor.execute(
        f"SELECT e.id, s.household_id::text, f.kind, coalesce(f.amount_fen, f.quantity) {_SUBJECTS}"
        " JOIN households_assetfact f ON f.household_id = s.household_id"
        f" {where} AND s.role = 'member' AND {_LIVE.format('households_assetfact')}",
        given,
    )
    declaring, held = set(), set(names(wide, "asset"))
    for enquiry, household, kind, value in cursor.fetchall():
        known.assets[household][kind] = value
        if value and kind in held:
            declaring.add(enquiry)
    return declaring


def _abouts(cursor: Cursor, request: Request, ids: list[int], known: Declared) -> None:
    cursor.execute(
        "SELECT s.id, e.id, s.person_id::text, s.household_id::text, s.role = 'member',"
        " CASE s.purpose WHEN 'receives' THEN s.programme ELSE '' END, coalesce(p.died_on::text, '')"
        f" {_SUBJECTS} JOIN households_person p ON p.id = s.person_id"
        f" {_OF_REQUEST} AND e.id = ANY(%s::bigint[]) ORDER BY s.id",
        [request.pk, request.run.on, ids],
    )
    known.abouts = [About(*row) for row in cursor.fetchall()]


def _homes(known: Declared) -> list[str]:
    return list({one.household for one in known.abouts if one.is_member})


def _asked(cursor: Cursor, request: Request, known: Declared) -> dict[tuple[str, str], int]:
    """The enquiry about each member of these households whom this request asks about."""
    cursor.execute(
        f"SELECT s.household_id::text, s.person_id::text, e.id {_SUBJECTS} {_OF_REQUEST}"
        " AND s.household_id = ANY(%s::uuid[])",
        [request.pk, request.run.on, _homes(known)],
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
