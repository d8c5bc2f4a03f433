"""The pages of the adjustments: what waits, one batch, its confirmation with the password, its workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from applications.models import AdjustmentBatch
from payments.models import LedgerEntry
from tests.applications import raised
from tests.conftest import Clock
from tests.making import COUNTY, PASSWORD
from tests.payments import stories

pytestmark = pytest.mark.django_db(transaction=True)
FEB = date(2027, 2, 1)


@pytest.fixture(autouse=True)
def _withdrawn(transactional_db: None) -> Iterator[None]:
    with raised.withdrawn_afterwards():
        yield


@pytest.fixture
def county(moving_clock: Clock) -> raised.County:
    made = raised.county(moving_clock, password=PASSWORD)
    raised.paid(made, 3)
    raised.publish(800, FEB)
    return made


def test_from_the_worklist_to_the_ledger(county: raised.County) -> None:
    preparer, confirmer = stories.client_of(county.preparer), stories.client_of(county.confirmer)
    assert "新标准涉及" in preparer.get("/").content.decode()
    answer = preparer.post(reverse("adjustment_prepare"), {"county": COUNTY})
    assert answer.status_code == 302
    stories.run_jobs()
    batch = AdjustmentBatch.objects.get()
    page = preparer.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert "188.00" in page
    assert "由县级审批确认" in page
    assert "批标准调整待确认" in confirmer.get("/").content.decode()
    confirm = reverse("adjustment_confirm", args=[batch.pk])
    wrong = confirmer.post(confirm, {"seen_hash": batch.hash, "password": "x"})
    assert wrong.status_code == 400
    assert "当前密码不对" in wrong.content.decode()
    given = {"seen_hash": batch.hash, "password": PASSWORD}
    assert confirmer.post(confirm, given).status_code == 302
    stories.run_jobs()
    assert confirmer.post(confirm, given).status_code == 302
    assert LedgerEntry.objects.exclude(kind="start").count() == 3
    assert "已办结" in confirmer.get(reverse("adjustment", args=[batch.pk])).content.decode()
    assert "新标准涉及" not in preparer.get("/").content.decode()


def test_nothing_to_prepare_is_said(county: raised.County) -> None:
    county.confirm(county.prepare())
    answer = stories.client_of(county.preparer).post(reverse("adjustment_prepare"), {"county": COUNTY})
    assert answer.status_code == 409
    assert "没有新标准涉及的待遇" in answer.content.decode()


def test_a_county_of_nobodys_is_an_error_of_the_field(county: raised.County) -> None:
    answer = stories.client_of(county.preparer).post(reverse("adjustment_prepare"), {"county": "371524000000"})
    assert answer.status_code == 400
    assert "重新选择县" in answer.content.decode()


def test_the_workbook_says_what_the_page_says(county: raised.County) -> None:
    batch = county.prepare()
    answer = stories.client_of(county.confirmer).get(reverse("adjustment_export", args=[batch.pk]))
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert rows[1][0] == "增加"
    assert rows[1][9] == 188


def queries(county: raised.County, narrow: str) -> int:
    address = reverse("adjustment", args=[county.prepare().pk]) + narrow
    client = stories.client_of(county.confirmer)
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)


def test_the_queries_do_not_grow(moving_clock: Clock) -> None:
    county = raised.county(moving_clock, families=6)
    raised.paid(county, 2)
    raised.publish(800, FEB)
    many = queries(county, "")
    assert many <= 20
    assert queries(county, f"?name={county.awards[0].payee.name}") == many
