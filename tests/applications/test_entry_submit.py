"""Submitting the entry page: once, whole, and with nothing lost where it is refused."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils.html import escape

from accounts.ids import uuid7
from accounts.models import AuditEntry, IdempotencyKey
from applications.models import Application, Draft, Matter
from households.models import AssetFact, CircumstanceFact, Consent, IncomeFact, Obligation, Person
from payments.models import PayeeAccount
from tests import making
from tests.applications.entry_filled import CARD, HEAD_ID, clerk, draft_url, filled

pytestmark = pytest.mark.django_db


def test_it_works(client: Client) -> None:
    clerk(client)

    answer = client.post(draft_url(), filled())

    application = Application.objects.get()
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == f"/applications/receipts/{application.receipt_number}/"
    assert (application.applicant.id_number, application.hardship) == (HEAD_ID, "年老缺劳力")
    matter = Matter.objects.get()
    assert (matter.programme, matter.area, matter.region_id) == ("dibao", "rural", making.VILLAGE)
    amounts = sorted(fact.amount_fen or 0 for fact in IncomeFact.objects.filter(amount_fen__gt=0))
    assert amounts == [60_000, 360_000, 624_000]
    assert IncomeFact.objects.get(person__name="赵丽").amount_fen is None
    assert AssetFact.objects.get(kind="deposit").amount_fen == 860_000
    assert Consent.objects.count() == 3  # two adults, and the applicant for the child
    assert Obligation.objects.get().relation == "child"
    assert PayeeAccount.objects.get().number == CARD
    assert Person.objects.count() == 4


def test_another_township_is_refused(client: Client) -> None:
    clerk(client, making.OTHER_TOWNSHIP)

    answer = client.post(draft_url(), filled())

    assert answer.status_code == 400
    assert "村（社区）按列出的选项选" in answer.content.decode()
    assert not Application.objects.exists()


def test_the_reviewer_may_not_enter(client: Client) -> None:
    client.force_login(
        making.make_user("reviewer", making.TOWNSHIP), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert client.post(draft_url(), filled()).status_code == 403
    assert client.get("/applications/new/").status_code == 403


def test_another_clerks_key_is_not_here(client: Client) -> None:
    clerk(client)
    key = uuid7()
    assert client.post(draft_url(key), filled()).status_code == 302
    clerk(client)
    assert client.post(draft_url(key), filled()).status_code == 404


def test_a_refused_form_keeps_everything_and_is_a_draft(client: Client) -> None:
    clerk(client)
    key = uuid7()

    answer = client.post(draft_url(key), filled(a__name="赵 <b>1", i0__amount="1e9", o0__monthly_income="-5"))

    page = answer.content.decode()
    assert answer.status_code == 400
    for kept in ("赵 <b>1", "1e9", "-5", "孙玉梅", "10012345678", "化庄村 3 排 12 号", CARD):
        assert f'value="{escape(kept)}"' in page, kept
    assert page.count("第 1 项金额填 0–999999.99 的数字") == 2  # in the summary and beside the field
    assert 'href="#id_i0-amount"' in page
    assert Draft.objects.get(pk=key).version == 1
    again = client.get(draft_url(key)).content.decode()
    assert 'value="1e9"' in again
    assert "的数字" not in again


def test_a_submitted_draft_is_gone_and_leads_to_its_receipt(client: Client) -> None:
    clerk(client)
    key = uuid7()
    client.post(draft_url(key), filled(a__name=""))
    assert Draft.objects.filter(pk=key).exists()

    client.post(draft_url(key), filled())

    assert not Draft.objects.exists()
    assert "/receipts/" in client.get(draft_url(key)).headers["Location"]


def test_twice_is_once(client: Client) -> None:
    clerk(client)
    key = uuid7()
    first, second = client.post(draft_url(key), filled()), client.post(draft_url(key), filled())
    assert first.headers["Location"] == second.headers["Location"]
    assert Application.objects.count() == 1
    assert AuditEntry.objects.filter(action="application.enter").count() == 1


def test_the_same_key_with_another_body_is_refused(client: Client) -> None:
    clerk(client)
    key = uuid7()
    client.post(draft_url(key), filled())

    answer = client.post(draft_url(key), filled(deposit="1"))

    assert answer.status_code == 409
    assert "这份表已经提交过" in answer.content.decode()
    assert AssetFact.objects.get(kind="deposit").amount_fen == 860_000


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one() -> None:
    clients = [Client() for _ in range(20)]
    user = clerk(clients[0])
    for one in clients[1:]:
        one.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    key = uuid7()

    def post(one: Client) -> str:
        try:
            return str(one.post(draft_url(key), filled()).headers.get("Location"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        told = set(pool.map(post, clients))

    receipt = Application.objects.get().receipt_number
    assert told == {f"/applications/receipts/{receipt}/"}
    assert IdempotencyKey.objects.count() == 1
    assert Person.objects.count() == 4


def test_other_names_are_ignored_and_noted(client: Client, caplog: Any) -> None:
    """R-35: what the form does not have cannot be set, and the log says so without the values."""
    clerk(client)
    extra = {"status": "confirmed", "amount": "99999", "approved_by": "1", "township": "371524101000", "m0-status": "x"}

    with caplog.at_level(logging.WARNING, logger="applications.views.entry"):
        answer = client.post(draft_url(), {**filled(), **extra, "赵<script>": "secret-value"})

    assert answer.status_code == 302
    assert Matter.objects.get().state == "submitted"
    note = caplog.records[0].getMessage()
    assert "entry_fields_ignored" in note
    assert "?,amount,approved_by,m0-status,status,township" in note
    assert "secret-value" not in caplog.text
    assert "赵" not in caplog.text


def test_somebody_of_another_household_is_told_and_nothing_is_kept(client: Client) -> None:
    clerk(client)
    person = making.make_person("孙玉梅", region_code=making.OTHER_VILLAGE)
    making.make_household(making.OTHER_VILLAGE, [person])

    answer = client.post(draft_url(), filled(m0__id_number=str(person.id_number)))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "先办迁出再登记" in page
    assert 'value="赵广田"' in page
    assert not Application.objects.exists()


def test_circumstances_reach_the_facts(client: Client) -> None:
    clerk(client)
    client.post(
        draft_url(),
        filled(
            programme="dibao_single",
            area="rural",
            recipient="m0",
            m0__disability_kind="physical",
            m0__disability_grade="2",
            m0__major_illness="yes",
            m1__student="compulsory",
            m1__lives_elsewhere="on",
            holder_name="孙玉梅",
        ),
    )
    known = CircumstanceFact.objects.select_related("person")
    kinds = {(f.person.name, f.kind, f.code, f.grade) for f in known if f.person}
    assert ("孙玉梅", "disability", "physical", 2) in kinds
    assert ("孙玉梅", "major_illness", "yes", None) in kinds
    assert ("赵广田", "major_illness", "no", None) in kinds
    assert ("赵子涵", "lives_here", "no", None) in kinds
    person = Matter.objects.get().person
    assert person is not None
    assert person.name == "孙玉梅"
    assert PayeeAccount.objects.get().person == person


@pytest.mark.parametrize(
    ("changes", "programme", "area", "need"),
    [
        ({"programme": "dibao_urban"}, "dibao", "urban", ""),
        ({"programme": "edge", "area": "rural"}, "edge", "rural", ""),
        ({"programme": "tekun", "area": "rural"}, "tekun", "rural", ""),
        ({"programme": "temporary_medical", "area": "rural", "need_multiple": "6"}, "temporary", "rural", "medical"),
        (
            {"programme": "temporary_education", "area": "urban", "need_multiple": "3"},
            "temporary",
            "urban",
            "education",
        ),
    ],
)
def test_each_programme_of_the_window(
    client: Client, changes: dict[str, str], programme: str, area: str, need: str
) -> None:
    clerk(client)
    assert client.post(draft_url(), filled(**changes)).status_code == 302
    matter = Matter.objects.get()
    assert (matter.programme, matter.area, matter.need_kind) == (programme, area, need)


def test_a_village_coordinator_enters_for_the_own_village(client: Client) -> None:
    user = making.make_user("village", making.VILLAGE)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(draft_url(), filled()).status_code == 302
    assert client.post(draft_url(), filled(village=making.OTHER_VILLAGE)).status_code == 400


NASTY = ["\x00", "=1+1", "'; DROP TABLE x; --", "<script>", "９" * 400, "\u202e", "٣", "None", "1e309", "-0"]


@pytest.mark.parametrize("typed", NASTY)
def test_nothing_answers_500(client: Client, typed: str) -> None:
    clerk(client)
    every = {name: typed if isinstance(value, str) else [typed] for name, value in filled().items()}

    answer = client.post(draft_url(), {**every, "act": "submit"}, follow=False)
    kept = client.post(draft_url(), {**every, "act": "save"})
    added = client.post(draft_url(), {**every, "act": "row_m"})
    asked = client.post("/applications/calculate/", every)

    assert [one.status_code for one in (answer, kept, added, asked)] == [400, 302, 200, 200]


def test_rows_are_bounded(client: Client) -> None:
    clerk(client)
    many = {f"m{place}-name": "甲乙" for place in range(200)}
    page = client.post(draft_url(), {**filled(), **many}).content.decode()
    assert page.count('<tbody data-row="m') == 31


def test_the_page_takes_the_same_number_of_queries_however_full(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    clerk(client)
    key = uuid7()
    client.post(draft_url(key), {**filled(), "act": "save"})
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(20) as seen:
            assert client.get(draft_url(key)).status_code == 200
        counts.append(len(seen))
        many = {f"m{place}-name": f"甲{'乙丙丁'[place % 3]}" for place in range(2, 20)}
        client.post(draft_url(key), {**filled(), **many, "act": "save", "version": "1"})
    assert counts[0] == counts[1]
    assert connection.vendor == "postgresql"
