"""A request's answers become findings, in the transaction that keeps the answers: new, seen again, or cleared.

The same mismatch is one finding however many nights see it. What a person has dealt with stays dealt with.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from accounts import audit, clock
from accounts.canonical import digest
from accounts.ids import uuid7
from verification.compare import Mismatch, Values, compare
from verification.declared import reading
from verification.findings import judging
from verification.models import Finding, FindingStep, Request, Subject
from verification.sources import registry
from verification.sources.base import Kind


@dataclass(frozen=True)
class Recorded:
    """How many findings are new, were seen again, are cleared."""

    new: int = 0
    again: int = 0
    cleared: int = 0


def weigh(request: Request, found: Mapping[int, Values], answered: Collection[int]) -> Recorded:
    """Hold a request's answers against what was declared: findings are written, seen again, cleared.

    `found` has the values by enquiry, `answered` every enquiry answered: give all of the request's so far where it
    was answered in parts, so that a family is looked at whole. Call it in the transaction that keeps the answers,
    before the exchange is sealed: it locks findings, and the audit's head is locked last.
    """
    kinds = [registry.kinds()[item.kind] for item in registry.source(request.source).items]
    known = reading.read(request, kinds, found)
    mismatches = compare(kinds, found, answered, known, request.run.on)
    prints = {fingerprint(one): one for one in mismatches}
    again = _seen_again(request, list(prints))
    fresh = {key: one for key, one in prints.items() if key not in again}
    new = _write(request, fresh) if fresh else 0
    return Recorded(new, len(again), _clear(request, kinds, found, answered, prints))


def fingerprint(mismatch: Mismatch) -> str:
    """Which mismatch it is: the household, the person, the kind, and what the source says."""
    said = mismatch.verified if mismatch.identity is None else mismatch.identity
    about = mismatch.about
    return digest({"household": about.household, "person": about.person, "kind": mismatch.kind.code, "said": said})


def _seen_again(request: Request, prints: Sequence[str]) -> set[str]:
    """Those that stand already, locked; this is the newest day they were seen."""
    if not prints:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [list(prints), request.run.on, request.run.on])
        return {key for (key,) in cursor.fetchall()}


_STANDING = """
WITH standing AS (
  SELECT id, fingerprint FROM verification_finding
  WHERE fingerprint = ANY(%s) AND state <> 'cleared' ORDER BY id FOR UPDATE
), seen AS (
  UPDATE verification_finding f SET last_seen_on = %s FROM standing
  WHERE f.id = standing.id AND f.last_seen_on < %s
)
SELECT fingerprint FROM standing
"""
_NEW = """
INSERT INTO verification_finding (id, region_id, household_id, person_id, run_id, enquiry_id, "on", source, kind,
  is_standing, case_number, declared, verified, difference_fen, fingerprint, consequence, said, state, last_seen_on,
  found_at)
SELECT n.id, h.region_id, s.household_id, s.person_id, s.run_id, n.enquiry, %(on)s, %(source)s, n.kind,
  s.purpose = 'receives', s.case_number, coalesce(n.declared, 'null'), coalesce(n.verified, 'null'), n.difference_fen,
  n.fingerprint, '{}', '', 'open', %(on)s, %(at)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS n (id uuid, subject bigint, enquiry bigint, kind text, declared jsonb,
    verified jsonb, difference_fen bigint, fingerprint text)
  JOIN verification_subject s ON s.id = n.subject JOIN households_household h ON h.id = s.household_id
