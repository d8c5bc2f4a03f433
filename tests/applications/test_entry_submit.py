"""Submitting the entry page: once, whole, and with nothing lost where it is refused."""

from __future__ import annotations

import pytest
from django.test import Client

from applications.models import Application, Draft, Matter
from households.models import Consent, IncomeFact, Person
from tests.applications.entry_filled import HEAD_ID, clerk, draft_url, filled

pytestmark = pytest.mark.django_db


def test_it_works(client: Client) -> None:
    clerk(client)

    answer = client.post(draft_url(), filled())

    application = Application.objects.get()
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == f"/applications/receipts/{application.receipt_number}/"
    assert application.applicant.id_number == HEAD_ID
    assert Matter.objects.get().programme == "dibao"
    assert sorted(IncomeFact.objects.filter(amount_fen__gt=0).values_list("amount_fen", flat=True)) == [
        60_000,
        360_000,
        624_000,
    ]
    assert Consent.objects.count() == 2
    assert Person.objects.count() == 4
    assert not Draft.objects.exists()
