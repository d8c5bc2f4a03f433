"""The ID number of a spouse or a child in an answer: compared by its keyed index, never kept or shown in clear."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.crypto import keys
from households.models import Household
from liaocheng_aid import verifying
from tests.making import COUNTY, invent_id_number, make_person, members_of, region
from tests.verification.stories import NIGHT
from tests.verification.worlds import families, to_ask, world
from verification import nightly, report
from verification.models import Answer, Finding, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> Household:
    return families(1, 2)[0]


def asked(home: Household, folder: Path, settings: Any, spouse_number: str) -> Run:
    """The register of marriages asked about the family, of whom the head is married to that number."""
    with world(folder / "world", only=("civil_affairs",)) as departments:
        settings.SOURCES_FILE = str(departments.connections)
        married = [{"status": "married", "since": "2001-05-01", "spouse_number": spouse_number}]
        departments.know(members_of(home)[0], "civil_affairs", marriage=married)
        run = nightly.plan(to_ask([home]), county=region(COUNTY), on=NIGHT)
        (done,) = verifying.work([run], patience=timedelta(seconds=60))
    assert done.state == Run.State.COMPLETE
    return done


def test_a_spouse_who_lives_there_is_known_by_the_index(home: Household, tmp_path: Path, settings: Any) -> None:
    number = members_of(home)[1].id_number
    assert number is not None
    asked(home, tmp_path, settings, f"'{number.lower()}")
    entry = Answer.objects.get(outcome="found").values["marriage"][0]
    assert entry["spouse_number"] == keys.index(number, "id_number").hex()
    assert not Finding.objects.filter(person=members_of(home)[0]).exists()


def test_a_stranger_is_found_and_nobody_reads_the_number(home: Household, tmp_path: Path, settings: Any) -> None:
    stranger = invent_id_number(make_person().birth_date, "F")  # type: ignore[arg-type]
    asked(home, tmp_path, settings, stranger)
    finding = Finding.objects.get(person=members_of(home)[0])
    assert finding.verified == [{"status": "married", "since": "2001-05-01"}]
    kept = [str(one) for one in Answer.objects.values_list("values", flat=True)]
    assert stranger not in "".join(kept)
    words = [fact for one in report.of(home, NIGHT).people for row in one.rows for fact in row.facts]
    assert ("婚姻登记", "婚姻状况 已婚，登记日期 2001-05-01") in words
