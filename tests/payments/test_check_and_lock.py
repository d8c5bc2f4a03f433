"""Check a list, then freeze and hash it."""

from __future__ import annotations

import hashlib

import pytest
from django.conf import settings

from accounts import documents
from accounts.canonical import digest
from accounts.errors import Forbidden, NotHere, WrongState
from accounts.models import AuditEntry
from payments import holds, ledger, monthly
from payments.models import PayeeAccount, PaymentList
from payments.monthly import hashing
from tests.making import OTHER_COUNTY, make_award, make_household, make_person, make_user
from tests.payments import stories
from tests.payments.stories import MONTH, ON, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> stories.Office:
    return stories.Office()


@pytest.fixture
def built(office: stories.Office) -> PaymentList:
    make_award(make_household(people=2), amount_fen=40_000)
    make_award(make_household(people=1), amount_fen=60_000)
    return stories.build(office)


def test_it_works(office: stories.Office, built: PaymentList) -> None:
    checked = monthly.check(built.pk, actor=office.checker, on=ON)
    assert (checked.state, checked.checked_by) == ("checked", office.checker)
    locked = stories.fresh(monthly.lock(built.pk, actor=office.checker, on=ON))
    assert (locked.state, locked.total_fen, len(locked.hash)) == ("locked", 100_000, 64)
    entry = AuditEntry.objects.get(action="list.lock")
    assert (entry.pk, entry.after_hash, entry.actor) == (locked.audit_entry_id, locked.hash, office.checker)
    assert (settings.ANCHORS_DIR / "371522.jsonl").exists()


def test_the_hash_is_that_of_the_canonical_list(office: stories.Office, built: PaymentList) -> None:
    """Fed piece by piece, it is the digest of the whole form; the manifest holds each line's."""
    locked = stories.lock(office, built)
    digests = [digest(line) for line in hashing.lines(locked)]
    assert locked.hash == digest({"header": hashing.header(locked), "lines": digests})
    assert locked.manifest_id is not None
    assert documents.read(locked.manifest_id).hex() == "".join(digests)
    assert hashlib.sha256(documents.read(locked.manifest_id)).hexdigest() == locked.manifest_id
    assert {line["id_number"] for line in hashing.lines(locked)} == {
        line.payee.id_number for line in locked.lines.select_related("payee")
    }


def test_an_empty_list_can_be_locked(office: stories.Office) -> None:
    locked = stories.lock(office, stories.build(office))
    assert locked.hash == digest({"header": hashing.header(locked), "lines": []})


def test_check_waits_for_every_exception(office: stories.Office) -> None:
    make_award(with_account=False)
    make_award(with_account=False)
    made = stories.build(office)
    with pytest.raises(WrongState, match="还有 2 条例外没有办理"):
        monthly.check(made.pk, actor=office.checker, on=ON)
    assert stories.check(office, made).state == "checked"


@pytest.mark.parametrize("act", [monthly.check, monthly.lock])
def test_another_county_is_refused(office: stories.Office, built: PaymentList, act: object) -> None:
    with pytest.raises(NotHere):
        act(built.pk, actor=make_user("checker", OTHER_COUNTY), on=ON)  # type: ignore[operator]


@pytest.mark.parametrize("role", ["county", "approver", "release", "auditor"])
def test_another_post_is_refused(office: stories.Office, built: PaymentList, role: str) -> None:
    with pytest.raises(Forbidden, match="县级复核"):
        monthly.check(built.pk, actor=make_user(role), on=ON)


def test_the_builder_may_not_check_whatever_post_they_hold_now(office: stories.Office, built: PaymentList) -> None:
    builder = stories.moved_to(office.county, "checker")
    with pytest.raises(Forbidden, match=r"由本人于 .* 生成，复核由别人办理"):
        monthly.check(built.pk, actor=builder, on=ON)


def test_the_checker_locks_and_nobody_else(office: stories.Office, built: PaymentList) -> None:
    stories.check(office, built)
    with pytest.raises(Forbidden, match=f"由复核人{office.checker.full_name}冻结"):
        monthly.lock(built.pk, actor=make_user("checker"), on=ON)


def test_lock_needs_a_checked_list(office: stories.Office, built: PaymentList) -> None:
    with pytest.raises(WrongState, match="待复核，还不能冻结"):
        monthly.lock(built.pk, actor=office.checker, on=ON)


def test_lock_refuses_while_somebody_due_is_missing(office: stories.Office, built: PaymentList) -> None:
    checked = stories.check(office, built)
    make_award()
    with pytest.raises(WrongState, match="生成后又有 1 户应发，作废后重新生成"):
        monthly.lock(checked.pk, actor=office.checker, on=ON)


def test_lock_refuses_the_dead_and_the_held(office: stories.Office, built: PaymentList) -> None:
    checked = stories.check(office, built)
    child = built.lines.get(people=2).household.memberships.get(position=2).person
    child.died_on = ON
    child.save(update_fields=["died_on"])
    holds.set_hold(built.lines.get(people=1).payee, "custody", "", actor=make_user("county"), on=ON)
    with pytest.raises(WrongState, match=r"第 \d 行.\*.?、第 \d 行.\*.?有死亡登记或暂停，作废后重新生成"):
        monthly.lock(checked.pk, actor=office.checker, on=ON)


def test_lock_refuses_a_sum_the_ledger_says_no_more(office: stories.Office, built: PaymentList) -> None:
    checked = stories.check(office, built)
    ledger.stop(built.lines.get(people=2).award, MONTH, "收入超标", actor=office.approver, on=ON)
    with pytest.raises(WrongState, match="的金额已变动"):
        monthly.lock(checked.pk, actor=office.checker, on=ON)


def test_lock_refuses_a_line_no_bank_could_take(office: stories.Office) -> None:
    award = make_award(make_household(people=[make_person("王学礼")]), with_account=False)
    PayeeAccount.objects.create(
        person=award.payee,
        kind="card",
        bank="农商行",
        number="6209990000000001",
        holder_name="=王,学礼",
        holder_reason="旧户名",
        opened_on=ON,
    )
    checked = stories.check(office, stories.build(office))
    with pytest.raises(WrongState, match="第 1 行户名含有符号"):
        monthly.lock(checked.pk, actor=office.checker, on=ON)


def test_twice_is_once(office: stories.Office, built: PaymentList) -> None:
    locked = stories.lock(office, built)
    for act in (monthly.check, monthly.lock):
        with pytest.raises(monthly.AlreadyDone, match="已由本人于"):
            act(locked.pk, actor=office.checker, on=ON)
        with pytest.raises(WrongState, match=f"已由{office.checker.full_name}于"):
            act(locked.pk, actor=make_user("checker"), on=ON)
    assert AuditEntry.objects.filter(action="list.lock").count() == 1


def test_two_at_once_is_once(office: stories.Office, built: PaymentList) -> None:
    others = (office.checker, make_user("checker"))
    outcomes = at_once(*(lambda a=a: monthly.check(built.pk, actor=a, on=ON) for a in others))
    assert sorted(type(o).__name__ for o in outcomes) == ["PaymentList", "WrongState"]
