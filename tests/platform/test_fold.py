"""Whatever happened: the files, folded by their keys, say of every award exactly what the ledger says."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import call_command

from accounts import clock
from accounts.errors import Invalid, WrongState
from accounts.models import User
from applications.models import PlatformFile
from liaocheng_aid.integrity import examine_all
from payments import ledger
from payments.models import Award, LedgerEntry
from tests.making import AWARDED_ON, make_award, make_household, make_user
from tests.platform.exchanging import Rows, rows_of, sent

pytestmark = pytest.mark.django_db(transaction=True)
Newest = dict[UUID, tuple[int, str, str, str, frozenset[str]]]


def folded(files: Iterable[PlatformFile]) -> Newest:
    """The newest row of every award, and whom its rows name."""
    by_award: dict[UUID, Rows] = {}
    for file in files:
        for row in rows_of(file):
            if row["变更代码"] == "confirmed":
                continue  # a status without an award
            by_award.setdefault(UUID(row["救助编号"]), []).append(row)
    newest = {}
    for award, rows in by_award.items():
        seq = max(int(row["变更序号"]) for row in rows)
        last = [row for row in rows if int(row["变更序号"]) == seq]
        paid = next(row for row in last if row["月额"])
        people = frozenset(row["人员编号"] for row in last)
        newest[award] = (seq, paid["变更代码"], paid["月额"], paid["自"], people)
    return newest


def in_the_ledger() -> Newest:
    found = {}
    for award in Award.objects.all():
        last = award.ledger.exclude(kind__in=ledger.NOT_PRICES).order_by("-seq").first()
        assert last is not None
        people = {award.payee_id, *award.covers.values_list("person_id", flat=True)}
        amount = f"{last.amount_fen // 100}.{last.amount_fen % 100:02d}"
        found[award.pk] = (last.seq, last.kind, amount, f"{last.from_month:%Y-%m}", frozenset(map(str, people)))
    return found


def some_step(dice: random.Random, awards: list[Award], actor: User, on: date) -> None:
    if not awards or dice.random() < 0.3:
        household = make_household(people=dice.randint(1, 4))
        awards.append(make_award(household, amount_fen=dice.randint(1, 99_999), actor=actor, awarded_on=AWARDED_ON))
        return
    award, month = dice.choice(awards), date(2027, dice.randint(1, 6), 1)
    acts = (
        lambda: ledger.change(award, dice.randint(1, 99_999), month, "标准提高", actor=actor, on=on),
        lambda: ledger.suspend(award, month, "待核查", actor=actor, on=on),
        lambda: ledger.resume(award, month, "核查无误", actor=actor, on=on),
        lambda: ledger.stop(award, month, "收入超过标准", actor=actor, on=on),
    )
    try:
        dice.choice(acts)()
    except (Invalid, WrongState):
        return  # the story goes another way


def test_the_demonstration_county_is_told_as_it_stands(tmp_path: Path) -> None:
    call_command("seed_demo", households=40, county="371522", seed=7, verbosity=0)
    file = sent(User.objects.get(username="county"), tmp_path, clock.today())
    told = in_the_ledger()
    assert told
    assert folded([file]) == told
    assert [one.fault for one in examine_all() if one.fault] == []


@pytest.mark.parametrize("seed", range(4))
def test_the_files_folded_are_the_ledger(seed: int, tmp_path: Path) -> None:
    dice, actor, awards = random.Random(seed), make_user("county"), list[Award]()
    files, on = list[PlatformFile](), date(2026, 12, 1)
    for _ in range(40):
        some_step(dice, awards, actor, on)
        if dice.random() < 0.2:
            since = on - timedelta(days=dice.randint(0, 5)) if files and dice.random() < 0.5 else None
            files.append(sent(actor, tmp_path, on, since))
        on += timedelta(days=dice.randint(0, 3))
    files.append(sent(actor, tmp_path, on))
    assert [file.number for file in files] == list(range(1, len(files) + 1))
    assert LedgerEntry.objects.count() > 20
    assert folded(files) == in_the_ledger()
