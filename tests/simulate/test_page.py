"""The page: who reads it, the sentence, every number and the list behind it, the workbook, a large place by a job."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from accounts import clock, jobs
from accounts.models import AuditEntry, Job, User
from applications.simulation import keeping, shown
from applications.simulation.behind import GROUPS, Behind
from applications.simulation.keeping import Kept, kept, packed, unpacked
from applications.simulation.running import Question, run
from eligibility.local_settings import Row, Settings
from eligibility.simulate.proposed import parse
from eligibility.simulate.totals import Totals, by_county, by_programme
from tests.making import (
    CITY,
    COUNTY,
    OTHER_COUNTY,
    OTHER_COUNTY_VILLAGE,
    VILLAGE,
    make_award,
    make_user,
    members_of,
    region,
)
from tests.simulate import registry
from tests.simulate.families import ON, family
from tests.simulate.test_command import everything

pytestmark = pytest.mark.django_db
RURAL_800 = {"dibao.standard.rural": "800", "on": "2026-12-01"}


@pytest.fixture
def by() -> User:
    return make_user("reviewer", VILLAGE)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user("county"))
    return client


def asked(client: Client, **given: str) -> Any:
    return client.get("/simulation/", {**RURAL_800, **given})


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_sentence_comes_first(desk: Client, by: User) -> None:
    family(by, [780])
    family(by, [700])
    said = text(asked(desk))
    assert "农村最低生活保障标准 753.00 → 800.00 元/月" in said
    assert "2026-12-01 起：最低生活保障新增 1 户 1 人，每月多 ¥67.00，全年多 ¥804.00" in said
    assert "未录入预算" in said


def test_less_is_said_without_a_sign(desk: Client, by: User) -> None:
    family(by, [600])
    assert "没有家庭新增或退出，每月少 ¥53.00，全年少 ¥636.00" in text(asked(desk, **{"dibao.standard.rural": "700"}))


def test_a_figure_left_below_its_floor_is_named(desk: Client) -> None:
    said = text(asked(desk))
    assert "农村特困人员基本生活标准会低于低保标准的 1.3 倍" in said
    assert "tekun.basic.rural=1040.00" in said
    assert "会低于" not in text(asked(desk, **{"tekun.basic.rural": "1040"}))


def test_an_empty_form_asks_nothing(desk: Client) -> None:
    answer = desk.get("/simulation/")
    assert answer.status_code == 200
    assert "现行 753.00，空着不变" in text(answer)
    assert answer.context["question"] is None


def test_a_link_opens_the_list_behind_a_number(desk: Client, by: User) -> None:
    home = family(by, [780])
    make_award(family(by, [700]))
    head = members_of(home)[0]
    said = text(asked(desk, programme="dibao", group="gained", place="371522101000"))
    assert f"{head.name[0]}*" in said
    assert head.name not in said
    assert str(head.id_number) not in said
    assert "不符合 → 符合" in said
    assert "1 户 1 人，每月 +20.00 元" in said
    assert '<span class="sub">在发</span>' in text(asked(desk, programme="dibao", group="live"))


@pytest.mark.parametrize("role", ["village", "clerk", "reviewer", "checker", "release"])
def test_other_posts_are_refused(role: str, client: Client) -> None:
    client.force_login(make_user(role, VILLAGE))
    for address in ("/simulation/", "/simulation/progress/", "/simulation/export/"):
        assert client.get(address, RURAL_800).status_code == 403
    assert client.post("/simulation/start/", RURAL_800).status_code == 403


def test_another_county_is_not_there(desk: Client) -> None:
    assert asked(desk, region=OTHER_COUNTY).status_code == 404
    assert asked(desk, region=CITY).status_code == 404
    assert desk.get("/simulation/export/", {**RURAL_800, "region": OTHER_COUNTY}).status_code == 404


def test_a_county_sees_its_own_families_only(desk: Client, by: User) -> None:
    family(by, [780])
    family(by, [780], region=OTHER_COUNTY_VILLAGE)
    answer = asked(desk)
    assert set(answer.context["made"].table) == {"371522101000"}
    assert "刘集镇" not in text(answer)


def test_the_city_sees_counties_and_opens_one(client: Client, by: User) -> None:
    client.force_login(make_user("city", CITY))
    family(by, [780])
    family(by, [780], region=OTHER_COUNTY_VILLAGE)
    assert [one.label for one in asked(client).context["place_lines"]] == ["莘县", "东阿县"]
    assert [one.label for one in asked(client, place=OTHER_COUNTY).context["place_lines"]] == ["刘集镇"]
    assert [one.label for one in asked(client, region=COUNTY).context["place_lines"]] == ["张鲁镇"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"dibao.standard.rural": "八百"}, "金额填 0.01–100000 的数字"),
        ({"dibao.standard.rural": "753"}, "至少填一个与现行不同的标准"),
        ({"on": "2026-13-01"}, "写成年-月-日"),
        ({"on": "2100-01-01"}, "填 2012-01-01 到"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(given: dict[str, str], sentence: str, desk: Client) -> None:
    answer = asked(desk, **given)
    assert answer.status_code == 400
    assert sentence in text(answer)
    assert all(f'value="{value}"' in text(answer) for value in given.values())


def test_nonsense_in_the_address_is_left_aside(desk: Client, by: User) -> None:
    family(by, [780])
    answer = asked(desk, programme="dibo", group="winners", place="'; DROP", page="x")
    assert answer.status_code == 200
    assert answer.context["behind"] is None


def everyone(by: User) -> Kept:
    chance = Random(21)
    for _ in range(60):
        home = registry.household(chance, ON, by)
        if chance.random() < 0.3:
            make_award(home, actor=by)
    return kept(run(Question((*parse("dibao=990"), *parse("tekun.basic=1300")), ON, CITY)))


def numbers(group: str, one: Totals) -> tuple[int, int | None]:
    families = getattr(one, f"families_{group}", getattr(one, f"{group}_families", None))
    return families or 0, getattr(one, f"people_{group}", getattr(one, f"{group}_people", None))


def test_every_number_is_the_length_of_its_list(by: User) -> None:
    made = everyone(by)
    checked = 0
    tables = {"": by_programme(made.table), **by_county(made.table), **made.table}
    for place, mine in tables.items():
        for programme, totals in mine.items():
            for group in GROUPS:
                behind = Behind(made, programme, group, place)
                families, people = numbers(group, totals)
                assert behind.families == families, (place, programme, group)
                assert people is None or behind.people == people, (place, programme, group)
                checked += families
            moves = (Behind(made, programme, group, place).more_fen for group in list(GROUPS)[2:8])
            assert sum(moves) == totals.more_fen
            assert Behind(made, programme, "live", place).more_fen == totals.live_more_fen
    assert checked > 300


def test_a_kept_run_is_read_back_as_it_was(by: User) -> None:
    made = everyone(by)
    again = unpacked(packed(made))
    assert (again.table, again.households, again.people, again.at) == (
        made.table,
        made.households,
        made.people,
        made.at,
    )
    assert all((again.rows[name] == column).all() for name, column in made.rows.items())


def test_a_large_place_is_worked_out_by_a_job(desk: Client, by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_IN_A_REQUEST", 1)
    family(by, [780])
    family(by, [700])
    assert "开始测算" in text(asked(desk))
    assert desk.get("/simulation/export/", RURAL_800).status_code == 404
    assert desk.post("/simulation/start/", RURAL_800).status_code == 302
    moved = desk.post("/simulation/start/", RURAL_800)
    assert Job.objects.filter(kind=keeping.JOB).count() == 1
    assert "排队中" in text(desk.get(moved["Location"]))
    assert desk.get("/simulation/progress/", RURAL_800).json()["finished"] is False
    jobs.run_waiting()
    assert desk.get("/simulation/progress/", RURAL_800).json()["finished"] is True
    answer = desk.get(moved["Location"])
    assert "每月多 ¥67.00" in text(answer)
    assert "重新测算" in text(answer)
    assert desk.get("/simulation/export/", RURAL_800).status_code == 200
    desk.post("/simulation/start/", RURAL_800)
    assert Job.objects.filter(kind=keeping.JOB).count() == 2


def test_a_colleague_opens_the_same_link(
    desk: Client, client: Client, by: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_IN_A_REQUEST", 0)
    family(by, [780])
    link = desk.post("/simulation/start/", RURAL_800)["Location"]
    jobs.run_waiting()
    client.force_login(make_user("auditor"))
    assert "每月多 ¥20.00" in text(client.get(link))


def test_a_wrong_question_starts_nothing(desk: Client) -> None:
    answer = desk.post("/simulation/start/", {"dibao.standard.rural": "x"})
    assert answer.status_code == 400
    assert not Job.objects.filter(kind=keeping.JOB).exists()
    assert desk.post("/simulation/start/", {**RURAL_800, "region": OTHER_COUNTY}).status_code == 404


def test_looking_changes_nothing(desk: Client, by: User) -> None:
    make_award(family(by, [700]))
    before = everything()
    asked(desk, programme="dibao", group="raised")
    after = everything()
    assert {name for name in after if after[name] != before[name]} <= {"django_session"}


def test_the_workbook_holds_text_and_numbers_and_is_audited(desk: Client, by: User) -> None:
    home = family(by, [780])
    family(by, [700])
    answer = desk.get("/simulation/export/", RURAL_800)
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert book.sheet_names == ["测算", "分项目", "分县", "分乡镇", "变化名单"]
    people: list[list[Any]] = book.get_sheet_by_name("变化名单").to_python()
    assert [(row[0], row[1]) for row in people[1:]] == [
        ("新增", "最低生活保障"),
        ("提高", "最低生活保障"),
        ("退出", "最低生活保障边缘家庭"),
    ]
    assert people[1][8] == 20.0
    assert people[1][3].startswith("371***")
    assert members_of(home)[0].name not in str(people)
    towns = book.get_sheet_by_name("分乡镇").to_python()
    assert (towns[1][1], towns[1][6], towns[1][15]) == ("莘县张鲁镇", 1.0, 67.0)
    assert AuditEntry.objects.filter(action="simulation.export").count() == 1


def test_an_export_without_a_question_says_what_to_do(desk: Client) -> None:
    answer = desk.get("/simulation/export/")
    assert answer.status_code == 400
    assert "先填拟定的标准，再导出" in text(answer)


def recorded(monkeypatch: pytest.MonkeyPatch, **rows: str) -> None:
    made = [
        Row(code[1:], "", "budget", "dibao", "", Decimal(value), date(2026, 1, 1), "文") for code, value in rows.items()
    ]
    monkeypatch.setattr(shown, "settings", lambda: Settings(made))


def test_a_budget_is_held_against_the_years_cost(desk: Client, by: User, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, **{f"_{COUNTY}": "12000"})
    family(by, [700])
    said = text(asked(desk))
    assert "全年支出占年度预算 10%" in said.replace("10.0%", "10%")  # 100 a month, 1,200 a year


def test_a_citys_budget_is_no_countys_and_some_counties_are_no_city(monkeypatch: pytest.MonkeyPatch) -> None:
    recorded(monkeypatch, **{f"_{CITY}": "12000"})
    assert shown.budgets(region(COUNTY), clock.today()) == {}
    assert sum(shown.budgets(region(CITY), clock.today()).values()) == 1_200_000
    recorded(monkeypatch, **{f"_{COUNTY}": "12000"})
    assert shown.budgets(region(CITY), clock.today()) == {}
