"""One object of every kind in four places, and one person in office for every role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from accounts import clock, documents
from accounts.ids import uuid7
from accounts.models import User
from accounts.roles import ROLES
from applications.models import AdjustmentBatch, Draft, Matter, PlatformFile, PlatformReceipt
from applications.platform import made as platform
from applications.platform import receipts
from disclosure import lists, objections
from disclosure.models import NoticeList
from eligibility import scans, standard_drafts
from payments import holds
from payments.models import ExportFile, PaymentException, PaymentList
from tests.applications import walking
from tests.eligibility.drafting import EDGE
from tests.making import (
    OTHER_COUNTY_VILLAGE,
    OTHER_VILLAGE,
    VILLAGE,
    at_level,
    make_award,
    make_household,
    make_user,
    region,
)
from tests.permissions import nights
from tests.verification import pushing
from verification.models import PushedList
from verification.sources.base import Delivered

OTHER_TOWNSHIP_VILLAGE = "371522102201"
PLACES = {
    "own": VILLAGE,
    "other village": OTHER_VILLAGE,
    "other township": OTHER_TOWNSHIP_VILLAGE,
    "other county": OTHER_COUNTY_VILLAGE,
}
WORDS = {"roster", "bank", "history", "accept"}
ABSENT = UUID("00000000-0000-7000-8000-00000000dead")


@dataclass(frozen=True)
class Made:
    """The arguments of an address for one object, and the region it lies in."""

    kwargs: dict[str, object]
    region_code: str


class World:
    """Made once for the whole matrix, in a transaction that is never committed."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {role: make_user(role, VILLAGE, username=f"matrix-{role}") for role in ROLES}
        self.offices = {code: walking.office(code) for code in PLACES.values()}
        self.matters = {code: self._matter(code) for code in PLACES.values()}
        self.objects: dict[tuple[str, str], Made] = {}
        for place, code in PLACES.items():
            for kind, maker in MAKERS.items():
                self.objects[kind, place] = maker(self, code)

    def _matter(self, code: str) -> Matter:
        """A case in that village ready for its notice; in the first village entered by the matrix's own clerk."""
        staff = self.offices[code]
        if code == VILLAGE:
            staff = replace(staff, clerk=self.users["clerk"])
        return walking.to_post(staff, walking.filled(village=code))

    def reaches(self, role: str, made: Made) -> bool:
        """Whether the role's seat lies over the object's region."""
        seat = region(at_level(VILLAGE, ROLES[role].level))
        return made.region_code.startswith(seat.prefix)

    def absent(self, kind: str) -> dict[str, object]:
        """Arguments of the same shape for something that was never there."""
        known = self.objects[kind, "own"].kwargs
        return {name: _never(value) for name, value in known.items()}


def _never(value: object) -> object:
    if isinstance(value, UUID):
        return ABSENT
    return value if isinstance(value, int) or value in WORDS else "never-was"


def _list(world: World, code: str) -> PaymentList:
    """A list of the county, once for each county."""
    county = nights.county_of(code)
    known = PaymentList.objects.filter(region_id=county).first()
    if known is not None:
        return known
    builder = world.users["auditor"]
    return PaymentList.objects.create(
        region_id=county,
        county_code=county[:6],
        month=date(2026, 12, 1),
        number=1,
        built_by=builder,
        built_at=clock.now(),
    )


def payment_list(world: World, code: str) -> Made:
    return Made({"pk": _list(world, code).pk}, nights.county_of(code))


def adjustment(world: World, code: str) -> Made:
    county = nights.county_of(code)
    known = AdjustmentBatch.objects.filter(region_id=county).first()
    made = known or AdjustmentBatch.objects.create(
        region_id=county, county_code=county[:6], as_of=clock.today(), started_at=clock.now()
    )
    return Made({"pk": made.pk}, county)


def payment_exception(world: World, code: str) -> Made:
    award = make_award(make_household(code))
    row = PaymentException.objects.create(list=_list(world, code), award=award, reason="no_account", due_fen=100)
    return Made({"pk": row.pk}, nights.county_of(code))


def payment_file(world: World, code: str) -> Made:
    made = _list(world, code)
    if not made.files.exists():
        ExportFile.objects.create(
            list=made,
            kind="roster",
            requested_by=world.users["release"],
            requested_at=clock.now(),
            document=documents.store(f"roster {made.pk}".encode(), "text/plain"),
            filename="roster.xlsx",
            lines_count=0,
            total_fen=0,
            written_at=clock.now(),
        )
    return Made({"pk": made.pk, "kind": "roster"}, nights.county_of(code))


def case(world: World, code: str) -> Made:
    return Made({"pk": world.matters[code].pk}, code)


def case_part(world: World, code: str) -> Made:
    return Made({"pk": world.matters[code].pk, "part": "history"}, code)


def case_step(world: World, code: str) -> Made:
    return Made({"pk": world.matters[code].pk, "action": "accept"}, code)


def case_person(world: World, code: str) -> Made:
    matter = world.matters[code]
    return Made({"pk": matter.pk, "person": matter.application.applicant_id}, code)


def decision(world: World, code: str) -> Made:
    made = walking.refused(world.offices[code], walking.filled(village=code)).decision
    return Made({"pk": made.matter_id, "decision": made.pk}, code)


def receipt(world: World, code: str) -> Made:
    return Made({"number": world.matters[code].application.receipt_number}, code)


