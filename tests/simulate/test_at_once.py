"""Two ask the same large question at once: one run. A run is of one moment, and the database refuses it any write."""

from __future__ import annotations

import pytest
from django.db import InternalError
from django.db.utils import OperationalError

from accounts import clock
from accounts.models import Job
from applications.simulation import keeping
from applications.simulation.running import Question, run
from eligibility.simulate.copying import one_moment
from eligibility.simulate.proposed import parse
from households.models import Household
from tests.applications.test_at_once import at_once
from tests.making import COUNTY, VILLAGE, make_household, make_user
from tests.simulate.families import ON, family

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = Question(tuple(parse("dibao:rural=800")), ON, COUNTY)


def test_two_who_start_the_same_question_share_one_job() -> None:
    one, other = make_user("county"), make_user("auditor")
    for _ in range(10):
        Job.objects.filter(kind=keeping.JOB).update(state=Job.State.DONE, closed_at=clock.now())
        before = Job.objects.filter(kind=keeping.JOB).count()
        found = at_once(
            lambda: keeping.start(ASKED, actor=one, on=ON).pk, lambda: keeping.start(ASKED, actor=other, on=ON).pk
        )
        assert found[0] == found[1]
        assert Job.objects.filter(kind=keeping.JOB).count() == before + 1


def test_a_run_reads_in_a_transaction_that_cannot_write() -> None:
    family(make_user("reviewer", VILLAGE), [780])
    assert run(ASKED).households == 1
    with pytest.raises((InternalError, OperationalError)), one_moment():
        make_household()
    assert Household.objects.count() == 1
