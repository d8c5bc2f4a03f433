"""Build a month's list: everybody due is in it or named as an exception."""

from __future__ import annotations

import pytest

from payments.models import PaymentLine, PaymentSlot
from tests.making import make_award, make_household
from tests.payments import stories

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works() -> None:
    office = stories.Office()
    award = make_award(make_household(people=3), amount_fen=61_200)
    made = stories.build(office)
    line = PaymentLine.objects.get(list=made)
    assert (made.state, made.lines_count, made.people_count, made.total_fen) == ("built", 1, 3, 61_200)
    assert (line.seq, line.award_id, line.people, line.due_fen, line.net_fen) == (1, award.pk, 3, 61_200, 61_200)
    assert line.id_number == award.payee.id_number
    assert line.relation == "本人"
    assert PaymentSlot.objects.filter(line=line, kind="regular", slot="family").count() == 3


def test_all_the_way() -> None:
    office = stories.Office()
    make_award(make_household(people=3), amount_fen=61_200)
    made = stories.build(office)
    made = stories.release(office, made)
    from payments import exports

    for kind in ("roster", "bank"):
        exports.request(made.pk, kind, actor=office.release, on=stories.ON)
    stories.run_jobs()
    assert stories.fresh(made).state == "exported"
