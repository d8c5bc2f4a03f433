"""Another department is told the confirmed status of whom it asked about, and of nobody else (社会救助法 art. 42)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from accounts import audit, clock, documents
from accounts.errors import Forbidden, Invalid
from accounts.ids import uuid7
from accounts.models import AuditEntry, User
from applications.models import ConfirmingBody, PlatformFile
from applications.platform import delivery, made
from eligibility.programmes import Programme
from households.models import Person
from payments import ledger
from tests.applications import walking
from tests.conftest import Clock
from tests.making import (
    COUNTY,
    OTHER_COUNTY_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    invent_id_number,
    make_award,
    make_household,
    make_user,
    members_of,
    region,
)
from tests.platform.exchanging import Rows, read

pytestmark = pytest.mark.django_db(transaction=True)
ON, JAN = date(2026, 12, 15), date(2027, 1, 1)
BUREAU = "莘县医疗保障局"


@pytest.fixture
def actor() -> User:
    return make_user("county")


def answer(actor: User, *numbers: str | None, on: date = ON, **more: Any) -> PlatformFile:
    raw = "\n".join(number or "" for number in numbers).encode()
    said = {"department": BUREAU, "purpose": "参保资助核对", **more}
    return made.answer(region(COUNTY), raw, actor=actor, on=on, **said)


def rows(file: PlatformFile) -> Rows:
    return read(documents.read(file.document_id))


def told(actor: User, *people: Person, on: date = ON) -> list[tuple[str, ...]]:
    found = rows(answer(actor, *(person.id_number for person in people), on=on))
    return [(row["认定"], row["项目代码"], row["状态代码"], row["自"], row["复核或有效期至"]) for row in found]


def test_it_works(actor: User) -> None:
    household = make_household(people=2)
    make_award(household)
    _, child = members_of(household)
    make_award()
    file = answer(actor, child.id_number)
    assert (file.reference, file.receiver, file.purpose, file.rows) == (
        f"status-371522-{BUREAU}-000001",
        BUREAU,
        "参保资助核对",
        1,
    )
    assert rows(file) == [
        {
            "行号": "1",
            "证件号码": child.id_number,
            "认定": "是",
            "项目代码": "dibao",
            "项目": "最低生活保障",
            "状态代码": "receiving",
            "自": "2026-12-01",
            "复核或有效期至": "2027-11-10",
            "城乡": "农村",
            "确认机关": "莘县民政部门",
            "截至": "2026-12-15",
        }
    ]


def test_what_a_status_is_by_that_day(actor: User) -> None:
    award = make_award()
    ledger.suspend(award, JAN, "待核查", actor=actor, on=ON)
    assert [row[2] for row in told(actor, award.payee)] == ["receiving"]
    delivered(actor)
    assert [row[2] for row in told(actor, award.payee, on=JAN)] == ["suspended"]


def delivered(actor: User, folder: Path = Path("/tmp")) -> None:
    """As if every file made so far had gone out."""
    for file in PlatformFile.objects.filter(deliveries=None):
        delivery._record(file, folder, actor, ON, is_resend=False)


def test_who_is_stopped_unknown_or_wrongly_written_is_told_nothing(actor: User) -> None:
    stopped = make_award()
    ledger.stop(stopped, stopped.first_month, "收入超过标准", actor=actor, on=ON)
    stranger, wrong = invent_id_number(date(1970, 1, 1)), "=cmd|1"
    found = rows(answer(actor, stopped.payee.id_number, stranger, wrong))
    assert [(row["证件号码"], row["认定"], row["项目"]) for row in found] == [
        (stopped.payee.id_number, "否", ""),
        (stranger, "否", ""),
        ("", "号码有误", ""),
    ]


def test_another_county_s_people_are_none_of_this_county_s(actor: User) -> None:
    award = make_award(make_household(OTHER_COUNTY_VILLAGE))
    assert [row[0] for row in told(actor, award.payee)] == ["否"]


def test_money_paid_once_is_no_status(actor: User) -> None:
    award = make_award(programme=Programme.TEMPORARY)
    assert [row[0] for row in told(actor, award.payee)] == ["否"]


def test_a_number_two_share_is_for_a_person_to_look_at(actor: User) -> None:
    award = make_award()
    twin = Person.objects.get(pk=award.payee_id)
    twin.pk, twin.id_shared_reason, twin._state.adding = uuid7(), "派出所重号", True
    twin.save(force_insert=True)
    assert [row[0] for row in told(actor, award.payee)] == ["重号，由人核对"]


def test_another_document_is_found_as_it_is_printed(actor: User) -> None:
    traveller = Person.objects.create(
        region_id=VILLAGE, name="陈志强", id_kind="hk_macao", id_number="H10203040", created_at=clock.now()
    )
    make_award(make_household(people=[traveller]))
    found = rows(answer(actor, "h1020 3040", "M99999999"))
    assert [(row["证件号码"], row["认定"]) for row in found] == [("H10203040", "是"), ("M99999999", "否")]


def test_several_statuses_are_a_line_each(actor: User) -> None:
    household = make_household()
    (person,) = members_of(household)
    make_award(household)
    make_award(household, programme=Programme.DISABILITY_CARE)
    assert [row[1] for row in told(actor, person)] == ["dibao", "disability_care"]


def test_edge_and_rigid_are_statuses_for_a_year(moving_clock: Clock, actor: User) -> None:
    staff = walking.office()
    given = walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE)
    decision = walking.confirmed(staff, moving_clock, given)
    on = decision.decided_on
    people = members_of(decision.matter.household)
    assert (
        told(actor, *people, on=on)
        == [("是", "edge", "confirmed", on.isoformat(), on.replace(year=on.year + 1).isoformat())] * 2
    )


def test_who_moved_out_since_is_none_of_them(moving_clock: Clock, actor: User) -> None:
    staff = walking.office()
    given = walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE)
    decision = walking.confirmed(staff, moving_clock, given)
    gone = members_of(decision.matter.household)[1]
    gone.memberships.update(left_on=decision.decided_on)
    assert [row[0] for row in told(actor, gone, on=decision.decided_on)] == ["否"]


def test_who_receives_dibao_is_no_edge_family_any_more(moving_clock: Clock, actor: User) -> None:
    staff = walking.office()
    given = walking.filled(walking.family(1, "900.00"), programme=Programme.EDGE)
    decision = walking.confirmed(staff, moving_clock, given)
    on, household = decision.decided_on, decision.matter.household
    make_award(household, awarded_on=on, first_month=date(on.year + on.month // 12, on.month % 12 + 1, 1))
    assert [row[1] for row in told(actor, *members_of(household), on=on)] == ["dibao"]


def test_the_township_confirmed_where_it_was_delegated(actor: User) -> None:
    row = ConfirmingBody(
        region=region(TOWNSHIP),
        programme="",
        body="township",
        effective_from=date(2026, 1, 1),
        document_number="莘政字〔2026〕1号",
    )
    audit.seal(row, None, "setting.confirming", on=clock.today(), region_code=TOWNSHIP)
    award = make_award()
    assert [one["确认机关"] for one in rows(answer(actor, award.payee.id_number))] == ["莘县张鲁镇"]


def test_department_purpose_and_list_are_sealed(actor: User) -> None:
    award = make_award()
    file = answer(actor, award.payee.id_number)
    entry = AuditEntry.objects.get(target_id=str(file.pk))
    assert (entry.action, entry.purpose, entry.actor) == ("platform.status", "参保资助核对", actor)
    assert file.asked is not None
    assert documents.read(file.asked.sha256).decode() == award.payee.id_number


def test_each_department_has_its_own_numbers(actor: User) -> None:
    first = answer(actor, "1")
    other = answer(actor, "1", department="莘县教育和体育局")
    assert (first.number, other.number) == (1, 1)


@pytest.mark.parametrize(
    ("more", "field"),
    [({"department": ""}, "department"), ({"department": "../etc"}, "department"), ({"purpose": " "}, "purpose")],
)
def test_without_department_or_purpose_nothing_is_told(actor: User, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        answer(actor, "1", **more)
    assert field in refused.value.errors
    assert not PlatformFile.objects.exists()


def test_an_empty_or_a_whole_register_s_list_is_refused(actor: User) -> None:
    with pytest.raises(Invalid, match="没有号码"):
        answer(actor, "证件号码", "")
    with pytest.raises(Invalid, match="一次最多"):
        answer(actor, *map(str, range(20_001)))
    with pytest.raises(Invalid, match="UTF-8"):
        made.answer(region(COUNTY), "王".encode("gb18030"), department=BUREAU, purpose="核对", actor=actor, on=ON)


def test_only_who_runs_the_night_may() -> None:
    with pytest.raises(Forbidden):
        answer(make_user("auditor"), "1")
