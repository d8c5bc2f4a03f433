"""What the rules make of new findings: asked after the answers are kept, many households at once, told once.

A job of its own, written with the findings: whatever is killed, each is judged in the end; no answer waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from accounts import clock, jobs
from accounts.models import Job
from eligibility import assess
from eligibility.programmes import Programme
from verification import consequences
from verification.compare import Mismatch
from verification.declared import About
from verification.lookups import by_index
from verification.models import Finding, Request, Subject
from verification.models.findings import FindingQuerySet
from verification.sources import registry

JOB = "verification.judge"
AT_A_TIME = 500
LONGEST_SAID = 200
GIVEN_UP = timedelta(hours=1)


def plan(request: Request) -> None:
    """In the transaction that writes the findings."""
    jobs.plan(JOB, {"request": str(request.pk)}, region=request.run.region, by=None)


def plan_left() -> int:
    """Plan anew what was given up: findings long unjudged whose job ended without them; how many requests."""
    long_ago = clock.now() - GIVEN_UP
    left = Finding.objects.filter(consequence={}, found_at__lt=long_ago).order_by()
    requests = Request.objects.filter(
        Exists(
            left.filter(
                enquiry_id__gte=OuterRef("first_enquiry"), enquiry_id__lt=OuterRef("first_enquiry") + OuterRef("people")
            )
        ),
        run__in=left.values("run"),
    )
    planned = 0
    for request in requests.select_related("run__region"):
        tried = Job.objects.filter(kind=JOB, params={"request": str(request.pk)})
        if not tried.filter(Q(closed_at=None) | Q(closed_at__gt=long_ago)).exists():
            plan(request)
            planned += 1
    return planned


@jobs.runner(JOB)
def run(claim: jobs.Claim) -> None:
    """Judge whatever of the request waits, some at a time."""
    request = Request.objects.select_related("run").get(pk=claim.job.params["request"])
    done = 0
    while count := _some(claim, request, done):
        done += count
    claim.finish({"judged": done})


def _some(claim: jobs.Claim, request: Request, done: int) -> int:
    with claim.step(done=done), by_index():
        waiting = list(unjudged(request)[:AT_A_TIME])
        judge(request, waiting)
    return len(waiting)


def unjudged(request: Request) -> FindingQuerySet:
    """The request's findings that have no consequence yet."""
    return (
        Finding.objects.filter(enquiry_id__range=request.stretch, consequence={})
        .select_related("household")
        .order_by("enquiry_id")
    )


def judge(request: Request, findings: Sequence[Finding]) -> None:
    """Each household judged as it stands and with the verified value in; kept with the finding."""
    if not findings:
        return
    subjects = _subjects(request, findings)
    read = assess.judged_many(list({one.household for one in findings}), on=request.run.on)
    cases = [(one, subjects[one.person_id, one.household_id]) for one in findings]
    found = consequences.of_many(
        [(read[one.household_id], _mismatch(one, subject), Programme(subject.programme)) for one, subject in cases],
        on=request.run.on,
    )
    rows = [
        {"id": str(one.pk), "consequence": consequence.kept(), "said": consequence.said[:LONGEST_SAID]}
        for one, consequence in zip(findings, found, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE verification_finding f SET consequence = n.consequence, said = n.said
            FROM jsonb_to_recordset(%s::jsonb) AS n (id uuid, consequence jsonb, said text)
            WHERE f.id = n.id AND f.consequence = '{}'
            """,
            [json.dumps(rows)],
        )


def _subjects(request: Request, findings: Sequence[Finding]) -> dict[tuple[UUID, UUID], Subject]:
    rows = Subject.objects.filter(run=request.run, person__in={one.person_id for one in findings})
    return {(one.person_id, one.household_id): one for one in rows}


def _mismatch(finding: Finding, subject: Subject) -> Mismatch:
    about = About(
        subject=subject.pk,
        enquiry=finding.enquiry_id,
        person=str(finding.person_id),
        household=str(finding.household_id),
        is_member=subject.role == Subject.Role.MEMBER,
        receives=subject.programme if finding.is_standing else "",
        died_on="",
    )
    kind = registry.kinds()[finding.kind]
    return Mismatch(kind, about, finding.declared, finding.verified, finding.difference_fen)
