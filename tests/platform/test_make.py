"""The next file of the provincial platform: each change once, in a number that follows the last."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry, User
from applications.models import PlatformDelivery, PlatformFile
from applications.platform import made, rows
from eligibility.programmes import Programme
from payments import ledger
from tests.applications import walking
from tests.conftest import Clock
from tests.making import (
    AWARDED_ON,
    COUNTY,
    OTHER_COUNTY_VILLAGE,
    make_award,
    make_household,
    make_person,
    make_user,
    members_of,
    region,
)
from tests.payments import stories
from tests.platform.exchanging import ON, Kind, make, rows_of, sent

pytestmark = pytest.mark.django_db(transaction=True)
JAN = date(2027, 1, 1)


@pytest.fixture
def actor() -> User:
    return make_user("county")


def test_it_works(actor: User) -> None:
    household = make_household(people=3)
    award = make_award(household, amount_fen=75_050)
    head, *others = members_of(household)
    file = make(actor)
    assert (file.number, file.reference, file.rows, file.total_fen) == (1, "recipients-371522-000001", 3, 75_050)
    first, *rest = rows_of(file)
    assert first == {
        "行号": "1",
        "救助编号": str(award.pk),
        "变更序号": "1",
        "变更代码": "start",
        "变更": "起发",
        "状态代码": "receiving",
        "受理编号": award.case_number,
        "项目代码": "dibao",
        "项目": "最低生活保障",
        "一次性": "否",
        "人员类别": "领款人",
        "人员编号": str(head.pk),
        "姓名": head.name,
        "证件种类": "居民身份证",
        "证件号码": head.id_number,
        "户籍地区": head.region_id,
        "城乡": "农村",
        "保障人数": "3",
        "月额": "750.50",
        "自": "2026-12",
        "决定日期": AWARDED_ON.isoformat(),
        "有效期至": "",
        "截至": ON.isoformat(),
    }
    assert [(row["人员编号"], row["人员类别"], row["月额"]) for row in rest] == [
        (str(person.pk), "保障对象", "") for person in sorted(others, key=lambda person: person.pk)
    ]


def test_each_change_is_told_in_its_order(actor: User) -> None:
    award = make_award(amount_fen=50_000)
    ledger.change(award, 60_000, JAN, "标准提高", actor=actor, on=ON)
    ledger.suspend(award, JAN, "待核查", actor=actor, on=ON)
    ledger.resume(award, JAN, "核查无误", actor=actor, on=ON)
    ledger.stop(award, JAN, "收入超过标准", actor=actor, on=ON)
    told = [(row["变更代码"], row["状态代码"], row["月额"], row["自"]) for row in rows_of(make(actor))]
    assert told == [
        ("start", "receiving", "500.00", "2026-12"),
        ("change", "receiving", "600.00", "2027-01"),
        ("suspend", "suspended", "0.00", "2027-01"),
        ("resume", "receiving", "600.00", "2027-01"),
        ("stop", "stopped", "0.00", "2027-01"),
    ]


def test_a_confirmed_status_without_money_is_told_of_all_who_live_there(moving_clock: Clock, actor: User) -> None:
    staff = walking.office()
    given = walking.filled(walking.family(2, "2000.00"), programme=Programme.EDGE)
    decision = walking.confirmed(staff, moving_clock, given)
    rows = rows_of(make(actor, on=decision.decided_on))
    assert [(row["救助编号"], row["变更代码"], row["人员类别"], row["月额"]) for row in rows] == [
        (str(decision.pk), "confirmed", "申请人", ""),
        (str(decision.pk), "confirmed", "保障对象", ""),
    ]
    assert rows[0]["有效期至"] == decision.decided_on.replace(year=decision.decided_on.year + 1).isoformat()


def test_who_is_paid_without_being_covered_is_no_recipient(actor: User) -> None:
    orphan, aunt = make_person(birth=date(2015, 5, 5)), make_person()
    make_award(programme=Programme.ORPHAN, people=[orphan], payee=aunt, household=make_household(people=[aunt, orphan]))
    assert [(row["人员编号"], row["人员类别"]) for row in rows_of(make(actor))] == [
        (str(aunt.pk), "代领人"),
        (str(orphan.pk), "保障对象"),
    ]


def test_money_paid_once_is_told_of_whom_it_is_for(actor: User) -> None:
    make_award(programme=Programme.TEMPORARY)
    assert [(row["人员类别"], row["一次性"]) for row in rows_of(make(actor))] == [("领款人", "是")]


def test_the_next_number_holds_only_what_is_new(actor: User, tmp_path: Path) -> None:
    award = make_award()
    sent(actor, tmp_path)
    ledger.stop(award, JAN, "收入超过标准", actor=actor, on=ON)
    make_award()
    second = make(actor)
    assert (second.number, second.since) == (2, ON)
    assert [row["变更代码"] for row in rows_of(second)] == ["stop", "start"]


def test_nothing_new_is_a_file_without_rows(actor: User, tmp_path: Path) -> None:
    sent(actor, tmp_path)
    second = make(actor)
    assert (second.number, second.rows, rows_of(second)) == (2, 0, [])


def test_since_a_day_takes_what_was_decided_from_then_on(actor: User) -> None:
    make_award(awarded_on=AWARDED_ON - timedelta(days=1))
    on_the_day = make_award()
    file = make(actor, since=AWARDED_ON)
    assert [row["受理编号"] for row in rows_of(file)] == [on_the_day.case_number]
    assert file.since == AWARDED_ON


def test_no_day_leaves_out_what_no_file_has_had(actor: User, tmp_path: Path) -> None:
    sent(actor, tmp_path)
    late = make_award(awarded_on=AWARDED_ON)
    file = make(actor, since=ON)
    assert [row["受理编号"] for row in rows_of(file)] == [late.case_number]


def test_the_same_day_again_gives_the_next_number_with_the_same_rows(actor: User, tmp_path: Path) -> None:
    for _ in range(3):
        make_award(make_household(people=2))
    first = sent(actor, tmp_path, since=AWARDED_ON)
    second = make(actor, since=AWARDED_ON)
    assert (first.number, second.number) == (1, 2)
    assert first.document_id == second.document_id


def test_however_few_are_read_at_a_time_the_rows_are_the_same(
    actor: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in (1, 3, 2, 1, 4):
        award = make_award(make_household(people=size))
        ledger.change(award, 70_000, JAN, "标准提高", actor=actor, on=ON)
    whole = sent(actor, tmp_path)
    monkeypatch.setattr(rows, "CHUNK", 3)
    again = make(actor, since=AWARDED_ON)
    assert (again.rows, again.document_id) == (22, whole.document_id)


def test_another_county_is_no_part_of_it(actor: User) -> None:
    make_award(make_household(OTHER_COUNTY_VILLAGE))
    assert make(actor).rows == 0


def test_another_county_is_refused(actor: User) -> None:
    with pytest.raises(NotHere):
        made.make(Kind.RECIPIENTS, region("371524000000"), actor=actor, on=ON)


@pytest.mark.parametrize("role", ["approver", "checker", "release", "auditor"])
def test_only_who_runs_the_night_may(role: str) -> None:
    with pytest.raises(Forbidden, match="县级经办"):
        make(make_user(role))
    assert not PlatformFile.objects.exists()


def test_a_day_to_come_is_named(actor: User) -> None:
    with pytest.raises(Invalid) as refused:
        make(actor, since=ON + timedelta(days=1))
    assert refused.value.errors == {"since": "起始日期填 2026-11-25 或更早"}


@pytest.mark.parametrize("name", ["=1+1", "王-娟", "@SUM", "王\u200b娟", '王"娟'])
def test_a_sign_with_a_meaning_stops_the_file_and_names_the_row(actor: User, name: str) -> None:
    make_award()
    case = make_award(make_household(people=[make_person(name)])).case_number
    with pytest.raises(Invalid) as refused:
        make(actor)
    said = refused.value.errors["row"]
    assert said.startswith("第 2 行姓名含有")
    assert case in said
    assert not PlatformFile.objects.exists()


def test_somebody_without_papers_is_told_without_a_number(actor: User) -> None:
    make_award(make_household(people=[make_person(id_number=None)]))
    assert [(row["证件种类"], row["证件号码"]) for row in rows_of(make(actor))] == [("暂无证件", "")]


def test_one_that_never_went_out_comes_first(actor: User) -> None:
    first = make(actor)
    make_award()
    assert make(actor) == first
    assert PlatformFile.objects.count() == 1


def test_two_at_once_are_one_number_or_one_is_told_to_wait(actor: User) -> None:
    make_award()
    outcomes = stories.at_once(*[lambda: make(actor)] * 2)
    assert {type(one) for one in outcomes} <= {PlatformFile, WrongState}
    assert PlatformFile.objects.get().number == 1


def test_it_is_sealed_as_that_persons_act(actor: User) -> None:
    file = make(actor)
    entry = AuditEntry.objects.get(target_id=str(file.pk))
    assert (entry.action, entry.actor, entry.post) == ("platform.recipients", actor, f"county@{COUNTY}")
    assert entry.after_hash == file.content_hash()
    assert not PlatformDelivery.objects.exists()


def test_the_credit_file_is_valid_and_empty(actor: User) -> None:
    make_award()
    file = made.make(Kind.CREDIT, region(COUNTY), actor=actor, on=ON)
    assert (file.reference, file.rows, rows_of(file)) == ("credit-371522-000001", 0, [])
