"""What the night leaves in each place of the matrix: a run, a file set aside, a finding with a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accounts import clock, documents, jobs
from accounts.roles import ROLES
from applications import findings_worked
from tests.making import at_level, members_of
from tests.verification import stories
from verification import findings
from verification.models import Exchange, Finding, Run

if TYPE_CHECKING:
    from tests.permissions.world import World

PENSION = {"pension": 146_400}


def county_of(code: str) -> str:
    return at_level(code, ROLES["county"].level)


def night(code: str) -> Run:
    """The county's night, once for each."""
    county = county_of(code)
    known = Run.objects.filter(county_code=county[:6], kind=Run.Kind.NIGHT).first()
    return known or stories.make_run(clock.today(), county=county)


def exchange(code: str) -> Exchange:
    """A file of that night nobody could read."""
    run = night(code)
    request = stories.make_request(run, "market")
    aside = documents.store(f"half a file {request.pk}".encode(), "text/csv")
    return stories.make_exchange(
        request, fate=Exchange.Fate.QUARANTINED, document=aside, digest="", reason="文件不完整"
    )


def finding(world: World, code: str) -> Finding:
    """A pension the case of that place did not declare, explained with a paper; once for each."""
    matter = world.matters[code]
    known = Finding.objects.filter(household=matter.household).first()
    return known or _found(world, code)


def _found(world: World, code: str) -> Finding:
    matter, clerk = world.matters[code], world.offices[code].clerk
    request, enquiries = stories.asked(
        members_of(matter.household), matter.household, "human_resources", run=night(code), case_number=matter.number
    )
    stories.make_answers(enquiries, {0: PENSION})
    findings.weigh(request, {enquiries[0].id: PENSION}, {one.id for one in enquiries})
    jobs.run_waiting()
    made = Finding.objects.get(household=matter.household)
    paper = documents.store(b"%PDF-1.4 matrix", "application/pdf")
    findings_worked.explain(made.pk, note="已停发", evidence=paper, actor=clerk, on=clock.today())
    return made
