"""The source is right: its value becomes a verified fact beside what was declared, which stays on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry, User
from eligibility import assess
from households import facts
from households.means import Income, Obligor
from households.models import AssetFact, CircumstanceFact, IncomeFact, Obligation
from tests.making import IN_OFFICE_SINCE, OTHER_TOWNSHIP, VILLAGE, make_person, make_user
from tests.payments.stories import at_once
from tests.simulate import registry
from tests.verification import stories
from tests.verification.nights import Night, pension
from tests.verification.stories import NIGHT
from verification import findings
from verification.findings import Recorded, Worked
from verification.models import Finding, FindingStep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def night() -> Night:
    return Night()


def accept(actor: User, reason: str = "family_admits", note: str = "", *, kind: str = "") -> Worked:
    found = Finding.objects.get(**({"kind": kind} if kind else {}))
    return findings.accept(found.pk, reason=reason, note=note, actor=actor, on=NIGHT, is_relative=lambda *_: False)


def found(night: Night, said: dict[int, Any], source: str = "human_resources") -> Worked:
    """The one finding of this answer, accepted by the clerk."""
    assert night.answers(said, source).new == 1
    return accept(night.clerk)


def incomes(night: Night, place: int = 0) -> list[tuple[str, int | None, str]]:
    return [(one.kind, one.amount_fen, one.per) for one in facts.read(night.home)[0].people[place].incomes]


def test_it_works(night: Night) -> None:
    done = found(night, {0: {"pension": 146_400}})
    assert (done.finding.state, done.step.action, done.step.reason, done.hold) == (
        *("accepted", "accept", "family_admits", ""),
    )
    assert incomes(night) == [("wage", 50_000, "month"), ("pension", 146_400, "month")]
    fact = IncomeFact.objects.get(source="verified")
    assert (fact.recorded_by, fact.period_from) == (night.clerk, NIGHT)
    assert fact.evidence == "参保、养老金、失业金 2026-11-25"


def test_the_declared_row_is_superseded_and_stays(night: Night) -> None:
    night.earns(Income("wage", 50_000, "month"), Income("pension", 120_000, "month"), Income("pension", 6_000, "year"))
    found(night, {0: {"pension": 146_400}})
    assert incomes(night) == [("wage", 50_000, "month"), ("pension", 146_400, "month")]
    old = IncomeFact.objects.filter(kind="pension", source="declared")
    assert list(old.order_by("amount_fen").values_list("amount_fen", flat=True)) == [6_000, 120_000]
    assert not old.live().exists()


def test_what_was_accepted_is_what_the_finding_foretold(night: Night) -> None:
    done = found(night, {0: {"pension": 10_000}})
    kept = next(one for one in assess.judged(night.home, on=NIGHT).answers["results"] if one["programme"] == "dibao")
    assert kept["amount"] == "906.00"
    assert done.finding.consequence["after"]["amount_fen"] == 90_600


def test_the_next_night_agrees(night: Night) -> None:
    found(night, {0: {"pension": 146_400}})
    assert night.answers({0: {"pension": 146_400}}, on=NIGHT + timedelta(1)) == Recorded()


def test_a_pension_that_is_none(night: Night) -> None:
    night.earns(Income("basic_pension", 18_000, "month"))
    found(night, {})
    assert incomes(night) == []
    assert IncomeFact.objects.filter(is_withdrawal=True, source="verified").count() == 1


def test_insured_wages_take_the_place_of_the_wage(night: Night) -> None:
    found(night, {0: {"employment": [{"employer": "某厂", "base": 420_000}]}})
    assert incomes(night) == [("wage", 420_000, "month")]


def test_a_car(night: Night) -> None:
    found(night, {1: {"vehicle": 1}}, "public_security")
    assert list(AssetFact.objects.live().values_list("kind", "quantity", "source")) == [("vehicle", 1, "verified")]


def test_a_sum_that_is_owned(night: Night) -> None:
    found(night, {0: {"deposit": 5_000_000, "insurance": 0, "securities": 0, "payment_balance": 0}}, "financial")
    assert AssetFact.objects.live().get().amount_fen == 5_000_000


def test_a_funds_balance_comes_beside_the_deposits(night: Night) -> None:
    pen = facts.Pen(night.home, source="declared", on=stories.SINCE, by=night.clerk)
    pen.asset("deposit", amount_fen=100_000)
    found(night, {0: {"housing_fund": 0, "housing_fund_balance": 900_000}}, "housing_fund")
    assert AssetFact.objects.live().get().amount_fen == 1_000_000


def test_a_family_subsidy_stands_with_whoever_draws_it(night: Night) -> None:
    night.earns(Income("transfer", 10_000, "year"), place=0)
    found(night, {1: {"subsidy": 200_000}}, "finance")
    assert (incomes(night, 0), incomes(night, 1)) == ([], [("transfer", 200_000, "year")])


def test_prison_waits_for_no_list(night: Night) -> None:
    done = found(night, {1: {"custody": [{"kind": "prison", "since": "2026-05-01"}]}}, "public_security")
    assert done.hold == "custody"
    assert CircumstanceFact.objects.live().get(kind="absence").code == "prison"
    assert facts.read(night.home)[0].people[1].absence == "prison"


def test_a_death_is_on_the_file(night: Night) -> None:
    done = found(night, {1: {"death": "2026-10-03"}}, "public_security")
    assert done.hold == "death"
    assert f"{night.people[1].died_on}" == "2026-10-03"
    entry = AuditEntry.objects.get(action="person.died")
    assert (entry.target_id, entry.detail) == (str(night.people[1].pk), "{}")


def test_a_certificate_that_lapsed(night: Night) -> None:
    registry.say(night.home, night.people[0], "disability", "mental", 2, night.clerk)
    assert night.answers({}, "disabled_federation").new == 1
    accept(night.clerk, "paper_seen")
    assert facts.read(night.home)[0].people[0].disability is None


@pytest.mark.parametrize(
    ("source", "said", "hold"),
    [
        ("market", {"company": [{"name": "东方建材", "state": "open"}]}, ""),
        ("civil_affairs", {"marriage": [{"status": "married"}]}, "doubtful"),
        ("public_security", {"hukou": [{"region": "371524101285"}]}, "moved"),
    ],
)
def test_what_the_rules_do_not_read_writes_no_fact(night: Night, source: str, said: dict[str, Any], hold: str) -> None:
    done = found(night, {0: said}, source)
    assert done.hold == hold
    for model in (IncomeFact, AssetFact, CircumstanceFact):
        assert not model.objects.filter(source="verified").exists()


def test_an_obligors_income_is_one_sum(night: Night) -> None:
    son = make_person()
    Obligation.objects.create(household=night.home, obligor=son, relation="child", starts_on=IN_OFFICE_SINCE)
    pen = facts.Pen(night.home, source="declared", on=stories.SINCE, by=night.clerk)
    pen.obligor(son, Obligor("child", monthly_income_fen=100_000))
    run = stories.make_run()
    stories.make_subject(run, son, night.home, role="obligor")
    request, [enquiry] = stories.asked([son], night.home, "human_resources", run=run)
    with transaction.atomic():
        findings.weigh(request, {enquiry.id: {"pension": 400_000}}, {enquiry.id})
    accept(night.clerk)
    assert facts.read(night.home)[0].obligors[0].monthly_income_fen == 400_000


def test_another_township_is_refused() -> None:
    pension()
    with pytest.raises(NotHere):
        accept(make_user("clerk", OTHER_TOWNSHIP))


def test_the_village_may_not() -> None:
    pension()
    with pytest.raises(Forbidden, match="乡镇窗口经办、乡镇审核、县级经办"):
        accept(make_user("village", VILLAGE))


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"reason": "whim"}, {"reason"}),
        ({"reason": "within_rules"}, {"reason"}),
        ({"note": "字" * 501}, {"note"}),
    ],
)
def test_invalid_input_names_the_field(given: dict[str, str], fields: set[str]) -> None:
    night, _ = pension()
    with pytest.raises(Invalid) as refused:
        accept(night.clerk, **given)
    assert set(refused.value.errors) == fields
    assert not IncomeFact.objects.filter(source="verified").exists()


def test_twice_is_refused_with_who_and_when() -> None:
    night, _ = pension()
    accept(night.clerk)
    with pytest.raises(WrongState, match=r"已由刘海燕于 .* 办理：采纳核对"):
        accept(make_user("county"))
    assert IncomeFact.objects.filter(source="verified").count() == 1


def test_two_at_once_is_once() -> None:
    night, _ = pension()
    county = make_user("county")
    outcomes = at_once(lambda: accept(night.clerk), lambda: accept(county))
    assert sorted(type(one).__name__ for one in outcomes) == ["Worked", "WrongState"]
    assert FindingStep.objects.count() == 1


def test_two_findings_of_one_wage_at_once_are_both_written(night: Night) -> None:
    night.answers({0: {"employment": [{"base": 420_000}]}})
    night.answers({0: {"tax_wage": 5_000_000}}, "tax")
    outcomes = at_once(*(lambda kind=kind: accept(night.clerk, kind=kind) for kind in ("employment", "tax_wage")))
    assert [type(one).__name__ for one in outcomes] == ["Worked", "Worked"]
    assert len(incomes(night)) == 1