def draft(world: World, code: str) -> Made:
    """Somebody's own: the matrix's clerk's in the first village, another clerk's elsewhere."""
    owner = world.users["clerk"] if code == VILLAGE else world.offices[code].clerk
    row = Draft.objects.create(
        id=uuid7(), user=owner, region_id=code, body="{}", created_at=clock.now(), saved_at=clock.now()
    )
    return Made({"key": row.pk}, code if owner == world.users["clerk"] else "000000000000")


def free_key(world: World, code: str) -> Made:
    """A key the client made itself: it names nobody's draft yet."""
    return Made({"key": uuid7()}, VILLAGE)


def hold(world: World, code: str) -> Made:
    matter, staff = world.matters[code], world.offices[code]
    applicant = matter.application.applicant
    made = holds.set_hold(applicant, "doubtful", "", actor=staff.clerk, on=clock.today())
    return Made({"pk": matter.pk, "hold": made.pk}, code)


def village(world: World, code: str) -> Made:
    return Made({"code": code}, code)


def notice(world: World, code: str) -> Made:
    return Made({"pk": _notice(world, code).pk}, code)


def public_notice(world: World, code: str) -> Made:
    return Made({"token": _notice(world, code).token}, code)


def public_matter(world: World, code: str) -> Made:
    return Made({"code": "dibao"}, code)


def public_region(world: World, code: str) -> Made:
    return Made({"code": code}, code)


def _notice(world: World, code: str) -> NoticeList:
    known = NoticeList.objects.filter(region_id=code).first()
    return known or lists.post(code, actor=world.offices[code].clerk, on=clock.today(), place="村务公开栏")


def objection(world: World, code: str) -> Made:
    entry = _notice(world, code).entries.get()
    made = objections.receive(
        entry, content="不符合", name=None, received_on=clock.today(), actor=world.offices[code].clerk
    )
    return Made({"pk": made.pk}, code)


def standard_draft(world: World, code: str) -> Made:
    """The county's, one for each place; everybody in office in the county may read it."""
    is_here = nights.county_of(code) == nights.county_of(VILLAGE)
    drafter = world.users["county"] if is_here else make_user("county", code)
    proposal = replace(
        EDGE,
        region_code=nights.county_of(code),
        effective_from=date(2027, 1, 1 + sum(k[0] == "standard_draft" for k in world.objects)),
    )
    paper = scans.keep(b"%PDF-1.4 matrix")
    made = standard_drafts.draft(proposal, key=uuid7(), scan=paper, actor=drafter, on=clock.today())
    return Made({"pk": made.pk}, VILLAGE if is_here else code)


def local_rule(world: World, code: str) -> Made:
    """A rule of the registry: of no region."""
    return Made({"key": "homes"}, VILLAGE)


def pushed_person(world: World, code: str) -> Made:
    """Somebody of that village on a list its county took."""
    return Made({"pk": _pushed(world, code).people.get(region_id=code).pk}, code)


def pushed_list(world: World, code: str) -> Made:
    return Made({"pk": _pushed(world, code).pk}, nights.county_of(code))


def _pushed(world: World, code: str) -> PushedList:
    """A list of the county that names somebody in that village, once for each."""
    village = region(code)
    assert village.parent is not None
    known = PushedList.objects.filter(people__region=village).first()
    raw = pushing.csv_of(pushing.row(township=village.parent.name, village=village.name))
    county = region(nights.county_of(code))
    return known or pushing.take(raw, make_user("county", code), county=county, on=clock.today())


def platform_file(world: World, code: str) -> Made:
    county = nights.county_of(code)
    known = PlatformFile.objects.filter(region_id=county).first()
    made = known or platform.make(PlatformFile.Kind.CREDIT, region(county), actor=None, on=clock.today())
    return Made({"pk": made.pk}, county)


def platform_receipt(world: World, code: str) -> Made:
    """A receipt of the county that was set aside, once for each."""
    county = nights.county_of(code)
    known = PlatformReceipt.objects.filter(region_id=county).first()
    half = Delivered("receipt.csv", f"half a receipt {county}".encode(), "text/csv", "")
    made = known or receipts.take(region(county), half, actor=None, on=clock.today())
    return Made({"pk": made.pk}, county)


def run(world: World, code: str) -> Made:
    return Made({"pk": nights.night(code).pk}, nights.county_of(code))


def exchange(world: World, code: str) -> Made:
    return Made({"pk": nights.exchange(code).pk}, nights.county_of(code))


def finding(world: World, code: str) -> Made:
    return Made({"pk": nights.finding(world, code).pk}, code)


def finding_paper(world: World, code: str) -> Made:
    return Made({"pk": nights.finding(world, code).pk, "seq": 1}, code)


MAKERS: dict[str, Callable[[World, str], Made]] = {
    "case": case,
    "case_part": case_part,
    "case_step": case_step,
    "case_person": case_person,
    "decision": decision,
    "receipt": receipt,
    "draft": draft,
    "free_key": free_key,
    "hold": hold,
    "standard_draft": standard_draft,
    "local_rule": local_rule,
    "village": village,
    "notice": notice,
    "public_notice": public_notice,
    "public_matter": public_matter,
    "public_region": public_region,
    "objection": objection,
    "pushed_list": pushed_list,
    "pushed_person": pushed_person,
    "run": run,
    "exchange": exchange,
    "finding": finding,
    "finding_paper": finding_paper,
    "adjustment": adjustment,
    "payment_list": payment_list,
    "payment_exception": payment_exception,
    "payment_file": payment_file,
    "platform_file": platform_file,
    "platform_receipt": platform_receipt,
}

__all__ = ["ABSENT", "PLACES", "Made", "World"]
