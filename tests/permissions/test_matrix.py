"""Every address × every role × own, other village, other township, other county, absent (reliability R-30)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.permissions.table import ROLES, TABLE, Rule
from tests.permissions.world import PLACES, World

REFUSED = {401, 403, 404}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _database(world: World, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def ask(client: Client, rule: Rule, name: str, kwargs: dict[str, object]) -> HttpResponse:
    """One request that leaves nothing behind. A server error raises here."""
    with transaction.atomic():
        url, body = reverse(name, kwargs=kwargs), cast("dict[str, Any]", dict(rule.body))
        if rule.is_json:
            answer = client.post(url, body, content_type="application/json")
        else:
            answer = (client.post if rule.method == "POST" else client.get)(url, body)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (name, kwargs, answer.status_code)
    return answer  # type: ignore[return-value]


def test_every_address_has_its_row() -> None:
    named = {entry.name for entry in patterns()}
    assert None not in named, "an address without a name"
    assert named - set(TABLE) == set(), "addresses missing from the permission table"
    assert set(TABLE) - named == set(), "rows for addresses that are gone"


@pytest.mark.parametrize("name", [name for name, rule in TABLE.items() if not rule.is_open])
def test_without_a_sign_in_there_is_only_the_login(world: World, client: Client, name: str) -> None:
    rule = TABLE[name]
    kwargs = world.objects[rule.about, "own"].kwargs if rule.about else {}
    answer = ask(client, rule, name, kwargs)
    if rule.is_api:
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        return
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("name", [name for name, rule in TABLE.items() if rule.is_open and not rule.about])
def test_open_pages_open(world: World, client: Client, name: str) -> None:
    assert ask(client, TABLE[name], name, {}).status_code == 200


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [name for name, rule in TABLE.items() if not rule.is_open])
def test_a_role_gets_what_the_table_says(world: World, client: Client, name: str, role: str) -> None:
    rule = TABLE[name]
    client.force_login(world.users[role])
    if not rule.about:
        expect(rule, role, ask(client, rule, name, {}), f"{name} {role}")
        return
    if role in rule.refused:
        kinds = [world.absent(rule.about), *(world.objects[rule.about, place].kwargs for place in PLACES)]
        assert [ask(client, rule, name, kwargs).status_code for kwargs in kinds] == [403] * 5, f"{name} {role}"
        return
    absent = ask(client, TABLE["case"] if rule.absent_is_new else rule, *never(world, rule, name))
    assert absent.status_code == 404, f"{name} {role} absent"
    for place in PLACES:
        made = world.objects[rule.about, place]
        client.force_login(world.users[role])
        answer = ask(client, rule, name, made.kwargs)
        if world.reaches(role, made) and role not in rule.hidden:
            expect(rule, role, answer, f"{name} {role} {place}")
        else:
            assert answer.status_code == 404, f"{name} {role} {place}"
            assert answer.content == absent.content, f"{name} {role} {place}: not the bytes of what was never there"


def never(world: World, rule: Rule, name: str) -> tuple[str, dict[str, object]]:
    """Something that was never there: of the same kind, or a case where an unused key begins something new."""
    return ("case", world.absent("case")) if rule.absent_is_new else (name, world.absent(rule.about))


def expect(rule: Rule, role: str, answer: HttpResponse, where: str) -> None:
    if role in rule.allowed:
        assert answer.status_code not in REFUSED, f"{where}: {answer.status_code}"
        assert rule.leads_to_login or not answer.get("Location", "").startswith("/login/"), where
    else:
        assert answer.status_code == 403, f"{where}: {answer.status_code}"