ON CONFLICT DO NOTHING
"""


def _write(request: Request, fresh: Mapping[str, Mismatch]) -> int:
    """Two sources that tell of the same death at once write it once. What the rules make of it is asked afterwards."""
    rows = [_row(key, one) for key, one in sorted(fresh.items())]
    given: dict[str, Any] = {
        "rows": json.dumps(rows),
        "on": request.run.on,
        "source": request.source,
        "at": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEW, given)
        new = int(cursor.rowcount)
    if new:
        judging.plan(request)
    return new


def _row(key: str, mismatch: Mismatch) -> dict[str, Any]:
    return {
        "id": str(uuid7()),
        "subject": mismatch.about.subject,
        "enquiry": mismatch.about.enquiry,
        "kind": mismatch.kind.code,
        "declared": mismatch.declared,
        "verified": mismatch.verified,
        "difference_fen": mismatch.difference_fen,
        "fingerprint": key,
    }


# Open findings of this source, not seen in these answers nor made by others of this run, about somebody asked again for
# a household they are still asked about for; with the enquiries of that household, 0 for whoever was not asked.
_ASKED_AGAIN = """
WITH f AS MATERIALIZED (
  SELECT id, kind, person_id, household_id FROM verification_finding
  WHERE state IN ('open', 'explained') AND source = %s AND kind = ANY(%s) AND NOT fingerprint = ANY(%s)
    AND (run_id <> %s OR enquiry_id BETWEEN %s AND %s)
)
SELECT f.id, f.kind, e.id, s.purpose,
  (SELECT array_agg(coalesce(o.id, 0)) FROM households_membership m
     JOIN households_person p ON p.id = m.person_id AND p.died_on IS NULL
     LEFT JOIN verification_subject c ON c.run_id = e.run_id AND c.person_id = m.person_id
       AND c.household_id = m.household_id AND c.consent_id IS NOT NULL
     LEFT JOIN verification_enquiry o ON o.run_id = c.run_id AND o.person_id = c.person_id AND o.source = e.source
       AND o."on" = e."on" AND o.request_id = e.request_id
   WHERE m.household_id = f.household_id AND m.left_on IS NULL)
FROM f
JOIN LATERAL (  -- one lookup a finding, whatever the planner believes of a night that was filled just now
  SELECT id, run_id, source, "on", request_id FROM verification_enquiry
  WHERE person_id = f.person_id AND source = %s AND "on" = %s AND run_id = %s OFFSET 0
) e ON e.id BETWEEN %s AND %s
JOIN verification_subject s ON s.run_id = e.run_id AND s.person_id = f.person_id AND s.household_id = f.household_id
  AND s.consent_id IS NOT NULL
ORDER BY f.id
"""


def _clear(
    request: Request,
    kinds: Sequence[Kind],
    found: Mapping[int, Values],
    answered: Collection[int],
    prints: Collection[str],
) -> int:
    by_code = {kind.code: kind for kind in kinds}
    with connection.cursor() as cursor:
        cursor.execute(
            _ASKED_AGAIN,
            [
                *(request.source, list(by_code), list(prints), request.run_id, *request.stretch),
                *(request.source, request.run.on, request.run_id, *request.stretch),
            ],
        )
        rows = cursor.fetchall()
    agreed = {}
    for pk, code, enquiry, purpose, home in rows:
        kind = by_code[code]
        spoken = home if kind.scope == "household" else [enquiry]
        is_looked_at = kind.is_standing or purpose != Subject.Purpose.RECEIVES
        if is_looked_at and all(_speaks(kind, one, found, answered) for one in spoken or [0]):
            agreed[pk] = enquiry
    return _cleared(request, agreed) if agreed else 0


def _speaks(kind: Kind, enquiry: int, found: Mapping[int, Values], answered: Collection[int]) -> bool:
    """A record that leaves the kind empty says nothing of it; no record says there is nothing."""
    return enquiry in answered and (enquiry not in found or found[enquiry].get(kind.code) is not None)


def _cleared(request: Request, agreed: Mapping[UUID, int]) -> int:
    """Closed by nobody: the step names the answer that no longer says it."""
    locked = Finding.objects.open().select_for_update(of=("self",)).filter(pk__in=agreed).order_by("pk")
    for finding in locked:
        finding.state = Finding.State.CLEARED
        finding.save(update_fields=["state"])
        step = FindingStep(
            finding=finding,
            seq=next_seq(finding),
            action=FindingStep.Action.CLEAR,
            note=f"{request.run.on} 的答复（查询 {agreed[finding.pk]}）不再有这一差异",
            actor=None,
            on=request.run.on,
            at=clock.now(),
        )
        audit.seal(step, None, "finding.clear", on=request.run.on, region_code=finding.region_id)
    return len(locked)


def next_seq(finding: Finding) -> int:
    """The number of the next step; hold the finding's lock."""
    return (finding.steps.aggregate(last=Max("seq"))["last"] or 0) + 1
