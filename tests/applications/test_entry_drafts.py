"""Drafts: kept as typed, by their owner alone; an older window never overwrites a newer one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from accounts.ids import uuid7
from applications.models import Draft
from tests import making
from tests.applications.entry_filled import HEAD_ID, clerk, draft_url, filled

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json", "headers": {"Accept": "application/json"}}


def save(client: Client, key: UUID, fields: Any, version: Any = 0) -> Any:
    return client.post(f"{draft_url(key)}save/", {"version": version, "fields": fields}, **JSON)


def test_it_works(client: Client) -> None:
    clerk(client)
    key = uuid7()
    typed = {
        "a-name": ["赵广"],
        "a-id_number": [HEAD_ID[:5]],
        "i0-amount": ["1e9"],
        "paper": ["application", "commitment"],
    }

    saved = save(client, key, typed)

    assert (saved.status_code, saved.json()["version"]) == (200, 1)
    assert saved.json()["url"] == draft_url(key)
    page = client.get(draft_url(key)).content.decode()
    for kept in ("赵广", HEAD_ID[:5], "1e9"):
        assert f'value="{kept}"' in page
    assert page.count("checked") == 2
    assert 'name="version" value="1"' in page


def test_what_is_stored_cannot_be_read_without_the_key(client: Client) -> None:
    clerk(client)
    save(client, uuid7(), {"a-id_number": [HEAD_ID], "a-name": ["赵广田"]})
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM applications_draft")
        body = bytes(cursor.fetchone()[0])
    assert HEAD_ID.encode() not in body
    assert "赵广田".encode() not in body


def test_the_newest_window_wins_and_the_older_is_told(client: Client) -> None:
    clerk(client)
    key = uuid7()
    save(client, key, {"a-name": ["一"]})
    assert save(client, key, {"a-name": ["二"]}, 1).json()["version"] == 2

    stale = save(client, key, {"a-name": ["三"]}, 1)

    assert stale.status_code == 409
    assert stale.json() == {"message": "这份草稿在另一窗口改过", "version": 2, "url": draft_url(key)}
    assert 'value="二"' in client.get(draft_url(key)).content.decode()
    copy = save(client, uuid7(), {"a-name": ["三"]})
    assert copy.status_code == 200
    assert Draft.objects.count() == 2


def test_anothers_draft_is_not_here(client: Client) -> None:
    clerk(client)
    key = uuid7()
    save(client, key, {"a-name": ["一"]})
    clerk(client)
    assert client.get(draft_url(key)).status_code == 404
    assert save(client, key, {"a-name": ["二"]}, 1).status_code == 404
    assert client.post(f"{draft_url(key)}discard/").status_code == 404
    assert client.post(draft_url(key), {**filled(), "act": "save"}).status_code == 404
    assert client.get(draft_url(key)).content == client.get(draft_url()).content


def test_signed_out_is_told_so_and_nothing_is_lost(client: Client) -> None:
    refused = save(client, uuid7(), {"a-name": ["一"]})
    assert (refused.status_code, refused.json()["message"]) == (401, "登录已过期，重新登录后接着填")


def test_a_submitted_one_is_not_kept_again(client: Client) -> None:
    clerk(client)
    key = uuid7()
    client.post(draft_url(key), filled())
    late = save(client, key, {"a-name": ["赵"]}, 3)
    assert (late.status_code, late.json()["detail"]) == (409, "这份表已提交，回执在申请与在册里")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"fields": []}', '{"fields": 1}', "\x00", '{"fields": {"a-name": "x"}', "[" * 5000]
)
def test_a_broken_body_is_refused(client: Client, body: str) -> None:
    clerk(client)
    answer = client.post(f"{draft_url()}save/", body, **JSON)
    assert answer.status_code == 400
    assert "稍后再" in answer.json()["detail"]


def test_odd_values_are_kept_or_dropped_but_never_break(client: Client) -> None:
    clerk(client)
    key = uuid7()
    odd = {"a-name": ["\ud800赵", 7, None], "status": ["confirmed"], "m0-name": "no list", "a-phone": [["x"]]}
    assert save(client, key, odd, version="9" * 20).status_code == 200
    draft = Draft.objects.get(pk=key)
    assert draft.body == '{"a-name": ["?赵"]}'


def test_own_drafts_are_listed_masked(client: Client) -> None:
    user = clerk(client)
    save(client, uuid7(), {"a-name": ["赵广田"]})
    save(client, uuid7(), {"a-phone": ["1"]})
    page = client.get("/applications/new/").content.decode()
    assert "赵*田" in page
    assert "还没有姓名" in page
    assert "赵广田" not in page
    clerk(client)
    assert "赵*田" not in client.get("/applications/new/").content.decode()
    assert Draft.objects.filter(user=user).count() == 2


def test_discarding_removes_it(client: Client) -> None:
    clerk(client)
    key = uuid7()
    save(client, key, {"a-name": ["一"]})
    assert client.get(f"{draft_url(key)}discard/").status_code == 405
    assert client.post(f"{draft_url(key)}discard/").status_code == 302
    assert not Draft.objects.exists()


def test_keeping_and_starting_the_next_carries_programme_village_and_day_only(client: Client) -> None:
    """U-15, R-34: nothing of the last person stands in the next form."""
    clerk(client)
    answer = client.post(draft_url(), {**filled(received_on="2026-11-20"), "act": "save_new"})
    assert answer.headers["Location"] == "/applications/new/"
    page = client.get("/applications/new/").content.decode()
    assert f'<option value="{making.VILLAGE}" selected' in page
    assert '<option value="dibao_rural" selected' in page
    assert 'value="2026-11-20"' in page
    main = page[page.index('<form id="entry"') : page.index("</form>", page.index('<form id="entry"'))]
    for value in ("赵广田", HEAD_ID, "10012345678", "6240", "化庄村 3 排 12 号", "8600", "赵丽", "checked"):
        assert value not in main, value


def test_a_new_form_holds_nothing_of_the_one_before(client: Client) -> None:
    clerk(client)
    client.post(draft_url(), filled())
    page = client.get("/applications/new/").content.decode()
    main = page[page.index('<form id="entry"') : page.index("</form>", page.index('<form id="entry"'))]
    assert "聊城农商行张鲁支行" in main  # the township's branch, not the person's account
    for value in ("赵广田", HEAD_ID, "10012345678", "6240", '年老缺劳力" selected', "checked"):
        assert value not in main, value


def test_without_scripts_a_row_can_be_added_and_the_draft_kept(client: Client) -> None:
    clerk(client)
    key = uuid7()
    before = client.post(draft_url(key), {**filled(), "act": "row_x"}).content.decode()
    after = client.post(draft_url(key), {**filled(), "act": "row_m"}).content.decode()
    assert after.count('<tbody data-row="m') == before.count('<tbody data-row="m') + 1
    kept = client.post(draft_url(key), {**filled(), "act": "save"})
    assert kept.headers["Location"] == draft_url(key)
    assert "草稿已保存" in client.get(draft_url(key)).content.decode()
