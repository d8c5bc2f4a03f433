"""Who is known already: said at the eighteenth digit, within bounds, on record, and no more than may be known."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from accounts.models import AuditEntry, Region
from applications.entry.duplicates import excluded, reference
from applications.entry.lookups import PER_MINUTE
from eligibility.programmes import Programme
from tests import making
from tests.applications.entry_filled import HEAD_ID, clerk, draft_url, filled

pytestmark = pytest.mark.django_db
JSON: dict[str, Any] = {"content_type": "application/json", "headers": {"Accept": "application/json"}}
BIRTH = date(1960, 5, 17)


def ask(client: Client, **body: Any) -> Any:
    return client.post("/applications/duplicates/", body, **JSON)


def test_nobody_is_known(client: Client) -> None:
    user = clerk(client)
    assert ask(client, id_number=HEAD_ID).json() == {"count": 0, "html": ""}
    entry = AuditEntry.objects.get(action="person.lookup")
    assert (entry.actor, entry.purpose) == (user, "重复检查：新申请")
    assert json.loads(entry.detail) == {"hits": 0, "people": ""}
    assert HEAD_ID not in entry.detail


def test_it_is_never_a_get(client: Client) -> None:
    clerk(client)
    assert client.get("/applications/duplicates/", {"id_number": HEAD_ID}).status_code == 405


def test_somebody_here_leads_to_the_case(client: Client) -> None:
    clerk(client)
    client.post(draft_url(), filled())
    said = ask(client, id_number=HEAD_ID, programme="tekun").json()
    assert "本地已有这一户" in said["html"]
    assert "打开已有户" in said["html"]
    assert "/cases/" in said["html"]
    assert "赵*田" in said["html"]
    assert HEAD_ID not in said["html"]


def test_somebody_elsewhere_is_an_office_and_a_phone_and_not_the_file(client: Client) -> None:
    Region.objects.filter(code="371524101000").update(phone="0635-5550145")
    person = making.make_person("周大山", region_code=making.OTHER_COUNTY_VILLAGE)
    making.make_household(making.OTHER_COUNTY_VILLAGE, [person], joined_on=date(2026, 3, 2))
    clerk(client)

    said = ask(client, id_number=person.id_number, programme="dibao_rural").json()["html"]

    assert "2026-03 起在东阿县刘集镇登记在册" in said
    assert "联系 东阿县刘集镇 0635-5550145" in said
    for hidden in ("周", str(person.pk), str(person.id_number), "cases", "村</p>"):
        assert hidden not in said, hidden
    Region.objects.filter(code="371524101000").update(phone="")


def test_an_exclusive_programme_is_a_red_bar_with_its_rule(client: Client) -> None:
    person = making.make_person("周大山", region_code=making.OTHER_COUNTY_VILLAGE)
    household = making.make_household(making.OTHER_COUNTY_VILLAGE, [person])
    making.make_award(household, programme=Programme.TEKUN)
    clerk(client)
    said = ask(client, id_number=person.id_number, programme="dibao_rural").json()["html"]
    assert "正在享受特困人员救助供养" in said
    assert "2026-12 起在东阿县刘集镇享受" in said
    assert "43号 第9条" in said
    assert "note bad" in said


def test_temporary_aid_goes_with_dibao() -> None:
    assert not excluded(Programme.DIBAO, Programme.TEMPORARY)
    assert excluded(Programme.DIBAO, Programme.DIBAO)
    assert excluded(Programme.DIBAO, Programme.EDGE)
    assert excluded(Programme.DIBAO_SINGLE, Programme.DIBAO)
    assert excluded(Programme.TEKUN, Programme.DIBAO_SINGLE)


def test_the_dead_are_amber(client: Client) -> None:
    person = making.make_person("周大山", died_on=date(2026, 10, 3))
    clerk(client)
    said = ask(client, id_number=person.id_number).json()["html"]
    assert "登记为已死亡" in said
    assert "2026-10-03" in said


def test_a_twin_is_asked_about_and_the_answer_is_on_record(client: Client) -> None:
    person = making.make_person("赵广田", birth=BIRTH)
    clerk(client)
    asked = {"id_number": HEAD_ID, "name": "赵広田"}
    said = ask(client, id_number=HEAD_ID, name="赵广田").json()["html"]
    ref = reference(person.pk)
    assert "可能是同一人" in said
    assert f'data-twin="{ref}"' in said

    recorded = client.post(f"{draft_url()}twin/", {"ref": ref, "same": False}, **JSON)

    assert recorded.status_code == 200
    entry = AuditEntry.objects.get(action="person.twin_answered")
    assert json.loads(entry.detail)["same"] is False
    again = ask(client, **asked, answered=[ref]).json()
    assert again["count"] == 0
    assert ask(client, id_number=HEAD_ID, name="赵广田", answered=[ref]).json()["count"] == 0


@pytest.mark.parametrize("body", [{}, {"ref": "x", "same": True}, {"ref": "0" * 16, "same": "yes"}])
def test_a_broken_answer_is_refused(client: Client, body: dict[str, Any]) -> None:
    clerk(client)
    assert client.post(f"{draft_url()}twin/", body, **JSON).status_code == 400


def test_an_account_in_use_is_said_with_whom(client: Client) -> None:
    household = making.make_household(making.OTHER_VILLAGE)
    other = making.members_of(household)[0]
    account = making.make_account(other)
    clerk(client)
    said = ask(client, account=account.number, account_kind="card", id_number=HEAD_ID).json()["html"]
    assert "已有别人在用" in said
    assert "莘县张鲁镇营头" in said
    assert other.name not in said
    mine = ask(client, account=account.number, account_kind="card", id_number=other.id_number).json()
    assert mine["count"] == 0


@pytest.mark.parametrize("body", [{}, {"id_number": HEAD_ID[:17]}, {"name": "赵"}, {"id_number": 7, "name": ["x"]}])
def test_too_little_is_not_looked_up(client: Client, body: dict[str, Any]) -> None:
    clerk(client)
    assert ask(client, **body).json()["count"] == 0
    assert not AuditEntry.objects.filter(action="person.lookup").exists()


def test_who_enters_nothing_looks_nobody_up(client: Client) -> None:
    client.force_login(making.make_user("auditor"), backend="django.contrib.auth.backends.ModelBackend")
    assert ask(client, id_number=HEAD_ID).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_bound_holds_for_twenty_at_once() -> None:
    """R-33: thirty a minute, whoever is faster; the misses count and the refused are on record."""
    clients = [Client() for _ in range(20)]
    user = clerk(clients[0])
    for one in clients[1:]:
        one.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def twice(one: Client) -> list[int]:
        try:
            return [ask(one, id_number=HEAD_ID).status_code for _ in range(2)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        codes = [code for pair in pool.map(twice, clients) for code in pair]

    assert sorted(codes) == [200] * PER_MINUTE + [429] * 10
    assert AuditEntry.objects.filter(action="person.lookup").count() == PER_MINUTE
    assert AuditEntry.objects.filter(action="person.lookup_refused", success=False).count() == 10


def test_a_minute_later_and_a_day_full(client: Client, moving_clock: Any, monkeypatch: Any) -> None:
    from datetime import timedelta

    from applications.entry import lookups

    monkeypatch.setattr(lookups, "PER_MINUTE", 2)
    monkeypatch.setattr(lookups, "PER_DAY", 3)
    clerk(client)
    assert [ask(client, id_number=HEAD_ID).status_code for _ in range(3)] == [200, 200, 429]
    moving_clock.move(timedelta(minutes=2))
    assert [ask(client, id_number=HEAD_ID).status_code for _ in range(2)] == [200, 429]
    assert ask(client, id_number=HEAD_ID).json()["message"] == "一天最多查 3 次，明天再查"
    moving_clock.move(timedelta(days=1, minutes=3))
    assert ask(client, id_number=HEAD_ID).status_code == 200
