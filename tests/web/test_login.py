"""Sign in, be locked out, stay, leave."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from accounts.models import User
from tests.making import PASSWORD, TOWNSHIP, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", TOWNSHIP, username="liu", password=PASSWORD)


def sign_in(client: Client, username: str = "liu", password: str = PASSWORD, **extra: str) -> object:
    return client.post("/login/", {"username": username, "password": password}, **extra)  # type: ignore[arg-type]


def test_it_leads_to_the_page_asked_for(client: Client, clerk: User) -> None:
    asked = client.get("/cases/?state=posted")
    assert asked.status_code == 302
    back = client.post(asked["Location"], {"username": "liu", "password": PASSWORD})
    assert back["Location"] == "/cases/?state=posted"


def test_a_wrong_password_and_an_unknown_name_read_the_same(client: Client, clerk: User) -> None:
    wrong, unknown = (
        client.post("/login/", {"username": name, "password": "wrong"}).content.decode() for name in ("liu", "who")
    )
    for page in (wrong, unknown):
        assert "用户名或密码不对，核对后再填" in page
    assert 'value="liu"' in wrong


def test_the_fifth_wrong_password_locks_this_user_here(client: Client, clerk: User) -> None:
    for _ in range(5):
        last = sign_in(client, password="wrong")
    assert last.status_code == 429  # type: ignore[attr-defined]
    assert "15 分钟" in last.content.decode()  # type: ignore[attr-defined]
    assert sign_in(client).status_code == 429  # type: ignore[attr-defined]


def test_a_colleague_at_the_same_address_is_not_locked_out(client: Client, clerk: User) -> None:
    make_user("clerk", TOWNSHIP, username="sun", password=PASSWORD)
    for _ in range(6):
        sign_in(client, password="wrong")
    assert sign_in(client, "sun").status_code == 302  # type: ignore[attr-defined]


def test_leaving_forgets_the_session(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    left = client.post("/logout/")
    assert left["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/cases/").status_code == 302
    client.force_login(clerk)
    assert client.get("/logout/").status_code == 405


def test_a_session_ends_after_twelve_hours(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    client.get("/session/extend/")
    session = client.session
    session["started"] = time.time() - 12 * 3600 - 1
    session.save()
    assert client.get("/cases/").status_code == 302


def test_a_disabled_user_is_out_at_the_next_request(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert client.get("/cases/").status_code == 302


def test_a_script_is_told_to_sign_in_again(client: Client) -> None:
    answer = client.post("/session/extend/", headers={"accept": "application/json"})
    assert answer.status_code == 401
    assert "重新登录" in answer.json()["message"]
