"""A request's answers become findings, in the transaction that keeps the answers: new, seen again, or cleared.

The same mismatch is one finding however many nights see it. What a person has dealt with stays dealt with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import JSONField, Max, Value

from accounts import audit, clock
from accounts.canonical import digest
from eligibility import assess
from eligibility.programmes import Programme
from verification import consequences
from verification.compare import Mismatch, Values, compare
from verification.consequences import Consequence
from verification.declared import reading
from verification.models import Finding, FindingStep, Request, Subject
from verification.models.findings import OPEN
from verification.sources import registry
from verification.sources.base import Kind

LONGEST_SAID = 200
AT_A_TIME = 500


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
    standing = Finding.objects.filter(fingerprint__in=prints).exclude(state=Finding.State.CLEARED)
    locked = dict(standing.select_for_update(of=("self",)).order_by("pk").values_list("pk", "fingerprint"))
    Finding.objects.filter(pk__in=locked, last_seen_on__lt=request.run.on).update(last_seen_on=request.run.on)
    return set(locked.values())


def _write(request: Request, fresh: Mapping[str, Mismatch]) -> int:
    """Two sources that tell of the same death at once write it once."""
    subjects = Subject.objects.select_related("household").in_bulk([one.about.subject for one in fresh.values()])
    read = assess.judged_many(list({one.household for one in subjects.values()}), on=request.run.on)
    cases = [(key, one, subjects[one.about.subject]) for key, one in sorted(fresh.items())]
    found = consequences.of_many(
        [(read[subject.household_id], one, Programme(subject.programme)) for _, one, subject in cases],
        on=request.run.on,
    )
    rows = [_finding(request, *case, consequence) for case, consequence in zip(cases, found, strict=True)]
    Finding.objects.bulk_create(rows, batch_size=AT_A_TIME, ignore_conflicts=True)
    return Finding.objects.filter(pk__in=[row.pk for row in rows]).count()


def _finding(request: Request, key: str, mismatch: Mismatch, subject: Subject, found: Consequence) -> Finding:
    on = request.run.on
    return Finding(
        region_id=subject.household.region_id,
        household_id=subject.household_id,
        person_id=subject.person_id,
        run_id=request.run_id,
        enquiry_id=mismatch.about.enquiry,
        on=on,
        source=request.source,
        kind=mismatch.kind.code,
        is_standing=subject.purpose == Subject.Purpose.RECEIVES,
        case_number=subject.case_number,
        declared=_json(mismatch.declared),
        verified=_json(mismatch.verified),
        difference_fen=mismatch.difference_fen,
        fingerprint=key,
        consequence=found.kept(),
        said=found.said[:LONGEST_SAID],
        last_seen_on=on,
        found_at=clock.now(),
    )


def _json(value: Any) -> Any:
    """Nothing declared, nothing registered: JSON's null, where None alone would be no value at all."""
    return Value(None, JSONField()) if value is None else value


# Open findings of this source, not seen tonight, about somebody asked again for a household they are still asked about
# for; with the enquiries of that household, 0 for whoever was not asked.
_ASKED_AGAIN = """
SELECT f.id, f.kind, e.id, s.purpose,
  (SELECT array_agg(coalesce(o.id, 0)) FROM households_membership m
     JOIN households_person p ON p.id = m.person_id AND p.died_on IS NULL
     LEFT JOIN verification_subject c ON c.run_id = e.run_id AND c.person_id = m.person_id
       AND c.household_id = m.household_id AND c.consent_id IS NOT NULL
     LEFT JOIN verification_enquiry o ON o.run_id = c.run_id AND o.person_id = c.person_id AND o.source = e.source
       AND o."on" = e."on" AND o.request_id = e.request_id
   WHERE m.household_id = f.household_id AND m.left_on IS NULL)
FROM verification_finding f
JOIN verification_enquiry e ON e.person_id = f.person_id AND e.request_id = %s AND e."on" = %s
JOIN verification_subject s ON s.run_id = e.run_id AND s.person_id = f.person_id AND s.household_id = f.household_id
  AND s.consent_id IS NOT NULL
WHERE f.state = ANY(%s) AND f.source = %s AND f.kind = ANY(%s) AND NOT f.fingerprint = ANY(%s) ORDER BY f.id
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
            [request.pk, request.run.on, [str(one) for one in OPEN], request.source, list(by_code), list(prints)],
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
