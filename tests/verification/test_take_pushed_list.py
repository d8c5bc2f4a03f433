"""Take a pushed list: each row somebody to visit, known, listed before, or set aside with its reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from guardian.models import UserObjectPermission

from accounts import access, documents
from accounts.errors import Forbidden, Invalid, NotHere
from accounts.integrity import Check, examine, seals
from accounts.models import AuditEntry, User
from accounts.roles import Permission
from tests.making import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    invent_id_number,
    make_person,
    make_user,
    region,
)
from tests.payments.stories import at_once
from tests.verification.pushing import BORN, HEADING, ON, csv_of, row, take, xlsx_of
from verification.models import PushedList, PushedPerson

pytestmark = pytest.mark.django_db
State = PushedPerson.State


@pytest.fixture
def county() -> User:
    return make_user("county")


def only(made: PushedList) -> PushedPerson:
    return made.people.get()


@pytest.mark.parametrize("file", [csv_of, xlsx_of])
def test_a_row_is_somebody_to_visit(county: User, file: Any) -> None:
    raw = file(row("王秀英"))
    made = take(raw, county)
    person = only(made)
    assert (made.rows, made.taken, made.set_aside) == (1, 1, 0)
    assert (person.state, person.line, person.region_id) == (State.TO_VISIT, 2, VILLAGE)
    assert (person.name, person.birth_date, person.sex) == ("王秀英", BORN, "F")
    assert (person.phone, person.ground) == ("10000001234", "肢体残疾二级")
    assert documents.read(made.document_id) == raw
    assert list(PushedPerson.objects.to_visit()) == [person]


def test_it_is_sealed_and_says_nobody_s_name(county: User) -> None:
    made = take(csv_of(row("王秀英")), county)
    entry = AuditEntry.objects.get(action="pushed.take")
    assert (entry.is_seal, entry.after_hash) == (True, PushedList.objects.get(pk=made.pk).content_hash())
    assert "王秀英" not in entry.detail
    assert examine(Check("sealed_rows", "封存记录", seals)).fault is None


def test_a_list_in_the_office_s_own_encoding_is_read(county: User) -> None:
    assert only(take(csv_of(row("王秀英"), encoding="gb18030"), county)).name == "王秀英"


@pytest.mark.parametrize(
    ("township", "village", "where"),
    [
        ("张鲁镇", "化庄村", VILLAGE),
        ("张鲁镇", "化庄村委会", VILLAGE),
        ("张鲁镇", "没有的村", TOWNSHIP),
        ("张鲁镇", "", TOWNSHIP),
        ("没有的镇", "没有的村", COUNTY),
        ("", "", COUNTY),
    ],
)
def test_where_they_live_as_far_as_the_names_say(county: User, township: str, village: str, where: str) -> None:
    assert only(take(csv_of(row(township=township, village=village)), county)).region_id == where


def test_who_is_on_file_in_the_county_is_looked_for_there(county: User) -> None:
    known = make_person(region_code=OTHER_VILLAGE)
    listed = row(known.name, number=str(known.id_number), township="", village="")
    person = only(take(csv_of(listed), county))
    assert (person.state, person.region_id) == (State.TO_VISIT, OTHER_VILLAGE)


def test_who_is_helped_already_is_not_visited(county: User) -> None:
    known = make_person()
    raw = csv_of(row(known.name, number=str(known.id_number)))
    assert only(take(raw, county, in_help=lambda people: {known.pk} & set(people))).state == State.ALREADY_KNOWN


def test_the_same_person_on_a_second_list_is_one_to_visit(county: User) -> None:
    number = invent_id_number(BORN, "F")
    first = take(csv_of(row(number=number)), county)
    second = take(csv_of(row(number=number, ground="自付 3 万元")), county, kind="illness", source="medical_insurance")
    merged = only(second)
    assert (merged.state, merged.same_as) == (State.MERGED, only(first))
    (waiting,) = PushedPerson.objects.to_visit()
    assert [one.list for one in waiting.also_listed.all()] == [second]


def test_each_county_has_its_own(county: User) -> None:
    number = invent_id_number(BORN, "F")
    take(csv_of(row(number=number)), county)
    there = take(csv_of(row(number=number)), make_user("county", OTHER_COUNTY), county=region(OTHER_COUNTY))
    assert only(there).state == State.TO_VISIT


DEAD = "已登记死亡"


def test_each_bad_row_is_set_aside_with_its_line_and_reason(county: User) -> None:
    dead = make_person(died_on=date(2026, 1, 1))
    other = make_person(name="李建国")
    number = invent_id_number(BORN, "F")
    rows = [
        row("王秀英", number=number),
        row("王秀英", number=number),
        row("赵一", number=number[:17] + ("0" if number[17] != "0" else "1")),
        row("赵二", number=""),
        row(""),
        row(dead.name, number=str(dead.id_number)),
        row("张冠戴", number=str(other.id_number)),
        row("孙长电", phone="1" * 21),
    ]
    made = take(csv_of(*rows), county)
    aside = {one.line: one.reason for one in made.people.filter(state=State.SET_ASIDE)}
    assert aside == {
        3: "这份名单里前面已有这个人",
        4: "第 18 位与前 17 位不符，对照证件核对",
        5: "填写身份证号，18 位",
        6: "填写姓名，和证件一致",
        7: DEAD,
        8: "姓名与这个身份证号登记的不同，核对后再报",
        9: "联系电话最多 20 位",
    }
    assert (made.rows, made.taken, made.set_aside) == (8, 1, 7)
    kept = made.people.get(line=4)
    assert "赵一" in str(kept.ground), "the row as it stood"
    assert PushedPerson.objects.to_visit().count() == 1


def test_a_number_a_spreadsheet_spoilt_is_set_aside(county: User) -> None:
    whole = row("王秀英")
    made = take(xlsx_of(whole, ("李建国", 371599196104050000, *whole[2:])), county)
    aside = made.people.get(state=State.SET_ASIDE)
    assert (aside.line, aside.reason) == (3, "身份证号是数字格式，末几位已丢失，改成文本再报")


@pytest.mark.parametrize("role", ["clerk", "village", "reviewer"])
def test_below_the_county_it_is_not_there(role: str) -> None:
    with pytest.raises(NotHere):
        take(csv_of(row()), make_user(role, VILLAGE))


@pytest.mark.parametrize("role", ["approver", "checker", "release", "auditor", "city"])
def test_only_the_county_s_clerk_takes_it(role: str) -> None:
    with pytest.raises(Forbidden):
        take(csv_of(row()), make_user(role))
    assert not PushedList.objects.exists()


def test_another_county_is_not_there() -> None:
    with pytest.raises(NotHere):
        take(csv_of(row()), make_user("county", OTHER_COUNTY))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   \r\n",
        csv_of(),
        csv_of(row(), heading=("姓名", "电话")),
        csv_of(row(), heading=("姓名", "身份证号", "身份证号", "村", "乡镇", "情况")),
        csv_of(row())[:-4] + b'"\r\n',
        b"\xff\xfe\x00\x01",
        xlsx_of(row())[:-100],
        b"PK\x03\x04" + b"\0" * 50,
        b"," * (10 * 2**20 + 1),
    ],
    ids=["empty", "blank", "nobody", "no number", "twice", "quote", "bytes", "cut", "no zip", "large"],
)
def test_a_file_that_cannot_be_read_is_taken_by_no_half(county: User, raw: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        take(raw, county)
    assert set(refused.value.errors) == {"file"}
    assert not PushedPerson.objects.exists()


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("source", {"source": "weather"}),
        ("kind", {"kind": "poverty"}),
        ("legal_basis", {"legal_basis": " "}),
        ("file", {"name": "名" * 201}),
    ],
)
def test_what_is_said_of_it_wrongly_names_its_field(county: User, field: str, said: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        take(csv_of(row()), county, **said)
    assert set(refused.value.errors) == {field}


def test_drafting_standards_is_not_what_allows_it(county: User) -> None:
    """The act has a permission of its own: without it nothing else the county's clerk may do will serve."""
    UserObjectPermission.objects.filter(user=county, permission__codename="take_pushed_list").delete()
    assert access.may(county, Permission.DRAFT_STANDARD, COUNTY)
    with pytest.raises(Forbidden):
        take(csv_of(row()), county)


def test_the_same_bytes_twice_are_one_list(county: User) -> None:
    raw = csv_of(row())
    assert take(raw, county) == take(raw, county, name="换个名字.csv")
    assert (PushedList.objects.count(), PushedPerson.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one_and_one_person_is_visited_once() -> None:
    county, number = make_user("county"), invent_id_number(BORN, "F")
    raw, other = csv_of(row(number=number)), csv_of(row(number=number, ground="大额医疗"))
    done = at_once(*[lambda: take(raw, county)] * 2, lambda: take(other, county))
    assert [one for one in done if not isinstance(one, PushedList)] == []
    assert PushedList.objects.count() == 2
    assert sorted(PushedPerson.objects.values_list("state", flat=True)) == ["merged", "to_visit"]


def test_it_takes_as_many_queries_for_one_as_for_thirty(county: User) -> None:
    counts = []
    for size in (1, 1, 30):  # the first learns the user's posts
        raw = csv_of(*(row() for _ in range(size)), heading=HEADING)
        with CaptureQueriesContext(connection) as asked:
            take(raw, county, on=ON)
        counts.append(len(asked))
    assert counts[1] == counts[2]
