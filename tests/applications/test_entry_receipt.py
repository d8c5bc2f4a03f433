"""The receipt: number, next day, what is missing; only within the regions it belongs to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from applications.models import Application
from tests import making
from tests.applications.entry_filled import clerk, draft_url, filled

pytestmark = pytest.mark.django_db


def given(client: Client, **changes: str | None) -> str:
    return str(client.post(draft_url(), filled(**changes)).headers["Location"])


def test_it_works(client: Client) -> None:
    user = clerk(client)

    page = client.get(given(client)).content.decode()

    for words in (
        Application.objects.get().receipt_number,
        "莘县张鲁镇受理回执",
        "赵广田（共 3 人）",
        user.full_name,
        "待受理",
        "受理（本所承诺）",
        "还差 3 样，补到本窗口",
        "家庭状况承诺书",
        "收入凭据",
        "赵丽的核对授权书",
    ):
        assert words in page, words
    assert "<title>受理回执" in page  # nobody's name in a title


def test_nothing_missing_is_said(client: Client) -> None:
    clerk(client)
    whole = filled(o0__consents="on") | {"paper": ["application", "commitment", "income_proof"]}
    page = client.get(client.post(draft_url(), whole).headers["Location"]).content.decode()
    assert "材料已齐" in page


def test_an_account_that_comes_later_is_missing(client: Client) -> None:
    clerk(client)
    address = given(client, account_kind=None, account_number=None)
    assert "收款账户" in client.get(address).content.decode()


def test_elsewhere_it_is_not_here(client: Client) -> None:
    clerk(client)
    address = given(client)
    clerk(client, making.OTHER_TOWNSHIP)
    outside, absent = client.get(address), client.get("/applications/receipts/371522101-2026-999999/")
    assert (outside.status_code, absent.status_code) == (404, 404)
    assert outside.content == absent.content


def test_the_same_number_of_queries_for_one_and_for_nine_people(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    clerk(client)
    one = given(client, m0__relation=None, m0__id_number=None, m0__name=None, i1__owner="a", m0__consents=None)
    counts = []
    fresh = {
        f"{key}__id_number": making.invent_id_number(date(1970 + n, 1, 1)) for n, key in enumerate(("a", "m0", "m1"))
    }
    many = given(client, **fresh, account_number=making.invent_card())
    for address in (one, many):
        with django_assert_max_num_queries(20) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
