"""What a mismatch does to the rules' answer: judged as declared and with the verified value in, and one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from households.facts import Pen
from households.means import Assets, Disability, Obligor
from households.models import Household, Obligation, Person
from tests.eligibility.drafting import EDGE, Desk
from tests.making import IN_OFFICE_SINCE, VILLAGE, make_household, make_person, make_user, members_of
from tests.simulate import registry
from tests.simulate.families import GROWN, OLD, family
from tests.verification import kinds as k
from verification import consequences
from verification.compare import Mismatch
from verification.consequences import Consequence
from verification.declared import About
from verification.sources.base import Kind

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2026, 11, 25)


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", VILLAGE)


def month(fen: int) -> dict[str, Any]:
    return {"fen": fen, "per": "month"}


def of(
    home: Household, kind: Kind, verified: Any, *, about: Person | None = None, programme: str = "dibao"
) -> Consequence:
    members = members_of(home)
    person = about or members[0]
    named = About(1, 1, str(person.pk), str(home.pk), person in members, "", "")
    return consequences.of(home, Mismatch(kind, named, None, verified), programme=programme, on=ON)


def said(home: Household, kind: Kind, verified: Any, **more: Any) -> str:
    found = of(home, kind, verified, **more).said
    assert len(found) <= consequences.LONGEST
    return found


def test_a_sum_becomes_smaller(clerk: User) -> None:
    found = of(family(clerk, [500]), k.PENSION, month(21_100))
    assert found.said == "补差由 253.00 变为 42.00 元"
    assert (found.before.amount_fen, found.after.amount_fen) == (25_300, 4_200)
    assert found.kept()["after"]["outcome"] == "eligible"


def test_an_income_above_the_line_by_how_much(clerk: User) -> None:
    found = of(family(clerk, [500]), k.PENSION, month(146_400))
    assert found.said == "月收入 1,964.00 元，比标准 753.00 元高 1,211.00 元"
    assert (found.before.outcome, found.after.outcome) == ("eligible", "ineligible")


def test_an_income_that_reaches_the_line_exactly(clerk: User) -> None:
    assert said(family(clerk, [500]), k.PENSION, month(25_300)) == "月收入 753.00 元，等于标准 753.00 元"


def test_nothing_left_of_a_declared_income(clerk: User) -> None:
    home = family(clerk, [500])
    registry.earn(home, members_of(home)[0], "pension", 200_000, clerk)
    assert said(home, k.PENSION, month(0)) == "变为符合条件，补差 253.00 元"


def test_the_verified_sum_takes_the_place_of_the_declared(clerk: User) -> None:
    home = family(clerk, [0])
    registry.earn(home, members_of(home)[0], "pension", 10_000, clerk)
    registry.earn(home, members_of(home)[0], "pension", 12_000, clerk, per="year")
    assert said(home, k.PENSION, month(11_000)) == "不影响测算"
    assert said(home, k.PENSION, {"fen": 240_000, "per": "year"}) == "补差由 643.00 变为 553.00 元"


def test_a_death_leaves_fewer_people(clerk: User) -> None:
    home = family(clerk, [500, 0, 0])
    child = members_of(home)[2]
    assert said(home, k.DEATH, "2026-10-03", about=child) == "有一人去世，应核减 1 人，补差由 1,759.00 变为 1,006.00 元"


def test_the_death_of_the_last_one(clerk: User) -> None:
    home = family(clerk, [0])
    assert said(home, k.DEATH, "2026-10-03") == ("有一人去世，应核减 1 人，不再符合条件：共同生活的家庭成员计 0 人")


def test_a_death_that_raises_the_sum_says_why(clerk: User) -> None:
    home = family(clerk, [0, 900])
    found = of(home, k.DEATH, "2026-10-03", about=members_of(home)[1])
    assert found.said == "有一人去世，应核减 1 人；其收入不再计入，补差由 606.00 变为 753.00 元"
    rich = family(clerk, [0, 2_000])
    assert said(rich, k.DEATH, "2026-10-03", about=members_of(rich)[1]) == (
        "有一人去世，应核减 1 人；其收入不再计入，变为符合条件，补差 753.00 元"
    )


def test_whoever_did_not_count_leaves_the_number_as_it_is(clerk: User) -> None:
    home = family(clerk, [500, 0])
    child = members_of(home)[1]
    registry.say(home, child, "absence", "prison", None, clerk)
    assert said(home, k.DEATH, "2026-10-03", about=child) == "有一人去世，原未计入人数，补差不变"


def test_nobody_elses_sum_takes_the_place_of_the_deads_own(clerk: User) -> None:
    """Two brothers on tekun: the other's sum stays, the dead one's is over."""
    home = family(clerk, [0, 0], births=[OLD, OLD])
    found = of(home, k.DEATH, "2026-10-03", programme="tekun")
    assert found.before.amount_fen == found.after.amount_fen == 118_100
    assert found.said == "有一人去世，应核减 1 人，本人金额 1,181.00 元应停发"
    assert said(family(clerk, [2_000], births=[OLD]), k.DEATH, "2026-10-03", programme="tekun") == (
        "有一人去世，应核减 1 人，本人的特困人员救助供养不再办理"
    )


def test_whoever_is_in_prison_does_not_count(clerk: User) -> None:
    home = family(clerk, [500, 0])
    child = members_of(home)[1]
    assert said(home, k.CUSTODY, [{"kind": "prison"}], about=child) == "人数由 2 变为 1，补差由 1,006.00 变为 253.00 元"


def test_whose_income_goes_with_them_that_is_said_of_whoever_leaves(clerk: User) -> None:
    home = family(clerk, [0, 900])
    assert said(home, k.CUSTODY, [{"kind": "prison"}], about=members_of(home)[1]) == (
        "人数由 2 变为 1；其收入不再计入，补差由 606.00 变为 753.00 元"
    )


def test_of_a_family_that_is_only_confirmed_the_status_is_what_stays(clerk: User) -> None:
    home = family(clerk, [900, 900])
    found = of(home, k.DEATH, "2026-10-03", about=members_of(home)[1], programme="edge")
    assert found.said == "有一人去世，应核减 1 人，认定不变"


@pytest.mark.parametrize(
    ("kind", "verified", "expected"),
    [
        (k.COMPANY, [{"name": "东方建材"}], "名下有市场主体，由人判断收入和家庭财产"),
        (k.MARRIAGE, [{"status": "married"}], "婚姻与申报不同，由人判断配偶是否共同生活"),
        (k.HUKOU, [{"region": "371524101285"}], "户籍与申报不同，由人判断是否仍由本地办理"),
        (k.EMPLOYMENT, [{"employer": "某厂"}], "有参保单位而未申报工资，由人核实工资"),
        (k.OTHER_AID, [{"place": "东阿县"}], "在其他地方享受救助，由人判断是否重复"),
        (k.BIRTH, [{"born": "2018-01-01"}], "有未登记的子女，由人判断是否共同生活"),
        (k.MACHINE, 1, "农机与申报不同，由人判断"),
        (k.CUSTODY, [{"kind": "detention"}], "服刑羁押与申报不同，由人判断"),
        (k.VEHICLE, 1, "机动车与申报不同，由人认定家庭财产是否符合规定"),
    ],
)
def test_what_the_rules_do_not_read_a_person_judges(clerk: User, kind: Kind, verified: Any, expected: str) -> None:
    found = of(family(clerk, [500]), kind, verified)
    assert found.said == expected
    assert found.before == found.after


def test_a_local_limit_that_is_passed(clerk: User) -> None:
    home = family(clerk, [500])
    Pen(home, source="declared", on=ON, by=clerk).assets(Assets(houses=1, vehicles=0, deposit_fen=0))
    Desk().enforced(replace(EDGE, measure="vehicles", programme="dibao", value=Decimal(0)))
    assert said(home, k.VEHICLE, 1) == "机动车 1 辆，上限 0 辆：超过上限"


def test_a_household_with_a_gap_says_so(clerk: User) -> None:
    home = make_household(people=[make_person(), nobody_knows_when()])
    name = members_of(home)[1].name
    why = f"资料不全，不能测算；{name}的出生日期：缺少这一项，补上"
    assert said(home, k.PENSION, month(100)) == why
    assert said(home, k.DEATH, "2026-10-03") == f"有一人去世，应核减 1 人；{why}"
    assert said(home, k.COMPANY, []) == "名下有市场主体，由人判断收入和家庭财产"


def nobody_knows_when() -> Person:
    person = make_person(id_number=None)
    person.birth_date = None
    person.save(update_fields=["birth_date"])
    return person


def test_an_obligor_with_means(clerk: User) -> None:
    """A tekun case: 70 years old, no income; a severely disabled son said to be poor draws a pension."""
    home, son = make_household(people=[make_person(birth=OLD)]), make_person(birth=GROWN)
    Obligation.objects.create(household=home, obligor=son, relation="child", starts_on=IN_OFFICE_SINCE)
    poor = Obligor("child", monthly_income_fen=0, disability=Disability("mental", 1), assets_within_limit=True)
    Pen(home, source="declared", on=ON, by=clerk).obligor(son, poor)
    registry.say(home, members_of(home)[0], "self_care_failed", "failed", 0, clerk)
    registry.rule(home, "assets_within_limit", 1, None, clerk)
    found = of(home, k.PENSION, month(900_000), about=son, programme="tekun")
    assert (found.before.outcome, found.after.outcome) == ("eligible", "ineligible")
    assert found.said == "不再符合条件：有具备履行能力的义务人"
    assert of(home, k.DEATH, "2026-10-03", about=son, programme="tekun").said == "有一名义务人去世，金额不变"


def test_whoever_is_declared_missing_does_not_count(clerk: User) -> None:
    home = family(clerk, [500, 0])
    child = members_of(home)[1]
    assert said(home, k.MISSING, "2025-01-01", about=child) == "人数由 2 变为 1，补差由 1,006.00 变为 253.00 元"


def test_insured_wages_are_the_wage(clerk: User) -> None:
    found = of(family(clerk, [0]), k.EMPLOYMENT, [{"base": 20_000}, {"base": 10_000}])
    assert found.said == "补差由 753.00 变为 453.00 元"


def test_a_familys_subsidies_count_once(clerk: User) -> None:
    home = family(clerk, [0, 0])
    for person in members_of(home):
        registry.earn(home, person, "transfer", 120_000, clerk, per="year")
    assert said(home, k.SUBSIDY, {"fen": 240_000, "per": "year"}) == "不影响测算"
    assert said(home, k.SUBSIDY, {"fen": 360_000, "per": "year"}) == "补差由 1,306.00 变为 1,206.00 元"


def test_temporary_assistance_is_a_persons_to_judge(clerk: User) -> None:
    home: Household = family(clerk, [500])
    assert said(home, k.PENSION, month(100_000), programme="temporary") == "临时救助按困难原因和救助倍数办理，由人判断"


def test_somebody_who_left_meanwhile_changes_nothing(clerk: User) -> None:
    home = family(clerk, [500])
    gone: Sequence[Person] = members_of(family(clerk, [0]))
    assert of(home, k.PENSION, month(1), about=gone[0]).before.amount_fen == 25_300
