"""Declared against verified, kind by kind: what is a mismatch, what is none, and the boundary between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.verification import kinds as k
from verification.compare import Mismatch, compare, may_differ, needs_everybody
from verification.declared import About, Code, Declared, Member
from verification.sources.base import Kind

HEAD = About(1, 11, "head", "home", True, "", "")
WIFE = About(2, 12, "wife", "home", True, "", "")
SON = About(3, 13, "son", "home", False, "", "")
HOME = {
    "home": [
        Member("head", "head", 11, "1980-01-01", "head number"),
        Member("wife", "spouse", 12, "1981-01-01", "wife number"),
    ]
}
ON = date(2026, 11, 25)


def seen(kind: Kind, value: Any, *, about: About = HEAD, **known: Any) -> list[Mismatch]:
    """The mismatches where the source said this of one person; "absent": it has no record of them."""
    found: dict[int, dict[str, Any]] = {} if value == "absent" else {about.enquiry: {kind.code: value}}
    return compare([kind], found, {about.enquiry}, Declared(abouts=[about], county="371522", place="莘县", **known), ON)


def said(mismatches: list[Mismatch]) -> tuple[Any, Any]:
    [one] = mismatches
    return one.declared, one.verified


def month(fen: int) -> dict[str, Any]:
    return {"fen": fen, "per": "month"}


def test_a_death_nobody_reported() -> None:
    assert said(seen(k.DEATH, "2026-10-03")) == (None, "2026-10-03")
    assert not seen(k.DEATH, "2026-10-03", about=HEAD._replace(died_on="2026-10-01"))
    assert not seen(k.DEATH, None)
    assert not seen(k.DEATH, "absent", about=HEAD._replace(died_on="2026-10-03"))
    assert [one.identity for day in ("2026-10-03", "2026-10-05") for one in seen(k.DEATH, day)] == ["dead", "dead"]


PRISON = {"kind": "prison", "since": "2026-03-01", "until": "2028-02-29"}


def test_custody_unless_it_was_declared() -> None:
    assert said(seen(k.CUSTODY, [PRISON])) == (None, [PRISON])
    assert not seen(k.CUSTODY, [PRISON], codes={1: {"absence": Code("prison")}})
    assert not seen(k.CUSTODY, [PRISON], about=SON, codes={3: {"status": Code("prison")}})
    assert said(seen(k.CUSTODY, [PRISON], codes={1: {"absence": Code("missing")}})) == ([{"kind": "missing"}], [PRISON])
    detained = [{"kind": "detention"}]
    assert said(seen(k.CUSTODY, detained)) == (None, detained)
    assert not seen(k.CUSTODY, detained, codes={1: {"absence": Code("prison")}})


@pytest.mark.parametrize(("until", "is_mismatch"), [("2026-11-24", False), ("2026-11-25", True), (None, True)])
def test_custody_that_is_over_is_none(until: str | None, is_mismatch: bool) -> None:
    assert bool(seen(k.CUSTODY, [{**PRISON, "until": until}])) is is_mismatch


def test_released_and_still_declared() -> None:
    for nothing in ("absent", [], [{**PRISON, "until": "2026-01-01"}]):
        assert said(seen(k.CUSTODY, nothing, codes={1: {"absence": Code("prison")}})) == ([{"kind": "prison"}], None)
        assert not seen(k.CUSTODY, nothing, codes={1: {"absence": Code("missing")}})


@pytest.mark.parametrize(
    ("entry", "is_mismatch"),
    [
        ({"region": "371524101285"}, True),
        ({"region": "371524"}, True),
        ({"region": "371522102000"}, False),
        ({"region": "371522"}, False),
        ({"region": "371522101201", "moved_out": "2026-09-01"}, True),
        ({"moved_out": "2026-09-01"}, True),
        ({}, False),
    ],
)
def test_a_hukou_that_moved_away(entry: dict[str, str], is_mismatch: bool) -> None:
    found = [(one.declared, one.verified) for one in seen(k.HUKOU, [entry])]
    assert found == ([([{"region": "371522"}], [entry])] if is_mismatch else [])
    assert not seen(k.HUKOU, [entry], about=SON), "where an obligor is registered is no matter"
    assert not seen(k.HUKOU, "absent")


def test_other_aid_but_not_our_own() -> None:
    away, here = {"programme": "特困供养", "place": "东阿县"}, {"programme": "低保", "place": "聊城市莘县张鲁镇"}
    assert said(seen(k.OTHER_AID, [away])) == (None, [away])
    assert said(seen(k.OTHER_AID, [here])) == (None, [here]), "whoever only applies is paid nothing here yet"
    receiving = HEAD._replace(receives="dibao")
    assert not seen(k.OTHER_AID, [here, {"programme": "低保"}], about=receiving)
    assert said(seen(k.OTHER_AID, [here, away], about=receiving)) == (None, [away])
    assert not seen(k.OTHER_AID, [away], codes={1: {"receives": Code("tekun")}})
    none = seen(k.OTHER_AID, "absent", codes={1: {"receives": Code("tekun")}})
    assert said(none) == ([{"programme": "特困人员救助供养"}], None)


@pytest.mark.parametrize(
    ("about", "members", "entry", "expected"),
    [
        (HEAD, HOME["home"][:1], {"status": "married"}, "single"),
        (HEAD, HOME["home"], {"status": "married"}, ""),
        (HEAD, HOME["home"], {"status": "married", "spouse_number": "wife number"}, ""),
        (HEAD, HOME["home"], {"status": "married", "spouse_number": "another"}, "single"),
        (HEAD, HOME["home"], {"status": "divorced"}, "married"),
        (WIFE, HOME["home"], {"status": "divorced"}, "married"),
        (HEAD, HOME["home"][:1], {"status": "divorced"}, ""),
        (HEAD, HOME["home"][:1], {"status": "widowed"}, ""),
        (WIFE, [HOME["home"][0], Member("wife", "child")], {"status": "married"}, "single"),
        (WIFE, [Member("wife", "child"), Member("x", "other")], {"status": "married"}, ""),
        (WIFE, [Member("wife", "child"), Member("x", "other")], {"status": "married", "spouse_number": "y"}, "single"),
        (WIFE, [Member("wife", "parent"), Member("x", "parent")], {"status": "divorced"}, ""),
    ],
)
def test_marriage_to_somebody_who_does_not_live_here(
    about: About, members: list[Member], entry: dict[str, str], expected: str
) -> None:
    found = seen(k.MARRIAGE, [entry], about=about, members={"home": members})
    seen_as = ([{"status": expected}], [{"status": entry["status"]}])
    assert [(one.declared, one.verified) for one in found] == ([seen_as] if expected else [])


def test_the_newest_marriage_counts() -> None:
    entries = [{"status": "divorced", "since": "2024-05-01"}, {"status": "married", "since": "2025-05-01"}]
    assert said(seen(k.MARRIAGE, entries)) == ([{"status": "single"}], [entries[1]])


def test_the_marriage_register_is_not_everybody() -> None:
    assert not seen(k.MARRIAGE, "absent", members=HOME)


def of_home(kind: Kind, found: Mapping[int, Any], answered: set[int], **assets: int | None) -> list[Mismatch]:
    known = Declared(abouts=[HEAD, WIFE], assets={"home": dict(assets)}, members=HOME)
    return compare([kind], {e: {kind.code: v} for e, v in found.items()}, answered, known, ON)


def test_the_familys_vehicles_are_counted_together() -> None:
    assert said(of_home(k.VEHICLE, {11: 1, 12: 1}, {11, 12}, vehicle=1)) == (1, 2)
    assert not of_home(k.VEHICLE, {11: 0, 12: 1}, {11, 12}, vehicle=1)
    assert not of_home(k.VEHICLE, {}, {11, 12}, vehicle=1), "fewer does not matter here"
    assert said(of_home(k.VEHICLE, {12: 1}, {11, 12})) == (None, 1), "nothing was stated"


def test_the_finding_is_with_whoever_has_it() -> None:
    assert of_home(k.VEHICLE, {11: 0, 12: 1}, {11, 12}, vehicle=0)[0].about == WIFE


def test_houses_more_and_fewer() -> None:
    both = replace(k.HOUSE, direction="both")
    assert said(of_home(both, {11: 2}, {11, 12}, house=1)) == (1, 2)
    assert said(of_home(both, {}, {11, 12}, house=1)) == (1, 0)
    assert not of_home(both, {11: 1}, {11, 12}, house=1)
    assert not of_home(k.HOUSE, {}, {11, 12}, house=1)


def test_of_a_half_answered_household_only_more_counts() -> None:
    both = replace(k.HOUSE, direction="both")
    assert not of_home(both, {}, {11}, house=1)
    assert not of_home(both, {11: 1}, {11}, house=2)
    assert said(of_home(both, {11: 2}, {11}, house=1)) == (1, 2)
    assert not of_home(both, {11: 1, 12: None}, {11, 12}, house=2), "a record that is silent on houses"


def test_deposits_up_to_the_tolerance() -> None:
    deposit = replace(k.DEPOSIT, tolerance_percent=0)
    assert not of_home(deposit, {11: 300_000, 12: 300_000}, {11, 12}, deposit=500_000)
    [over] = of_home(deposit, {11: 300_000, 12: 300_001}, {11, 12}, deposit=500_000)
    kept = ({"fen": 500_000, "per": ""}, {"fen": 600_001, "per": ""}, 100_001)
    assert (over.declared, over.verified, over.difference_fen) == kept


def test_deposits_policies_and_shares_are_one_sum() -> None:
    kinds = [k.ALL[code] for code in ("insurance", "deposit", "securities", "payment_balance")]
    found = {11: {"deposit": 300_000, "insurance": 400_000}, 12: {"securities": 200_000, "payment_balance": 0}}
    known = Declared(abouts=[HEAD, WIFE], assets={"home": {"deposit": 300_000}}, members=HOME)
    [one] = compare(kinds, found, {11, 12}, known, ON)
    assert (one.kind, one.difference_fen) == (k.DEPOSIT, 600_000)
    known.assets["home"]["deposit"] = 900_000
    assert not compare(kinds, found, {11, 12}, known, ON)


def test_a_company_that_stands_whatever_was_declared_of_business() -> None:
    firm, gone = {"name": "东方建材", "post": "股东", "state": "open"}, {"name": "旧店", "state": "ended"}
    assert said(seen(k.COMPANY, [gone, firm])) == (None, [firm])
    assert not seen(k.COMPANY, [gone])
    [beside] = seen(k.COMPANY, [firm], incomes={1: {"business": 100}})
    assert (beside.declared, beside.verified) == ({"fen": 100, "per": "year"}, [firm])
    assert not seen(k.COMPANY, "absent")


JOB = {"employer": "某厂", "base": 420_000, "since": "2026-01-01"}


def test_insured_wages_against_the_wage() -> None:
    [one] = seen(k.EMPLOYMENT, [JOB])
    assert (one.declared, one.verified, one.difference_fen) == (month(0), [JOB], 420_000)
    assert not seen(k.EMPLOYMENT, [JOB], incomes={1: {"wage": 12 * 420_000}})
    assert not seen(k.EMPLOYMENT, "absent", incomes={1: {"wage": 100}})
    assert said(seen(k.EMPLOYMENT, [JOB], incomes={1: {"wage": None}})) == (None, [JOB])


def test_an_insurance_without_its_base() -> None:
    job = {"employer": "某厂"}
    assert said(seen(k.EMPLOYMENT, [job])) == (month(0), [job])
    assert not seen(k.EMPLOYMENT, [job], incomes={1: {"wage": 1}})


def test_a_pension_up_and_down() -> None:
    declared = {1: {"pension": 12 * 120_000}}
    [more] = seen(k.PENSION, 210_000, incomes=declared)
    assert (more.declared, more.verified, more.difference_fen) == (month(120_000), month(210_000), 90_000)
    assert said(seen(k.PENSION, 210_000)) == (month(0), month(210_000))
    assert not seen(k.PENSION, "absent", incomes=declared), "this kind looks upward"
    [none] = seen(k.BASIC_PENSION, "absent", incomes={1: {"basic_pension": 12 * 18_000}})
    assert (none.verified, none.difference_fen) == (month(0), -18_000)
    assert not seen(k.BASIC_PENSION, None, incomes={1: {"basic_pension": 1}}), "a record that is silent on it"
    assert not seen(k.BASIC_PENSION, "absent")


@pytest.mark.parametrize(("fen", "is_mismatch"), [(20_000, False), (20_001, True), (16_000, False), (15_999, True)])
def test_a_pension_at_its_tolerance(fen: int, is_mismatch: bool) -> None:
    assert bool(seen(k.BASIC_PENSION, fen, incomes={1: {"basic_pension": 12 * 18_000}})) is is_mismatch


def test_a_yearly_sum_is_compared_exactly() -> None:
    exact = replace(k.BASIC_PENSION, tolerance_fen=0)
    [one] = seen(exact, 10_000, incomes={1: {"basic_pension": 120_001}})
    assert (one.declared, one.difference_fen) == ({"fen": 120_001, "per": "year"}, 0)
    assert not seen(exact, 10_000, incomes={1: {"basic_pension": 120_000}})


@pytest.mark.parametrize(("fen", "is_mismatch"), [(1_100_000, False), (1_100_001, True), (899_999, False)])
def test_a_share_of_what_was_declared(fen: int, is_mismatch: bool) -> None:
    assert bool(seen(replace(k.TAX, tolerance_fen=1_000), fen, incomes={1: {"wage": 1_000_000}})) is is_mismatch


def test_an_unknown_income_is_looked_at_where_something_is_found() -> None:
    unknown: dict[str, Any] = {"incomes": {1: {"pension": None}}}
    assert said(seen(k.PENSION, 210_000, **unknown)) == (None, month(210_000))
    assert not seen(k.PENSION, 0, **unknown)
    assert not seen(replace(k.PENSION, direction="lower"), 210_000, **unknown)


def test_directions() -> None:
    declared = {1: {"pension": 12 * 120_000}}
    down = replace(k.PENSION, direction="lower")
    assert not seen(k.PENSION, 10_000, incomes=declared)
    assert seen(down, 10_000, incomes=declared)
    assert not seen(down, 210_000, incomes=declared)


def test_an_obligor_is_asked_only_for_more_than_all_they_stated() -> None:
    stated: dict[str, Any] = {"about": SON, "incomes": {3: {"other": 12 * 300_000}}}
    assert not seen(k.PENSION, 300_000, **stated)
    assert not seen(k.BASIC_PENSION, 100_000, **stated)
    assert not seen(k.BASIC_PENSION, "absent", **stated)
    assert said(seen(k.PENSION, 400_000, **stated)) == (month(300_000), month(400_000))


def test_a_familys_subsidies_together() -> None:
    known = Declared(abouts=[HEAD, WIFE], members=HOME, incomes={1: {"transfer": 60_000}, 2: {"transfer": 10_000}})
    found = {11: {"subsidy": 50_000}, 12: {"subsidy": 30_000}}
    subsidy = replace(k.SUBSIDY, tolerance_fen=0, tolerance_percent=0)
    [one] = compare([subsidy], found, {11, 12}, known, ON)
    assert (one.declared, one.verified) == ({"fen": 70_000, "per": "year"}, {"fen": 80_000, "per": "year"})
    known.incomes[2]["transfer"] = 20_000
    assert not compare([subsidy], found, {11, 12}, known, ON)


def test_a_machine_that_brings_an_income_nobody_declared() -> None:
    assert said(of_home(k.MACHINE, {11: 1}, {11, 12})) == (None, 1)
    known = Declared(abouts=[HEAD, WIFE], members=HOME, incomes={2: {"business": 1}})
    assert not compare([k.MACHINE], {11: {"farm_machine": 1}}, {11, 12}, known, ON)


def test_a_child_who_is_not_in_the_household() -> None:
    home = [*HOME["home"], Member("child", "child", birth_date="2015-05-01", number_index="child number")]
    known = Declared(abouts=[HEAD, WIFE], members={"home": home})

    def born(*entries: dict[str, str]) -> list[Mismatch]:
        return compare([k.BIRTH], {12: {"birth": list(entries)}}, {11, 12}, known, ON)

    assert not born({"born": "2015-05-01"}, {"born": "2015-05-01", "child_number": "child number"})
    assert not born({"born": "2008-01-01"}), "who is grown lives where they like"
    assert said(born({"born": "2018-01-01", "child_number": "other"})) == (None, [{"born": "2018-01-01"}])
    assert said(born({"born": "2018-01-01"})) == (None, [{"born": "2018-01-01"}])


def test_a_certificate_by_kind_and_grade() -> None:
    declared = {1: {"disability": Code("mental", 2)}}
    stated = [{"kind": "mental", "grade": "2"}]
    same, worse = {"kind": "mental", "grade": "2"}, {"kind": "mental", "grade": "1"}
    assert not seen(k.DISABILITY, [same], codes=declared)
    assert said(seen(k.DISABILITY, [worse], codes=declared)) == (stated, [worse])
    assert said(seen(k.DISABILITY, [same])) == (None, [same])
    for nothing in ("absent", [{**same, "until": "2026-11-24"}]):
        assert said(seen(k.DISABILITY, nothing, codes=declared)) == (stated, None)
        assert not seen(k.DISABILITY, nothing)


def test_school_but_not_compulsory_school() -> None:
    assert said(seen(k.SCHOOL, [{"stage": "undergraduate"}])) == (None, [{"stage": "undergraduate"}])
    assert not seen(k.SCHOOL, [{"stage": "compulsory"}])
    assert not seen(k.SCHOOL, [{"stage": "vocational"}], codes={1: {"student": Code("vocational")}})
    none = seen(k.SCHOOL, "absent", codes={1: {"student": Code("vocational")}})
    assert said(none) == ([{"stage": "vocational"}], None)


def test_mental_illness_claimed_and_not_registered() -> None:
    for claim in ({"disability": Code("mental", 1)}, {"health": Code("severe")}):
        assert said(seen(k.MENTAL, "absent", codes={1: claim})) == (True, False)
        assert not seen(k.MENTAL, True, codes={1: claim})
    assert not seen(k.MENTAL, "absent", codes={1: {"health": Code("good")}})


def test_declared_missing() -> None:
    assert said(seen(k.MISSING, "2025-01-01")) == (None, "2025-01-01")
    assert not seen(k.MISSING, "2025-01-01", codes={1: {"absence": Code("missing")}})
    assert said(seen(k.MISSING, "absent", codes={1: {"absence": Code("missing")}})) == (True, None)
    assert not seen(k.MISSING, "absent", codes={1: {"absence": Code("prison")}})


@pytest.mark.parametrize("kind", k.EVIDENCE, ids=lambda kind: kind.code)
@pytest.mark.parametrize("value", [3, True, 0, False, "absent"], ids=str)
def test_evidence_is_held_against_nothing(kind: Kind, value: Any) -> None:
    codes = {1: {"reason": Code("重病"), "health": Code("severe")}}
    assert not seen(kind, value, codes=codes)
    assert not may_differ([kind], {kind.code: value}, "371522", ON)
    assert not needs_everybody(kind)


def test_the_order_of_a_list_does_not_matter() -> None:
    one, other = {"name": "甲", "state": "open"}, {"name": "乙", "state": "open"}
    assert seen(k.COMPANY, [one, other]) == seen(k.COMPANY, [other, one])


def test_not_answered_is_never_a_mismatch() -> None:
    known = Declared(
        abouts=[HEAD, WIFE],
        incomes={1: {"pension": 100_000, "basic_pension": 1}},
        codes={1: {"disability": Code("mental", 1), "absence": Code("prison")}},
        assets={"home": {"house": 1, "vehicle": 2, "deposit": 9}},
        members=HOME,
    )
    assert compare(list(k.ALL.values()), {}, set(), known, ON) == []


def test_of_whoever_receives_only_the_standing_kinds() -> None:
    receiving = HEAD._replace(receives="dibao")
    assert not seen(k.TAX, 5_000_000, about=receiving)
    assert seen(k.PENSION, 500_000, about=receiving)
    assert {code for code, one in k.ALL.items() if one.is_standing} == {one.code for one in k.STANDING}
