"""主动发现 on the page: a file taken, people listed by place and masked, visits told, somebody handed down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import clock
from accounts.models import AuditEntry, User
from tests.applications import opened, walking
from tests.making import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, VILLAGE, invent_id_number, make_user
from tests.verification import pushing
from tests.verification.pushing import BORN, csv_of, row
from verification.models import PushedList, PushedPerson

pytestmark = pytest.mark.django_db
State = PushedPerson.State


@pytest.fixture
def county() -> User:
    return make_user("county")


@pytest.fixture
def village() -> User:
    return make_user("village", VILLAGE)


def take(raw: bytes, county: User, **said: Any) -> PushedList:
    return pushing.take(raw, county, on=said.pop("on", clock.today()), **said)


def upload(user: User, raw: bytes, name: str = "新办证.csv", **said: str) -> Any:
    given = {
        "county": COUNTY,
        "source": "disabled_federation",
        "kind": "disability",
        "legal_basis": "莘残联函〔2026〕7号",
        **said,
    }
    file = SimpleUploadedFile(name, raw, "text/csv")
    return opened.signed_in(user).post(reverse("pushed_new"), {**given, "file": file})


def page(user: User, address: str = "/verification/pushed/") -> str:
    answer = opened.signed_in(user).get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_file_is_taken_and_its_bad_rows_named(county: User) -> None:
    staff = walking.office()
    applying = walking.submitted(staff).application.applicant
    known = row(applying.name, number=str(applying.id_number))
    answer = upload(county, csv_of(row("王秀英"), known, row("赵二", number="")))
    made = PushedList.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("pushed_list", args=[made.pk]))
    states = dict(made.people.values_list("line", "state"))
    assert states == {2: State.TO_VISIT, 3: State.ALREADY_KNOWN, 4: State.SET_ASIDE}
    shown = page(county, answer["Location"])
    assert "填写身份证号，18 位" in shown
    assert "收下 2 人，搁置 1 行" in shown
    assert made.name in page(county, "/verification/pushed/?tab=lists")


@pytest.mark.parametrize(
    ("raw", "said", "sentence"),
    [
        (b"", {}, "文件是空的"),
        (csv_of(), {}, "表里没有人"),
        (csv_of(row(), heading=("甲", "乙")), {}, "表头缺“姓名”"),
        (csv_of(row()), {"legal_basis": ""}, "填写推送依据"),
        (csv_of(row()), {"kind": ""}, "选择困难情形"),
        (csv_of(row()), {"source": "x"}, "选择推送的部门"),
        (csv_of(row()), {"county": "371524000000"}, "选自己的县区"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(county: User, raw: bytes, said: dict[str, str], sentence: str) -> None:
    answer = upload(county, raw, **said)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not PushedList.objects.exists()


def test_without_a_file_it_says_so(county: User) -> None:
    answer = opened.signed_in(county).post(reverse("pushed_new"), {"county": COUNTY})
    assert answer.status_code == 400
    assert "选择名单文件" in answer.content.decode()


def test_who_waits_is_listed_masked_and_with_every_list(county: User, village: User) -> None:
    number = invent_id_number(BORN, "F")
    take(csv_of(row("王秀英", number=number)), county)
    take(csv_of(row("王秀英", number=number, ground="自付 3 万元")), county, kind="illness", source="medical_insurance")
    shown = page(village)
    assert number not in shown
    assert f"371************{number[-3:]}" in shown
    assert "10000001234" not in shown
    for words in ("王秀英", "化庄村", "新领残疾证：肢体残疾二级；高额医疗费用：自付 3 万元", "医疗保障局"):
        assert words in shown
    assert len(opened.signed_in(village).get("/verification/pushed/").context["rows"]) == 1


def names(user: User, address: str) -> set[str]:
    return {one.name for one in opened.signed_in(user).get(address).context["rows"]}


def test_by_village_and_only_one_s_own(county: User, village: User) -> None:
    take(csv_of(row("王一"), row("王二", village="营头村"), row("王三", township="朝城镇", village="")), county)
    clerk = make_user("clerk", VILLAGE)
    assert names(village, "/verification/pushed/") == {"王一"}
    assert names(clerk, "/verification/pushed/") == {"王一", "王二"}
    assert names(clerk, f"/verification/pushed/?place={OTHER_VILLAGE}") == {"王二"}
    assert names(county, f"/verification/pushed/?place={OTHER_TOWNSHIP}") == {"王三"}
    assert names(county, "/verification/pushed/?place=9&tab=zzz&page=x") == {"王一", "王二", "王三"}


def test_a_visit_is_told_once_and_stays(county: User, village: User) -> None:
    person = take(csv_of(row("王秀英")), county).people.get()
    address = reverse("pushed_visit", args=[person.pk])
    said = {"outcome": "applies", "note": "独居，想申请低保", "visited_on": str(clock.today())}
    for _ in range(2):
        assert opened.signed_in(village).post(address, said).status_code == 302
    person.refresh_from_db()
    assert (person.state, person.visited_by) == (State.VISITED, village)
    assert "没有等着走访的人" in page(village)
    assert "要申请，已告知怎样办" in page(village, "/verification/pushed/?tab=visited")
    assert "独居，想申请低保" in page(village, reverse("pushed_person", args=[person.pk]))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"outcome": ""}, "选择走访结果"),
        ({"note": ""}, "填写走访情况"),
        ({"visited_on": "昨天"}, "走访日期写成年-月-日"),
        ({"visited_on": str(clock.today() + timedelta(days=1))}, "走访日期填"),
    ],
)
def test_a_visit_half_told_is_not_taken(county: User, village: User, said: dict[str, str], sentence: str) -> None:
    person = take(csv_of(row()), county).people.get()
    given = {"outcome": "declines", "note": "儿女供养", "visited_on": str(clock.today()), **said}
    answer = opened.signed_in(village).post(reverse("pushed_visit", args=[person.pk]), given)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    person.refresh_from_db()
    assert person.state == State.TO_VISIT


def test_somebody_is_handed_down(county: User, village: User) -> None:
    person = take(csv_of(row("王秀英", township="", village="")), county).people.get()
    clerk = make_user("clerk", VILLAGE)
    for user, place in ((county, VILLAGE[:9] + "000"), (clerk, VILLAGE)):
        answer = opened.signed_in(user).post(reverse("pushed_place", args=[person.pk]), {"region": place})
        assert answer.status_code == 302, answer.content.decode()
    assert names(village, "/verification/pushed/") == {"王秀英"}
    wrong = opened.signed_in(clerk).post(reverse("pushed_place", args=[person.pk]), {"region": COUNTY})
    assert wrong.status_code == 400


def test_the_telephone_is_shown_on_asking_and_each_reading_is_kept(county: User, village: User) -> None:
    person = take(csv_of(row("王秀英")), county).people.get()
    client, address = opened.signed_in(village), reverse("pushed_phone", args=[person.pk])
    client.get(reverse("pushed_person", args=[person.pk]))
    assert client.post(address, headers={"accept": "application/json"}).json() == {"value": "10000001234"}
    assert "10000001234" in client.post(address, follow=True).content.decode()
    kept = AuditEntry.objects.filter(target_id=str(person.pk), actor=village).values_list("action", flat=True)
    assert sorted(kept) == ["pushed.phone", "pushed.phone", "pushed.read", "pushed.read"]


def test_the_page_takes_as_many_queries_for_one_as_for_ten(county: User, village: User) -> None:
    counts = []
    for size in (1, 9):
        take(csv_of(*(row() for _ in range(size))), county)
        client = opened.signed_in(village)
        client.get("/verification/pushed/")
        with opened.counting() as asked:
            client.get("/verification/pushed/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
