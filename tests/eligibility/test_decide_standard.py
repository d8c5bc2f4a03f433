"""Decide a draft: in force or returned by another person, withdrawn by its drafter; once, and by the database too."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from accounts import integrity
from accounts.errors import Forbidden, Invalid, NotHere, WrongState
from accounts.models import AuditEntry
from eligibility import assess, standard_drafts
from eligibility.models import LocalSetting, MinimumWage, Standard, StandardDecision, StandardDraft
from eligibility.standard_drafts import AlreadyDone
from tests.eligibility.drafting import EDGE, ON, RAISED, Desk
from tests.making import COUNTY, OTHER_COUNTY, VILLAGE, make_user
from tests.payments.stories import at_once, moved_to

pytestmark = pytest.mark.django_db(transaction=True)
TEKUN = replace(RAISED, programme="tekun", measure="basic", value=Decimal(979))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_it_works(desk: Desk) -> None:
    assert assess.figures_in_force(VILLAGE, "rural", date(2027, 1, 1)) == 75_300
    made = desk.enforced()
    row = Standard.objects.get(region_id=COUNTY)
    assert (row.value_fen, row.drafted_by, row.enforced_by) == (80_000, desk.drafter, desk.approver)
    assert made.decision.row_id == row.pk
    assert assess.figures_in_force(VILLAGE, "rural", date(2026, 12, 31)) == 75_300
    assert assess.figures_in_force(VILLAGE, "rural", date(2027, 1, 1)) == 80_000
    assert assess.figures_in_force(OTHER_COUNTY, "rural", date(2027, 1, 1)) == 75_300, "another county's stands"


def test_a_wage_and_a_setting_go_the_same_way(desk: Desk) -> None:
    wage = replace(RAISED, programme="minimum_wage", measure="monthly", area="", value=Decimal("2200.50"))
    desk.enforced(wage)
    desk.enforced(EDGE)
    assert MinimumWage.objects.get(region_id=COUNTY).value_fen == 220_050
    setting = LocalSetting.objects.get()
    assert (setting.key, setting.value, setting.enforced_by) == ("edge_multiple", Decimal("1.8"), desk.approver)


def test_every_row_is_sealed(desk: Desk) -> None:
    desk.enforced()
    desk.enforced(EDGE)
    desk.enforced(EDGE, effective_from=date(2026, 12, 1), value=None)
    faults = [fault for fault in integrity.seals() if fault is not None]
    assert faults == []
    actions = AuditEntry.objects.filter(action__startswith="standard.").exclude(action="standard.load")
    assert set(actions.values_list("action", flat=True)) == {"standard.draft", "standard.in_force", "standard.enforce"}


def test_the_drafter_does_not_enforce_or_return(desk: Desk) -> None:
    made = desk.draft()
    both = moved_to(desk.drafter, "approver")
    with pytest.raises(Forbidden, match="本人起草"):
        standard_drafts.enforce(made.pk, actor=both, on=ON)
    with pytest.raises(Forbidden, match="本人起草"):
        standard_drafts.send_back(made.pk, "不对", actor=both, on=ON)
    assert not StandardDecision.objects.exists()


def test_another_county_is_refused(desk: Desk) -> None:
    made = desk.draft()
    with pytest.raises(NotHere):
        standard_drafts.enforce(made.pk, actor=make_user("approver", OTHER_COUNTY), on=ON)


@pytest.mark.parametrize("role", ["county", "checker", "clerk", "auditor"])
def test_who_does_not_decide_is_refused(desk: Desk, role: str) -> None:
    made = desk.draft()
    actor = make_user(role, VILLAGE)
    with pytest.raises((Forbidden, NotHere)):
        standard_drafts.enforce(made.pk, actor=actor, on=ON)


def test_a_returned_draft_has_its_reason_and_stays(desk: Desk) -> None:
    made = desk.draft()
    for reason in ("", "  ", "因" * 301):
        with pytest.raises(Invalid) as refused:
            standard_drafts.send_back(made.pk, reason, actor=desk.approver, on=ON)
        assert set(refused.value.errors) == {"reason"}
    back = standard_drafts.send_back(made.pk, "文号与扫描件不符", actor=desk.approver, on=ON)
    assert (back.decision.outcome, back.decision.reason) == ("returned", "文号与扫描件不符")
    with pytest.raises(WrongState, match=f"已由{desk.approver.full_name}于 .* 退回"):
        standard_drafts.enforce(made.pk, actor=make_user("approver"), on=ON)
    assert desk.draft().pk != made.pk, "a new draft of the same day is free again"


def test_only_the_drafter_withdraws(desk: Desk) -> None:
    made = desk.draft()
    with pytest.raises(Forbidden, match=f"草稿由{desk.drafter.full_name}撤回"):
        standard_drafts.withdraw(made.pk, actor=make_user("county"), on=ON)
    assert standard_drafts.withdraw(made.pk, actor=desk.drafter, on=ON).decision.outcome == "withdrawn"
    with pytest.raises(WrongState, match="撤回"):
        standard_drafts.enforce(made.pk, actor=desk.approver, on=ON)


def test_a_base_that_moved_meanwhile_stops_it(desk: Desk) -> None:
    """Drafted at its floor of 979 = ceil(1.3 × 753); with 800 in force the floor is 1,040."""
    waiting = desk.draft(TEKUN)
    desk.enforced()
    with pytest.raises(WrongState, match="底线或原标准变了"):
        standard_drafts.enforce(waiting.pk, actor=desk.approver, on=ON)
    assert not Standard.objects.filter(region_id=COUNTY, programme="tekun").exists()


def test_twice_is_once(desk: Desk) -> None:
    made = desk.enforced()
    with pytest.raises(AlreadyDone, match="已由本人于"):
        standard_drafts.enforce(made.pk, actor=desk.approver, on=ON)
    assert Standard.objects.filter(region_id=COUNTY).count() == 1


def test_two_at_once_is_once(desk: Desk) -> None:
    made, other = desk.draft(), make_user("approver")
    outcomes = at_once(*(lambda a=a: standard_drafts.enforce(made.pk, actor=a, on=ON) for a in (desk.approver, other)))
    won = [one for one in outcomes if isinstance(one, StandardDraft)]
    lost = [one for one in outcomes if not isinstance(one, StandardDraft)]
    assert len(won) == len(lost) == 1
    winner = won[0].decision.decided_by.full_name
    assert isinstance(lost[0], WrongState)
    assert lost[0].message.startswith(f"已由{winner}于 ")
    assert Standard.objects.filter(region_id=COUNTY).count() == 1


def test_enforced_and_withdrawn_at_once_is_one_of_them(desk: Desk) -> None:
    made = desk.draft()
    at_once(
        lambda: standard_drafts.enforce(made.pk, actor=desk.approver, on=ON),
        lambda: standard_drafts.withdraw(made.pk, actor=desk.drafter, on=ON),
    )
    decided = StandardDecision.objects.get()
    assert Standard.objects.filter(region_id=COUNTY).exists() == (decided.outcome == "in_force")


def test_two_drafts_of_one_day_at_once_leave_one(desk: Desk) -> None:
    """Written past each other at the same moment, two drafts of one day can both wait: the day is taken once."""
    key = [uuid.uuid4(), uuid.uuid4()]
    acts = [
        lambda k=k, v=v: standard_drafts.draft(
            replace(RAISED, value=Decimal(v)), key=k, scan=None, actor=desk.drafter, on=ON
        )
        for k, v in zip(key, (800, 810), strict=True)
    ]
    at_once(*acts)
    waiting = list(StandardDraft.objects.all())
    outcomes = at_once(*(lambda w=w: standard_drafts.enforce(w.pk, actor=desk.approver, on=ON) for w in waiting))
    assert sum(isinstance(one, StandardDraft) for one in outcomes) == 1
    assert Standard.objects.filter(region_id=COUNTY).count() == 1


def test_two_rows_committed_out_of_order_are_both_read(desk: Desk) -> None:
    """The row with the older id may commit last: the book read between the two must not be kept for both."""
    urban = desk.draft(area="urban", value=Decimal(1000))
    rural = desk.draft()
    at_once(*(lambda w=w: standard_drafts.enforce(w.pk, actor=desk.approver, on=ON) for w in (urban, rural)))
    assert assess.figures_in_force(VILLAGE, "rural", date(2027, 1, 1)) == 80_000
    assert assess.figures_in_force(VILLAGE, "urban", date(2027, 1, 1)) == 100_000
