"""A2 查人: one box, at most twenty masked people of my own regions, a purpose once a session, everything on record."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from applications.models import Application
from tests import making
from tests.applications.entry_filled import HEAD_ID, clerk, draft_url, filled

pytestmark = pytest.mark.django_db


def search(client: Client, q: str, purpose: str = "受理申请") -> Any:
    return client.post("/people/", {"q": q, "purpose": purpose})


@pytest.mark.parametrize("q", ["赵广田", "赵广", "zgt", "ZGT", HEAD_ID[-4:], HEAD_ID, "化庄", " 赵广田 "])
def test_it_finds_by_any_of_them(client: Client, q: str) -> None:
    clerk(client)
    client.post(draft_url(), filled())

    page = search(client, q).content.decode()

    assert "赵*田" in page
    assert "371************" in page
    assert "最低生活保障 待受理" in page
    assert "/cases/" in page
    table = page[page.index("<table") : page.index("</table>")]
    assert "赵广田" not in table
    assert HEAD_ID not in table


def test_it_finds_by_case_number(client: Client) -> None:
    clerk(client)
    client.post(draft_url(), filled())
    number = Application.objects.get().receipt_number
    assert search(client, number).content.decode().count("<tr>") == 4  # the head row, and the three of the household


def test_other_regions_are_not_searched(client: Client) -> None:
    making.make_person("赵广田", region_code=making.OTHER_COUNTY_VILLAGE)
    clerk(client)
    page = search(client, "赵广田").content.decode()
    assert "本辖区没有查到这个人" in page
    assert "新建申请" in page


def test_the_purpose_is_asked_once_a_session(client: Client) -> None:
    user = clerk(client)
    first = client.post("/people/", {"q": "赵"})
    assert "选择查询事由" in first.content.decode()
    assert 'value="赵"' in first.content.decode()
    assert not AuditEntry.objects.filter(action="person.lookup").exists()

    search(client, "赵", "信访核实")
    client.post("/people/", {"q": "赵"})

    entries = AuditEntry.objects.filter(action="person.lookup", actor=user)
    assert [entry.purpose for entry in entries] == ["信访核实", "信访核实"]


def test_who_was_found_is_on_record_without_name_or_number(client: Client) -> None:
    person = making.make_person("赵广田")
    clerk(client)
    search(client, "赵广田")
    detail = AuditEntry.objects.get(action="person.lookup").detail
    assert json.loads(detail) == {"hits": 1, "people": str(person.pk)}


@pytest.mark.parametrize("q", ["", " ", "\x00", "a" * 61, "\u202e赵"])
def test_odd_words_are_refused_and_kept(client: Client, q: str) -> None:
    clerk(client)
    answer = search(client, q)
    assert answer.status_code == 400
    assert (
        "填写姓名" in answer.content.decode()
        or "看不见" in answer.content.decode()
        or "最多" in answer.content.decode()
    )


@pytest.mark.parametrize("q", ["%", "_", "'", "👍", "x", "·", "٣٣٣٣"])
def test_signs_find_nobody_and_break_nothing(client: Client, q: str) -> None:
    making.make_person("赵广田")
    clerk(client)
    assert search(client, q).status_code == 200
    assert "赵*田" not in search(client, q).content.decode()


def test_at_most_twenty_in_twelve_queries(client: Client) -> None:
    clerk(client)
    making.make_household(people=[making.make_person("王甲乙")])
    search(client, "王甲")
    counts = []
    for number in (1, 25):
        for _ in range(number):
            making.make_household(people=[making.make_person("王甲乙", birth=date(1960, 1, 1))])
        with CaptureQueriesContext(connection) as seen:
            page = search(client, "王甲").content.decode()
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in seen))
    assert page.count("王*乙") == 20
    assert "只列前 20 人，多写一个字再查" in page
    assert counts[0] == counts[1] <= 12


def test_too_many_is_said(client: Client, monkeypatch: Any) -> None:
    from applications.entry import lookups

    monkeypatch.setattr(lookups, "PER_MINUTE", 1)
    clerk(client)
    search(client, "赵")
    refused = search(client, "赵")
    assert refused.status_code == 429
    assert "查得太快，1 分钟后再查" in refused.content.decode()


def test_who_sees_no_case_finds_nobody(client: Client) -> None:
    client.force_login(making.make_user("release"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/people/").status_code == 403
