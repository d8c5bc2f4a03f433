"""R-21, R-22, R-24: whatever happens to an award in whatever order, a month is paid once or named, and sums agree."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import ClassVar

import pytest
from django.db.models import Count, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.errors import AidError
from eligibility.programmes import Programme
from households.models import Person
from payments import holds, ledger, monthly
from payments.models import Award, Hold, LedgerEntry, PaymentLine, PaymentList, PaymentSlot
from payments.moments import next_month
from tests.conftest import _empty
from tests.making import OTHER_COUNTY, make_account, make_award, make_household, make_person, make_user, region
from tests.payments import stories

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = ("371522101201", "371524101285")
PROGRAMMES = (Programme.DIBAO, Programme.TEKUN, Programme.TEMPORARY)


class County(RuleBasedStateMachine):
    """Two counties, four people, and everything that may happen to what they are paid."""

    reached: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        _empty(None)  # type: ignore[arg-type]
        self.offices = {code[:6]: stories.Office(f"{code[:6]}000000") for code in ("371522000000", OTHER_COUNTY)}
        self.people = [make_person() for _ in range(4)]
        self.homes = [make_household(PLACES[i % 2], people=[person]) for i, person in enumerate(self.people)]
        self.today = date(2026, 11, 16)
        self.setter = {code: make_user("checker", f"{code}000000") for code in self.offices}
        self.confirm(0, 0, Programme.DIBAO, True)

    def award(self, which: int) -> Award | None:
        awards = list(Award.objects.order_by("pk"))
        return awards[which % len(awards)] if awards else None

    @rule(who=st.integers(0, 3), where=st.integers(0, 3), programme=st.sampled_from(PROGRAMMES), rich=st.booleans())
    def confirm(self, who: int, where: int, programme: Programme, rich: bool) -> None:
        """Any office may try to award anybody; the covers say who is taken."""
        home = self.homes[where]
        try:
            make_award(
                home,
                programme=programme,
                people=[self.people[who]],
                first_month=next_month(self.today),
                awarded_on=self.today,
                actor=self.offices[home.county_code].approver,
                with_account=rich,
                amount_fen=10_000 + who,
            )
        except AidError:
            assert Award.objects.filter(payee=self.people[who]).exists()

    @rule(which=st.integers(0, 9), act=st.sampled_from(["stop", "suspend", "resume"]), later=st.integers(0, 2))
    def decide(self, which: int, act: str, later: int) -> None:
        award = self.award(which)
        if award is None:
            return
        month = self.today.replace(day=1)
        for _ in range(later):
            month = next_month(month)
        actor = self.offices[award.county_code].approver
        with suppress(AidError):
            getattr(ledger, act)(award, month, "核查", actor=actor, on=self.today)

    @rule(which=st.integers(0, 9), back=st.integers(0, 2), by=st.integers(1, 3))
    def raise_the_amount(self, which: int, back: int, by: int) -> None:
        """A standard published late: a month listed is raised by back-pay, those to come by a change."""
        award = self.award(which)
        month = ledger.settled_month(award) if award else None
        if award is None or month is None:
            return
        actor = self.offices[award.county_code].approver
        for _ in range(back):
            month = max(award.first_month, (month - timedelta(days=1)).replace(day=1))
        before = ledger.due(month).get(award.pk, 0)
        with suppress(AidError):
            ledger.back_pay(award, month, by * 100, "标准提高", actor=actor, on=self.today)
            assert ledger.due(month)[award.pk] == before + by * 100
            self.reached["raised"] += 1
        with suppress(AidError):
            ledger.change(award, 20_000 + by, next_month(self.today), "标准提高", actor=actor, on=self.today)

    @rule(who=st.integers(0, 3))
    def give_account(self, who: int) -> None:
        if not self.people[who].accounts.filter(closed_on=None).exists():
            make_account(self.people[who])

    @rule(who=st.integers(0, 3))
    def hold_or_clear(self, who: int) -> None:
        person = Person.objects.get(pk=self.people[who].pk)
        code = self.homes[who].county_code
        open_hold = Hold.objects.open().filter(person=person).first()
        if open_hold is None:
            holds.set_hold(person, "doubtful", "", actor=self.setter[code], on=self.today)
        else:
            holds.clear_hold(open_hold, "无误", actor=self.offices[code].county, on=self.today)

    @rule(code=st.sampled_from(["371522", "371524"]), ahead=st.booleans(), far=st.integers(0, 4))
    def build(self, code: str, ahead: bool, far: int) -> None:
        """Build a list, and take it some steps of its way."""
        month = next_month(self.today) if ahead else self.today.replace(day=1)
        office = self.offices[code]
        try:
            made = monthly.start_build(region(office.code), month, actor=office.county, on=self.today)
        except AidError:
            return
        stories.run_jobs()
        made = stories.fresh(made)
        assert made.state == "built"
        due = ledger.due(month, code)
        accounted = set(made.lines.values_list("award_id", flat=True))
        accounted |= set(made.exceptions.values_list("award_id", flat=True))
        accounted |= set(PaymentSlot.objects.filter(period=month).values_list("award_id", flat=True))
        accounted |= set(PaymentSlot.objects.filter(kind="once").values_list("award_id", flat=True))
        assert set(due) <= accounted
        self.reached.update(made.exceptions.values_list("reason", flat=True))
        self.reached["line"] += made.lines_count
        self.reached["back_pay"] += made.lines.filter(back_pay_fen__gt=0).count()
        self.reached["once"] += made.slots.filter(kind="once").count()
        self.reached["raise paid"] += made.slots.filter(kind="back_pay").count()
        for _ in range(far):
            self._step(made)

    @precondition(lambda self: PaymentList.objects.exclude(state__in=["cancelled", "exported"]).exists())
    @rule(which=st.integers(0, 9), give_up=st.sampled_from([False, False, True]))
    def go_on(self, which: int, give_up: bool) -> None:
        """The next step of some list, or its end."""
        lists = list(PaymentList.objects.exclude(state__in=["cancelled", "exported"]).order_by("pk"))
        self._step(lists[which % len(lists)], give_up=give_up)

    def _step(self, made: PaymentList, *, give_up: bool = False) -> None:
        made = stories.fresh(made)
        office = self.offices[made.county_code]
        with suppress(AidError):
            if give_up:
                actor = office.county if made.state in ("built", "checked") else office.approver
                made = monthly.cancel(made.pk, "重建", actor=actor, on=self.today)
            elif made.state == "built":
                made = stories.check(office, made)
            elif made.state == "checked":
                made = monthly.lock(made.pk, actor=office.checker, on=self.today)
            elif made.state == "locked":
                made = monthly.approve(made.pk, seen_hash=made.hash, actor=office.approver, on=self.today)
            elif made.state == "approved":
                made = monthly.release(made.pk, seen_hash=made.hash, actor=office.release, on=self.today)
            self.reached[made.state] += 1

    @rule()
    def a_month_passes(self) -> None:
        self.today = next_month(self.today) + timedelta(days=15)

    @invariant()
    def nobody_is_paid_twice(self) -> None:
        standing = PaymentSlot.objects.filter(kind="regular")
        twice = standing.values("person", "slot", "period").annotate(times=Count("pk")).filter(times__gt=1)
        assert not twice.exists()
        assert not PaymentSlot.objects.filter(list__state="cancelled").exists()
        once = PaymentSlot.objects.filter(kind="once").values("award").annotate(times=Count("pk"))
        assert not once.filter(times__gt=1).exists()
        raised = PaymentSlot.objects.filter(kind="back_pay").values("entry")
        assert not raised.annotate(lines=Count("line", distinct=True)).filter(lines__gt=1).exists()

    @invariant()
    def what_an_award_was_paid_is_what_the_ledger_said_of_its_months(self) -> None:
        """Of awards that were never stopped or suspended, so that no decision came after the list."""
        lines = PaymentLine.objects.exclude(list__state__in=["building", "cancelled"]).filter(award__is_once=False)
        for award in Award.objects.filter(is_once=False).exclude(ledger__kind__in=["stop", "suspend"]):
            paid = lines.filter(award=award).aggregate(sum=Sum("net_fen"))["sum"] or 0
            months = set(PaymentSlot.objects.filter(award=award, kind="regular").values_list("period", flat=True))
            entries = LedgerEntry.objects.filter(slots__award=award).distinct()
            assert paid == sum(ledger.in_force(award, m) for m in months) + sum(e.amount_fen for e in entries)

    @invariant()
    def sums_agree(self) -> None:
        for made in PaymentList.objects.exclude(state="building"):
            total = PaymentLine.objects.filter(list=made).aggregate(sum=Sum("net_fen"))["sum"] or 0
            assert total == made.total_fen


# The database is emptied by the machine itself: an example is a county of its own.
def test_never_twice() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    County.reached.clear()
    run_state_machine_as_test(
        County,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # What was never seen was never tested.
    wanted = {
        "raised",
        "raise paid",
        "line",
        "back_pay",
        "once",
        "hold",
        "no_account",
        "checked",
        "locked",
        "approved",
        "cancelled",
    }
    assert wanted <= {what for what, times in County.reached.items() if times}, County.reached
