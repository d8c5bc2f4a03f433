"""`api_token`: one line to make a key, told once."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import tokens
from accounts.models import ApiToken, User
from tests.making import TOWNSHIP, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return make_user("clerk", TOWNSHIP, username="window")


def run(*words: str) -> str:
    out = StringIO()
    call_command("api_token", *words, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_it_prints_the_token_alone(clerk: User) -> None:
    text = run("window", "--days", "30", "--as", "window")
    assert tokens.holder(text) == clerk


def test_it_lists_and_revokes(clerk: User) -> None:
    text = run("window", "--as", "window")
    number = str(ApiToken.objects.get().pk)
    assert "有效" in run("window", "--list")
    assert text not in run("window", "--list")
    assert run("window", "--revoke", number, "--as", "window") == "已停用"
    assert tokens.holder(text) is None
    assert "已停用" in run("window", "--list")


@pytest.mark.parametrize(
    "words",
    [
        ("window",),
        ("nobody", "--as", "window"),
        ("window", "--as", "nobody"),
        ("window", "--days", "0", "--as", "window"),
        ("window", "--revoke", "00000000-0000-7000-8000-000000000000", "--as", "window"),
    ],
)
def test_it_says_what_is_missing(clerk: User, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        run(*words)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(caught.value))
    assert not ApiToken.objects.exists()
