"""Approve and release: the third and the fourth hand, of the list that was seen and locked."""

from __future__ import annotations

import pytest

from accounts.errors import Conflict, Forbidden, NotHere, WrongState
from accounts.models import AuditEntry
from payments import holds, ledger, monthly
from payments.models import PaymentLine, PaymentList
from tests.conftest import superuser, test_database
from tests.making import OTHER_COUNTY, make_award, make_household, make_user
from tests.payments import stories
from tests.payments.stories import MONTH, ON, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> stories.Office:
    return stories.Office()


@pytest.fixture
def locked(office: stories.Office) -> PaymentList:
    make_award(make_household(people=2))
    make_award()
    return stories.lock(office, stories.build(office))


def approve(made: PaymentList, actor: object) -> PaymentList:
    return monthly.approve(made.pk, seen_hash=made.hash, actor=actor, on=ON)  # type: ignore[arg-type]


def release(made: PaymentList, actor: object) -> PaymentList:
    return monthly.release(made.pk, seen_hash=made.hash, actor=actor, on=ON)  # type: ignore[arg-type]


def tamper(statement: str) -> None:
    """As somebody who holds the whole database, past every guard."""
    with superuser(test_database()) as owner, owner.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)


def test_it_works(office: stories.Office, locked: PaymentList) -> None:
    approved = approve(locked, office.approver)
    assert (approved.state, approved.approved_by) == ("approved", office.approver)
    released = release(locked, office.release)
    assert (released.state, released.released_by) == ("released", office.release)
    hands = {released.built_by_id, released.checked_by_id, released.approved_by_id, released.released_by_id}
    assert len(hands) == 4
    assert AuditEntry.objects.get(action="list.release").after_hash == locked.hash


def test_another_county_is_refused(office: stories.Office, locked: PaymentList) -> None:
    with pytest.raises(NotHere):
        approve(locked, make_user("approver", OTHER_COUNTY))


@pytest.mark.parametrize("role", ["county", "checker", "release", "auditor"])
def test_another_post_may_not_approve(locked: PaymentList, role: str) -> None:
    with pytest.raises(Forbidden, match="县级审批"):
        approve(locked, make_user(role))


@pytest.mark.parametrize("hand", ["county", "checker"])
def test_an_earlier_hand_may_not_approve_in_a_new_post(office: stories.Office, locked: PaymentList, hand: str) -> None:
    person = stories.moved_to(getattr(office, hand), "approver")
    with pytest.raises(Forbidden, match="批准由别人办理"):
        approve(locked, person)


def test_it_needs_its_own_state(office: stories.Office, locked: PaymentList) -> None:
    with pytest.raises(WrongState, match="待批准，还不能放款"):
        release(locked, office.release)


def test_what_was_seen_must_be_what_is_approved(office: stories.Office, locked: PaymentList) -> None:
    with pytest.raises(Conflict, match="不是同一份"):
        monthly.approve(locked.pk, seen_hash="0" * 64, actor=office.approver, on=ON)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_paymentline SET net_fen = net_fen + 1, due_fen = due_fen + 1 WHERE seq = 2",
        "UPDATE payments_paymentline l SET account = o.account FROM payments_paymentline o WHERE l.seq > o.seq",
    ],
)
def test_an_altered_line_is_named(office: stories.Office, locked: PaymentList, statement: str) -> None:
    tamper(statement)
    with pytest.raises(Conflict, match="名单第 2 行与冻结时不符"):
        approve(locked, office.approver)


def test_a_removed_line_is_seen(office: stories.Office, locked: PaymentList) -> None:
    tamper("DELETE FROM payments_paymentline WHERE seq = 2")
    with pytest.raises(Conflict, match="冻结时 2 行，现有 1 行"):
        approve(locked, office.approver)


def test_a_death_or_a_hold_since_the_lock_stops_it(office: stories.Office, locked: PaymentList) -> None:
    holds.set_hold(PaymentLine.objects.get(seq=2).payee, "doubtful", "", actor=make_user("county"), on=ON)
    with pytest.raises(WrongState, match=r"第 2 行.*有死亡登记或暂停"):
        approve(locked, office.approver)


def test_a_stop_since_the_approval_stops_the_release(office: stories.Office, locked: PaymentList) -> None:
    approve(locked, office.approver)
    ledger.stop(PaymentLine.objects.get(seq=1).award, MONTH, "死亡", actor=office.approver, on=ON)
    with pytest.raises(WrongState, match=r"第 1 行.*的金额已变动，作废后重新生成"):
        release(locked, office.release)


def test_twice_is_once_and_another_is_told_who_and_when(office: stories.Office, locked: PaymentList) -> None:
    approve(locked, office.approver)
    with pytest.raises(monthly.AlreadyDone, match=r"已由本人于 \d\d-\d\d \d\d:\d\d 批准"):
        approve(locked, office.approver)
    with pytest.raises(WrongState, match=f"已由{office.approver.full_name}于"):
        approve(locked, make_user("approver"))
    assert AuditEntry.objects.filter(action="list.approve").count() == 1


def test_two_approvers_at_once_is_one(office: stories.Office) -> None:
    """Fifty races, each on a list of its own month's number; the loser reads who was first and when."""
    rivals = (office.approver, make_user("approver"))
    make_award()
    for _ in range(50):
        locked = stories.lock(office, stories.build(office))
        outcomes = at_once(*(lambda a=a, m=locked: approve(m, a) for a in rivals))
        won = [o for o in outcomes if isinstance(o, PaymentList)]
        told = [o for o in outcomes if isinstance(o, WrongState)]
        assert (len(won), len(told)) == (1, 1), outcomes
        assert won[0].approved_by is not None
        assert f"已由{won[0].approved_by.full_name}于" in told[0].message
        assert AuditEntry.objects.filter(action="list.approve", target_id=locked.pk).count() == 1
        monthly.cancel(locked.pk, "再试一次", actor=office.approver, on=ON)
