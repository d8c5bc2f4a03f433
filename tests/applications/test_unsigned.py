"""需补签授权书 on the worklist: whom the night can't ask about, for whoever takes the signature, and nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import reverse

from accounts import clock
from accounts.models import User
from applications.models import Matter
from applications.night import to_ask
from applications.submission import MemberEntry, Submission
from applications.unsigned import Row, lacking
from eligibility.programmes import Programme
from households import consents, registry
from households.models import Consent
from liaocheng_aid.demonstration.night import Played
from payments import ledger
from payments.models import Award
from tests.applications import opened, walking
from tests.conftest import Clock
from tests.making import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, make_person, make_user, members_of, region
from verification import nightly
from verification.connected import Connected, played
from verification.sources import registry as registry_of_sources
from verification.sources.simulated.faults import Fault
from verification.sources.simulated.truths import Truths

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> walking.Office:
    return walking.office()


def unsigned(entry: MemberEntry) -> MemberEntry:
    return replace(entry, consents=False)


def one_missing() -> Submission:
    head, other = walking.family(2)
    return walking.filled((head, unsigned(other)))


def listed(user: User, more: str = "") -> list[Row]:
    shown: list[Row] = opened.signed_in(user).get(f"/?tab=unsigned{more}").context["unsigned"]
    return shown


def named(user: User, more: str = "") -> list[tuple[str, str, str]]:
    return [(row.lacks.name, row.lacks.why.label, row.lacks.act) for row in listed(user, more)]


def counts(user: User) -> dict[str, int]:
    tabs = opened.signed_in(user).get("/").context["tabs"]
    return {one.code: one.count for one in tabs}


def sign(matter: Matter, place: int, actor: User) -> None:
    person = members_of(matter.household)[place]
    today = clock.today()
    consents.give(matter.household, person, signed_by=person.name, given_on=today, actor=actor, on=today)


def received(staff: walking.Office, moving_clock: Clock, given: Submission | None = None) -> Matter:
    """A family that receives, and of whom the second did not sign."""
    return walking.confirmed(staff, moving_clock, given or one_missing()).matter


def test_it_names_who_must_sign_and_leads_there(staff: walking.Office) -> None:
    given = one_missing()
    matter = walking.surveyed(staff, given)
    (row,) = listed(staff.clerk)
    assert (row.pk, row.head, row.programme) == (matter.pk, given.members[0].entry.name, "最低生活保障")
    assert (row.lacks.role, row.lacks.purpose, row.lacks.asked.case_number) == ("家庭成员", "申请审核", matter.number)
    assert row.clock is not None
    assert named(staff.clerk) == [(given.members[1].entry.name, "没有授权", "登记授权")]
    page = opened.signed_in(staff.clerk).get("/?tab=unsigned").content.decode()
    assert reverse("case_part", args=[matter.pk, "consents"]) in page
    assert counts(staff.clerk)["unsigned"] == counts(staff.village)["unsigned"] == 1


def test_a_recipient_is_named_with_the_award(staff: walking.Office, moving_clock: Clock) -> None:
    matter = received(staff, moving_clock)
    (row,) = listed(staff.clerk)
    assert (row.pk, row.lacks.purpose, row.lacks.asked.case_number) == (matter.pk, "在享复核", matter.number)
    assert (row.clock, row.lacks.why.label) == (None, "没有授权")
    assert reverse("case_part", args=[matter.pk, "consents"]) in (
        opened.signed_in(staff.clerk).get("/?tab=unsigned").content.decode()
    )
    sign(matter, 1, staff.clerk)
    assert listed(staff.clerk) == []


def test_a_confirmed_edge_family_too(staff: walking.Office, moving_clock: Clock) -> None:
    head, other = walking.family(2, "2000.00")
    given = walking.filled((head, unsigned(other)), programme=Programme.EDGE)
    matter = received(staff, moving_clock, given)
    (row,) = listed(staff.clerk)
    assert (row.pk, row.programme, row.lacks.purpose) == (matter.pk, "最低生活保障边缘家庭", "在享复核")


def test_a_paper_that_lapsed_says_why(staff: walking.Office, moving_clock: Clock) -> None:
    matter = walking.confirmed(staff, moving_clock).matter
    assert listed(staff.clerk) == []
    paper = Consent.objects.get(household=matter.household, person=matter.application.applicant)
    consents.end(paper, reason="withdrawn", on=clock.today(), actor=staff.clerk)
    (row,) = listed(staff.clerk)
    assert (row.lacks.why.label, row.lacks.detail) == ("授权已失效", "已撤回或换签，需重新签订")


def test_whoever_joins_makes_every_member_sign_again(staff: walking.Office, moving_clock: Clock) -> None:
    matter = walking.confirmed(staff, moving_clock).matter
    registry.join(matter.household, make_person(), "other", 9, on=clock.today())
    assert [(row.lacks.why.label, row.lacks.detail) for row in listed(staff.clerk)] == [
        ("授权已失效", "成员有变动，需重新签订"),
        ("授权已失效", "成员有变动，需重新签订"),
        ("没有授权", ""),
    ]


def test_open_cases_come_before_who_receives(staff: walking.Office, moving_clock: Clock) -> None:
    received(staff, moving_clock)
    walking.accepted(staff, one_missing())
    assert [row.lacks.purpose for row in listed(staff.clerk)] == ["申请审核", "在享复核"]


def test_a_stopped_award_wants_no_signature(staff: walking.Office, moving_clock: Clock) -> None:
    matter = received(staff, moving_clock)
    award = Award.objects.get(case_number=matter.number)
    ledger.stop(award, award.first_month, "申请人放弃", actor=staff.approver, on=clock.today())
    assert listed(staff.clerk) == []


def test_once_signed_it_is_gone(staff: walking.Office) -> None:
    matter = walking.accepted(staff, one_missing())
    sign(matter, 1, staff.clerk)
    assert listed(staff.clerk) == []
    assert "unsigned" not in counts(staff.clerk)


def test_each_of_many_has_a_row_and_pages_go_on(staff: walking.Office) -> None:
    for _ in range(11):
        walking.accepted(staff, walking.filled(tuple(map(unsigned, walking.family(5)))))
    assert counts(staff.clerk)["unsigned"] == 55
    assert [len(listed(staff.clerk, f"&page={page}")) for page in (1, 2)] == [50, 5]


def test_the_conditions_narrow_it(staff: walking.Office) -> None:
    matter = walking.accepted(staff, one_missing())
    assert len(listed(staff.clerk, f"&place={matter.region_id}&programme=dibao")) == 1
    assert listed(staff.clerk, "&programme=tekun") == listed(staff.clerk, f"&place={OTHER_VILLAGE}") == []


@pytest.mark.parametrize("state", ["submitted", "withdrawn"])
def test_a_case_the_night_does_not_ask_about_is_not_listed(staff: walking.Office, state: str) -> None:
    matter: Matter = walking.WALKS[state](staff, one_missing())  # type: ignore[index, call-arg]
    assert matter.state == state
    assert listed(staff.clerk) == []


def test_somebody_without_a_number_is_named_for_that(staff: walking.Office) -> None:
    child = unsigned(walking.member("child"))
    nameless = replace(child, entry=replace(child.entry, id_kind="none", id_number=None))
    walking.accepted(staff, walking.filled((walking.member(), nameless)))
    assert named(staff.clerk) == [(child.entry.name, "没有证件号码", "补录证件号码")]


def test_it_says_what_the_night_says(staff: walking.Office) -> None:
    """The same people for the same reasons as the run keeps."""
    child = unsigned(walking.member("child"))
    nameless = replace(child, entry=replace(child.entry, id_kind="none", id_number=None))
    walking.accepted(staff, walking.filled((walking.member(), unsigned(walking.member("sibling")), nameless)))
    matter = walking.accepted(staff)
    consents.end(
        Consent.objects.filter(household=matter.household).first(),  # type: ignore[arg-type]
        reason="withdrawn",
        on=clock.today(),
        actor=staff.clerk,
    )
    source, people = registry_of_sources.source("tax"), list(to_ask(COUNTY[:6], clock.today()))
    with played({"tax": Connected(source, Played(source, Truths(Path()), Fault()))}):
        run = nightly.plan(people, county=region(COUNTY), on=clock.today())
    kept = run.subjects.filter(consent=None).values_list("person_id", "household_id", "unasked")
    shown = {
        (one.asked.person_id, one.asked.household_id, one.why.value) for one in lacking(staff.clerk, clock.today())
    }
    assert shown == set(kept)
    assert {why for _, _, why in shown} == {"no_consent", "lapsed", "no_number"}


def test_it_is_nobody_else_s(staff: walking.Office) -> None:
    walking.accepted(staff, one_missing())
    assert listed(make_user("clerk", OTHER_TOWNSHIP)) == []
    for user in (staff.reviewer, staff.approver, make_user("county"), make_user("auditor")):
        assert listed(user) == []
        assert "unsigned" not in counts(user)


def queries(user: User) -> int:
    client = opened.signed_in(user)
    client.get("/?tab=unsigned")
    with opened.counting() as found:
        client.get("/?tab=unsigned")
    return len(found)


def test_it_takes_as_many_queries_for_one_as_for_five(staff: walking.Office) -> None:
    walking.accepted(staff, one_missing())
    one = queries(staff.clerk)
    for _ in range(4):
        walking.accepted(staff, one_missing())
    assert queries(staff.clerk) == one
