"""Start a county's night by hand: a job plans it, and whoever clicks again finds the same night."""

from __future__ import annotations

from datetime import date

from accounts import access, jobs
from accounts.errors import Invalid
from accounts.models import Job, Region, User
from accounts.roles import Permission
from applications import night
from verification import nightly
from verification.connected import connected
from verification.models import Run

JOB = "verification.plan"


def start(county: Region, *, actor: User, on: date) -> Run | None:
    """Tonight's run where it is planned already, else None and a job that plans it.

    Raises NotHere, Forbidden, Invalid where no source is connected.
    """
    access.require(actor, Permission.RUN_NIGHT, county.code)
    if not connected():
        raise Invalid({"county": "还没有接入核对来源，由系统管理员先接入"})
    planned = Run.objects.filter(kind=Run.Kind.NIGHT, county_code=county.code[:6], on=on).first()
    if planned is None and not waiting(county):
        jobs.plan(JOB, {"county": county.code, "on": on.isoformat()}, region=county, by=actor)
    return planned


def waiting(county: Region) -> bool:
    """Whether a job is about to plan the county's night."""
    return Job.objects.filter(kind=JOB, region=county, state__in=[Job.State.PLANNED, Job.State.RUNNING]).exists()


@jobs.runner(JOB)
def _plan(claim: jobs.Claim) -> None:
    county, on = claim.job.region, date.fromisoformat(claim.job.params["on"])
    run = nightly.plan(list(night.to_ask(county.code[:6], on)), county=county, on=on, by=claim.job.requested_by)
    claim.finish({"run": str(run.pk)})
